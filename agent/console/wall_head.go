package console

import (
	"time"

	"github.com/keizoku-bcp/keizoku/rules"
	"github.com/keizoku-bcp/keizoku/rules/supply"
)

// headline is what the wall says in the largest letters.
type headline struct {
	State rules.SystemState // whose shape stands beside it
	Text  string
}

// headline says the worst first.
func (v *view) headline() headline {
	priority := 0
	for _, s := range v.Systems {
		if s.State == rules.Down && s.Priority > 0 {
			priority++
		}
	}
	if priority > 0 {
		return headline{rules.Down, v.Say("console_wall_priority_down", "Count", priority)}
	}
	for _, state := range rules.States {
		if n := v.count(state); n > 0 && state != rules.Up {
			return headline{state, v.Say("console_wall_state_"+string(state), "Count", n)}
		}
	}
	return headline{rules.Up, v.Say("console_wall_state_up", "Count", len(v.Systems))}
}

// tallied is how many systems are in a state, or how many deadlines stand so, and how many of those
// have a priority.
type tallied struct {
	Class   string // of its shape
	Word    string
	Verdict bool // else a state
	Count   int
	// Priority is how many of Count have one; those that are up are not counted so.
	Priority int
}

// tally counts systems by state, and deadlines that are in danger.
func (v *view) tally() []tallied {
	var all []tallied
	for _, state := range rules.States {
		all = v.tallyOf(all, tallied{Class: string(state), Word: v.Words.State(state)}, func(s *rules.SystemFacts) bool { return s.State == state })
	}
	for _, verdict := range [...]rules.Verdict{rules.Missed, rules.AtRisk} {
		all = v.tallyOf(all, tallied{Class: string(verdict), Word: v.Words.Verdict(verdict), Verdict: true}, func(s *rules.SystemFacts) bool {
			return s.State == rules.Down && s.Outage != nil && s.Outage.Verdict == verdict
		})
	}
	return all
}

// tallyOf adds a count to those before, unless it is zero.
func (v *view) tallyOf(all []tallied, t tallied, is func(*rules.SystemFacts) bool) []tallied {
	for _, s := range v.Systems {
		if !is(s) {
			continue
		}
		if t.Count++; s.Priority > 0 && s.State != rules.Up {
			t.Priority++
		}
	}
	if t.Count == 0 {
		return all
	}
	return append(all, t)
}

// PowerEnds is when emergency power ends; zero while nothing ends it.
func (v *view) PowerEnds() time.Time {
	if v.Power == nil {
		return time.Time{}
	}
	return endOf(v.Power)
}

// goesOff is what goes off next in a blackout.
type goesOff struct {
	Label, Title string
	At           time.Time
}

// GoesOff is what people must switch off next, or the supply whose battery ends before that; nil:
// nothing that is known of.
func (v *view) GoesOff() *goesOff {
	if v.Power == nil || !v.Power.UtilityLost {
		return nil
	}
	line := v.Power.NextShed()
	switch {
	case line == nil:
		return nil
	case line.Reason == supply.BatteryEnds:
		return &goesOff{v.Words.Word("supply_reason_battery"), v.Words.Feeder(v.Power, line.Supply), line.At}
	default:
		return &goesOff{v.Words.Word("console_wall_next_shed"), line.Title, line.At}
	}
}
