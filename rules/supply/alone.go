package supply

import (
	"slices"
	"time"

	"github.com/keizoku-bcp/keizoku/plan"
)

// alone reports whether no running generator stands behind the load: its battery, if there is
// one, is all that it has.
func (l *load) alone() bool { return l.path[0].running() == nil }

// batteryEnds finds when what is alone goes dark, and adds to the plan what does so before the end
// of the horizon.
func (e *evaluation) batteryEnds() {
	e.burden()
	for _, l := range e.order {
		if !l.alone() {
			continue
		}
		n := l.path[0]
		dark, known := e.dark(n, n.borne)
		l.dark, l.held = dark, known && dark >= e.policy.Horizon
		if l.held || l.cut != nil && l.cut.after <= dark {
			continue
		}
		if !known {
			n.tell(BatteryUnknown)
		}
		e.keepOn(l)
		l.cut = &cut{reason: n.darkReason(), basis: n.darkReason(), node: n, after: dark}
	}
}

// burden adds up what each supply bears while it is alone: all but what must go at once. What goes
// later, with something that it depends on, counts to the end, for whether a battery lasts must not
// hang on the fuel of a generator elsewhere: more of that would make it end sooner.
func (e *evaluation) burden() {
	for _, l := range e.order {
		if l.goesFor(func(c *cut) bool { return c.reason == ForCapacity && c.node.UPS != nil }) {
			continue
		}
		for _, n := range l.path {
			n.borne += l.expected.W
		}
	}
}

// goesFor reports whether the load, or something that it depends on, is cut in the way asked for.
func (l *load) goesFor(way func(*cut) bool) bool {
	return l.cut != nil && way(l.cut) || slices.ContainsFunc(l.needs, func(d *load) bool { return d.cut != nil && way(d.cut) })
}

// dark returns how long after the loss the watts given end what the supply bears alone, also when
// that is past; not known, it is taken as now.
func (e *evaluation) dark(n *node, watts float64) (after time.Duration, known bool) {
	if n.UPS == nil {
		return 0, true
	}
	wh, known := e.stored(n)
	if !known || watts <= 0 {
		return e.elapsed, false
	}
	return plan.HoursOf(e.elapsed.Hours() + (wh-e.goneSince(n))/watts), true
}

// darkReason is why what the supply bears alone goes dark.
func (n *node) darkReason() Reason {
	if n.UPS == nil {
		return NoSupply
	}
	return BatteryEnds
}

// keepOn takes back that a load was switched off: its battery ends before that.
func (e *evaluation) keepOn(l *load) {
	if l.cut == nil {
		return
	}
	for _, n := range l.path {
		n.left += l.weight()
		n.on = add(n.on, l.expected)
	}
}

// fails reports whether the load goes dark before the end of the horizon although nothing over its
// capacity takes it off. That it would be switched off before, with something that it depends on
// and that is short of fuel, makes its battery no better.
func (l *load) fails() bool {
	return l.alone() && !l.held && !l.goesFor(func(c *cut) bool { return c.reason == ForCapacity })
}

// end returns when the load goes dark or must be off, since the loss, and why; ok is false when
// nothing known ends it, or it is not on emergency power.
func (e *evaluation) end(l *load) (after time.Duration, why Reason, ok bool) {
	switch {
	case l.cut != nil:
		return l.cut.after, l.cut.reason, true
	case len(l.path) == 0:
		return 0, "", false
	case l.alone():
		return l.dark, l.path[0].darkReason(), true
	}
	lasts, ok := e.lasts(l.path[0].running())
	return e.elapsed + lasts, FuelEnds, ok
}
