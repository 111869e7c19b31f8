package rules

import (
	"slices"
	"time"

	"github.com/keizoku-bcp/keizoku/plan"
)

// tally counts what a system's checks say, three-valued: what is neither up nor down may be either.
type tally struct {
	needed int
	marks  []checkMark // of the checks that this agent runs, in the plan's order

	up, down, unknown int // the rest is pending
}

// checkMark is what is known of one check.
type checkMark struct {
	check *plan.Check
	state SystemState
	// seenSince is since when this run sees it in its live state; zero: not yet.
	seenSince time.Time
	CheckAccount
}

// tallyOf counts the checks of sys; buf is room for the marks and may be nil.
func tallyOf(sys *plan.System, s *State, account func(CheckKey) CheckAccount, buf []checkMark) tally {
	t := tally{marks: buf[:0]}
	for _, c := range sys.Checks {
		if !c.RunsOn(s.Agent) {
			continue
		}
		key := CheckKey{sys.Name, c.Name}
		live := s.Live.Checks[key]
		mark := checkMark{check: c, seenSince: live.Since, CheckAccount: account(key)}
		mark.state = checkState(mark.CheckAccount, live)
		t.count(mark.state)
		t.marks = append(t.marks, mark)
	}
	t.needed = sys.UpWhen.Needed(len(t.marks))
	return t
}

func (t *tally) count(state SystemState) {
	switch state {
	case Down:
		t.down++
	case Up:
		t.up++
	case Unknown:
		t.unknown++
	}
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

// works reports whether enough checks are known to succeed.
func (t *tally) works() bool { return len(t.marks) > 0 && t.up >= t.needed }

// state judges: what cannot be told either way is unknown, or pending before the first look.
func (t *tally) state() SystemState {
	switch {
	case len(t.marks) == 0:
		return Pending
	case t.works() && t.down > 0:
		return Degraded
	case t.works():
		return Up
	case len(t.marks)-t.down < t.needed:
		return Down
	case t.unknown > 0:
		return Unknown
	default:
		return Pending
	}
}

// breaking returns the check whose failure left too few working: the failures in order of time,
// that many of them as the system could not bear. Call it when the state is Down.
func (t *tally) breaking() checkMark {
	down := make([]checkMark, 0, t.down)
	for _, m := range t.marks {
		if m.state == Down {
			down = append(down, m)
		}
	}
	slices.SortStableFunc(down, func(a, b checkMark) int { return a.FirstBadAt.Compare(b.FirstBadAt) })
	return down[len(t.marks)-t.needed]
}

// restored returns since when enough checks are known to succeed: the first good probe of the
// last one that was needed. Call it when works is true.
func (t *tally) restored() time.Time {
	since := make([]time.Time, 0, t.up)
	for _, m := range t.marks {
		if m.state == Up {
			since = append(since, m.goodSince())
		}
	}
	slices.SortFunc(since, time.Time.Compare)
	return since[t.needed-1]
}

// lastBad returns the newest failed probe before a recovery that is not after the instant.
func (t *tally) lastBad(until time.Time) time.Time {
	var last time.Time
	for _, m := range t.marks {
		if !m.LastBadAt.After(until) {
			last = latest(last, m.LastBadAt)
		}
	}
	return last
}

// goodSince is since when a check that is up is known to succeed. One that could not be judged
// for a while is known to since then only: unknown is not up.
func (m checkMark) goodSince() time.Time { return latest(m.FirstOKAt, m.seenSince) }

// lastsUntil returns an instant up to which an open outage is known to last. It only ever grows,
// and the end of the outage never lies before it: it is the restored of a system whose checks all
// succeed from the next moment on. bad gives the newest failed probe of a check.
func (t *tally) lastsUntil(bad func(check string) time.Time) time.Time {
	if len(t.marks) == 0 {
		return time.Time{}
	}
	since := make([]time.Time, len(t.marks))
	for i, m := range t.marks {
		since[i] = m.goodSince()
		if m.state != Up {
			since[i] = latest(since[i], bad(m.check.Name), m.FirstBadAt)
		}
	}
	slices.SortFunc(since, time.Time.Compare)
	return since[t.needed-1]
}

// since is when the state that the checks give began, as far as it is known; ended is the end of
// the newest outage.
func (t *tally) since(state SystemState, ended time.Time) time.Time {
	switch state {
	case Degraded:
		return latest(ended, t.first(Down, func(m checkMark) time.Time { return m.FirstBadAt }))
	case Unknown:
		return latest(ended, t.first(Unknown, func(m checkMark) time.Time { return m.seenSince }))
	case Up:
		for _, m := range t.marks {
			ended = latest(ended, m.FirstOKAt)
		}
		return ended
	default:
		return time.Time{}
	}
}

// first returns the earliest time of the checks in the state given.
func (t *tally) first(state SystemState, of func(checkMark) time.Time) time.Time {
	var first time.Time
	for _, m := range t.marks {
		if at := of(m); m.state == state && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	return first
}
