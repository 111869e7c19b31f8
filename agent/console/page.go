package console

import (
	"net/http"
)

// page is one page of the console.
type page struct {
	// path is its pattern of http.ServeMux, without the method.
	path string
	// name is that of its template, and of its style sheet and script if there are such files:
	// templates/NAME.html, assets/NAME.css, assets/NAME.js.
	name string
	// title is the key of its title; nav says that it stands in the navigation under that title.
	title string
	nav   bool
	// build returns what its template sees: a value that embeds the view. Its error is a
	// [*rules.Problem] when what was asked for does not exist. What it returns depends on
	// nothing but the view, the path and the query: renderings are shared.
	build func(c *console, v *view, r *http.Request) (any, error)
}

// pages is the table of all pages, in the order of the navigation.
var pages = [...]page{
	{"/{$}", "wall", "console_wall_title", true, buildWall},
	{"/systems", "systems", "console_system_title", true, buildSystems},
	{"/systems/{name}", "system", "console_system", false, buildSystem},
	{"/power", "power", "console_power_title", true, buildPower},
	{"/response", "response", "console_response_title", true, buildResponse},
	{"/response/callout", "callout", "console_response_callout", false, buildCallout},
	{"/response/survey", "survey", "console_response_survey", false, buildSurvey},
	{"/response/report", "sitrep", "console_response_sitrep", false, buildSitrep},
	{"/response/report/{id}", "sitrep", "console_response_sitrep", false, buildIssued},
	{"/timeline", "timeline", "console_timeline_title", true, buildTimeline},
	{"/timeline/{id}", "event", "console_timeline_title", false, buildEvent},
	{"/inspection", "inspections", "console_inspection_title", true, buildInspections},
	{"/inspection/{id}", "inspection", "console_inspection_title", false, buildInspection},
	{"/plan", "plan", "console_plan_title", true, buildPlan},
	{"/print/all", "print_all", "console_print_all", false, buildPrintAll},
}
