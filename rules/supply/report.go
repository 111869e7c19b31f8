package supply

import (
	"slices"
	"time"

	"github.com/keizoku-bcp/keizoku/plan"
)

func (e *evaluation) facts() *Facts {
	for _, n := range e.nodes {
		e.judge(n)
		e.doubt(n)
	}
	f := &Facts{
		At: e.now, UtilityLost: e.lost, MarginRatio: e.policy.Margin,
		HorizonSeconds: int64(e.policy.Horizon / time.Second),
		Supplies:       []*SupplyFacts{}, Loads: []*LoadFacts{}, Shed: e.shedFacts(), Restart: e.restart(),
	}
	if e.lost {
		f.UtilityLostAt = e.lostAt
	}
	for _, n := range e.nodes {
		f.Supplies = append(f.Supplies, e.supplyFacts(n))
	}
	for _, l := range e.loads {
		at, reason := e.ends(l)
		f.Loads = append(f.Loads, &LoadFacts{
			EndsAt: at, EndsReason: reason,
			Load: l.Name, Title: l.Title, Kind: l.Kind, Priority: l.Priority, SwitchOffAfter: l.SwitchOffAfter, Watts: l.planned.W, VA: l.planned.VA,
			FedBy: l.FedBy, OnEmergencyPower: len(l.path) > 0, Shed: l.cut != nil,
		})
	}
	f.Holds = e.holds()
	f.HoldsUnshed = f.Holds && len(f.Shed) == 0
	reaches, ok := e.reaches()
	f.ReachesSeconds = seconds(reaches, ok)
	f.UnshedSeconds = e.unshed(f.HoldsUnshed)
	return f
}

// ends returns when the load goes dark or must be off in this blackout, and why.
func (e *evaluation) ends(l *load) (time.Time, Reason) {
	switch {
	case !e.lost || l.FedBy == plan.Elsewhere || l.FedBy == "":
		return time.Time{}, ""
	case len(l.path) == 0:
		return e.lostAt, NoSupply
	}
	after, why, ok := e.end(l)
	if !ok {
		return time.Time{}, ""
	}
	return e.lostAt.Add(after.Truncate(time.Second)), why
}

// judge finds what people must know of a supply.
func (e *evaluation) judge(n *node) {
	if e.overAll(n) {
		n.tell(OverCapacity)
	}
	if n.Generator != nil {
		e.judgeGenerator(n)
		return
	}
	if n.load.W > 0 {
		if _, ok := e.energy(n); !ok {
			n.tell(BatteryUnknown)
		}
	}
	if n.backup == nil {
		n.tell(BatteryOnly)
	} else if bridge, ok := e.battery(n, n.load.W); ok && !e.lost && bridge < n.backup.Generator.StartsWithin {
		n.tell(BridgeShort)
	}
	if n.running() == nil && slices.ContainsFunc(e.order, func(l *load) bool { return l.path[0] == n && e.outlived(l) }) {
		n.tell(DependencyEnds)
	}
}

// overAll is over for the whole load, before anything is shed.
func (e *evaluation) overAll(n *node) bool {
	all := *n
	all.left = 1
	return n.load != (plan.Draw{}) && e.over(&all, n.load)
}

// outlived reports whether something that depends on the load stays on longer.
func (e *evaluation) outlived(l *load) bool {
	after, _, ends := e.end(l)
	return ends && slices.ContainsFunc(l.dependents, func(s *load) bool {
		later, _, known := e.end(s)
		return s.survives() && (!known || later > after)
	})
}

func (e *evaluation) judgeGenerator(n *node) {
	if e.lost && n.failed {
		n.tell(NotStarted)
	}
	if !n.fuelled() {
		n.tell(FuelUnknown)
		return
	}
	if n.load.W <= 0 {
		return
	}
	if _, beyond := n.burn(n.load); beyond {
		n.tell(BeyondCurve)
	}
	if lasts, _ := e.runtime(n, n.load); lasts < e.horizon {
		n.tell(HorizonShort)
	}
	if e.infeasible(n) {
		n.tell(Infeasible)
	}
}

// infeasible reports whether the generator cannot keep even one of its loads for the horizon. One
// that failed keeps none, but the batteries behind it may.
func (e *evaluation) infeasible(n *node) bool {
	if n.failed {
		return n.load.W > 0 && !slices.ContainsFunc(e.order, func(l *load) bool { return l.cut == nil && slices.Contains(l.path, n) })
	}
	return n.load.W > 0 && (n.left == 0 || e.short(n))
}

// holds reports whether, with the shedding plan carried out, emergency power lasts for the
// horizon: behind every generator something stays on for it, and nothing that has a rank hangs on
// a battery alone that ends before it. A desk's UPS without a generator, whose loads nobody ranked,
// spoils nothing.
func (e *evaluation) holds() bool {
	for _, l := range e.order {
		if l.fails() && l.Ranked() {
			return false
		}
	}
	for _, n := range e.nodes {
		if n.Generator != nil && e.infeasible(n) {
			return false
		}
	}
	return e.survivors() || len(e.order) == 0 && len(e.nodes) > 0
}

// survivors reports whether anything on emergency power stays on.
func (e *evaluation) survivors() bool {
	return slices.ContainsFunc(e.order, func(l *load) bool { return l.cut == nil })
}

