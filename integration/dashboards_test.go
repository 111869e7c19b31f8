//go:build integration && linux

package integration

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/demo"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

// A dashboard that asks for what is not there shows an empty panel, and nobody notices until the
// night on which it is needed. So every query of every dashboard is asked of a real Prometheus
// that scrapes two agents in the worst hour of the demo's city hall.
func TestDashboardQueriesAnswer(t *testing.T) {
	t.Parallel()
	c := newCrisis(t)
	generated := folder(t)
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	run(t, path, "grafana-dashboards", c.hall.PlanDir(), "--lang", "en", "--out", generated)
	for _, dir := range []string{"../dashboards/en", generated} {
		files, err := filepath.Glob(filepath.Join(dir, "*.json"))
		if err != nil || len(files) != 5 {
			t.Fatalf("%s: %d dashboards (%v)", dir, len(files), err)
		}
		for _, file := range files {
			c.tryDashboard(file)
		}
	}
	c.seesWhatAgentsSee()
}

// mayBeEmpty are the queries without an answer in that hour, each with its reason: by dashboard,
// title of the panel and letter of the query.
var mayBeEmpty = map[string]string{
	"fleet.json/Systems on which agents disagree/A": "both agents look from the same place, and agree",
	"fleet.json/Systems on which agents disagree/B": "as A",
	"fleet.json/Systems on which agents disagree/C": "as A",
	"response.json/Channels/B":                      "every channel of the hall accepts what it is told",
	"emergency-power.json/Shortest runtime/B":       "it is what an ordinary day shows in the place of A",
	"emergency-power.json/Alerts about supplies/A":  "which alerts are open depends on how far the batteries are",
}

// crisis is the demo's city hall with a broken switch, in a blackout, under a declared disaster;
// two agents that watch it; and a Prometheus that scrapes them.
type crisis struct {
	*testing.T
	hall       *demo.Hall
	one, two   *keizoku
	prometheus string
}

func newCrisis(t *testing.T) *crisis {
	t.Helper()
	hall, err := demo.Start(t.Context(), demo.Options{Dir: folder(t), FreePorts: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = hall.Close() })
	c := &crisis{T: t, hall: hall, one: watching(t, hall), two: watching(t, hall)}
	c.prometheus = newPrometheusOf(t, map[string]string{"one": c.one.host(), "two": c.two.host()})
	c.breaks()
	c.awaitData()
	return c
}

// watching is an agent on the hall's plan.
func watching(t *testing.T, hall *demo.Hall) *keizoku {
	t.Helper()
	k := newKeizoku(t, "")
	k.plan = hall.PlanDir()
	k.start()
	return k
}

func (k *keizoku) host() string { return strings.TrimPrefix(k.address(), "http://") }

// newPrometheusOf starts a Prometheus on a free port that scrapes agents, by name, each second.
func newPrometheusOf(t *testing.T, agents map[string]string) string {
	t.Helper()
	dir := folder(t)
	var groups []any
	for name, address := range agents {
		groups = append(groups, map[string]any{"targets": []string{address}, "labels": map[string]string{"agent": name, "site": "main_hall"}})
	}
	list, err := json.Marshal(groups)
	if err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(dir, "prometheus.yml")
	text := fmt.Sprintf("scrape_configs:\n- job_name: keizoku\n  scrape_interval: 1s\n  honor_labels: true\n  static_configs: %s\n", list)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(need(t, "prometheus", "prometheus"), "--config.file="+config, "--storage.tsdb.path="+filepath.Join(dir, "data"),
		"--web.listen-address=127.0.0.1:0")
	log, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = cmd.Process.Kill(), cmd.Wait() })
	return listensOn(t, log)
}

// broken is a system that is down for its cause, encrypted one whose certificate is seen.
const (
	broken    = "care_insurance"
	cause     = "floor_switch"
	encrypted = "family_register"
)

