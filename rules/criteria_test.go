package rules_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	. "github.com/keizoku-bcp/keizoku/rules"
)

// lever is a criterion of the plan that a test holds in its hand.
type lever struct {
	plan.Judgement
	text string
}

func (l *lever) Judge(*plan.Facts) plan.Judgement { return l.Judgement }
func (l *lever) Text() string                     { return l.text }

func (l *lever) holds()    { l.Judgement = plan.Judgement{Holds: true} }
func (l *lever) ceases()   { l.Judgement = plan.Judgement{} }
func (l *lever) unjudged() { l.Judgement = plan.Judgement{Unjudged: "a fact is not known"} }

func criterion(name string, recommends plan.Recommendation, when plan.Condition) *plan.Criterion {
	return &plan.Criterion{Name: name, Title: "title of " + name, Recommends: recommends, When: when}
}

// names tells the criteria in the order of their reasons, those that count before the bar.
func names(d DecisionFacts) string {
	var counting, others []string
	for _, r := range d.Reasons {
		if r.Holds {
			counting = append(counting, r.Criterion)
		} else {
			others = append(others, r.Criterion)
		}
	}
	return strings.Join(counting, " ") + " | " + strings.Join(others, " ")
}

// Which criteria hold under which plan, and in which order they are told.
func TestWhichCriteria(t *testing.T) {
	own := []*plan.Criterion{criterion("own", plan.EstablishPosture, &lever{}), criterion("other", plan.OrdinaryFailure, &lever{})}
	tests := []struct {
		name     string
		decision *plan.Decision
		want     string
	}{
		{"no block", nil, "threat_declared | deadline_missed deadline_at_risk many_down short_power priority_down"},
		{"its own", &plan.Decision{Criteria: own}, " | own other priority_down"},
		{"its own beside the built-in ones", &plan.Decision{Criteria: own, BuiltIn: true},
			"threat_declared | deadline_missed deadline_at_risk many_down short_power own other priority_down"},
		{"an empty block", &plan.Decision{}, " | priority_down"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := newHouse(t, office(decidedBy(tt.decision)))
			h.act(clock("10:00:00"), Declare{Threat: "disaster"})
			equal(t, "criteria", names(h.at(clock("10:00:00")).Decision), tt.want)
		})
	}
}

// Criteria of the plan recommend what they say; the worst of those that count wins.
func TestLevelsOfCriteria(t *testing.T) {
	mild, grave := &lever{}, &lever{}
	h := newHouse(t, office(decidedBy(&plan.Decision{BetterAfter: time.Minute, Criteria: []*plan.Criterion{
		criterion("mild", plan.OrdinaryFailure, mild), criterion("grave", plan.EstablishPosture, grave),
	}})))
	mild.holds()
	equal(t, "mild", h.decideFor(clock("10:00:00"), clock("10:01:00")), "10:00:00 ordinary_failure")
	grave.holds()
	equal(t, "grave", h.decideFor(clock("10:01:30"), clock("10:02:00")), "10:01:30 establish_posture")
	equal(t, "both", names(h.at(clock("10:02:00")).Decision), "mild grave | priority_down")
	grave.ceases()
	equal(t, "mild again", h.decideFor(clock("10:02:01"), clock("10:04:00")), "10:03:01 ordinary_failure")
	mild.ceases()
	equal(t, "calm", h.decideFor(clock("10:04:01"), clock("10:06:00")), "10:05:01 normal")
}

// What cannot be judged counts where it would make the recommendation worse, and only there.
func TestUnjudgedCriteria(t *testing.T) {
	mild, grave, lost := &lever{}, &lever{}, &lever{}
	h := newHouse(t, office(decidedBy(&plan.Decision{BetterAfter: time.Minute, Criteria: []*plan.Criterion{
		criterion("mild", plan.OrdinaryFailure, mild), criterion("grave", plan.EstablishPosture, grave), criterion("lost", plan.EstablishPosture, lost),
	}})))
	tests := []struct {
		name string
		set  func()
		want string
		is   plan.Recommendation
	}{
		{"mild would worsen", mild.unjudged, "mild | grave lost priority_down", plan.OrdinaryFailure},
		{"both would worsen", grave.unjudged, "mild grave | lost priority_down", plan.EstablishPosture},
		{"neither would, for the worst holds", lost.holds, "lost | mild grave priority_down", plan.EstablishPosture},
		{"nor while it is kept", lost.ceases, "lost | mild grave priority_down", plan.EstablishPosture},
		{"nor where ordinary is judged", func() { grave.ceases(); mild.holds() }, "mild grave lost | priority_down", plan.EstablishPosture},
	}
	at := clock("10:00:00")
	for _, tt := range tests {
		tt.set()
		at = at.Add(time.Second)
		h.decide(at)
		d := h.at(at).Decision
		equal(t, tt.name, names(d), tt.want)
		equal(t, tt.name, d.Recommendation, tt.is)
	}
	if r := h.reason("grave", at); r.KeptUntil.IsZero() {
		t.Errorf("what counted because nobody could judge it would flap: %+v", r)
	}
}