// reaches returns how long after the loss of utility power the first thing that was to hold for
// the horizon ends; ok is false when nothing known does.
func (e *evaluation) reaches() (time.Duration, bool) {
	var first time.Duration
	known := false
	take := func(d time.Duration) {
		if !known || d < first {
			first, known = d, true
		}
	}
	for _, n := range e.nodes {
		if n.Generator == nil || n.failed || n.on.W <= 0 {
			continue
		}
		if lasts, ok := e.lasts(n); ok {
			take(e.elapsed + lasts)
		}
	}
	counts := e.countsAlone()
	for _, l := range e.order {
		if (l.held || l.fails()) && counts(l) {
			take(l.dark)
		}
	}
	return first, known
}

// countsAlone returns which of the loads that are alone matter to how far it gets: those with a
// rank. One without counts while nothing stays on in its stead: for one that ends, anything; for
// one that its battery holds, anything with a rank or a generator.
func (e *evaluation) countsAlone() func(*load) bool {
	survivors := e.survivors()
	better := slices.ContainsFunc(e.order, func(l *load) bool { return l.cut == nil && (l.Ranked() || !l.alone()) })
	return func(l *load) bool { return l.Ranked() || !survivors || l.held && !better }
}

// lasts returns how long from now on the generator's fuel lasts with the shedding plan carried
// out at the times it says.
func (e *evaluation) lasts(n *node) (time.Duration, bool) {
	lasts, ok := e.runtime(n, n.on)
	late := slices.ContainsFunc(e.order, func(l *load) bool {
		return l.cut != nil && l.cut.basis == ForHorizon && slices.Contains(l.path, n)
	})
	if ok && late && lasts > e.horizon {
		return e.horizon, true // loads stay on until that is what is left
	}
	return lasts, ok
}

func (e *evaluation) supplyFacts(n *node) *SupplyFacts {
	watts, va := n.measured()
	f := &SupplyFacts{
		Name: n.Name, Title: n.Title, Kind: n.Kind, CapacityW: n.CapacityW, CapacityVA: n.CapacityVA,
		PlannedW: n.planned.W, PlannedVA: n.planned.VA, MeasuredW: watts, MeasuredVA: va,
		HeadroomW:  e.policy.Usable(n.CapacityW) - n.load.W*n.factor,
		HeadroomVA: e.policy.Usable(n.CapacityVA) - n.load.VA*n.factor,
		AfterShedW: n.on.W * n.factor, AfterShedVA: n.on.VA * n.factor,
		Source: n.reading.Source, ChargeRatio: n.reading.ChargeRatio, LoadRatio: n.reading.LoadRatio, Running: n.reading.Running, ReadingAt: e.local(n.reading.At),
		TestResult: n.reading.TestResult, TestedAt: e.local(n.reading.TestedAt), BatteryDate: n.reading.BatteryDate, Lost: e.unanswered(n),
		FuelMeasured: n.reading.FuelLiters != nil || n.reading.FuelRatio != nil,
		AssumedDying: n.dying(), Problems: n.problems, Doubts: Texts(n.doubts), Doubted: n.doubts,
		Situations: e.situations(n),
	}
	if n.UPS != nil {
		f.FedBy = n.FedBy
	} else if n.fuelled() {
		liters := e.liters(n)
		f.FuelLiters = &liters
	}
	f.RuntimeSeconds = seconds(e.runtimeOf(n, n.load))
	f.AfterShedRuntimeSeconds = seconds(e.runtimeOf(n, n.on))
	if f.Problems == nil {
		f.Problems = []Problem{}
	}
	return f
}

// unanswered reports whether the supply is confirmed not to answer.
func (e *evaluation) unanswered(n *node) bool {
	_, silent := e.live.Silent[n.Name]
	return silent || n.reading.Lost
}

// runtimeOf returns how long battery or fuel bear the load from now on.
func (e *evaluation) runtimeOf(n *node, d plan.Draw) (time.Duration, bool) {
	switch {
	case n.Generator != nil && d.W > 0:
		return e.runtime(n, d)
	case n.UPS != nil && d.W > 0:
		return e.battery(n, d.W)
	case n.UPS != nil && n.planned.W <= 0:
		return e.saidRuntime(n) // nobody listed what hangs on it
	}
	return 0, false
}

// situations tells how long what hangs on the supply stays fed, in the three situations.
func (e *evaluation) situations(n *node) []SituationFacts {
	running := SituationFacts{Name: GeneratorRunning, Fed: true}
	failed := SituationFacts{Name: GeneratorFailed, Fed: n.UPS != nil}
	battery := e.ownBattery(n)
	if failed.Fed {
		failed.LastsSeconds = battery
	}
	switch g := n.backup; {
	case g == nil, n.has(BridgeShort): // whatever runs later, its loads go down first
		running.LastsSeconds = battery
	default:
		running.LastsSeconds = seconds(e.runtimeOf(g, g.load))
	}
	return []SituationFacts{{Name: UtilityPresent, Fed: true}, running, failed}
}

func (e *evaluation) ownBattery(n *node) *int64 {
	if n.UPS == nil {
		return nil
	}
	return seconds(e.battery(n, n.load.W))
}

// local puts t into the zone of the question; the zero time stays.
func (e *evaluation) local(t time.Time) time.Time { return plan.InZone(t, e.now.Location()) }
