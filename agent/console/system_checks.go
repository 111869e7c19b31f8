package console

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dustin/go-humanize"

	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

// checkRow is a check with its newest result.
type checkRow struct {
	*rules.CheckFacts
	// Every is its interval; zero: the plan has it no more.
	Every  time.Duration
	Bars   []phaseBar
	Shown  []shownValue
	More   int // values that there is no room for
	Days   int // until its certificate ends, when NotAfter is not zero
	Urgent bool
}

// phaseBar is the part of a look that one phase took, in percent of its bar.
type phaseBar struct {
	Class, Name, Took string
	X, Width          float64
}

// shownValue is a number worth a look.
type shownValue struct{ Name, Text string }

// Bounds of what a row shows: no kind of check has more of either, but a program that somebody
// wrote may.
const (
	maxPhases = 12
	maxValues = 24
)

// soonDays is from how many days on the end of a certificate is urgent on this page.
const soonDays = 14

func (p *systemPage) checkRows() []checkRow {
	rows := make([]checkRow, len(p.Sys.Checks))
	for i, c := range p.Sys.Checks {
		row := checkRow{CheckFacts: c, Bars: phaseBars(c.Phases)}
		if check := p.planned(c.Name); check != nil {
			row.Every = check.Interval
		}
		row.Shown, row.More = p.values(c.Values)
		if !c.NotAfter.IsZero() {
			row.Days = int(math.Floor(c.NotAfter.Sub(p.At).Hours() / 24))
			row.Urgent = row.Days < soonDays
		}
		rows[i] = row
	}
	return rows
}

// planned is the check as the plan has it; nil: it has it no more.
func (p *systemPage) planned(name string) *plan.Check {
	if p.Entry == nil {
		return nil
	}
	i := slices.IndexFunc(p.Entry.Checks, func(c *plan.Check) bool { return c.Name == name })
	if i < 0 {
		return nil
	}
	return p.Entry.Checks[i]
}

// phaseBars stacks phases from the left to the right. A bar of no length has none.
func phaseBars(phases []rules.PhaseFacts) []phaseBar {
	phases = phases[:min(len(phases), maxPhases)]
	whole := 0.
	for _, f := range phases {
		whole += math.Max(0, float64(f.Seconds))
	}
	bars := make([]phaseBar, len(phases))
	x := 0.
	for i, f := range phases {
		bars[i] = phaseBar{Class: "phase" + strconv.Itoa(i%6), Name: f.Name, Took: took(f.Seconds), X: x}
		if whole > 0 {
			bars[i].Width = 100 * math.Max(0, float64(f.Seconds)) / whole
		}
		x += bars[i].Width
	}
	return bars
}

// took writes a short time: 0.8 ms, 12 ms, 1.25 s.
func took(s rules.Seconds) string {
	switch ms := float64(s) * 1000; {
	case ms < 10:
		return trimmed(ms, 1) + " ms"
	case ms < 1000:
		return trimmed(ms, 0) + " ms"
	default:
		return trimmed(float64(s), 2) + " s"
	}
}

func trimmed(v float64, decimals int) string {
	text := strconv.FormatFloat(v, 'f', decimals, 64)
	if strings.Contains(text, ".") {
		text = strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
	}
	return text
}

// values are the numbers of a look, by name, the first of them.
func (p *systemPage) values(all map[string]float64) (shown []shownValue, more int) {
	for name, v := range all {
		shown = append(shown, shownValue{name, valueText(name, v)})
	}
	slices.SortFunc(shown, func(a, b shownValue) int { return cmp.Compare(a.Name, b.Name) })
	if len(shown) > maxValues {
		shown, more = shown[:maxValues], len(shown)-maxValues
	}
	for i := range shown {
		shown[i].Name = p.Short(shown[i].Name)
	}
	return shown, more
}

// valueText writes a number in the unit that its name tells, at its end or before what it is of:
// disk_used_ratio, disk_used_ratio_root. Without a unit it is the number alone.
func valueText(name string, v float64) string {
	unit := func(u string) bool { return strings.Contains(name+"_", "_"+u+"_") || strings.Contains(name, "_"+u+"/") }
	switch {
	case math.IsNaN(v) || math.IsInf(v, 0):
		return fmt.Sprint(v)
	case unit("seconds") && math.Abs(v) < 60:
		return took(rules.Seconds(v))
	case unit("seconds"):
		return trimmed(v, 0) + " s"
	case unit("ratio"):
		return trimmed(100*v, 1) + " %"
	case unit("bytes") && v >= 0 && v < math.MaxUint64:
		return humanize.IBytes(uint64(v))
	case unit("days"):
		return trimmed(v, 1) + " d"
	case math.Abs(v) >= 1e15:
		return strconv.FormatFloat(v, 'g', 4, 64)
	default:
		return trimmed(v, 3)
	}
}

// Took is how long the newest look took.
func (row checkRow) Took() string { return took(row.Duration) }
