package vantage

import (
	"strings"
	"sync"
	"time"
)

// look is one round of questions to all targets.
type look struct {
	at      time.Time // its start, on the agent's clock
	targets []target
	// verdict is closed as soon as one target answered, or all were heard: what was found is
	// applied by then.
	verdict chan struct{}
	decided bool

	heard, unasked int      // targets; the unasked are among the heard
	troubles       []string // by target, for people: why it did not answer
}

// lookFor returns the look to wait for to know about since, or nil when enough is known.
func (v *Vantage) lookFor(since time.Time) *look {
	v.mu.Lock()
	defer v.mu.Unlock()
	now := v.opts.Now()
	v.rewind(now)
	if v.last != nil && !v.last.at.Before(since) && now.Sub(v.last.at) <= freshFor {
		return nil
	}
	return v.beginLocked(since)
}

// rewind forgets what seems to lie ahead, after the agent's clock has stepped back: the future
// would pass for fresh knowledge for as long as the step.
func (v *Vantage) rewind(now time.Time) {
	if v.last != nil && v.last.at.After(now) {
		v.last = nil
	}
	for _, at := range []*time.Time{&v.seenAt, &v.backAt} {
		if at.After(now) {
			*at = now
		}
	}
}

// begin starts a look unless one is under way.
func (v *Vantage) begin() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.rewind(v.opts.Now())
	v.beginLocked(time.Time{})
}

// beginLocked returns the look under way if it began at since or later and has no verdict yet,
// else a new one; nil when there is nothing to look at or after Close.
func (v *Vantage) beginLocked(since time.Time) *look {
	if v.ctx.Err() != nil || len(v.targets) == 0 {
		return nil
	}
	if v.current != nil && !v.current.decided && !v.current.at.Before(since) {
		return v.current
	}
	l := &look{
		at: v.opts.Now(), targets: v.targets, troubles: make([]string, len(v.targets)),
		verdict: make(chan struct{}),
	}
	v.current = l
	v.looks.Go(func() { v.ask(l) })
	return l
}

// ask asks all targets at once and waits for the last.
func (v *Vantage) ask(l *look) {
	var all sync.WaitGroup
	for n, t := range l.targets {
		all.Go(func() {
			a, err := t.look(v.ctx)
			v.hear(l, n, a, err)
		})
	}
	all.Wait()
}

// hear takes what one target did into the look, and applies what that decides.
func (v *Vantage) hear(l *look, n int, a answer, err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.ctx.Err() != nil {
		return
	}
	if err != nil {
		l.troubles[n] = l.targets[n].name + ": " + explain(err)
	}
	l.heard++
	if a == unasked {
		l.unasked++
	}
	if !l.decided && (a == answered || l.heard == len(l.targets)) {
		l.decided = true
		v.decide(l, a == answered)
		close(l.verdict)
	}
}

// concerns reports whether l asked the targets that hold now.
func (v *Vantage) concerns(l *look) bool {
	return len(v.targets) > 0 && &l.targets[0] == &v.targets[0]
}

// decide applies the verdict of l unless a newer look has spoken. A look that could ask no
// target at all knows nothing, and is taken for seeing: otherwise an agent without the right to
// ping would never judge.
func (v *Vantage) decide(l *look, seen bool) {
	if !v.concerns(l) || v.last != nil && l.at.Before(v.last.at) {
		return
	}
	v.last = l
	if !seen && l.unasked == len(l.targets) {
		v.warn(l)
		seen = true
	}
	if seen {
		v.see(l.at, "a vantage target answers")
	} else {
		v.lose(l)
	}
}

func (v *Vantage) warn(l *look) {
	if !v.warned {
		v.warned = true
		v.opts.Log.Warn("no vantage target can be asked, so the agent cannot tell whether it is cut off; mend the errors or name other targets",
			"targets", strings.Join(l.troubles, "; "))
	}
}

// see notes that the agent saw at at.
func (v *Vantage) see(at time.Time, text string) {
	if v.isolated {
		v.isolated, v.backAt = false, at
		v.post(change{false, at, text})
	}
	v.seenAt = at
}

// lose notes that the agent is cut off by what l found.
func (v *Vantage) lose(l *look) {
	if !v.isolated {
		v.isolated = true
		v.post(change{true, v.seenAt, "no vantage target answers: " + strings.Join(l.troubles, "; ")})
	}
}

func (v *Vantage) post(c change) {
	v.changes = append(v.changes, c)
	select {
	case v.posted <- struct{}{}:
	default:
	}
}
