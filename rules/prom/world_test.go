package prom_test

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/keizoku-bcp/keizoku/plan"
	. "github.com/keizoku-bcp/keizoku/rules/prom"
)

// cityPlan has two agents in the hall and one in a branch; records depend on core.
func cityPlan(t testing.TB) *plan.Plan {
	t.Helper()
	office := &plan.Calendar{Name: "office", Location: time.UTC, Days: [7]bool{false, true, true, true, true, true, false}, Opens: 510, Closes: 1035}
	both := func(incident, disaster plan.Allowance) map[string]plan.Allowance {
		return map[string]plan.Allowance{"incident": incident, "disaster": disaster}
	}
	hour := plan.For(time.Hour)
	p := &plan.Plan{
		Name: "city", Title: "つづき市 {{計画}}", Version: "3.1", Hash: "abc", Location: time.FixedZone("JST", 9*3600), Locale: plan.Japanese,
		Sites:   []*plan.Site{{Name: "main", Title: "本庁舎"}, {Name: "east", Title: "東支所"}},
		Threats: []*plan.Threat{{Name: "incident", Default: true}, {Name: "disaster"}},
		Agents:  []*plan.Agent{{Name: "hall1", Site: "main"}, {Name: "hall2", Site: "main"}, {Name: "branch", Site: "east"}},
		Systems: []*plan.System{
			{Name: "core", Title: "基幹網", Priority: 1, Site: "main", Owner: "情報", TypicalRecovery: 20 * time.Minute, AllowableDowntime: both(plan.For(2*time.Hour), plan.For(8*time.Hour))},
			{Name: "records", Title: "住民記録", Priority: 2, Site: "main", Owner: "市民", DependsOn: []string{"core"}, Alternative: &plan.Alternative{Title: `紙台帳で受付($1枚、"控"つき)`, Lasts: 24 * time.Hour}, TypicalRecovery: 20 * time.Minute, AllowableDowntime: both(hour, plan.For(4*time.Hour))},
			{Name: "counter", Title: "窓口", Priority: 3, DependsOn: []string{"records"}, TypicalRecovery: 10 * time.Minute, AllowableDowntime: both(plan.UntilOpening(office), plan.For(4*time.Hour))},
			{Name: "poster", Title: "掲示", Site: "east", TypicalRecovery: 20 * time.Minute, AllowableDowntime: both(hour, plan.Allowance{})},
		},
		Generators: []*plan.Generator{{Name: "roof", Title: "屋上発電機", Site: "main"}},
		UPSs:       []*plan.UPS{{Name: "rack", Title: "ラックUPS", FedBy: "roof", Site: "main"}},
	}
	if err := p.Link(); err != nil {
		t.Fatal(err)
	}
	return p
}

// tick is the interval of scrapes and rules in these tests, steps how long they go on.
const (
	tick  = 30
	steps = 200
)

// world is what Prometheus scrapes: values by series, in the notation of promtool.
type world map[string]string

// newWorld is the city on a good day, as three agents see it.
func newWorld(p *plan.Plan) world {
	w := world{}
	for _, a := range p.Agents {
		w.set("up", "1", `job="keizoku"`, `instance="10.0.0.1:9720"`, agent(a.Name))
		w.set("keizoku_plan_info", "1", agent(a.Name), `plan="city"`, `version="3.1"`, `hash="abc"`)
		w[series("keizoku_agent_alive_timestamp_seconds", agent(a.Name))] = fmt.Sprintf("0+%dx%d", tick, steps)
		for _, name := range []string{"keizoku_agent_blind", "keizoku_clock_estimated", "keizoku_journal_unwritten_events", "keizoku_decision_unjudged_criteria"} {
			w.set(name, "0", agent(a.Name))
		}
		w.set("keizoku_plan_reload_success", "1", agent(a.Name))
		w.set("keizoku_steps", "0", agent(a.Name), `state="overdue"`)
		w.set("keizoku_threat_active", "1", agent(a.Name), `threat="incident"`)
		w.set("keizoku_threat_active", "0", agent(a.Name), `threat="disaster"`)
		w.set("keizoku_decision", "1", agent(a.Name), `recommendation="normal"`)
		w.set("keizoku_decision", "0", agent(a.Name), `recommendation="establish_posture"`)
		w.set("keizoku_stage", "1", agent(a.Name), `stage="monitoring"`)
		for _, s := range p.Systems {
			w.system(a.Name, s)
		}
	}
	return w
}

