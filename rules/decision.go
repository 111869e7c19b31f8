package rules

import (
	"maps"
	"slices"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
)

// Decide takes in a Situation that was evaluated from the state as it is: it keeps in state.Live
// since when criteria and the conditions of steps that held no longer do, and returns the events
// for what time has brought: deadlines that were missed, conditions that began or ceased to hold,
// a recommendation that got worse or better. It is to be called every second or so and after what
// happened; it costs next to nothing.
func Decide(s *State, sit *Situation) []journal.Event {
	for _, r := range sit.Decision.Reasons {
		s.noteReason(r, sit.At)
	}
	maps.DeleteFunc(s.Live.Lapsed, func(name string, _ time.Time) bool { // gone from the plan
		return !slices.ContainsFunc(sit.Decision.Reasons, func(r *ReasonFacts) bool { return r.Criterion == name })
	})
	return slices.Concat(s.newlyMissed(sit), s.noteSpells(sit), s.newlyRecommended(sit))
}

// newlyRecommended returns the event for a recommendation that has changed.
func (s *State) newlyRecommended(sit *Situation) []journal.Event {
	from, to := s.Judged.recommendation(), sit.Decision.Recommendation
	if from == to {
		return nil
	}
	changed := journal.RecommendationChanged{From: from, To: to}
	for _, r := range sit.Decision.Reasons {
		if r.Holds {
			changed.Reasons = append(changed.Reasons, journal.Reason{
				Criterion: r.Criterion, Title: r.Title, Used: r.Used, Unjudged: r.Unjudged,
			})
		}
	}
	return []journal.Event{{Kind: changed.Kind(), At: sit.At, Payload: changed}}
}

// noteReason remembers how a criterion stands. One that cannot be judged and does not count is
// not known to have ceased: what is remembered of it stays.
func (s *State) noteReason(r *ReasonFacts, at time.Time) {
	if r.Holds && r.KeptUntil.IsZero() {
		s.Live.Lapsed[r.Criterion] = time.Time{}
		return
	}
	if since, held := s.lapsed(r.Criterion, at); held && r.Unjudged == "" {
		s.Live.Lapsed[r.Criterion] = since
	}
}

// lapsed returns since when a criterion that does not hold now no longer does; held is false for
// one that is not known to have held. What held before this run is taken to have ceased with its
// beginning, for nobody looked meanwhile.
func (s *State) lapsed(criterion string, now time.Time) (since time.Time, held bool) {
	since, held = s.Live.Lapsed[criterion]
	switch {
	case held && since.IsZero():
		return now, true
	case held:
		return since, true
	case !slices.Contains(s.Judged.Held, criterion):
		return time.Time{}, false
	case s.Judged.Run != s.Run:
		return s.StartedAt, true
	default:
		return s.Judged.Since, true
	}
}

// decision is the recommendation at the instant: the worst that a criterion speaks for.
func (v *view) decision(sit *Situation, facts *plan.Facts) DecisionFacts {
	reasons := v.reasons(facts)
	d := DecisionFacts{Recommendation: worst(reasons), Calm: v.calm(sit.Systems)}
	for _, r := range reasons { // it must not look calmer than it may be
		r.Holds = r.Holds || r.Unjudged != "" && r.Recommends.Worse(d.Recommendation)
	}
	d.Recommendation = worst(reasons)
	d.Reasons = v.explain(reasons, sit.Systems, facts)
	d.Since = v.recommendedSince(d.Recommendation)
	d.Choice = v.choice(d.Recommendation)
	return d
}

// reason is a criterion on its way to its facts.
type reason struct {
	*ReasonFacts
	criterion *plan.Criterion
}

