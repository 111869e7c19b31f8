package console

import (
	"net/http"
	"net/url"
	"slices"

	"github.com/keizoku-bcp/keizoku/agent/console/draw"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

// systemPage shows one system: how it stands, how it stood, and what it hangs together with.
type systemPage struct {
	*view
	Name string
	// Sys is how it stands; nil: the plan has been reloaded and nobody has judged it yet. Entry is
	// what the plan says of it; nil: the plan has it no more. One of them is there.
	Sys   *rules.SystemFacts
	Entry *plan.System

	Checked []checkRow
	Past    *pastView
	Graph   *graphView
	Around  *aroundView
}

func buildSystem(c *console, v *view, r *http.Request) (any, error) {
	p := &systemPage{view: v, Name: r.PathValue("name")}
	p.Sys, p.Entry = v.System(p.Name), v.Written.System(p.Name)
	if p.Sys == nil && p.Entry == nil {
		return nil, rules.UnknownSystem(v.Written, p.Name)
	}
	v.Title = v.TitleOf(p.Name)
	if p.Sys != nil {
		v.Title = v.Short(p.Sys.Title)
		p.Checked = p.checkRows()
	}
	p.Past = c.pastOf(r, p)
	p.Graph = p.graph()
	p.Around = p.around()
	return p, nil
}

// SystemHref is the address of a system's page.
func (v *view) SystemHref(name string) string { return "/systems/" + url.PathEscape(name) }

// systemLink leads to a system, and tells its state where it is known.
type systemLink struct {
	Href, Title string
	State       *stated
}

func (v *view) systemLink(name string) systemLink {
	l := systemLink{Href: v.SystemHref(name), Title: v.TitleOf(name)}
	if sys := v.System(name); sys != nil {
		state := v.Stated(sys.State)
		l.Title, l.State = v.Short(sys.Title), &state
	}
	return l
}

// systemLinks are links to several systems.
func (v *view) systemLinks(names []string) []systemLink {
	links := make([]systemLink, len(names))
	for i, name := range names {
		links[i] = v.systemLink(name)
	}
	return links
}

// Causes are the root causes of its outage.
func (p *systemPage) Causes() []systemLink { return p.systemLinks(p.Sys.Causes) }

// Affected are the systems that are down because of it.
func (p *systemPage) Affected() []systemLink { return p.systemLinks(p.Sys.Affects) }

// Needs are the systems that it cannot work without, NeededBy those that cannot without it.
func (p *systemPage) Needs() []systemLink { return p.systemLinks(needsOf(p.Sys, p.Entry)) }

// NeededBy are the systems that depend on it directly.
func (p *systemPage) NeededBy() []systemLink {
	var names []string
	for _, sys := range p.Systems {
		if slices.Contains(sys.DependsOn, p.Name) {
			names = append(names, sys.Name)
		}
	}
	return p.systemLinks(names)
}

func needsOf(sys *rules.SystemFacts, entry *plan.System) []string {
	if sys != nil {
		return sys.DependsOn
	}
	return entry.DependsOn
}

// Priority is its rank; 0: none.
func (p *systemPage) Priority() int {
	if p.Sys != nil {
		return p.Sys.Priority
	}
	return p.Entry.Priority
}

// Owner is who looks after it; empty: the plan does not say.
func (p *systemPage) Owner() string {
	if p.Sys != nil {
		return p.Short(p.Sys.Owner)
	}
	return p.Short(p.Entry.Owner)
}

// Place is the title of its site; empty: the plan does not say.
func (p *systemPage) Place() string {
	if p.Sys != nil {
		return p.siteTitle(p.Sys.Site)
	}
	return p.siteTitle(p.Entry.Site)
}

func (v *view) siteTitle(name string) string {
	for _, site := range v.Written.Sites {
		if site.Name == name && site.Title != "" {
			return v.Short(site.Title)
		}
	}
	return v.Short(name)
}

// Zone names the zone in which people enter times.
func (p *systemPage) Zone() string { return p.Written.Location.String() }

// localInput is the form in which an input takes a date and a time.
const localInput = "2006-01-02T15:04"

// StartInput is the start of the open outage, to be corrected.
func (p *systemPage) StartInput() string {
	return p.Sys.Outage.Start.In(p.Written.Location).Format(localInput)
}

// ETAInput is the estimate that was given before; empty: none.
func (p *systemPage) ETAInput() string {
	if p.Sys.Outage.ETA.IsZero() {
		return ""
	}
	return p.Sys.Outage.ETA.In(p.Written.Location).Format(localInput)
}

// Projection says when the open outage may be expected to end: by a person's word, by what it waits
// for, by what is usual, or that nobody knows.
func (p *systemPage) Projection() string { return p.Words.Back(p.Sys.Outage, p.TitleOf, p.Moment) }

// Verdict says in a sentence how the outage stands against its deadline.
func (p *systemPage) Verdict() string {
	o := p.Sys.Outage
	return p.Say("console_system_verdict_"+string(o.Verdict), "Deadline", p.Moment(o.Deadline), "None", o.Deadline.IsZero(),
		"Known", !o.ProjectedEnd.IsZero() && !o.ProjectionPassed,
		"End", p.Moment(o.ProjectedEnd), "Power", o.Risk == rules.RiskPower, "Overdue", o.Risk == rules.RiskOverdue, "SupplyEnds", p.Moment(o.SupplyEndsAt))
}

// AllowedText words an allowance, and how long that is where the rule does not say so itself: until
// the next opening, opening hours.
func (p *systemPage) AllowedText(length rules.Seconds, rule string) string {
	words, span := p.Short(p.Words.Allowance(rule)), p.Span(length)
	if words == span {
		return span
	}
	return p.Say("console_system_allowed", "Rule", words, "Span", span)
}

// graphView is the drawing of its dependencies.
type graphView struct {
	*draw.Graph
	// Rem is the width in the size of the page's text, which grows with the screen.
	Rem float64
}

func (p *systemPage) graph() *graphView {
	nodes := make([]*draw.Node, 0, len(p.Systems)+1)
	for _, s := range p.Systems {
		nodes = append(nodes, &draw.Node{
			Name: s.Name, Title: p.Short(s.Title), Class: string(s.State), Word: p.Words.State(s.State), Needs: s.DependsOn,
		})
	}
	if p.Sys == nil {
		nodes = append(nodes, &draw.Node{
			Name: p.Name, Title: p.Title, Class: string(rules.Pending), Word: p.Words.State(rules.Pending), Needs: p.Entry.DependsOn,
		})
	}
	g := draw.NewGraph(nodes, p.Name)
	return &graphView{g, float64(g.Width) / 16}
}