// What cannot be judged is not known to have ceased: that counts from when it is known. And what
// counts because nobody can judge it does not flap either.
func TestUnjudgedDoesNotFlap(t *testing.T) {
	one, other := &lever{}, &lever{}
	h := newHouse(t, office(decidedBy(&plan.Decision{BetterAfter: keptFor, Criteria: []*plan.Criterion{
		criterion("one", plan.EstablishPosture, one), criterion("other", plan.EstablishPosture, other),
	}})))
	one.holds()
	h.decide(clock("10:00:00"))
	other.holds()
	h.decide(clock("10:01:00"))
	other.unjudged()
	h.decide(clock("10:02:00"))
	other.ceases()
	h.decide(clock("10:10:00"))
	same(t, "kept until", h.reason("other", clock("10:10:00")).KeptUntil, clock("10:15:00"))
	one.ceases()
	equal(t, "both ceased", h.decideFor(clock("10:11:00"), clock("10:12:00")), "")
	other.unjudged()
	equal(t, "one cannot be judged", h.decideFor(clock("10:12:01"), clock("10:20:00")), "")
	other.ceases()
	equal(t, "it can", h.decideFor(clock("10:20:01"), clock("10:40:00")), "10:25:01 normal")
}

// An unjudged criterion says why, in its reason and in the journal.
func TestUnjudgedSaysWhy(t *testing.T) {
	grave := &lever{text: "power.runtime_hours < 1"}
	grave.Judgement = plan.Judgement{Unjudged: "power.runtime_hours is not known", Used: []plan.Used{{Name: "power.runtime_hours"}}}
	h := newHouse(t, office(decidedBy(&plan.Decision{Criteria: []*plan.Criterion{criterion("grave", plan.EstablishPosture, grave)}})))
	equal(t, "reason", h.reason("grave", clock("10:00:00")), &ReasonFacts{
		Criterion: "grave", Title: "title of grave", Recommends: plan.EstablishPosture, Holds: true,
		Unjudged: "power.runtime_hours is not known", Expression: "power.runtime_hours < 1", Used: []plan.Used{{Name: "power.runtime_hours"}},
		Text: "title of grave: power.runtime_hours = not known; it cannot be judged: power.runtime_hours is not known",
	})
	h.decide(clock("10:00:00"))
	reasons := last[journal.RecommendationChanged](h).Reasons
	if len(reasons) != 1 || reasons[0].Unjudged == "" {
		t.Errorf("journaled %+v", reasons)
	}
}

func TestTextsOfReasons(t *testing.T) {
	h := newHouse(t, office())
	h.fails("tax", clock("10:00:00"))
	check := func(criterion, at, text string, systems ...string) {
		t.Helper()
		r := h.reason(criterion, clock(at))
		equal(t, criterion, r.Text, text)
		equal(t, criterion, strings.Join(r.Systems, " "), strings.Join(systems, " "))
		if !r.BuiltIn {
			t.Errorf("%s is built in", criterion)
		}
	}
	check("priority_down", "10:01:00", "1 priority system is down: tax", "tax")
	check("many_down", "10:01:00", "1 priority system is down: tax (limit 3)", "tax")
	check("deadline_at_risk", "10:01:00", "no priority system is projected to miss the deadline")
	check("deadline_at_risk", "13:30:00", "1 priority system is projected to miss the deadline: tax", "tax")
	check("deadline_missed", "14:00:01", "1 priority system is past the deadline: tax", "tax")
	check("threat_declared", "10:01:00", "no threat is declared")
	check("short_power", "10:01:00", "utility power is not lost")
	h.fails("mail", clock("10:10:00"))
	h.fails("water", clock("10:10:00"))
	check("many_down", "10:10:00", "3 priority systems are down: tax, mail, water (limit 3)", "tax", "mail", "water")
	h.decide(clock("10:10:00"))
	h.recovers("water", clock("10:20:00"))
	check("many_down", "10:20:00", "Three or more priority systems are down at once; it has ceased, and counts until 2026-07-15T10:25:00+09:00", "tax", "mail")
	h.act(clock("10:21:00"), Declare{Threat: "disaster"})
	check("threat_declared", "10:21:00", "threat disaster is declared")

	room := newHouse(t, machineRoom())
	room.utilityLost(clock("10:00:00"))
	equal(t, "power", room.reason("short_power", clock("10:00:00")).Text, "utility power is lost, and everything stays on for 1 h of 72 h")
	many := office()
	for i := range 12 {
		many.Systems = append(many.Systems, system("s"+string(rune('a'+i)), "tcp"))
	}
	crowd := newHouse(t, planOf(many.Systems...))
	for _, s := range crowd.plan.Systems {
		crowd.fails(s.Name, clock("10:00:00"))
	}
	equal(t, "crowd", crowd.reason("priority_down", clock("10:00:00")).Text,
		"15 priority systems are down: tax, mail, water, sa, sb, sc, sd, se, sf, sg and 5 more")
}

// short_power at its limit, to the last bit.
func TestShortPowerLimit(t *testing.T) {
	short := BuiltIn()[3].When
	yes, no := true, false
	for _, tt := range []struct {
		lost     *bool
		runtime  float64
		want     bool
		unjudged bool
	}{
		{&yes, 72, false, false},
		{&yes, math.Nextafter(72, 0), true, false},
		{&no, 1, false, false},
		{&yes, -1, false, true},
		{&no, -1, false, false},
		{nil, 72, false, false},
		{nil, math.Nextafter(72, 0), false, true},
		{nil, -1, false, true},
	} {
		f := &plan.Facts{Power: plan.PowerFacts{Lost: tt.lost, HorizonHours: 72}}
		if tt.runtime >= 0 {
			f.Power.RuntimeHours = &tt.runtime
		}
		if j := short.Judge(f); j.Holds != tt.want || (j.Unjudged != "") != tt.unjudged {
			t.Errorf("%+v: %+v", tt, j)
		}
	}
}
