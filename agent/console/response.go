package console

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/reports"
	"github.com/keizoku-bcp/keizoku/rules"
)

// responsePage is the page of those who decide and of those who work by its checklists: what is
// recommended and why, how far the response is, and what is to be done.
type responsePage struct {
	*view
	// Holding are the criteria that count, Others those that do not.
	Holding, Others []*rules.ReasonFacts
	history
	// PlanChanges are the plans that came into force while people respond, the newest first.
	PlanChanges []reports.Line
}

func buildResponse(c *console, v *view, r *http.Request) (any, error) {
	p := &responsePage{view: v}
	for _, reason := range v.Decision.Reasons {
		if reason.Holds {
			p.Holding = append(p.Holding, reason)
		} else {
			p.Others = append(p.Others, reason)
		}
	}
	p.history = c.history(r.Context(), v)
	if !v.Response.BeganAt.IsZero() {
		p.PlanChanges = c.planChanges(r.Context(), v)
	}
	return p, nil
}

// Verdict says in a word how a criterion stands.
func (p *responsePage) Verdict(r *rules.ReasonFacts) string {
	switch {
	case r.Unjudged != "":
		return p.Words.Word("console_response_unjudged")
	case !r.KeptUntil.IsZero():
		return p.Words.Word("console_response_kept")
	case r.Holds:
		return p.Words.Word("console_holds")
	default:
		return p.Words.Word("console_holds_not")
	}
}

// Used are the facts that a criterion rests on, with their values.
func (p *responsePage) Used(r *rules.ReasonFacts) []string {
	said := make([]string, len(r.Used))
	for i, u := range r.Used {
		said[i] = p.Short(u.Name + " = " + p.value(u.Value))
	}
	return said
}

// value writes a fact as an expression of the plan knows it.
func (p *responsePage) value(v any) string {
	switch v := v.(type) {
	case nil:
		return p.Words.Word("not_known")
	case float64:
		return strings.TrimSuffix(strings.TrimRight(strconv.FormatFloat(v, 'f', 2, 64), "0"), ".")
	default:
		return fmt.Sprint(v)
	}
}

// Outlook is why the continuity of a system that is down is in danger, or is not.
func (p *responsePage) Outlook(c rules.CalmFacts) string {
	return p.Words.Calm(&c, p.titles, p.At)
}

// InDanger tells an outlook that needs somebody.
func (p *responsePage) InDanger(c rules.CalmFacts) bool { return c.Calm == rules.InDanger }

// Chosen says who treats what is down as an ordinary failure, and why.
func (p *responsePage) Chosen() string { return p.Words.Choice(p.Decision.Choice, p.At) }

// MayChooseOrdinary reports whether there is something to be treated as an ordinary failure, and no
// posture that says otherwise.
func (p *responsePage) MayChooseOrdinary() bool {
	return p.Decision.Choice == nil && p.Decision.Recommendation != plan.Normal && p.Stage != plan.ContinuityResponse
}

// DeciderTitles are the titles of the roles on whose word the posture is established.
func (p *responsePage) DeciderTitles() string {
	titles := make([]string, len(p.Response.Posture.DeclaredBy))
	for i, role := range p.Response.Posture.DeclaredBy {
		titles[i] = p.titles.Role(role)
	}
	return p.Words.List(titles)
}

// holding tells how it stands with a role of the posture: there, on the way, or whom to call.
func (v *view) holding(role *rules.RoleFacts) string {
	late := map[string]any{"At": v.When(role.ComingAt)}
	switch {
	case role.Holder != "" && role.Late:
		return v.Words.CallResult(role.State) + v.Words.Say("role_late", late)
	case role.Holder != "" && role.State == journal.Coming && !role.ComingAt.IsZero():
		return v.Words.CallResult(role.State) + v.Words.Say("role_due", late)
	case role.Holder != "":
		return v.Words.CallResult(role.State)
	case role.Exhausted:
		return v.Words.Word("role_exhausted")
	case role.Next != "":
		return v.Say("role_next", "Person", role.Next)
	default:
		return ""
	}
}

// RoleState is how it stands with a role.
func (p *responsePage) RoleState(role *rules.RoleFacts) string { return p.Short(p.holding(role)) }

// threatOption is a threat that can be declared.
type threatOption struct {
	Name, Title string
	Active      bool
}

// Threats are the plan's threats, the active one marked.
func (v *view) Threats() []threatOption {
	all := make([]threatOption, len(v.Threat.Names))
	for i, name := range v.Threat.Names {
		all[i] = threatOption{name, name, name == v.Threat.Name}
		if i < len(v.Threat.Titles) && v.Threat.Titles[i] != "" {
			all[i].Title = v.Threat.Titles[i]
		}
	}
	return all
}

// tab leads to one of the pages of a response.
type tab struct {
	link
	Page string
}

// Tabs are the pages of a response.
func (v *view) Tabs() []tab {
	tabs := []tab{
		{link{"/response", v.Words.Word("console_response_overview"), false}, "response"},
		{link{"/response/callout", v.Words.Word("console_response_callout"), false}, "callout"},
		{link{"/response/survey", v.Words.Word("console_response_survey"), false}, "survey"},
		{link{"/response/report", v.Words.Word("console_response_sitrep"), false}, "sitrep"},
	}
	i := slices.IndexFunc(tabs, func(t tab) bool { return t.Page == v.Page })
	if i >= 0 {
		tabs[i].Here = true
	}
	return tabs
}

// zone is the zone in which people write times: the plan's.
func (v *view) zone() *time.Location {
	if v.Written.Location == nil {
		return time.UTC
	}
	return v.Written.Location
}
