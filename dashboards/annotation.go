package dashboards

import (
	"fmt"
	"strings"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"

	"github.com/keizoku-bcp/keizoku/plan"
)

// annotations mark on every chart when a threat was declared and when the stage was moved. The
// moments come from the metrics' values, so a late scrape does not shift them.
func (h *house) annotations() []cog.Builder[dashboard.AnnotationQuery] {
	return []cog.Builder[dashboard.AnnotationQuery]{
		h.marks("dash_declarations", alarm, declared(h.threatTitles()), "threat"),
		h.marks("dash_stage_moves", planned, stageMoves(h.stageTitles()), "stage"),
	}
}

// marks stand at the values of a query, in milliseconds, and are named by a label.
func (h *house) marks(name, colour, expr, label string) cog.Builder[dashboard.AnnotationQuery] {
	return dashboard.NewAnnotationQueryBuilder().Name(h.say(name)).Datasource(datasource()).
		Enable(true).IconColor(colour).UseValueForTime(true).
		TitleFormat(h.say(name) + ": {{" + label + "}}").
		Target(prometheus.NewDataqueryBuilder().Datasource(datasource()).RefId("Anno").Expr(expr).Range())
}

func declared(titles []titled) string {
	return relabelled("max by (threat) ("+millis("keizoku_threat_declared_timestamp_seconds")+")", "threat", titles)
}

func stageMoves(titles []titled) string {
	moved := millis("keizoku_stage_moved_timestamp_seconds") + " * on (job, instance) group_left (stage) (keizoku_stage == 1)"
	return relabelled("max by (stage) ("+moved+")", "stage", titles)
}

// relabelled writes titles in place of names, where Grafana itself cannot.
func relabelled(vector, label string, titles []titled) string {
	for _, t := range titles {
		vector = fmt.Sprintf(`label_replace(%s, %q, %s, %q, %q)`, vector, label, quote(t.title), label, t.name)
	}
	return vector
}

// quote writes a string of PromQL in which "$" stands for itself: for label_replace and for
// Grafana it would begin a variable.
func quote(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", " ", "$", "＄").Replace(text) + `"`
}

// titled is a name of the plan and what people call it.
type titled struct{ name, title string }

func (h *house) stageTitles() []titled {
	all := make([]titled, len(plan.Stages))
	for i, s := range plan.Stages {
		all[i] = titled{string(s), h.words.Stage(s)}
	}
	return all
}
