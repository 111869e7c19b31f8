package dashboards

import (
	"strconv"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// tag is on every dashboard, to find them by.
const tag = "keizoku"

// links lead from each dashboard to all others, with the time range and the choices kept.
func (h *house) links(here page) []cog.Builder[dashboard.DashboardLink] {
	var all []cog.Builder[dashboard.DashboardLink]
	for _, p := range pages {
		if p.name != here.name {
			all = append(all, dashboard.NewDashboardLinkBuilder(h.say(p.title)).Type(dashboard.DashboardLinkTypeLink).
				Icon("dashboard").Url("/d/"+p.uid()).IncludeVars(true).KeepTime(true))
		}
	}
	return all
}

// toSystem leads from a row or line of a system to its dashboard. The label is where its name
// stands: "__data.fields.system" in tables, "__field.labels.system" elsewhere.
func (h *house) toSystem(label string) *dashboard.DashboardLink {
	return h.to("dash_open_system", "keizoku-system", "&var-system=${"+label+"}")
}

const (
	systemOfRow    = "__data.fields.system"
	systemOfSeries = "__field.labels.system"
)

// to leads to a dashboard by its UID.
func (h *house) to(title, uid, more string) *dashboard.DashboardLink {
	url := "/d/" + uid + "?${datasource:queryparam}&${agent:queryparam}&${__url_time_range}" + more
	link := dashboard.NewDashboardLink()
	link.Title, link.Type, link.Url = h.say(title), dashboard.DashboardLinkTypeLink, &url
	link.Placement = nil // the SDK would hide it in a menu
	return link
}

// number writes a number for PromQL.
func number(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