func (w world) system(name string, s *plan.System) {
	priority := ""
	if s.Priority > 0 {
		priority = fmt.Sprintf("priority=%q", fmt.Sprint(s.Priority))
	}
	w.set("keizoku_system_info", "1", agent(name), system(s.Name), fmt.Sprintf("title=%q", s.Title), priority, fmt.Sprintf("owner=%q", s.Owner), fmt.Sprintf("site=%q", s.Site))
	w.set("keizoku_system_state", "1", agent(name), system(s.Name), `state="up"`)
	for _, state := range []string{"down", "degraded", "unknown", "planned", "pending"} {
		w.set("keizoku_system_state", "0", agent(name), system(s.Name), fmt.Sprintf("state=%q", state))
	}
	for threat, a := range s.AllowableDowntime {
		if a.Calendar() == nil && !a.IsZero() {
			w.set("keizoku_system_allowable_downtime_seconds", fmt.Sprint(a.Deadline(time.Unix(0, 0)).Unix()), agent(name), system(s.Name), fmt.Sprintf("threat=%q", threat))
		}
	}
}

func agent(name string) string  { return fmt.Sprintf("agent=%q", name) }
func system(name string) string { return fmt.Sprintf("system=%q", name) }

func series(metric string, labels ...string) string {
	labels = slices.DeleteFunc(slices.Clone(labels), func(l string) bool { return l == "" || strings.HasSuffix(l, `=""`) })
	slices.Sort(labels)
	return metric + "{" + strings.Join(labels, ", ") + "}"
}

// set gives a series one value for good.
func (w world) set(metric, value string, labels ...string) {
	w[series(metric, labels...)] = fmt.Sprintf("%sx%d", value, steps)
}

// during gives a series other values from a second on until another. The empty value is absence.
func (w world) during(from, to int, before, value, after, metric string, labels ...string) {
	first, second := from/tick, to/tick
	parts := []string{stretch(before, first, false), stretch(value, second-first, before != ""), stretch(after, steps-second, value != "")}
	w[series(metric, labels...)] = strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), " ")
}

// stretch is so many values; an end after values that were there is marked, as a scrape does.
func stretch(value string, n int, ends bool) string {
	switch {
	case n == 0:
		return ""
	case value != "":
		return fmt.Sprintf("%sx%d", value, n-1)
	case ends && n > 1:
		return fmt.Sprintf("stale _x%d", n-1)
	case ends:
		return "stale"
	default:
		return fmt.Sprintf("_x%d", n)
	}
}

// outage is one as agents export it. Times are seconds since the beginning.
type outage struct {
	system           string
	from, to         int // seen down
	start, deadline  int // zero deadline: none
	recovery         int
	eta, ack         int
	agents           []string
	withoutProjected bool
}

func (w world) down(o outage) {
	for _, name := range o.agents {
		set := func(metric string, value int) {
			w.during(o.from, o.to, "", fmt.Sprint(value), "", metric, agent(name), system(o.system))
		}
		w.during(o.from, o.to, "1", "0", "1", "keizoku_system_state", agent(name), system(o.system), `state="up"`)
		w.during(o.from, o.to, "0", "1", "0", "keizoku_system_state", agent(name), system(o.system), `state="down"`)
		set("keizoku_outage_start_timestamp_seconds", o.start)
		if o.deadline > 0 {
			set("keizoku_outage_deadline_timestamp_seconds", o.deadline)
			set("keizoku_outage_start_recovery_by_timestamp_seconds", o.deadline-o.recovery)
		}
		if !o.withoutProjected {
			w[series("keizoku_outage_projected_end_timestamp_seconds", agent(name), system(o.system))] = fmt.Sprintf("_x%d %d+%dx%d stale", o.from/tick, o.from+o.recovery, tick, (o.to-o.from)/tick-1)
		}
		if o.eta > 0 {
			set("keizoku_outage_eta_timestamp_seconds", o.eta)
		}
		if o.ack > 0 {
			set("keizoku_outage_acknowledged_timestamp_seconds", o.ack)
		}
	}
}

var everyone = []string{"hall1", "hall2", "branch"}

