package rules_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/keizoku-bcp/keizoku/plan"
	. "github.com/keizoku-bcp/keizoku/rules"
)

// judge drives a house through criteria that come, go and cannot be judged, and through restarts.
type judge struct {
	*house
	t      *rapid.T
	levers []*lever
	of     []plan.Recommendation
	// heldAt is when each criterion last counted by itself, countedAt when it may have done so;
	// zero: never.
	heldAt, countedAt []time.Time
	begun             time.Time // of the run
}

const keptFor = 5 * time.Minute

var criterionNames = [...]string{"a", "b", "c", "d"}

// However criteria come and go, the recommendation is never better than one that a criterion
// spoke for less than five minutes ago, and never worse than there is reason for.
func TestRecommendationNeverFlaps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		j := newJudge(t)
		for range rapid.IntRange(1, 60).Draw(t, "length") {
			j.chapter()
		}
	})
}

func newJudge(t *rapid.T) *judge {
	j := &judge{t: t, heldAt: make([]time.Time, 4), countedAt: make([]time.Time, 4), begun: clock("08:00:00")}
	d := &plan.Decision{BetterAfter: keptFor}
	for i, name := range criterionNames {
		recommends := plan.EstablishPosture
		if i%2 == 1 {
			recommends = plan.OrdinaryFailure
		}
		l := &lever{}
		j.levers, j.of = append(j.levers, l), append(j.of, recommends)
		d.Criteria = append(d.Criteria, criterion(name, recommends, l))
	}
	j.house = newHouse(t, office(decidedBy(d)))
	return j
}

// chapter lets time pass, moves a lever or restarts the agent, and judges.
func (j *judge) chapter() {
	j.clock = j.clock.Add(time.Duration(rapid.IntRange(1, 200).Draw(j.t, "pass")) * time.Second)
	l := rapid.SampledFrom(j.levers).Draw(j.t, "lever")
	switch rapid.SampledFrom([]string{"holds", "ceases", "ceases", "unjudged", "pass", "start"}).Draw(j.t, "what") {
	case "holds":
		l.holds()
	case "ceases":
		l.ceases()
	case "unjudged":
		l.unjudged()
	case "start":
		j.start(j.clock)
		j.begun = j.clock
	}
	j.decide(j.clock)
	for i, l := range j.levers {
		if r := j.reason(criterionNames[i], j.clock); r.Holds && r.KeptUntil.IsZero() {
			j.heldAt[i] = j.clock
		}
		if l.Holds || l.Unjudged != "" {
			j.countedAt[i] = j.clock
		}
	}
	j.isNotBetter()
	j.isNotWorse()
	j.isAtRest()
}

func (j *judge) isNotBetter() {
	got := j.recommended(j.clock)
	for i, l := range j.levers {
		recently := !j.heldAt[i].IsZero() && j.clock.Before(j.heldAt[i].Add(keptFor))
		if l.Holds && !j.heldAt[i].Equal(j.clock) {
			j.t.Fatalf("at %v criterion %d holds and does not count", j.clock, i)
		}
		if (recently || l.Unjudged != "") && j.of[i].Worse(got) {
			j.t.Fatalf("at %v it is %s; criterion %d (%s, %+v) held at %v", j.clock, got, i, j.of[i], l.Judgement, j.heldAt[i])
		}
	}
}

// isNotWorse: what neither holds, nor held within five minutes before a look, nor could not be
// judged, speaks for nothing. A look is at most 200 s from the next.
func (j *judge) isNotWorse() {
	const blur = keptFor + 200*time.Second
	if j.clock.Sub(j.begun) < blur {
		return
	}
	best := plan.Normal
	for i, at := range j.countedAt {
		if !at.IsZero() && j.clock.Sub(at) <= blur && j.of[i].Worse(best) {
			best = j.of[i]
		}
	}
	if got := j.recommended(j.clock); got.Worse(best) {
		j.t.Fatalf("at %v it is %s, and there is reason for %s alone", j.clock, got, best)
	}
}

// isAtRest: judged again at once, nothing changes, and what was journaled is what people see.
func (j *judge) isAtRest() {
	sit := j.at(j.clock)
	if events := Decide(j.state, sit); len(events) > 0 {
		j.t.Fatalf("judged again: %+v", events)
	}
	if was := j.state.Judged.Recommendation; was != "" && was != sit.Decision.Recommendation {
		j.t.Fatalf("journaled %s, shown %s", was, sit.Decision.Recommendation)
	}
}
