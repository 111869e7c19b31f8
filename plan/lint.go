package plan

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Severity is how much a finding weighs.
type Severity string

// The severities. A plan with an error cannot be run; a warning asks for a decision.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// Finding is something about a plan that is legal to write and yet wrong, or likely to be.
type Finding struct {
	Severity Severity
	Range    Range
	Rule     string // one of the Rule names; stable
	Summary  string // one line, the same for all findings of the rule
	Detail   string // names what is concerned, and what to do
}

// The names of the rules.
const (
	RuleDependencyCycle     = "dependency-cycle"
	RuleDependencyInversion = "dependency-inversion"
	RuleSystemSlow          = "system-slower-than-business"
	RuleRecoverySlow        = "recovery-slower-than-allowance"
	RuleNoCheck             = "system-without-check"
	RuleNoOwner             = "system-without-owner"
	RuleNoAlternative       = "system-without-alternative"
	RuleNoAllowance         = "priority-system-without-allowance"
	RuleSamePriority        = "same-priority"
	RuleNoPriority          = "priority-business-without-priority-system"
	RuleNoNeeds             = "business-without-system"
	RuleNoTarget            = "business-without-target"
	RuleReviewOverdue       = "review-overdue"
	RuleYearEndOpen         = "year-end-open"
	RuleNeverOpens          = "calendar-never-opens"
	RuleNeverMaintained     = "maintenance-never"
)

// Lint returns what is doubtful about a linked plan as it stands now, sorted by position.
// References to systems that do not exist are passed over: whoever read the plan reports them.
func Lint(p *Plan, now time.Time) []Finding {
	l := newLinter(p, now)
	l.review()
	l.cycles()
	for i, s := range p.Systems {
		l.system(s)
		l.samePriority(s, p.Systems[:i])
		l.inversions(s)
		l.slowerThanBusiness(s)
		l.maintenance(s.Maintenance)
	}
	for _, b := range p.Businesses {
		l.business(b)
	}
	for _, c := range p.Calendars {
		l.calendar(c)
	}
	l.maintenance(p.Maintenance)
	l.power()
	l.response()
	l.alerting()
	slices.SortStableFunc(l.findings, compareFindings)
	return l.findings
}

// linter gathers findings. Allowances are compared for a failure at noon: see
// [Plan.OrdinaryNoon].
type linter struct {
	plan      *Plan
	now       time.Time
	noon      time.Time
	priority  map[string][]*Business // priority businesses by threat
	alertable []subject              // see subjects
	findings  []Finding
}

func newLinter(p *Plan, now time.Time) *linter {
	l := &linter{plan: p, now: now, noon: p.OrdinaryNoon(now), priority: make(map[string][]*Business)}
	for _, t := range p.Threats {
		l.priority[t.Name] = p.PriorityBusinesses(t, now)
	}
	return l
}

func (l *linter) warn(at Range, rule, summary, detail string) {
	l.findings = append(l.findings, Finding{Warning, at, rule, summary, detail})
}

func (l *linter) review() {
	due := l.plan.ReviewDue()
	if due.IsZero() || l.now.Before(due) {
		return
	}
	l.warn(l.plan.At("revised"), RuleReviewOverdue, "Plan is past its review date",
		"The plan was last revised on "+DateOf(l.plan.local(l.plan.Revised)).String()+" and was to be reviewed by "+
			DateOf(l.plan.local(due)).String()+". Review it and set revised to the day of the review.")
}

func compareFindings(a, b Finding) int {
	return cmp.Or(
		cmp.Compare(a.Range.File, b.Range.File),
		cmp.Compare(a.Range.Start.Line, b.Range.Start.Line),
		cmp.Compare(a.Range.Start.Column, b.Range.Start.Column),
		cmp.Compare(a.Severity, b.Severity),
		cmp.Compare(a.Rule, b.Rule),
		cmp.Compare(a.Detail, b.Detail),
	)
}

// list writes names as a person would: "a", "b" and "c".
func list(names []string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = strconv.Quote(name)
	}
	if len(quoted) < 2 {
		return strings.Join(quoted, "")
	}
	last := len(quoted) - 1
	return strings.Join(quoted[:last], ", ") + " and " + quoted[last]
}

// threatsWhere returns the names of the plan's threats for which holds is true.
func (l *linter) threatsWhere(holds func(threat string) bool) []string {
	var names []string
	for _, t := range l.plan.Threats {
		if holds(t.Name) {
			names = append(names, t.Name)
		}
	}
	return names
}