// reasons judges every criterion, in the plan's order; those that cannot be judged count for
// nothing yet.
func (v *view) reasons(facts *plan.Facts) []reason {
	criteria, after := criteriaOf(v.plan), betterAfter(v.plan)
	all := make([]reason, len(criteria))
	for i, c := range criteria {
		j := c.When.Judge(facts)
		r := &ReasonFacts{
			Criterion: c.Name, Title: c.Title, Recommends: c.Recommends, Expression: c.When.Text(),
			Holds: j.Holds, Unjudged: j.Unjudged, Used: j.Used,
		}
		if !j.Holds && j.Unjudged == "" {
			v.keep(r, after)
		}
		all[i] = reason{r, c}
	}
	return all
}

// keep lets a criterion that ceased less than after ago go on to count.
func (v *view) keep(r *ReasonFacts, after time.Duration) {
	since, held := v.state.lapsed(r.Criterion, v.now)
	if until := since.Add(after); held && v.now.Before(until) {
		r.Holds, r.KeptUntil = true, v.local(until)
	}
}

// worst is the worst recommendation of the reasons that count.
func worst(reasons []reason) plan.Recommendation {
	recommended := plan.Normal
	for _, r := range reasons {
		if r.Holds && r.Recommends.Worse(recommended) {
			recommended = r.Recommends
		}
	}
	return recommended
}

// explain puts the reasons into words, those that count first.
func (v *view) explain(reasons []reason, systems []*SystemFacts, facts *plan.Facts) []*ReasonFacts {
	all := make([]*ReasonFacts, 0, len(reasons))
	for _, r := range reasons {
		r.say(systems, facts)
		if r.Holds {
			all = append(all, r.ReasonFacts)
		}
	}
	for _, r := range reasons {
		if !r.Holds {
			all = append(all, r.ReasonFacts)
		}
	}
	return all
}

func (r reason) say(systems []*SystemFacts, facts *plan.Facts) {
	if b, ok := r.criterion.When.(builtIn); ok {
		r.BuiltIn, r.Systems = true, b.systems(systems)
		r.Text = b.text(facts, r.Systems)
	} else {
		r.Text = saysUsed(r.criterion, r.Used)
	}
	if r.Unjudged != "" {
		r.Text += "; it cannot be judged: " + r.Unjudged
	}
	if !r.KeptUntil.IsZero() { // the numbers are those of now, and would say the opposite
		r.Text = saysUsed(r.criterion, nil) + "; it has ceased, and counts until " + r.KeptUntil.Format(time.RFC3339)
	}
}

// systems are the names of those that the criterion speaks of, in the plan's order.
func (b builtIn) systems(all []*SystemFacts) []string {
	var names []string
	if b.speaksOf == nil {
		return nil
	}
	for _, sys := range all {
		if priorityDown(sys) && b.speaksOf(sys.Outage) {
			names = append(names, sys.Name)
		}
	}
	return names
}

// recommendedSince is since when the recommendation stands. One that is not journaled yet begins
// now; the calm from before the first has no beginning.
func (v *view) recommendedSince(r plan.Recommendation) time.Time {
	if r != v.state.Judged.recommendation() {
		return v.now
	}
	return v.local(v.state.Judged.Since)
}

// choice is the choice of an ordinary failure that stands, or nil.
func (v *view) choice(now plan.Recommendation) *ChoiceFacts {
	c := v.state.Response.Choice
	if c == nil {
		return nil
	}
	return &ChoiceFacts{
		ID: c.ID, At: v.local(c.At), By: c.Actor.By, User: c.Actor.User, Why: c.Why, Against: c.Against,
		Overtaken: now.Worse(c.Recommendation),
	}
}

// recommendation is the one that was journaled last.
func (j *Judged) recommendation() plan.Recommendation {
	if j.Recommendation == "" {
		return plan.Normal
	}
	return j.Recommendation
}

// applyRecommendation folds a change of the recommendation.
func (s *State) applyRecommendation(e journal.Event, p journal.RecommendationChanged) {
	s.Judged = Judged{Recommendation: p.To, Since: e.At, Run: e.Run}
	for _, r := range p.Reasons {
		s.Judged.Held = append(s.Judged.Held, r.Criterion)
	}
	if p.To == plan.Normal { // what was to be treated as an ordinary failure is over
		s.Response.forgetChoices()
	}
}
