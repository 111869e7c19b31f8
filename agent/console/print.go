package console

import (
	"cmp"
	"html/template"
	"net/http"
	"net/url"

	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

// printPage is the plan and how things stand for the binder (ファイル): everything that staff need
// when no screen is lit. It is made of the parts of other pages, so that paper and screen say the
// same.
type printPage struct {
	*view
	// Parts are the parts of the binder, in their order.
	Parts []printPart

	Now    *wallPage
	Choice *responsePage
	Tables *planPage
	Grid   *powerPage
	// Calls are the call lists, one for each threat that has a posture; none for those who may not
	// see contacts.
	Calls  []*calloutPage
	Sheets *surveyPage
}

// printPart is a part of the binder: its anchor and what stands in the contents.
type printPart struct{ ID, Title string }

// buildPrintAll binds the pages. What it does not get, such as a call list of a threat without a
// posture, it leaves out: a binder that lacks a part is better than none.
func buildPrintAll(c *console, v *view, r *http.Request) (any, error) {
	v.Print, v.Bound = true, true
	p := &printPage{view: v, Calls: c.printCalls(v)}
	for _, err := range []error{
		bind(&p.Now, c, v, r, buildWall), bind(&p.Choice, c, v, r, buildResponse), bind(&p.Tables, c, v, r, buildPlan),
		bind(&p.Grid, c, v, r, buildPower), bind(&p.Sheets, c, v, r, buildSurvey),
	} {
		if err != nil {
			return nil, err
		}
	}
	p.Sheets.Sheets, p.Sheets.Blank = blankSheets(v.Response.Survey), true
	p.Parts = p.parts()
	return p, nil
}

// bind makes a page as if it were asked for without a query.
func bind[P any](into *P, c *console, v *view, r *http.Request, build func(*console, *view, *http.Request) (any, error)) error {
	plain, own := *r, *v
	plain.URL = &url.URL{Path: r.URL.Path}
	data, err := build(c, &own, &plain)
	if err == nil {
		*into = data.(P) //nolint:forcetypeassert // a fault that the first test finds
	}
	return err
}

// printCalls are the call lists of all threats that have a posture, for those who may see contacts.
func (c *console) printCalls(v *view) []*calloutPage {
	if !v.Operator {
		return nil
	}
	var lists []*calloutPage
	for _, threat := range v.Written.Threats {
		list, err := c.agent.CallOut(threat.Name)
		if err != nil {
			continue
		}
		own := *v
		own.Title = v.Say("calls_title", "Threat", v.Short(list.ThreatTitle))
		lists = append(lists, &calloutPage{view: &own, List: list, Mark: threat.Name + "-"})
	}
	return lists
}

// blankSheets are the sheets of a survey with nothing on them.
func blankSheets(filled []*rules.SiteSurvey) []*rules.SiteSurvey {
	blank := make([]*rules.SiteSurvey, len(filled))
	for i, sheet := range filled {
		blank[i] = &rules.SiteSurvey{Site: sheet.Site, Title: sheet.Title}
		for _, item := range sheet.Items {
			blank[i].Items = append(blank[i].Items, &rules.SurveyItem{Item: item.Item, Title: item.Title})
		}
	}
	return blank
}

// parts lists the parts that this binder has.
func (p *printPage) parts() []printPart {
	parts := []printPart{
		{"part-now", p.Words.Word("console_print_now")}, {"part-businesses", p.Words.Word("outlook_businesses")},
		{"part-systems", p.Words.Word("outlook_systems")},
	}
	if p.Grid.Facts != nil {
		parts = append(parts, printPart{"part-loads", p.Words.Word("supply_loads")}, printPart{"part-power", p.Words.Word("console_print_power")})
	}
	parts = append(parts, printPart{"part-criteria", p.Words.Word("console_plan_criteria")})
	if len(p.Written.Postures) > 0 {
		parts = append(parts, printPart{"part-postures", p.Words.Word("console_plan_postures")})
	}
	for _, list := range p.Calls {
		parts = append(parts, printPart{"part-call-" + list.List.Threat, list.Title})
	}
	if len(p.Written.Procedures) > 0 {
		parts = append(parts, printPart{"part-procedures", p.Words.Word("steps_title")})
	}
	return append(parts, printPart{"part-survey", p.Words.Word("console_response_survey")})
}

// Spare are the empty lines of a checklist, for what the plan did not think of.
func (p *planPage) Spare() [2]struct{} { return [2]struct{}{} }

// PlanTitle is the title of the plan with its version.
func (v *view) PlanTitle() string {
	return v.Say("page_plan", "Title", v.Short(cmp.Or(v.Situation.Plan.Title, v.Situation.Plan.Name)), "Version", v.Short(v.Situation.Plan.Version))
}

// printParts are the pages of which a page for paper is made, by its name: their templates are
// there under their own names, and "main_NAME" is the whole of each.
var printParts = map[string][]string{
	"print_all": {"wall", "response", "plan", "power", "callout", "survey"},
}

// parsePart reads the template of a page into a set that has several.
func parsePart(set *template.Template, page string) {
	template.Must(set.ParseFS(embedded, "templates/"+page+".html"))
	template.Must(set.AddParseTree("main_"+page, set.Lookup("main").Tree.Copy()))
}

// printLocale is the language of the foot; what is none is the plan's.
func printLocale(text string, otherwise plan.Locale) plan.Locale {
	if l := plan.Locale(text); l == plan.Japanese || l == plan.English {
		return l
	}
	return otherwise
}
