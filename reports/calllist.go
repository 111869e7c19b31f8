package reports

import (
	"strconv"
	"time"

	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/rules"
)

// CallList is whom to call, in which order, by which means, and what came of it so far; where
// nobody tried yet, there is room to write. It holds contacts, which are personal data, and says so.
func CallList(w *messages.Words, c *rules.CallOut) string {
	p := newPage(w, func(name string) string { return name }, c.At)
	p.head(p.Say("calls_title", map[string]any{"Threat": c.ThreatTitle}), p.Say("page_as_of", map[string]any{"At": p.Office(c.At)}),
		p.Word("calls_personal"))
	p.field(p.Word("calls_posture"), c.Title)
	label := p.Word("calls_conditions")
	for _, condition := range c.Conditions {
		p.field(label, condition)
		label = ""
	}
	p.field(p.Word("calls_declared_by"), p.List(c.DeclaredBy))
	for _, role := range c.Roles {
		p.callRole(role)
	}
	return p.String()
}

func (p *page) callRole(role *rules.CallOutRole) {
	p.section(role.Title + p.Word("page_dash") + p.roleState(&role.RoleFacts))
	for i, candidate := range role.Candidates {
		p.candidate(i+1, candidate)
	}
	if len(role.Candidates) == 0 {
		p.put("  " + p.Word("calls_nobody"))
	}
}

// roleState says in the heading how it stands with a role.
func (p *page) roleState(role *rules.RoleFacts) string {
	if role.Holder == "" {
		return p.join(p.Word("role_open"), p.holding(role))
	}
	return p.Say("calls_held", map[string]any{"Person": role.Holder, "State": p.holding(role)})
}

func (p *page) candidate(place int, c *rules.Candidate) {
	name := p.Say("calls_person", map[string]any{"Name": c.Name, "Position": c.Position})
	if c.Next {
		name += "  " + p.Word("calls_next")
	}
	p.block("  "+strconv.Itoa(place)+"  ", name)
	rows := make([]row, len(c.Contacts))
	for i, contact := range c.Contacts {
		rows[i] = row{cells: []string{p.Medium(contact.Medium), contact.Address, contact.Note}}
	}
	if len(rows) > 0 {
		p.table(belowIndent, rows)
	}
	p.block("        ", p.confirmed(c.ConfirmedAt))
	p.block("        ", p.outcome(c.Call))
}

func (p *page) confirmed(day time.Time) string {
	if day.IsZero() {
		return p.Word("calls_unconfirmed")
	}
	return p.Say("calls_confirmed", map[string]any{"Day": p.Date(day)})
}

// outcome is what came of calling, or the room to write it down.
func (p *page) outcome(c *rules.CallFacts) string {
	if c == nil {
		return p.Word("calls_blank")
	}
	result := p.CallResult(c.Result)
	switch data := map[string]any{"At": p.clock(c.ComingAt)}; {
	case c.Late:
		result += p.Say("role_late", data)
	case !c.ComingAt.IsZero():
		result += p.Say("role_due", data)
	}
	return p.Say("calls_outcome", map[string]any{
		"Result": p.join(result, p.Medium(c.Medium), c.Note), "At": p.clock(c.At), "By": c.By,
	})
}
