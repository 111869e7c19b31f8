package inspect

import (
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
)

// reviewSoon is how long before its date a review of the plan is told of.
const reviewSoon = 30 * 24 * time.Hour

// RuleReviewSoon is the name under which a review that will be due is told; the others are rules
// of package plan.
const RuleReviewSoon = "review-soon"

// reviewRules are the rules of a plan whose findings come with time, in the order of telling: the
// others were there when it was written, and plan check told them.
var reviewRules = [...]string{
	plan.RuleReviewOverdue, plan.RuleUnconfirmed, plan.RuleYearEndOpen, plan.RuleNeverOpens, plan.RuleNeverMaintained,
}

// reviews tells what of the plan must be looked over.
func (r *report) reviews(p *plan.Plan) {
	counts := map[string]int{}
	for _, f := range plan.Lint(p, r.now) {
		counts[f.Rule]++
	}
	due := p.ReviewDue()
	for _, rule := range reviewRules {
		if counts[rule] == 0 {
			continue
		}
		review := journal.InspectedReview{Rule: rule, Count: counts[rule]}
		if rule == plan.RuleReviewOverdue {
			review.DueAt = due.In(p.Location)
		}
		r.Reviews = append(r.Reviews, review)
	}
	if !due.IsZero() && r.now.Before(due) && due.Sub(r.now) <= reviewSoon {
		r.Reviews = append(r.Reviews, journal.InspectedReview{Rule: RuleReviewSoon, Count: 1, DueAt: due.In(p.Location)})
	}
}
