package reports

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/keizoku-bcp/keizoku/rules"
)

// systems lists what is not in order, by priority, and counts the rest.
func (p *page) systems(s *rules.Situation) {
	p.section(p.Word("sitrep_systems"))
	ill := notUp(s.Systems)
	if len(ill) > 0 {
		rows := []row{{cells: p.words("", "console_rank", "console_system", "console_state", "console_deadline", "console_left")}}
		for _, sys := range ill {
			rows = append(rows, p.systemRow(sys))
		}
		p.table(2, rows)
		p.put("  " + p.Word("sitrep_marks"))
	}
	p.put("  " + p.healthy(s, len(ill)))
	if n := pending(s.Systems); n > 0 {
		p.put("  " + p.Say("sitrep_pending", map[string]any{"Count": n}))
	}
}

func (p *page) healthy(s *rules.Situation, ill int) string {
	up := len(s.Systems) - ill - pending(s.Systems)
	if ill == 0 && up > 0 && up == len(s.Systems) {
		return p.Say("all_up", map[string]any{"Count": up})
	}
	return p.Say("console_healthy", map[string]any{"Count": up})
}

func pending(systems []*rules.SystemFacts) int {
	n := 0
	for _, sys := range systems {
		if sys.State == rules.Pending && sys.Outage == nil {
			n++
		}
	}
	return n
}

// notUp are the systems that are not in order, the first by priority first.
func notUp(systems []*rules.SystemFacts) []*rules.SystemFacts {
	var ill []*rules.SystemFacts
	for _, sys := range systems {
		if sys.Outage != nil || sys.State != rules.Up && sys.State != rules.Pending {
			ill = append(ill, sys)
		}
	}
	rank := func(s *rules.SystemFacts) int {
		if s.Priority == 0 {
			return math.MaxInt
		}
		return s.Priority
	}
	slices.SortStableFunc(ill, func(a, b *rules.SystemFacts) int { return cmp.Compare(rank(a), rank(b)) })
	return ill
}

func (p *page) systemRow(sys *rules.SystemFacts) row {
	rank, title := "", sys.Title
	if sys.Priority > 0 {
		rank = strconv.Itoa(sys.Priority)
	}
	if title == "" {
		title = sys.Name
	}
	cells := []string{mark(sys.Outage), rank, title, p.State(sys.State), p.deadline(sys.Outage), p.left(sys.Outage)}
	return row{cells, []string{p.clockLine(sys), p.meansLine(sys)}}
}

func mark(o *rules.OutageFacts) string {
	switch {
	case o == nil || o.Verdict == rules.OnTrack:
		return markNone
	case o.Verdict == rules.Missed:
		return markMissed
	default:
		return markRisk
	}
}

func (p *page) deadline(o *rules.OutageFacts) string {
	switch {
	case o == nil:
		return ""
	case o.Deadline.IsZero():
		return p.Word("console_no_deadline")
	default:
		return p.clock(o.Deadline)
	}
}

// left is the time that is left to an outage, or by how much it is overdue.
func (p *page) left(o *rules.OutageFacts) string {
	switch {
	case o == nil || o.Left == nil:
		return ""
	case *o.Left < 0:
		return p.over(o.Left.Duration())
	default:
		return p.Span(o.Left.Duration())
	}
}

func (p *page) over(by time.Duration) string {
	return p.Say("over", map[string]any{"Span": p.Span(by)})
}

// clockLine tells of a system's clock: since when, how long, how long is allowed, until when.
func (p *page) clockLine(sys *rules.SystemFacts) string {
	o := sys.Outage
	if o == nil {
		return p.join(p.since(sys), p.maintenance(sys.Maintenance))
	}
	return p.join(
		p.Say("sitrep_down", map[string]any{
			"Since": p.clock(o.Start) + p.estimated(o.Estimated), "Span": p.Span(o.Elapsed.Duration()), "Corrected": o.Corrected,
		}),
		p.allowed(o), p.Back(o, p.titles, p.clock), p.risk(o), p.maintenance(sys.Maintenance),
	)
}

func (p *page) since(sys *rules.SystemFacts) string {
	if sys.Since.IsZero() {
		return ""
	}
	return p.Say("sitrep_since", map[string]any{"At": p.clock(sys.Since)})
}

func (p *page) allowed(o *rules.OutageFacts) string {
	if o.Allowed == nil {
		return ""
	}
	return p.Say("sitrep_allowed", map[string]any{"Span": p.Span(o.Allowed.Duration())})
}

func (p *page) risk(o *rules.OutageFacts) string {
	if o.Risk != rules.RiskPower {
		return ""
	}
	return p.Word("risk_power") + p.Say("page_until", map[string]any{"At": p.clock(o.SupplyEndsAt)})
}

func (p *page) maintenance(m *rules.Window) string {
	if m == nil {
		return ""
	}
	title := m.Title
	if title == "" {
		title = m.Name
	}
	return title + p.Say("page_until", map[string]any{"At": p.clock(m.To)})
}

// meansLine tells what stopped it, who is at work on it, and what to do without it.
func (p *page) meansLine(sys *rules.SystemFacts) string {
	return p.join(p.cause(sys), p.worker(sys.Outage), p.alternative(sys))
}

func (p *page) cause(sys *rules.SystemFacts) string {
	if len(sys.Causes) > 0 {
		said := make([]string, len(sys.Causes))
		for i, name := range sys.Causes {
			said[i] = p.titles(name)
		}
		return p.Say("sitrep_cause", map[string]any{"Cause": p.List(said)})
	}
	if o := sys.Outage; o != nil && o.Reason != "" {
		return p.Say("sitrep_cause", map[string]any{"Cause": p.Reason(o.Reason)})
	}
	return p.failing(sys.Checks)
}

// failing names the checks of a degraded system that fail.
func (p *page) failing(checks []*rules.CheckFacts) string {
	var said []string
	for _, c := range checks {
		if c.State == rules.Down {
			said = append(said, p.Say("sitrep_check", map[string]any{"Check": c.Name, "Reason": p.Reason(c.Reason)}))
		}
	}
	if len(said) == 0 {
		return ""
	}
	return p.Say("sitrep_failing", map[string]any{"Checks": p.List(said)})
}

func (p *page) worker(o *rules.OutageFacts) string {
	if o == nil || o.AcknowledgedAt.IsZero() {
		return ""
	}
	return p.Say("sitrep_worker", map[string]any{"By": o.AcknowledgedBy, "At": p.clock(o.AcknowledgedAt), "Why": o.AcknowledgedWhy})
}

func (p *page) alternative(sys *rules.SystemFacts) string {
	if sys.Alternative == "" {
		return ""
	}
	lasts := ""
	if sys.AlternativeLasts > 0 {
		lasts = p.Span(sys.AlternativeLasts.Duration())
	}
	return p.Say("sitrep_alternative", map[string]any{"Title": sys.Alternative, "Lasts": lasts})
}
