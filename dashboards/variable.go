package dashboards

import (
	"strings"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// datasource is the Prometheus that is chosen at the top of the page.
func datasource() common.DataSourceRef {
	kind, uid := "prometheus", "${datasource}"
	return common.DataSourceRef{Type: &kind, Uid: &uid}
}

func (b *board) variable(v cog.Builder[dashboard.VariableModel]) {
	b.variables = append(b.variables, v)
}

func (b *board) datasource() {
	b.variable(dashboard.NewDatasourceVariableBuilder("datasource").Label("Prometheus").Type("prometheus"))
}

// anything matches what a label says, and also that there is none.
const anything = ".*"

// all is the choice of everything.
func (b *board) all() dashboard.VariableOption {
	return dashboard.VariableOption{Text: str(b.say("dash_all")), Value: str("$__all")}
}

// asked offers what Prometheus answers.
func asked(name, label, query string) *dashboard.QueryVariableBuilder {
	return dashboard.NewQueryVariableBuilder(name).Label(label).Datasource(datasource()).
		Query(dashboard.StringOrMap{String: &query}).Definition(query).
		Refresh(dashboard.VariableRefreshOnTimeRangeChanged).Sort(dashboard.VariableSortNaturalAsc)
}

// several offers any number of what Prometheus answers, and at first all of that.
func (b *board) several(name, label, query string) *dashboard.QueryVariableBuilder {
	return asked(name, b.say(label), query).Multi(true).IncludeAll(true).Current(b.all())
}

// agents offers the agents, by the address or name that Prometheus knows them by.
func (b *board) agents() {
	b.variable(b.several("agent", "dash_agent", "label_values(keizoku_build_info, agent)").AllValue(anything))
}

// jobs are the scrape jobs that agents stand in; nobody has to choose one. All of them are those that
// are found, and not any: the same Prometheus scrapes other things too, which are up or gone.
func (b *board) jobs() {
	b.variable(b.several("job", "dash_job", "label_values(keizoku_build_info, job)").Hide(dashboard.VariableHideHideVariable))
}

// sites offers the sites by the plan's titles; without a plan by their names.
func (b *board) sites() {
	if b.plan == nil {
		b.variable(b.several("site", "dash_site", "label_values(keizoku_system_info, site)").AllValue(anything))
		return
	}
	b.variable(b.written("site", "dash_site", b.siteTitles()))
}

// threats offers the threats in the same way.
func (b *board) threats() {
	if b.plan == nil {
		b.variable(b.several("threat", "dash_threat", "label_values(keizoku_threat_active, threat)").AllValue(anything))
		return
	}
	b.variable(b.written("threat", "dash_threat", b.threatTitles()))
}

// written offers what the plan names.
func (b *board) written(name, label string, titles []titled) cog.Builder[dashboard.VariableModel] {
	pairs := make([]string, len(titles))
	for i, t := range titles {
		pairs[i] = choice(t)
	}
	query := strings.Join(pairs, ", ")
	return dashboard.NewCustomVariableBuilder(name).Label(b.say(label)).
		Values(dashboard.StringOrMap{String: &query}).Multi(true).IncludeAll(true).AllValue(anything).Current(b.all())
}

// choice writes one pair of a custom variable as Grafana reads it: commas part the pairs, " : "
// parts text and value.
func choice(t titled) string {
	text := strings.NewReplacer(",", `\,`, " : ", ": ", "\n", " ").Replace(t.title)
	return text + " : " + t.name
}

// systems offers one system, by title. The titles come from the agents, so that a system which is
// new in the plan can be chosen at once.
func (b *board) systems() {
	b.variable(asked("system", b.say("dash_system_one"), "query_result(max by (system, title) (keizoku_system_info))").
		Regex(`/system="(?<value>[^"]+)"(?:,title="(?<text>.+)")?} /`))
}

// horizonSeconds is how long emergency power must last, for queries.
func (b *board) horizonSeconds() {
	v := dashboard.NewCustomVariableBuilder("horizon").Label(b.say("dash_horizon")).Hide(dashboard.VariableHideHideVariable)
	seconds := number(b.horizon.Seconds())
	b.variable(v.Values(dashboard.StringOrMap{String: &seconds}).
		Current(dashboard.VariableOption{Text: str(seconds), Value: str(seconds)}))
}

func str(s string) dashboard.StringOrArrayOfString {
	return dashboard.StringOrArrayOfString{String: &s}
}
