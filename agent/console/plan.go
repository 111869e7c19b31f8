package console

import (
	"net/http"
	"strings"
	"time"

	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

// planPage shows the plan that holds, in the tables that staff know: priority businesses (優先業務),
// priority systems (優先システム), the emergency-power list (非常用電源一覧), posture, procedures; and
// what is doubtful about it.
type planPage struct {
	*view
	Outlook   plan.Outlook
	Findings  []finding
	More      int // findings that there is no room for
	ReviewDue time.Time
	Overdue   bool
}

// maxFindings bounds the list of what is doubtful; `keizoku plan check` lists all.
const maxFindings = 60

func buildPlan(_ *console, v *view, _ *http.Request) (any, error) {
	p := &planPage{view: v, Outlook: v.Written.Outlook(v.At), ReviewDue: v.Situation.Plan.ReviewDue}
	p.Overdue = !p.ReviewDue.IsZero() && !v.At.Before(p.ReviewDue)
	found := plan.Lint(v.Written, v.At)
	if over := len(found) - maxFindings; over > 0 {
		found, p.More = found[:maxFindings], over
	}
	parts := p.parts()
	for _, f := range found {
		p.Findings = append(p.Findings, finding{f, p.about(f.Range, parts), p.doubt(f)})
	}
	return p, nil
}

// Date writes the day of an instant; nothing for none.
func (p *planPage) Date(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return p.Words.Date(t)
}

// Deadline always shows the day: a table in which some rows lack it is easily misread.
func (p *planPage) Deadline(t time.Time) string {
	if t.IsZero() {
		return p.Words.Word("no_deadline")
	}
	return p.Words.Moment(t, time.Time{})
}

// Titles gives the titles of several systems.
func (p *planPage) Titles(names []string) string {
	titles := make([]string, len(names))
	for i, name := range names {
		titles[i] = p.TitleOf(name)
	}
	return p.Words.List(titles)
}

// Allowed are the allowances of a system under each threat of the plan, in its order.
func (p *planPage) Allowed(s *plan.System) []string {
	all := make([]string, len(p.Written.Threats))
	for i, t := range p.Written.Threats {
		all[i] = p.Words.Allowance(s.AllowableDowntime[t.Name].String())
	}
	return all
}

// Ranked are the priority systems, the first first, then the others in the plan's order.
func (p *planPage) Ranked() []*plan.System {
	ranked := p.Written.PrioritySystems()
	for _, s := range p.Written.Systems {
		if s.Priority == 0 {
			ranked = append(ranked, s)
		}
	}
	return ranked
}

// Lasts writes a length of time of the plan; nothing for none.
func (p *planPage) Lasts(d time.Duration) string {
	if d == 0 {
		return "–"
	}
	return p.Words.Span(d)
}

// Threats names the threats that a posture or procedure is for.
func (p *planPage) Threats(names []string) string {
	if len(names) == 0 {
		return p.Words.Word("console_plan_all_threats")
	}
	return p.Titles(names)
}

// RoleTitle is the title of a role by its name.
func (p *planPage) RoleTitle(name string) string { return p.Short(p.titles.Role(name)) }

// RoleTitles names roles.
func (p *planPage) RoleTitles(names []string) string {
	titles := make([]string, len(names))
	for i, name := range names {
		titles[i] = p.RoleTitle(name)
	}
	return strings.Join(titles, " → ")
}

// SiteTitle is the title of a site by its name; nothing for none.
func (p *planPage) SiteTitle(name string) string {
	if name == "" {
		return "–"
	}
	return p.Short(p.titles.Site(name))
}

// Next is when a maintenance comes next; nil: it does not come again.
func (p *planPage) Next(m *plan.Maintenance) *rules.Window {
	from, to, ok := m.NextWindow(p.At)
	if !ok {
		return nil
	}
	zone := p.At.Location()
	return &rules.Window{Name: m.Name, Title: m.Title, From: from.In(zone), To: to.In(zone)}
}
