package reports

import (
	"cmp"
	"strconv"
	"time"

	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules/supply"
)

// shedShown is how many lines of the shedding plan a situation report has room for.
const shedShown = 5

// power tells how emergency power stands; nothing when the plan has none.
func (p *page) power(f *supply.Facts) {
	if f == nil {
		return
	}
	p.section(p.Word("sitrep_power"))
	p.block("  ", p.Power(f))
	p.block("  ", p.horizon(f))
	p.supplies(f)
	if f.UtilityLost {
		p.shed(f)
	}
}

// horizon tells whether emergency power reaches the horizon.
func (p *page) horizon(f *supply.Facts) string {
	data := map[string]any{
		"Horizon": p.seconds(f.HorizonSeconds), "Reaches": p.Word("not_known"), "Count": len(f.Shed), "Lost": f.UtilityLost,
	}
	if f.ReachesSeconds != nil {
		data["Reaches"] = p.seconds(*f.ReachesSeconds)
	}
	switch {
	case f.HoldsUnshed:
		return p.Say("sitrep_power_holds_unshed", data)
	case f.Holds:
		return p.Say("sitrep_power_holds", data)
	default:
		return p.Say("sitrep_power_fails", data)
	}
}

func (p *page) seconds(n int64) string { return p.Span(time.Duration(n) * time.Second) }

// supplies tells of those that are at work or not in order, and counts the rest.
func (p *page) supplies(f *supply.Facts) {
	var rows []row
	quiet := 0
	for _, s := range f.Supplies {
		if !worthTelling(s) {
			quiet++
			continue
		}
		rows = append(rows, row{[]string{cmp.Or(s.Title, s.Name), p.join(p.Supply(s), p.capacity(s))}, p.trouble(s)})
	}
	if len(rows) > 0 {
		p.table(2, rows)
	}
	if quiet > 0 {
		p.put("  " + p.Say("sitrep_power_quiet", map[string]any{"Count": quiet}))
	}
}

// capacity tells how much of a supply its load takes, by what it measures, else by the plan.
func (p *page) capacity(s *supply.SupplyFacts) string {
	if s.CapacityW <= 0 {
		return ""
	}
	load := s.PlannedW
	if s.MeasuredW != nil {
		load = *s.MeasuredW
	}
	return p.Say("sitrep_power_load", map[string]any{"Load": watts(load), "Capacity": watts(s.CapacityW), "Measured": s.MeasuredW != nil})
}

func watts(w float64) string { return strconv.FormatFloat(w, 'f', 0, 64) }

// worthTelling reports whether a supply is more than a UPS on utility power or a generator at rest,
// or does not answer.
func worthTelling(s *supply.SupplyFacts) bool {
	atWork := s.Kind == plan.GeneratorSupply && s.Runs() ||
		s.Kind == plan.UPSSupply && s.Source != "" && s.Source != supply.FromUtility
	return atWork || s.Lost || s.AssumedDying || len(s.Doubted) > 0 || len(s.Problems) > 0
}

// trouble is what is the matter with a supply, a line each.
func (p *page) trouble(s *supply.SupplyFacts) []string {
	var said []string
	for _, problem := range s.Problems {
		said = append(said, p.Word("supply_problem_"+string(problem)))
	}
	return append(said, p.Doubts(s, p.now)...)
}

// shed lists what is to be switched off next, with its clock time, and what should be off already.
func (p *page) shed(f *supply.Facts) {
	var passed []string
	var rows []row
	for _, line := range f.Shed {
		switch {
		case line.At.IsZero():
		case line.At.Before(f.At):
			passed = append(passed, line.Title)
		default:
			rows = append(rows, p.shedRow(line))
		}
	}
	if len(passed) > 0 {
		p.field(p.Word("sitrep_shed_passed"), p.List(passed))
	}
	if len(rows) == 0 {
		return
	}
	p.put("  " + p.Word("sitrep_shed_next"))
	p.table(4, rows[:min(len(rows), shedShown)])
	if more := len(rows) - shedShown; more > 0 {
		p.put("    " + p.Say("page_more", map[string]any{"Count": more}))
	}
}

func (p *page) shedRow(line *supply.ShedFacts) row {
	return row{cells: []string{
		p.Say("page_by", map[string]any{"At": p.clock(line.At)}), line.Title, watts(line.Watts) + " W", p.Word("supply_reason_" + string(line.Reason)),
	}}
}
