package console

import (
	"net/url"
	"regexp"
	"slices"
	"time"

	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
	"github.com/keizoku-bcp/keizoku/rules/supply"
)

// aroundView is what the plan ties to a system.
type aroundView struct {
	Businesses []businessRow
	More       int // businesses that there is no room for
	Threats    []string
	Steps      []stepRow
	Windows    []rules.Window
	Power      *powerPart
}

// businessRow is a business that needs the system, with its targets in the order of the threats.
type businessRow struct {
	Title, Division string
	Targets         []string
}

// stepRow is a step that asks for the system in its condition.
type stepRow struct {
	Procedure, Title, Condition string
	Due                         time.Duration
	Role                        string
	People                      []personRow
	Links                       []docLink
}

// personRow is somebody who takes a role. Contacts are there for operators alone.
type personRow struct {
	Name, Position string
	Contacts       []contactRow
}

type contactRow struct{ Medium, Address, Note string }

// docLink is a document; an empty Href is a place on a shelf.
type docLink struct{ Title, To, Href string }

// powerPart is what the emergency-power list says of the system.
type powerPart struct {
	*supply.LoadFacts
	FedBy string
	// Line is when it goes off, if it does; AfterSeconds counts from the loss of utility power.
	Line *supply.ShedFacts
}

// maxBusinesses bounds the list of businesses.
const maxBusinesses = 50

func (p *systemPage) around() *aroundView {
	a := &aroundView{Power: p.power()}
	for _, t := range p.Written.Threats {
		a.Threats = append(a.Threats, p.TitleOf(t.Name))
	}
	needed := p.Written.NeededBy(p.Name)
	a.More = max(0, len(needed)-maxBusinesses)
	for _, b := range needed[:min(len(needed), maxBusinesses)] {
		a.Businesses = append(a.Businesses, p.business(b))
	}
	a.Steps = p.steps()
	if p.Entry != nil {
		a.Windows = rules.NextWindows(p.Written, p.Entry, p.At)
	}
	return a
}

func (p *systemPage) business(b *plan.Business) businessRow {
	row := businessRow{Title: p.Short(b.Title), Division: p.Short(b.Division)}
	for _, t := range p.Written.Threats {
		text := "–"
		if target := b.RecoverWithin[t.Name]; !target.IsZero() {
			text = p.Words.Allowance(target.String())
		}
		row.Targets = append(row.Targets, text)
	}
	return row
}

// steps are those of the plan's procedures whose condition names the system.
func (p *systemPage) steps() []stepRow {
	named := regexp.MustCompile(`\bsystem\.` + regexp.QuoteMeta(p.Name) + `(?:[^\w-]|$)`)
	var rows []stepRow
	for _, q := range p.Written.Procedures {
		for _, s := range q.Steps {
			if s.OnlyIf == nil || !named.MatchString(s.OnlyIf.Text()) {
				continue
			}
			row := stepRow{Procedure: p.Short(q.Title), Title: p.Short(s.Title), Condition: p.Short(s.OnlyIf.Text()), Due: s.Due}
			if role := p.Written.Role(s.Role); role != nil {
				row.Role, row.People = p.Short(role.Title), p.people(role)
			}
			for _, l := range s.Links {
				row.Links = append(row.Links, docLink{p.Short(l.Title), p.Short(l.To), webAddress(l.To)})
			}
			rows = append(rows, row)
		}
	}
	return rows
}

func (p *systemPage) people(role *plan.Role) []personRow {
	var rows []personRow
	for _, person := range role.People {
		row := personRow{Name: p.Short(person.Name), Position: p.Short(person.Position)}
		if p.Operator {
			for _, c := range person.Contacts {
				row.Contacts = append(row.Contacts, contactRow{p.Words.Medium(c.Medium), p.Short(c.Address), p.Short(c.Note)})
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// webAddress is the address of a document if it is one that a browser can open.
func webAddress(to string) string {
	u, err := url.Parse(to)
	if err != nil || u.Host == "" || !slices.Contains([]string{"http", "https"}, u.Scheme) {
		return ""
	}
	return u.String()
}

// power is nil when the plan tells no emergency power of the system.
func (p *systemPage) power() *powerPart {
	facts := p.Situation.Power
	if facts == nil {
		return nil
	}
	i := slices.IndexFunc(facts.Loads, func(l *supply.LoadFacts) bool { return l.Load == p.Name && l.Kind == plan.SystemConsumer })
	if i < 0 {
		return nil
	}
	part := &powerPart{LoadFacts: facts.Loads[i], FedBy: p.Short(p.Words.Feeder(facts, facts.Loads[i].FedBy))}
	if line, ok := facts.Ends(p.Name); ok {
		part.Line = line
		return part
	}
	if j := slices.IndexFunc(facts.Shed, func(s *supply.ShedFacts) bool { return s.Load == p.Name }); j >= 0 {
		part.Line = facts.Shed[j]
	}
	return part
}

// ShedText says when the system goes off, in clock time while utility power is lost, and why.
func (p *systemPage) ShedText(s *supply.ShedFacts) string {
	at := ""
	if !s.At.IsZero() {
		at = p.Moment(s.At.In(p.At.Location()))
	}
	after := p.Words.Span(time.Duration(s.AfterSeconds) * time.Second)
	return p.Say("console_system_shed", "At", at, "After", after, "Reason", p.Words.Word("supply_reason_"+string(s.Reason)))
}

// Watts writes what it draws.
func (p *systemPage) Watts() string {
	l := p.Around.Power
	return trimmed(l.Watts, 0) + " W / " + trimmed(l.VA, 0) + " VA"
}

// Due is how long after the start of its stage a step must be done; empty: no time is set.
func (p *systemPage) Due(s stepRow) string {
	if s.Due == 0 {
		return ""
	}
	return p.Words.Span(s.Due)
}
