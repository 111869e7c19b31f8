package messages

import (
	"cmp"
	"strings"

	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

// Titles gives the title of a system, threat or supply by its name, of a role or site as
// "role.NAME" or "site.NAME", and of a step by its ID; what was asked for when it has none.
type Titles func(name string) string

// of asks for a role, a site and so on with its kind, for a plan may name a system and a role
// alike. A function that knows no kinds answers with what it was asked: then the name itself
// is shown.
func (titles Titles) of(kind, name string) string {
	if full := kind + "." + name; titles(full) != full {
		return titles(full)
	}
	return name
}

// Role is the title of the role named.
func (titles Titles) Role(name string) string { return titles.of("role", name) }

// Site is the title of the site named.
func (titles Titles) Site(name string) string { return titles.of("site", name) }

// list gives the titles of several names.
func (titles Titles) list(names []string) []string {
	said := make([]string, len(names))
	for i, name := range names {
		said[i] = titles(name)
	}
	return said
}

// TitlesOf returns the titles of a plan.
func TitlesOf(p *plan.Plan) Titles {
	return func(name string) string { return cmp.Or(planTitle(p, name), name) }
}

func planTitle(p *plan.Plan, name string) string {
	if s := p.System(name); s != nil {
		return s.Title
	}
	if t := p.Threat(name); t != nil {
		return t.Title
	}
	if u := p.UPS(name); u != nil {
		return u.Title
	}
	if g := p.Generator(name); g != nil {
		return g.Title
	}
	kind, rest, _ := strings.Cut(name, ".")
	switch kind {
	case "role":
		if r := p.Role(rest); r != nil {
			return r.Title
		}
	case "site":
		for _, s := range p.Sites {
			if s.Name == rest {
				return s.Title
			}
		}
	}
	return planStepTitle(p, name)
}

func planStepTitle(p *plan.Plan, id string) string {
	for _, q := range p.Procedures {
		for _, s := range q.Steps {
			if q.ID(s) == id {
				return s.Title
			}
		}
	}
	return ""
}

// TitlesIn returns the titles that a Situation tells: for those who have it and not the plan, and
// for checklists that the plan has departed from.
func TitlesIn(s *rules.Situation) Titles {
	known := told{}
	for _, sys := range s.Systems {
		known.add(sys.Name, sys.Title)
	}
	for i, name := range s.Threat.Names {
		if i < len(s.Threat.Titles) {
			known.add(name, s.Threat.Titles[i])
		}
	}
	if s.Power != nil {
		for _, node := range s.Power.Supplies {
			known.add(node.Name, node.Title)
		}
	}
	known.addResponse(&s.Response)
	return func(name string) string { return cmp.Or(known[name], name) }
}

// told are titles by name; the first that was told stays.
type told map[string]string

func (t told) add(name, title string) {
	if t[name] == "" {
		t[name] = title
	}
}

func (t told) addResponse(r *rules.ResponseFacts) {
	for _, list := range r.Checklists {
		for _, step := range list.Steps {
			t.add(step.ID, step.Title)
			t.add("role."+step.Role, step.RoleTitle)
		}
	}
	if r.Posture != nil {
		for _, role := range r.Posture.Roles {
			t.add("role."+role.Name, role.Title)
		}
	}
	for _, site := range r.Survey {
		t.add("site."+site.Site, site.Title)
	}
}
