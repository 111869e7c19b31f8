package rules

import (
	"slices"
	"time"

	"github.com/keizoku-bcp/keizoku/plan"
)

// tally counts what a system's checks say, three-valued: what is neither up nor down may be either.
type tally struct {
	needed int
	up     []checkMark
	down   []checkMark
	// unknown and pending checks
	unknown, pending int
}

// checkMark is a check's account with its name and, when it is up, since when.
type checkMark struct {
	name string
	CheckAccount
}

func tallyOf(sys *plan.System, p *plan.Plan, s *State, account func(CheckKey) CheckAccount) tally {
	t := tally{}
	total := 0
	for _, c := range sys.Checks {
		if !c.RunsOn(s.Agent) {
			continue
		}
		total++
		key := CheckKey{sys.Name, c.Name}
		mark := checkMark{c.Name, account(key)}
		switch checkState(mark.CheckAccount, s.Live.Checks[key]) {
		case Down:
			t.down = append(t.down, mark)
		case Up:
			t.up = append(t.up, mark)
		case Unknown:
			t.unknown++
		default:
			t.pending++
		}
	}
	t.needed = sys.UpWhen.Needed(total)
	return t
}

// checkState joins what the journal remembers with what this run has seen. A confirmed failure
// holds until a confirmed recovery, whatever the agent can or cannot see meanwhile.
func checkState(c CheckAccount, live LiveCheck) SystemState {
	switch {
	case c.Down:
		return Down
	case live.State == "":
		return Pending
	case live.State == Down:
		return Unknown // seen to fail, not yet written
	default:
		return live.State
	}
}

// total is the number of checks that count.
func (t tally) total() int { return len(t.up) + len(t.down) + t.unknown + t.pending }

// works reports whether enough checks are known to succeed.
func (t tally) works() bool { return t.total() > 0 && len(t.up) >= t.needed }

// state judges: what cannot be told either way is unknown, or pending before the first look.
func (t tally) state() SystemState {
	switch {
	case t.total() == 0:
		return Pending
	case t.works() && len(t.down) > 0:
		return Degraded
	case t.works():
		return Up
	case t.total()-len(t.down) < t.needed:
		return Down
	case t.unknown > 0:
		return Unknown
	default:
		return Pending
	}
}

// breaking returns the check whose failure left too few working: the failures in order of time,
// that many of them as the system could not bear. Call it when the state is Down.
func (t tally) breaking() checkMark {
	slices.SortStableFunc(t.down, func(a, b checkMark) int { return a.FirstBadAt.Compare(b.FirstBadAt) })
	return t.down[t.total()-t.needed]
}

// restored returns when enough checks had succeeded again: the first good probe of the last one
// that was needed. Call it when works is true; the zero time means that no check failed at all.
func (t tally) restored(o *Outage) time.Time {
	since := make([]time.Time, len(t.up))
	for i, c := range t.up {
		if c.FirstOKAt.After(o.FirstBadAt) {
			since[i] = c.FirstOKAt
		}
	}
	slices.SortFunc(since, time.Time.Compare)
	return since[t.needed-1]
}