// breaks brings the hall into the state in which every panel has something to show.
func (c *crisis) breaks() {
	c.Helper()
	for _, k := range []*keizoku{c.one, c.two} {
		k.awaits(broken, rules.Up)
	}
	c.hall.Device(cause).Fail()
	c.hall.Power().Fail()
	for _, k := range []*keizoku{c.one, c.two} {
		k.awaits(broken, rules.Down)
		c.act(k, "declare", rules.Declare{Threat: "disaster", Note: "震度5強"})
		c.act(k, "stage", rules.MoveStage{To: plan.InitialResponse, Why: "停電"})
		c.act(k, "ack", rules.Acknowledge{System: broken, Why: "着手"})
		c.act(k, "eta", rules.GiveETA{System: broken, At: time.Now().Add(time.Hour), Why: "部品待ち"})
	}
}

func (c *crisis) act(k *keizoku, name string, action rules.Action) {
	c.Helper()
	if _, err := k.client.Act(c.Context(), name, action, "佐藤 一郎"); err != nil {
		c.Fatal(err)
	}
}

// awaitData waits until Prometheus has of both agents what comes last.
func (c *crisis) awaitData() {
	c.Helper()
	for _, last := range []string{
		"keizoku_load_shed_timestamp_seconds", "keizoku_outage_eta_timestamp_seconds", "keizoku_threat_declared_timestamp_seconds",
		"keizoku_stage_moved_timestamp_seconds", "keizoku_ups_on_battery == 1", `keizoku_notifications_total{outcome="delivered"} > 0`,
		"keizoku_alerts", "rate(keizoku_probe_duration_seconds_count[10s]) > 0",
	} {
		until(c.T, "Prometheus has "+last+" of both agents", func() bool {
			return query(c.T, c.prometheus, "count(count by (agent) ("+last+"))", "")[""] == "2"
		})
	}
}

// tryDashboard asks all that one dashboard asks.
func (c *crisis) tryDashboard(file string) {
	c.Helper()
	d := readGrafana(c.T, file)
	for _, p := range d.Panels {
		for _, q := range p.Targets {
			c.tryQuery(filepath.Base(file)+"/"+p.Title+"/"+q.RefID, p, q)
		}
		c.tryColumns(file, p)
	}
	for _, a := range d.Annotations.List {
		c.tryQuery(filepath.Base(file)+"/"+a.Name+"/Anno", panel{Type: "annotation"}, a.Target)
	}
	for _, v := range d.Templating.List {
		if v.Type == "query" {
			c.tryVariable(file, v.Name, v.Query)
		}
	}
}

// grafana is what of a dashboard matters here.
type grafana struct {
	Panels      []panel
	Annotations struct {
		List []struct {
			Name   string
			Target target
		}
	}
	Templating struct {
		List []struct {
			Type, Name string
			Query      string
		}
	}
}

type panel struct {
	Type, Title     string
	Targets         []target
	Transformations []struct {
		ID      string
		Options struct {
			Include struct{ Names []string }
		}
	}
}

type target struct {
	RefID, Expr, LegendFormat string
	Instant                   bool
}

var legendLabel = regexp.MustCompile(`\{\{(\w+)\}\}`)

// tryQuery asks one query; it must be understood, answer something, and name what the legend shows.
func (c *crisis) tryQuery(name string, p panel, q target) {
	c.Helper()
	_, excused := mayBeEmpty[name]
	answer := c.ask(name, q)
	if len(answer) == 0 {
		if !excused {
			c.Errorf("%s (%s) shows nothing: %s", name, p.Type, q.Expr)
		}
		return
	}
	for _, m := range legendLabel.FindAllStringSubmatch(q.LegendFormat, -1) {
		if slices.ContainsFunc(answer, func(s series) bool { return s.Metric[m[1]] == "" }) {
			c.Errorf("%s: the legend shows {{%s}}, which %s does not have", name, m[1], q.Expr)
		}
	}
}

