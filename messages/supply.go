package messages

import (
	"slices"
	"strconv"
	"time"

	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules/supply"
)

// PowerVerdict says whether emergency power reaches the horizon, and how far it gets when not.
func (w *Words) PowerVerdict(f *supply.Facts) string {
	data := map[string]any{"Horizon": w.Seconds(f.HorizonSeconds), "Reaches": w.Word("not_known"), "Count": len(f.Shed)}
	if f.ReachesSeconds != nil {
		data["Reaches"] = w.Seconds(*f.ReachesSeconds)
	}
	switch {
	case f.HoldsUnshed:
		return w.Say("supply_holds_unshed", data)
	case f.Holds:
		return w.Say("supply_holds", data)
	case f.ReachesSeconds == nil && len(f.Shed) > 0 && nothingStays(f):
		return w.Say("supply_fails_dark", data)
	case f.ReachesSeconds != nil && *f.ReachesSeconds == 0:
		return w.Say("supply_fails_at_once", data)
	default:
		return w.Say("supply_fails", data)
	}
}

// nothingStays reports whether the shedding plan leaves nothing on.
func nothingStays(f *supply.Facts) bool {
	return !slices.ContainsFunc(f.Loads, func(l *supply.LoadFacts) bool { return l.OnEmergencyPower && !l.Shed })
}

// Seconds writes a length of time in whole seconds as people say it.
func (w *Words) Seconds(n int64) string { return w.Span(time.Duration(n) * time.Second) }

// Lasts writes a runtime in seconds; one that is not known is no runtime of zero.
func (w *Words) Lasts(seconds *int64) string {
	if seconds == nil {
		return "-"
	}
	return w.Seconds(*seconds)
}

// Case says how long the loads of a supply stay fed in a situation.
func (w *Words) Case(c supply.SituationFacts) string {
	switch {
	case !c.Fed:
		return w.Word("supply_dark")
	case c.Name == supply.UtilityPresent:
		return w.Word("supply_fed")
	default:
		return w.Lasts(c.LastsSeconds)
	}
}

// Feeder names what feeds a load or a UPS.
func (w *Words) Feeder(f *supply.Facts, name string) string {
	switch name {
	case plan.Utility, plan.Elsewhere:
		return w.Word("supply_by_" + name)
	case "":
		return w.Word("supply_by_nothing")
	}
	if s := f.Supply(name); s != nil {
		return s.Title
	}
	return name
}

// Rank writes a priority, and the rank that the order of shedding goes by instead.
func (w *Words) Rank(priority, switchOffAfter int) string {
	text := "-"
	if priority > 0 {
		text = strconv.Itoa(priority)
	}
	if switchOffAfter > 0 {
		text += " " + w.Say("supply_after_rank", map[string]any{"Rank": switchOffAfter})
	}
	return text
}
