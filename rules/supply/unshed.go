package supply

import "time"

// unshed returns how many seconds after the loss of utility power the first thing ends when
// nothing is shed: a supply that bears too much trips, fuel and batteries run out with everything
// on them. It is nil when nothing known ends it, and agrees with what is said of the horizon.
func (e *evaluation) unshed(holds bool) *int64 {
	if len(e.nodes) == 0 {
		return seconds(0, true) // nothing stays on at all
	}
	var first *int64
	take := func(d time.Duration) {
		if s := seconds(d, true); first == nil || *s < *first {
			first = s
		}
	}
	for _, n := range e.nodes {
		if lasts, ok := e.fuelEnd(n); ok {
			take(e.elapsed + lasts)
		}
	}
	for _, l := range e.order {
		if l.alone() {
			dark, _ := e.dark(l.path[0], l.path[0].load.W)
			take(dark)
		}
		if l.cut != nil && l.cut.basis == ForCapacity {
			take(e.by(l.cut))
		}
	}
	if most := int64(e.policy.Horizon/time.Second) - 1; !holds && (first == nil || *first > most) {
		return &most
	}
	return first
}

// fuelEnd is how long the fuel of a generator that will run bears its whole load from now on.
func (e *evaluation) fuelEnd(n *node) (time.Duration, bool) {
	if n.Generator == nil || n.failed || n.load.W <= 0 {
		return 0, false
	}
	return e.runtime(n, n.load)
}
