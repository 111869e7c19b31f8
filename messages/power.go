package messages

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules/supply"
)

// Power is the one line on emergency power: whether utility power is there, as far as anybody can
// tell, and how long the rest lasts when it is not.
func (w *Words) Power(f *supply.Facts) string {
	return w.power(f, f.At, func(left time.Duration) string {
		return w.Say("power_line_left", map[string]any{"Span": w.Span(left)})
	})
}

// PowerOnPaper is [Words.Power] for paper, which is read later: until when the rest lasts, and every
// instant with its day.
func (w *Words) PowerOnPaper(f *supply.Facts) string {
	return w.power(f, time.Time{}, func(left time.Duration) string {
		return w.Say("power_line_until", map[string]any{"At": w.Moment(f.At.Add(left), time.Time{})})
	})
}

// power says instants as they stand beside another.
func (w *Words) power(f *supply.Facts, beside time.Time, rest func(left time.Duration) string) string {
	switch {
	case f.UtilityUnknown:
		return w.Word("power_line_unknown")
	case !f.UtilityLost:
		return w.Word("power_line_present")
	}
	line := w.Say("power_line_lost", map[string]any{"At": w.Moment(f.UtilityLostAt.In(f.At.Location()), beside)})
	if notStarted(f) {
		line += w.Word("power_line_not_started")
	}
	if left, ok := f.Remaining(); ok && left > 0 { // zero: something is dark already, and the supplies tell how long theirs lasts
		line += rest(left)
	}
	if next := f.NextShed(); next != nil {
		line += w.Say("power_line_shed", map[string]any{"Load": next.Title, "At": w.Moment(next.At.In(f.At.Location()), beside)})
	}
	return line
}

func notStarted(f *supply.Facts) bool {
	return slices.ContainsFunc(f.Supplies, func(s *supply.SupplyFacts) bool { return slices.Contains(s.Problems, supply.NotStarted) })
}

// Supply is the line on one generator or UPS: what it does, and for how long. What one that does not
// answer said last is told as such.
func (w *Words) Supply(s *supply.SupplyFacts) string {
	return w.supplyLine(s, func(lasts time.Duration) string { return w.Say("power_runtime", map[string]any{"Span": w.Span(lasts)}) })
}

// SupplyOnPaper is [Words.Supply] as of an instant for paper, which is read later: what is being used
// up lasts until then.
func (w *Words) SupplyOnPaper(s *supply.SupplyFacts, now time.Time) string {
	if !usedUp(s) {
		return w.Supply(s)
	}
	return w.supplyLine(s, func(lasts time.Duration) string {
		return w.Say("power_runtime_until", map[string]any{"At": w.Moment(now.Add(lasts), time.Time{})})
	})
}

// usedUp reports whether a supply lives on its battery or fuel.
func usedUp(s *supply.SupplyFacts) bool {
	return s.AssumedDying || s.Source == supply.FromBattery || s.Kind == plan.GeneratorSupply && s.Runs()
}

func (w *Words) supplyLine(s *supply.SupplyFacts, lasting func(time.Duration) string) string {
	if s.Lost && !s.AssumedDying {
		last := ""
		if !s.ReadingAt.IsZero() {
			last = w.supply(s, lasting)
		}
		return w.Say("power_silent", map[string]any{"Last": last})
	}
	return w.supply(s, lasting)
}

func (w *Words) supply(s *supply.SupplyFacts, lasting func(time.Duration) string) string {
	var parts []string
	switch {
	case s.AssumedDying:
		parts = append(parts, w.Word("power_assumed_dying"))
	case s.Kind == plan.GeneratorSupply && s.Runs():
		parts = append(parts, w.Word("power_running"))
	case slices.Contains(s.Problems, supply.NotStarted):
		parts = append(parts, w.Word("power_not_started"))
	case s.Kind == plan.UPSSupply && s.Source != "":
		parts = append(parts, w.Word("power_source_"+string(s.Source)))
	case s.ReadingAt.IsZero():
		parts = append(parts, w.Word("power_not_read"))
	}
	if s.ChargeRatio != nil {
		parts = append(parts, w.Say("power_charge", map[string]any{"Percent": percent(*s.ChargeRatio)}))
	}
	if s.RuntimeSeconds != nil {
		parts = append(parts, lasting(time.Duration(*s.RuntimeSeconds)*time.Second))
	}
	return strings.Join(parts, w.Word("list_comma"))
}

func percent(ratio float64) string { return strconv.Itoa(int(math.Round(100 * ratio))) }

// Doubts are the words for what cannot be believed of a supply.
func (w *Words) Doubts(s *supply.SupplyFacts, now time.Time) []string {
	said := make([]string, len(s.Doubted))
	for i, d := range s.Doubted {
		said[i] = w.doubt(d, now)
	}
	return said
}

// JournaledDoubts are the words for doubts as an event carries them.
func (w *Words) JournaledDoubts(doubts []journal.PowerDoubt, now time.Time) []string {
	said := make([]string, len(doubts))
	for i, d := range doubts {
		said[i] = w.doubt(supply.Doubt{Code: supply.DoubtCode(d.Code), Values: d.Values}, now)
	}
	return said
}

func (w *Words) doubt(d supply.Doubt, now time.Time) string {
	data := map[string]any{}
	for name, value := range d.Values {
		data[name] = value
		if unit, ok := strings.CutSuffix(name, "Seconds"); ok {
			data[cmp.Or(unit, "Span")] = w.Span(time.Duration(number(value)) * time.Second)
		}
	}
	if at, ok := instant(d.Values["At"]); ok {
		data["At"] = w.Moment(at.In(now.Location()), now)
	}
	return w.Say("doubt_"+string(d.Code), data)
}

// number and instant read a value of a doubt, which may have come through JSON.
func number(v any) int64 {
	switch v := v.(type) {
	case int64:
		return v
	case float64:
		return int64(v)
	default:
		return 0
	}
}

func instant(v any) (time.Time, bool) {
	switch v := v.(type) {
	case time.Time:
		return v, true
	case string:
		at, err := time.Parse(time.RFC3339, v)
		return at, err == nil
	default:
		return time.Time{}, false
	}
}
