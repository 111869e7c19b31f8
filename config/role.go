package config

import (
	"cmp"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/hashicorp/hcl/v2"

	"github.com/keizoku-bcp/keizoku/block"
	"github.com/keizoku-bcp/keizoku/plan"
)

type roleBlock struct {
	Source    plan.Source   `hcl:",source"`
	Title     string        `hcl:"title,optional" doc:"What people read: 「ICT統括」. The name when not said."`
	Confirmed date          `hcl:"confirmed,optional" doc:"Day on which somebody last checked everybody's contacts. A person's own goes over it."`
	People    []personBlock `hcl:"person,block" doc:"Who takes the role, in the order of asking: who holds it first, then the deputies (代行). The label is the person's name, as it is called."`
}

type personBlock struct {
	Source    plan.Source    `hcl:",source"`
	Name      string         `hcl:"name,label" doc:"Name."`
	Position  string         `hcl:"position,optional" doc:"Office that the person holds: 「情報政策課長」."`
	Confirmed date           `hcl:"confirmed,optional" doc:"Day on which somebody last checked the contacts; that of the role when not said."`
	Contacts  []contactBlock `hcl:"contact,block" doc:"A way to reach the person, in the order of trying. The label is the medium: mobile, phone (at the office), home, satellite, radio (防災行政無線), mail, chat or messenger (somebody goes there)."`
}

type contactBlock struct {
	Source plan.Source `hcl:",source"`
	Medium string      `hcl:"medium,label" doc:"Medium."`
	To     string      `hcl:"to" doc:"Number, address, channel or place."`
	Note   string      `hcl:"note,optional" doc:"What to know before: 「18時以降」."`
}

func (l *loader) readRoles() {
	for _, n := range l.doc.Role {
		var b roleBlock
		l.decode(n.Inside, &b)
		r := &plan.Role{Source: b.Source, Name: n.Name, Title: cmp.Or(b.Title, n.Name)}
		taken := make(map[string]hcl.Range, len(b.People))
		for _, p := range b.People {
			l.personName(p, taken)
			r.People = append(r.People, l.person(p, b.Confirmed))
		}
		l.plan.Roles = append(l.plan.Roles, r)
	}
}

// personName checks a name as people write it. It is not repeated in the text: whoever reads the
// plan sees it there, and whoever reads a log need not.
func (l *loader) personName(p personBlock, taken map[string]hcl.Range) {
	at := block.HCLRange(p.Source.Block)
	if p.Name == "" || p.Name != strings.TrimSpace(p.Name) || strings.ContainsFunc(p.Name, unicode.IsControl) {
		l.mistake(at, "Not the name of a person", "Write it as it is called, without blanks around it.")
		return
	}
	if first, ok := taken[p.Name]; ok {
		l.mistake(at, "Two people of one name in a role", fmt.Sprintf("The first is at %s. Add what tells them apart.", block.Range(first)))
		return
	}
	taken[p.Name] = at
}

func (l *loader) person(b personBlock, ofRole date) *plan.Person {
	confirmed := b.Confirmed.Date
	if _, own := b.Source.Attrs["confirmed"]; !own {
		confirmed = ofRole.Date
	}
	p := &plan.Person{Source: b.Source, Name: b.Name, Position: b.Position, Confirmed: l.day(confirmed)}
	for _, c := range b.Contacts {
		l.hideContact(c)
		l.medium(c)
		p.Contacts = append(p.Contacts, plan.Contact{Medium: plan.Medium(c.Medium), Address: c.To, Note: c.Note})
	}
	return p
}

// day returns the beginning of a day in the plan's zone; zero for no day.
func (l *loader) day(d plan.Date) time.Time {
	if d == (plan.Date{}) {
		return time.Time{}
	}
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, l.plan.Location)
}

func (l *loader) medium(c contactBlock) {
	var known []string
	for _, m := range plan.Media {
		if c.Medium == string(m) {
			return
		}
		known = append(known, string(m))
	}
	detail := "The media are " + strings.Join(known, ", ") + "."
	if s := block.Suggest(c.Medium, known); s != "" {
		detail = fmt.Sprintf("Did you mean %q?", s)
	}
	l.mistake(block.HCLRange(c.Source.Block), fmt.Sprintf("Unknown medium %q", c.Medium), detail)
}