// gone has an agent not answer for a while: every series of it ends.
func (w world) gone(name string, from, to int) {
	for key, values := range w {
		if !strings.Contains(key, agent(name)) || strings.HasPrefix(key, "up{") {
			continue
		}
		w[key] = cutOut(values, from/tick, to/tick)
	}
	w.during(from, to, "1", "0", "1", "up", `job="keizoku"`, `instance="10.0.0.1:9720"`, agent(name))
}

// cutOut takes values away from a step on until another, of constant or rising series.
func cutOut(values string, from, to int) string {
	all := expand(values)
	for i := from; i < to && i < len(all); i++ {
		all[i] = "_"
	}
	if from < len(all) {
		all[from] = "stale"
	}
	return strings.Join(all, " ")
}

func expand(values string) (all []string) {
	for _, part := range strings.Fields(values) {
		value, count, repeated := strings.Cut(part, "x")
		n := 0
		if repeated {
			_, _ = fmt.Sscan(count, &n)
		}
		if value == "_" && repeated {
			n--
		}
		var at, by int
		rising, _ := fmt.Sscanf(value, "%d+%d", &at, &by)
		for i := 0; i <= n; i++ {
			if rising == 2 {
				value = fmt.Sprint(at + i*by)
			}
			all = append(all, value)
		}
	}
	return all
}

// The file of promtool test rules.
type (
	testFile struct {
		RuleFiles          []string `yaml:"rule_files"`
		EvaluationInterval string   `yaml:"evaluation_interval"`
		GroupEvalOrder     []string `yaml:"group_eval_order"`
		Tests              []unit   `yaml:"tests"`
	}
	unit struct {
		Name     string     `yaml:"name"`
		Interval string     `yaml:"interval"`
		Input    []input    `yaml:"input_series"`
		Alerts   []alertsAt `yaml:"alert_rule_test,omitempty"`
		Exprs    []exprAt   `yaml:"promql_expr_test,omitempty"`
	}
	input struct {
		Series string `yaml:"series"`
		Values string `yaml:"values"`
	}
	alertsAt struct {
		EvalTime  string     `yaml:"eval_time"`
		Alertname string     `yaml:"alertname"`
		Alerts    []expected `yaml:"exp_alerts"`
	}
	expected struct {
		Labels      map[string]string `yaml:"exp_labels"`
		Annotations map[string]string `yaml:"exp_annotations,omitempty"`
	}
	exprAt struct {
		Expr     string   `yaml:"expr"`
		EvalTime string   `yaml:"eval_time"`
		Samples  []sample `yaml:"exp_samples"`
	}
	sample struct {
		Labels string  `yaml:"labels"`
		Value  float64 `yaml:"value"`
	}
)

func (w world) input() (list []input) {
	for _, key := range slices.Sorted(maps.Keys(w)) {
		list = append(list, input{key, w[key]})
	}
	return list
}

func promtool(t *testing.T, args ...string) string {
	t.Helper()
	path, err := exec.LookPath("promtool")
	if err != nil {
		t.Fatal("promtool is missing: make packages (or apt-get install prometheus)")
	}
	out, err := exec.CommandContext(t.Context(), path, args...).CombinedOutput()
	if err != nil {
		text := string(out)
		t.Fatalf("promtool %v: %v\n%s", args, err, text[:min(len(text), 12000)])
	}
	return string(out)
}

// try has promtool try the rules on the units.
func try(t *testing.T, rules *File, units []unit) {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "rules.yml"), rules)
	file := testFile{RuleFiles: []string{"rules.yml"}, EvaluationInterval: fmt.Sprint(tick, "s"), Tests: units}
	for _, g := range rules.Groups {
		file.GroupEvalOrder = append(file.GroupEvalOrder, g.Name)
	}
	write(t, filepath.Join(dir, "test.yml"), file)
	promtool(t, "test", "rules", filepath.Join(dir, "test.yml"))
}

func write(t *testing.T, path string, v any) {
	t.Helper()
	text, err := yaml.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

// plainRules are rules without annotations, for tests of when and what.
func plainRules(f *File) *File {
	for g := range f.Groups {
		for r := range f.Groups[g].Rules {
			f.Groups[g].Rules[r].Annotations = nil
		}
	}
	return f
}
