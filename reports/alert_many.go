package reports

import (
	"cmp"
	"math"
	"slices"

	"github.com/keizoku-bcp/keizoku/rules"
	"github.com/keizoku-bcp/keizoku/rules/alert"
)

// crowd is what a message tells of many: systems that are down, systems that are back, the rest.
type crowd struct{ down, back, other []*alert.Told }

// maxRows is how many lines a table of a message has.
const maxRows = 40

// manyLetter writes a message with a table. What to do is said of the first of the systems, which
// is a root cause where there is one, and of what is no system.
func (m *teller) manyLetter(all []*alert.Told) *letter {
	c := m.crowd(all)
	l := &letter{line: headed(m.mark(all[0]), func(s space) string { return m.manyLine(c, s) }), lead: m.why(all[0])}
	if len(c.down) > 0 {
		l.sheets = append(l.sheets, m.downSheet(c.down))
	}
	if len(c.back) > 0 {
		l.sheets = append(l.sheets, m.backSheet(c.back))
	}
	for _, told := range c.other[:min(len(c.other), maxRows)] {
		l.list = append(l.list, m.mark(told)+m.headline(told, space{title: listTitle}))
	}
	if more := len(c.other) - maxRows; more > 0 {
		l.list = append(l.list, m.Say("alert_more", map[string]any{"Count": more}))
	}
	if all[0].Occasion != alert.Closed {
		for _, text := range m.whom(all[:1]) {
			m.fact(l, "whom", text)
		}
	}
	m.surroundings(l)
	if first := append(slices.Clone(c.down[:min(1, len(c.down))]), c.other...); len(first) > 0 {
		l.todo = m.todo(first)
	}
	return l
}

// crowd parts what is told: of each outage one alert, of power and the rest all.
func (m *teller) crowd(all []*alert.Told) crowd {
	var c crowd
	open := make(map[string]bool) // systems that have their row
	for _, told := range all {
		if told.Topic() == alert.OfOutage && told.Occasion != alert.Closed && !open[told.System] {
			open[told.System] = true
			c.down = append(c.down, told)
		}
	}
	for _, told := range all {
		switch {
		case told.Topic() != alert.OfOutage:
			c.other = append(c.other, told)
		case told.Occasion != alert.Closed || open[told.System]:
		case m.openOutage(told) == nil:
			open[told.System] = true
			c.back = append(c.back, told)
		case told.Name != alert.SystemDown:
			c.other = append(c.other, told)
		}
	}
	slices.SortStableFunc(c.down, m.compareDown)
	slices.SortStableFunc(c.back, func(a, b *alert.Told) int { return cmp.Compare(rankOf(a), rankOf(b)) })
	return c
}

// compareDown puts what others hang on first, then by priority and by the time that is left.
func (m *teller) compareDown(a, b *alert.Told) int {
	return cmp.Or(
		-cmp.Compare(min(1, m.hanging(a)), min(1, m.hanging(b))),
		cmp.Compare(rankOf(a), rankOf(b)), cmp.Compare(m.secondsLeft(a), m.secondsLeft(b)), cmp.Compare(a.System, b.System),
	)
}

// hanging counts what is down because of a system.
func (m *teller) hanging(told *alert.Told) int {
	if sys := m.systems[told.System]; sys != nil {
		return len(sys.Affects)
	}
	return len(told.Affects)
}

// rankOf orders priorities: 1 first, none last.
func rankOf(told *alert.Told) int {
	if p := priorityOf(told); p > 0 {
		return p
	}
	return math.MaxInt
}

func (m *teller) secondsLeft(told *alert.Told) float64 {
	if o := m.outageOf(told); o != nil && o.Left != nil {
		return float64(*o.Left)
	}
	return math.Inf(1)
}

// manyLine is the line of a message with a table.
func (m *teller) manyLine(c crowd, s space) string {
	var line string
	more := len(c.other)
	switch {
	case len(c.down) > 1:
		line, more = m.downLine(c.down, s), more+len(c.back)
	case len(c.down) == 1:
		line, more = m.headline(c.down[0], s), more+len(c.back)
	case len(c.back) > 1:
		line = m.backLine(c.back)
	case len(c.back) == 1:
		line = m.headline(c.back[0], s)
	default:
		line, more = m.headline(c.other[0], s), more-1
	}
	if more == 0 || s.brief {
		return line
	}
	return line + m.Say("alert_many_more", map[string]any{"Count": more})
}