// tryColumns sees to it that each column of a table is a label or a value of one of its queries.
func (c *crisis) tryColumns(file string, p panel) {
	c.Helper()
	have := []string{"Value"}
	for _, q := range p.Targets {
		have = append(have, "Value #"+q.RefID)
		for _, s := range c.ask(p.Title, q) {
			have = append(have, slices.Collect(maps.Keys(s.Metric))...)
		}
	}
	for _, t := range p.Transformations {
		for _, column := range t.Options.Include.Names {
			_, excused := mayBeEmpty[filepath.Base(file)+"/"+p.Title+"/A"]
			if !excused && !slices.Contains(have, column) {
				c.Errorf("%s: %q has a column %q, which no query gives", file, p.Title, column)
			}
		}
	}
}

func (c *crisis) tryVariable(file, name, query string) {
	c.Helper()
	expr, label, both := strings.Cut(strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(query, "label_values("), "query_result("), ")"), ", ")
	if strings.HasPrefix(query, "query_result(") {
		expr, label, both = strings.TrimSuffix(strings.TrimPrefix(query, "query_result("), ")"), "system", true
	}
	answer := c.ask(name, target{Expr: expr, Instant: true})
	if !both || !slices.ContainsFunc(answer, func(s series) bool { return s.Metric[label] != "" }) {
		c.Errorf("%s: nothing to choose for $%s from %s", file, name, query)
	}
}

// series is one that Prometheus answers with.
type series struct {
	Metric map[string]string
	Value  [2]any
}

// ask asks a query as Grafana does, for each of three systems when one has to be chosen.
func (c *crisis) ask(name string, q target) (all []series) {
	c.Helper()
	for _, system := range []string{broken, cause, encrypted} {
		all = append(all, c.fetch(name, q.Instant, chosen(q.Expr, system))...)
		if !strings.Contains(q.Expr, "$system") {
			break
		}
	}
	return all
}

// chosen puts values in the places of Grafana's variables.
func chosen(expr, system string) string {
	return strings.NewReplacer(
		"$__rate_interval", "10s", "$__range_s", "600", "$__range", "10m", "$horizon", "259200", "$system", system,
		"$agent", ".*", "$site", ".*", "$threat", ".*", "$job", ".*",
	).Replace(expr)
}

func (c *crisis) fetch(name string, instant bool, expr string) []series {
	c.Helper()
	path, values := "/api/v1/query", url.Values{"query": {expr}}
	if !instant {
		now := time.Now().Unix() + 1 // what was scraped in this second counts too
		path, values["start"], values["end"], values["step"] = "/api/v1/query_range", stamp(now-20), stamp(now), []string{"1"}
	}
	resp, err := http.Get("http://" + c.prometheus + path + "?" + values.Encode())
	if err != nil {
		c.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var answer struct {
		Error string
		Data  struct{ Result []series }
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil || answer.Error != "" {
		c.Errorf("%s: Prometheus does not understand %s: %v %s", name, expr, err, answer.Error)
	}
	return answer.Data.Result
}

func stamp(at int64) []string { return []string{strconv.FormatInt(at, 10)} }

// seesWhatAgentsSee compares the head of the wall with what an agent's Situation says.
func (c *crisis) seesWhatAgentsSee() {
	c.Helper()
	down := readGrafana(c.T, "../dashboards/en/priority-systems.json").panel(c.T, "Down now")
	until(c.T, "the wall counts as many priority systems down as the agents", func() bool {
		shown := c.ask(down.Title, down.Targets[0])
		return len(shown) == 1 && fmt.Sprint(shown[0].Value[1]) == strconv.Itoa(downOf(c.one.situation()))
	})
}

// downOf counts the priority systems that are down.
func downOf(s *rules.Situation) (n int) {
	for _, sys := range s.Systems {
		if sys.Priority > 0 && sys.State == rules.Down {
			n++
		}
	}
	return n
}
