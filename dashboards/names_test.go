package dashboards

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// grafanaVariable is one in a query; "$1" in a replacement is none.
var grafanaVariable = regexp.MustCompile(`\$\{?([a-zA-Z_]\w*)`)

// expressions are all queries of a dashboard: of panels, annotations and variables.
func expressions(t *testing.T, d classic) (all []string) {
	t.Helper()
	for _, p := range flatten(d) {
		if p.panel != nil {
			for _, target := range p.panel.Targets {
				all = append(all, queryOf(t, target).Expr)
			}
		}
	}
	for _, a := range d.Annotations.List {
		all = append(all, queryOf(t, a.Target).Expr)
	}
	for _, v := range d.Templating.List {
		if v.Type == dashboard.VariableTypeQuery {
			all = append(all, asks(*v.Query.String))
		}
	}
	return all
}

// asks is the PromQL within label_values() or query_result().
func asks(query string) string {
	if inner, ok := strings.CutPrefix(query, "query_result("); ok {
		return strings.TrimSuffix(inner, ")")
	}
	inner, _, _ := strings.Cut(strings.TrimPrefix(query, "label_values("), ",")
	return inner
}

// What is in PromQL and no metric: strings, matchers, ranges, lists of labels, numbers.
var (
	noMetric = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|\[[^\]]*\]|\{[^}]*\}|\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)|\$\w+`)
	word     = regexp.MustCompile(`[a-zA-Z_:][a-zA-Z0-9_:]*\s*\(?`)
	keywords = []string{"and", "or", "unless", "bool", "by", "on", "offset", "group_left", "group_right", "sum", "max", "min", "avg", "count", "e"}
)

// metricsOf are the names of metrics in an expression.
func metricsOf(expr string) (names []string) {
	for range 2 { // strings first, then the braces that stood around them
		expr = noMetric.ReplaceAllString(expr, " ")
	}
	for _, w := range word.FindAllString(expr, -1) {
		name := strings.TrimSpace(w)
		if !strings.HasSuffix(name, "(") && !slices.Contains(keywords, name) {
			names = append(names, name)
		}
	}
	return names
}

func TestMetricsOf(t *testing.T) {
	cases := map[string][]string{
		`sum by (system) (a_total{x="keizoku {b}",y=~"$z"}) or vector(0)`:              {"a_total"},
		`1000 * (a) and on (job, instance) group_left (b) (c == bool 1)`:               {"a", "c"},
		`histogram_quantile(0.5, sum by (le) (rate(a_bucket[$__rate_interval])))`:      {"a_bucket"},
		`label_replace(a, "b", "$1", "c", "(.*)") - time() + 1e+10 + vector($horizon)`: {"a"},
	}
	for expr, want := range cases {
		if diff := cmp.Diff(want, metricsOf(expr)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", expr, diff)
		}
	}
}

// reference is what docs/reference/metrics.md says that agents export, by name with its type.
func reference(t *testing.T) map[string]string {
	t.Helper()
	page, err := os.ReadFile("../docs/reference/metrics.md")
	if err != nil {
		t.Fatal(err)
	}
	types := map[string]string{}
	for _, m := range regexp.MustCompile("(?m)^\\| `([a-z_]+)` \\| ([a-z]+) \\|").FindAllStringSubmatch(string(page), -1) {
		types[m[1]] = m[2]
	}
	if len(types) < 40 {
		t.Fatalf("%d metrics in the reference: has its form changed?", len(types))
	}
	return types
}

// foreign are the metrics of Prometheus on its own scrapes, and those that client libraries in all
// languages export of their process.
var foreign = []string{"up", "scrape_duration_seconds", "scrape_samples_scraped", "process_cpu_seconds_total", "process_resident_memory_bytes"}

func TestDashboardsAskForMetricsThatExist(t *testing.T) {
	known := reference(t)
	each(t, func(t *testing.T, _ File, d classic) {
		for _, expr := range expressions(t, d) {
			for _, name := range metricsOf(expr) {
				if !exists(known, name) {
					t.Errorf("no agent exports %s: %s", name, expr)
				}
			}
		}
	})
}

func exists(known map[string]string, name string) bool {
	for _, part := range []string{"_bucket", "_count", "_sum"} {
		if whole, ok := strings.CutSuffix(name, part); ok && known[whole] == "histogram" {
			return true
		}
	}
	return known[name] != "" || slices.Contains(foreign, name)
}

// A metric that no dashboard shows is one that nobody looks at: then it needs a reason.
func TestMetricsAreShown(t *testing.T) {
	unshown := map[string]string{
		"keizoku_journal_last_commit_timestamp_seconds": "an agent that has nothing to record commits nothing; keizoku_journal_unwritten_events tells",
	}
	shown := map[string]bool{}
	files, err := Build(Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		for name := range reference(t) {
			shown[name] = shown[name] || strings.Contains(string(f.JSON), name)
		}
	}
	for name := range reference(t) {
		if shown[name] == (unshown[name] != "") {
			t.Errorf("%s: shown %v, reason not to: %q", name, shown[name], unshown[name])
		}
	}
}