func (m *teller) downLine(all []*alert.Told, s space) string {
	p := m.in.Situation.Power
	data := map[string]any{"Brief": s.brief, "Lost": p != nil && p.UtilityLost, "Count": len(all), "Root": "", "Left": "", "Title": "", "Deadline": ""}
	if !s.brief && m.hanging(all[0]) > 0 && m.hanging(all[1]) == 0 {
		data["Root"] = cut(m.titleOf(all[0]), s.title)
	}
	priority, missed := 0, 0
	for _, told := range all {
		if told.Priority > 0 {
			priority++
		}
		if o := m.outageOf(told); o != nil && o.Verdict == rules.Missed {
			missed++
		}
	}
	data["Priority"], data["Missed"] = priority, missed
	if next := m.nextDeadline(all); next != nil {
		o := m.outageOf(next)
		data["Left"], data["Title"], data["Deadline"] = m.lasting(o.Left.Duration()), cut(m.titleOf(next), s.title), m.clock(o.Deadline)
	}
	if s.brief {
		data["Priority"], data["Title"] = 0, ""
	}
	return m.Say("alert_many_down", data)
}

// nextDeadline is whose deadline comes next, by priority where several come together; nil when
// none is to come.
func (m *teller) nextDeadline(all []*alert.Told) (next *alert.Told) {
	for _, told := range all {
		left := m.secondsLeft(told)
		if left < 1 || math.IsInf(left, 1) {
			continue
		}
		if next == nil || left < m.secondsLeft(next) || left == m.secondsLeft(next) && rankOf(told) < rankOf(next) {
			next = told
		}
	}
	return next
}

func (m *teller) backLine(all []*alert.Told) string {
	met, late := 0, 0
	for _, told := range all {
		switch {
		case told.Met == nil:
		case *told.Met:
			met++
		default:
			late++
		}
	}
	return m.Say("alert_many_back", map[string]any{"Count": len(all), "Met": met, "Late": late})
}

func (m *teller) downSheet(all []*alert.Told) sheet {
	s := sheet{
		Title: m.Word("alert_sheet_down"), More: m.more(all),
		Head: m.words("console_rank", "console_system", "console_state", "console_left", "console_deadline", "console_cause"),
	}
	for _, told := range all[:min(len(all), maxRows)] {
		o := m.outageOf(told)
		s.Rows = append(s.Rows, m.cleaned([]string{
			rankText(told.Priority), m.titleOf(told), m.standing(o), m.left(o), m.deadline(o), m.causeCell(told, o),
		}))
	}
	return s
}

func (m *teller) causeCell(told *alert.Told, o *rules.OutageFacts) string {
	switch n := m.hanging(told); {
	case n > 0:
		return m.Say("alert_root", map[string]any{"Count": n})
	case len(told.Causes) > 0:
		return m.names(told.Causes)
	case o != nil && o.Reason != "":
		return m.Reason(o.Reason)
	default:
		return ""
	}
}

func (m *teller) backSheet(all []*alert.Told) sheet {
	s := sheet{
		Title: m.Word("alert_sheet_back"), More: m.more(all),
		Head: m.words("console_rank", "console_system", "outages_ended", "outages_length", "outages_outcome"),
	}
	for _, told := range all[:min(len(all), maxRows)] {
		s.Rows = append(s.Rows, m.cleaned([]string{
			rankText(told.Priority), m.titleOf(told), m.clock(told.EndedAt), m.lasting(lastedOf(told)), m.outcome(told),
		}))
	}
	return s
}

func (m *teller) outcome(told *alert.Told) string {
	switch {
	case told.Dropped:
		return m.Word("outcome_dropped")
	case told.Met == nil:
		return ""
	case *told.Met:
		return m.Word("outcome_met")
	default:
		return m.Word("outcome_missed")
	}
}

func (m *teller) more(all []*alert.Told) string {
	if len(all) <= maxRows {
		return ""
	}
	return m.Say("alert_more", map[string]any{"Count": len(all) - maxRows})
}
