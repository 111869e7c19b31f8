package messages

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules/supply"
)

// Power is the one line on emergency power: whether utility power is there, and how long the rest
// lasts when it is not.
func (w *Words) Power(f *supply.Facts) string {
	if !f.UtilityLost {
		return w.Word("power_line_present")
	}
	line := w.Say("power_line_lost", map[string]any{"At": w.Moment(f.UtilityLostAt.In(f.At.Location()), f.At)})
	if left, ok := f.Remaining(); ok {
		line += w.Say("power_line_left", map[string]any{"Span": w.Span(left)})
	}
	if next := f.NextShed(); next != nil {
		line += w.Say("power_line_shed", map[string]any{"Load": next.Title, "At": w.Moment(next.At, f.At)})
	}
	return line
}

// Supply is the line on one generator or UPS: what it does, and for how long.
func (w *Words) Supply(s *supply.SupplyFacts) string {
	var parts []string
	switch {
	case s.AssumedDying:
		parts = append(parts, w.Word("power_assumed_dying"))
	case s.Kind == plan.GeneratorSupply && s.Running != nil && *s.Running:
		parts = append(parts, w.Word("power_running"))
	case s.Kind == plan.UPSSupply && s.Source != "":
		parts = append(parts, w.Word("power_source_"+string(s.Source)))
	case s.ReadingAt.IsZero():
		parts = append(parts, w.Word("power_not_read"))
	}
	if s.ChargeRatio != nil {
		parts = append(parts, w.Say("power_charge", map[string]any{"Percent": percent(*s.ChargeRatio)}))
	}
	if s.RuntimeSeconds != nil {
		parts = append(parts, w.Say("power_runtime", map[string]any{"Span": w.Span(time.Duration(*s.RuntimeSeconds) * time.Second)}))
	}
	return strings.Join(parts, w.Word("list_comma"))
}

func percent(ratio float64) string { return strconv.Itoa(int(math.Round(100 * ratio))) }
