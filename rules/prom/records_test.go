package prom_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the tests must not depend on the machine's zones

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/plan"
	. "github.com/keizoku-bcp/keizoku/rules/prom"
)

// metricNames finds metrics of agents; those of records stand between colons.
var (
	metricNames = regexp.MustCompile(`\bkeizoku_[a-z_]+\b`)
	recordNames = regexp.MustCompile(`[a-z]+:[a-z_]+:[a-z]+`)
)

func contains(s, part string) bool { return strings.Contains(s, part) }

// reading is what a record says at a second: a value by what tells its series apart.
type reading struct {
	record string
	at     int
	want   map[string]float64
}

// story is a scene and what the records say in it.
type story struct {
	name     string
	change   func(world)
	readings []reading
}

const (
	start   = "system:keizoku_outage_start_timestamp_seconds:min"
	end     = "system:keizoku_outage_deadline_timestamp_seconds:min"
	startBy = "system:keizoku_outage_start_recovery_by_timestamp_seconds:min"
	left    = "system:keizoku_outage_left_seconds:min"
	down    = "system:keizoku_system_down:majority"
	threat  = "plan:keizoku_threat_active:newest"
)

func is(pairs ...any) map[string]float64 {
	m := map[string]float64{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i].(string)] = float64(pairs[i+1].(int))
	}
	return m
}

var stories = []story{
	{"a good day", func(world) {}, []reading{
		{"agent:up:max", 600, is(`agent="hall1", site="main"`, 1, `agent="hall2", site="main"`, 1, `agent="branch", site="east"`, 1)},
		{"agent:keizoku_agent_sees:bool", 600, is(`agent="hall1"`, 1, `agent="hall2"`, 1, `agent="branch"`, 1)},
		{"agent:keizoku_clock_offset_seconds:max", 600, is(`agent="hall1"`, 0, `agent="hall2"`, 0, `agent="branch"`, 0)},
		{"plan:keizoku_agents:count", 600, is("", 3)},
		{"plan:keizoku_agents_alive:count", 600, is("", 3)},
		{"plan:keizoku_agents_blind:count", 600, is("", 0)},
		{"system:keizoku_system_votes:count", 600, is(`system="core"`, 3, `system="records"`, 3, `system="counter"`, 3, `system="poster"`, 3)},
		{"system:keizoku_system_down:ratio", 600, is(`system="core"`, 0, `system="records"`, 0, `system="counter"`, 0, `system="poster"`, 0)},
		{down, 600, is(`system="core"`, 0, `system="records"`, 0, `system="counter"`, 0, `system="poster"`, 0)},
		{start, 600, is()}, {end, 600, is()}, {"system:keizoku_outage_grade:max", 600, is()}, {"system:keizoku_outage_cause:first", 600, is()},
		{"system:keizoku_alternative:info", 600, is(`system="records", alternative="prom_alternative_lasts"`, 1)},
		{threat, 600, is(`threat="incident"`, 1)},
		{"plan:keizoku_decision:worst", 600, is(`recommendation="normal"`, 1)},
		{"plan:keizoku_stage:newest", 600, is(`stage="monitoring"`, 1)},
		{"plan:keizoku_utility_lost:bool", 600, is("", 0)},
		{"system:keizoku_system_info:one", 600, is(
			`system="core", title="基幹網", priority="1", owner="情報", site="main"`, 1, `system="records", title="住民記録", priority="2", owner="市民", site="main"`, 1,
			`system="counter", title="窓口", priority="3"`, 1, `system="poster", title="掲示", site="east"`, 1)},
	}},
	{"agents see an outage from different moments on; one of them is blind, one has no vote", func(w world) {
		w.during(0, 6000, "", "1", "", "keizoku_agent_blind", agent("hall2"))
		w.down(outage{system: "records", from: 600, to: 4800, start: 540, deadline: 4140, recovery: 1200, agents: []string{"hall1"}})
		w.set("keizoku_system_state", "0", agent("branch"), system("records"), `state="up"`)
		w.set("keizoku_system_state", "1", agent("branch"), system("records"), `state="pending"`)
		w.set("keizoku_system_info", "1", agent("branch"), system("records"), `title="旧"`, `site="east"`)
	}, []reading{
		{"plan:keizoku_agents_blind:count", 900, is("", 1)},
		{"system:keizoku_system_votes:count", 900, is(`system="core"`, 2, `system="records"`, 1, `system="counter"`, 2, `system="poster"`, 2)},
		{down, 900, is(`system="core"`, 0, `system="records"`, 1, `system="counter"`, 0, `system="poster"`, 0)},
		{start, 900, is(`system="records"`, 540)},
		{left, 900, is(`system="records"`, 3240)},
		{startBy, 900, is(`system="records"`, 2940)},
	}},
	{"half is no majority, and the earliest of the agreed starts counts", func(w world) {
		w.gone("hall2", 0, 6000)
		w.down(outage{system: "poster", from: 600, to: 4800, start: 600, deadline: 4200, agents: []string{"branch"}})
		w.down(outage{system: "records", from: 600, to: 4800, start: 600, deadline: 4200, recovery: 600, agents: []string{"branch"}})
		w.down(outage{system: "records", from: 630, to: 4800, start: 570, deadline: 4170, recovery: 600, agents: []string{"hall1"}})
	}, []reading{
		{"plan:keizoku_agents_alive:count", 600, is("", 2)},
		{down, 600, is(`system="core"`, 0, `system="records"`, 0, `system="counter"`, 0, `system="poster"`, 0)},
		{down, 630, is(`system="core"`, 0, `system="records"`, 1, `system="counter"`, 0, `system="poster"`, 0)},
		{start, 630, is(`system="records"`, 570)}, {end, 630, is(`system="records"`, 4170)},
		{"system:keizoku_outage_used:ratio", 2370, map[string]float64{`system="records"`: 0.5}},
	}},
	{"a threat declared on one agent holds for the outages that others see", func(w world) {
		w.during(1200, 6000, "0", "1", "", "keizoku_threat_active", agent("hall1"), `threat="disaster"`)
		w.during(1200, 6000, "1", "0", "", "keizoku_threat_active", agent("hall1"), `threat="incident"`)
		w.during(1200, 6000, "", "1200", "", "keizoku_threat_declared_timestamp_seconds", agent("hall1"), `threat="disaster"`)
		w.down(outage{system: "records", from: 600, to: 4800, start: 600, deadline: 4200, recovery: 600, agents: []string{"hall2", "branch"}})
		w.down(outage{system: "counter", from: 600, to: 4800, start: 600, deadline: 30600, recovery: 600, agents: []string{"hall2", "branch"}})
		w.down(outage{system: "poster", from: 600, to: 4800, start: 600, deadline: 4200, recovery: 600, agents: []string{"hall2", "branch"}})
	}, []reading{
		{threat, 1170, is(`threat="incident"`, 1)}, {threat, 1200, is(`threat="disaster"`, 1)},
		{end, 1170, is(`system="records"`, 4200, `system="counter"`, 30600, `system="poster"`, 4200)},
		{end, 1200, is(`system="records"`, 15000, `system="counter"`, 15000)},
		{startBy, 1200, is(`system="records"`, 13800, `system="counter"`, 14400)},
	}},
	{"nothing resolves on silence, and a late scrape shows the right deadline", func(w world) {
		w.down(outage{system: "records", from: 600, to: 4800, start: 600, deadline: 4200, recovery: 600, agents: everyone})
		for _, name := range everyone {
			w.gone(name, 900, 2700)
		}
	}, []reading{
		{"plan:keizoku_agents_alive:count", 2400, is("", 0)},
		{"system:keizoku_system_votes:count", 2400, is()},
		{down, 2400, is(`system="core"`, 0, `system="records"`, 1, `system="counter"`, 0, `system="poster"`, 0)},
		{start, 2400, is(`system="records"`, 600)}, {end, 2400, is(`system="records"`, 4200)}, {left, 2400, is(`system="records"`, 1800)},
		{threat, 2400, is(`threat="incident"`, 1)}, {"plan:keizoku_stage:newest", 2400, is(`stage="monitoring"`, 1)},
		{end, 2700, is(`system="records"`, 4200)}, {left, 2700, is(`system="records"`, 1500)},
		{down, 4800, is(`system="core"`, 0, `system="records"`, 0, `system="counter"`, 0, `system="poster"`, 0)}, {start, 4800, is()},
	}},
	{"a system that the plan has lost is not held", func(w world) {
		w.down(outage{system: "poster", from: 600, to: 1200, start: 600, deadline: 4200, agents: everyone})
		for _, name := range everyone {
			w.during(1200, 6000, "1", "", "", "keizoku_system_info", agent(name), system("poster"), `title="掲示"`, `owner=""`, `site="east"`)
			for _, state := range []string{"up", "down", "pending", "unknown"} {
				w[series("keizoku_system_state", agent(name), system("poster"), fmt.Sprintf("state=%q", state))] = map[string]string{"up": "1x19 0x19 stale", "down": "0x19 1x19 stale", "pending": "0x39 stale", "unknown": "0x39 stale"}[state]
			}
		}
	}, []reading{
		{down, 1170, is(`system="core"`, 0, `system="records"`, 0, `system="counter"`, 0, `system="poster"`, 1)},
		{down, 1200, is(`system="core"`, 0, `system="records"`, 0, `system="counter"`, 0)},
	}},
	{"root causes", func(w world) {
		w.down(outage{system: "core", from: 600, to: 1800, start: 600, deadline: 7800, agents: everyone, withoutProjected: true})
		w.down(outage{system: "records", from: 600, to: 2400, start: 600, deadline: 1200, agents: everyone, withoutProjected: true})
		w.down(outage{system: "counter", from: 600, to: 2400, start: 600, deadline: 9000, agents: everyone, withoutProjected: true})
	}, []reading{
		{"system:keizoku_outage_cause:first", 600, is(`system="records", cause="core"`, 1, `system="counter", cause="core"`, 1)},
		{"system:keizoku_outage_cause:first", 1800, is(`system="counter", cause="records"`, 1)},
		{"system:keizoku_outage_at_risk:bool", 1200, is(`system="core"`, 0, `system="records"`, 1, `system="counter"`, 0)},
		{"system:keizoku_outage_grade:own", 1200, is(`system="core"`, 2, `system="records"`, 3, `system="counter"`, 2)},
		{"system:keizoku_outage_grade:max", 1200, is(`system="core"`, 3, `system="records"`, 3, `system="counter"`, 2)},
		{"system:keizoku_outage_info:one", 1800, is(
			`system="records", title="住民記録", priority="2", owner="市民", site="main", threat="incident", since="33000", deadline="33600", source="rules", alternative="prom_alternative_lasts"`, 1, `system="counter", title="窓口", priority="3", threat="incident", cause="records", since="33000", deadline="41400", source="rules"`, 1)},
	}},
	{"a scrape without honor_labels moves the system's site away; supplies", func(w world) {
		w.set("keizoku_supply_runtime_seconds", "7200", agent("hall1"), `supply="rack"`)
		w.set("keizoku_supply_runtime_seconds", "3600", agent("hall2"), `supply="rack"`)
		w.set("keizoku_alerts", "1", agent("hall1"), `alert="UtilityLost"`, `severity="critical"`)
		for _, name := range everyone {
			delete(w, series("keizoku_system_info", agent(name), system("core"), `title="基幹網"`, `priority="1"`, `owner="情報"`, `site="main"`))
			w.set("keizoku_system_info", "1", agent(name), system("core"), `title="基幹網"`, `exported_site="main"`, `site="east"`)
		}
	}, []reading{
		{"supply:keizoku_supply_runtime_seconds:min", 600, is(`supply="rack"`, 3600)}, {"plan:keizoku_utility_lost:bool", 600, is("", 1)},
		{"system:keizoku_system_info:one", 600, is(
			`system="core", title="基幹網", site="main"`, 1, `system="records", title="住民記録", priority="2", owner="市民", site="main"`, 1,
			`system="counter", title="窓口", priority="3"`, 1, `system="poster", title="掲示", site="east"`, 1)},
	}},
}

func TestRecords(t *testing.T) {
	p := cityPlan(t)
	rules := plainRules(Rules(p, wordless{}, Options{}))
	covered := map[string]bool{}
	var units []unit
	for _, s := range stories {
		w := newWorld(p)
		s.change(w)
		u := unit{Name: s.name, Interval: fmt.Sprint(tick, "s"), Input: w.input()}
		for _, r := range s.readings {
			covered[r.record] = true
			u.Exprs = append(u.Exprs, r.test())
		}
		units = append(units, u)
	}
	for _, g := range rules.Groups {
		for _, r := range g.Rules {
			if r.Record != "" && !covered[r.Record] {
				t.Errorf("nobody tries %s", r.Record)
			}
		}
	}
	try(t, rules, units)
}

func (r reading) test() exprAt {
	e := exprAt{Expr: r.record, EvalTime: fmt.Sprint(r.at, "s")}
	for labels, value := range r.want {
		text := `plan="city"`
		if labels != "" {
			text += ", " + labels
		}
		e.Samples = append(e.Samples, sample{r.record + "{" + text + "}", value})
	}
	return e
}

// What people read, with values in their places.
func TestAnnotations(t *testing.T) {
	p := cityPlan(t)
	w := newWorld(p)
	w.down(outage{system: "records", from: 600, to: 4800, start: 600, deadline: 4200, recovery: 1200, agents: everyone})
	w.during(600, 900, "", "1", "", "keizoku_supply_alert", agent("hall1"), `alert="OnBattery"`, `severity="warning"`, `supply="rack"`)
	w.during(0, 3000, "", "600", "", "keizoku_plan_review_due_timestamp_seconds", agent("hall1"))
	labels := func(own map[string]string, severity string) map[string]string {
		return with(own, "plan", "city", "source", "rules", "severity", severity)
	}
	u := unit{Name: "words", Interval: "30s", Input: w.input(), Alerts: []alertsAt{
		{"660s", "SystemDown", []expected{{labels(records, "warning"), l(
			"summary", "住民記録 停止 残り59m 0s(期限 1月1日 10:10)",
			"description", "1月1日 09:10から停止しています。見えているエージェントの過半数が一致しています。業務は代替手段「紙台帳で受付($1枚、\"控\"つき)(1日可能)」で続けてください。詳細はコンソールで確認してください。")}}},
		{"4260s", "SystemDown", []expected{{labels(records, "critical"), l(
			"summary", "住民記録 停止 期限超過(期限 1月1日 10:10)",
			"description", "1月1日 09:10から停止しています。見えているエージェントの過半数が一致しています。業務は代替手段「紙台帳で受付($1枚、\"控\"つき)(1日可能)」で続けてください。詳細はコンソールで確認してください。")}}},
		{"2400s", "DeadlineNear", []expected{{labels(records, "warning"), l(
			"summary", "住民記録 停止中 許容時間の50%を経過(期限 1月1日 10:10)",
			"description", "復旧の見込みを確認し、記録してください(keizoku eta)。")}}},
		{"4260s", "DeadlineMissed", []expected{{labels(records, "critical"), l(
			"summary", "住民記録 期限超過 1m 0s(期限 1月1日 10:10)",
			"description", "停止許容時間を超えています。業務は代替手段「紙台帳で受付($1枚、\"控\"つき)(1日可能)」で続けてください。体制を確認してください。")}}},
		{"660s", "OnBattery", []expected{{labels(l("supply", "rack", "site", "main", "threat", "incident"), "warning"), l(
			"summary", "ラックUPS バッテリー運転", "description", "UPSがバッテリーで運転しています。残り時間をコンソールで確認してください。")}}},
		{"660s", "PlanReviewDue", []expected{{labels(l(), "info"), l("summary", "計画「つづき市 {{計画}}」見直しの期日", "description", "計画の見直し時期を過ぎています。")}}},
	}}
	try(t, Rules(p, messages.For(plan.Japanese), Options{}), []unit{u})
}

// Every system with an alternative has its own, however many there are, and whatever they say.
func TestAlternatives(t *testing.T) {
	p := &plan.Plan{Name: "city"}
	u := unit{Name: "alternatives", Interval: "30s"}
	e := exprAt{Expr: "system:keizoku_alternative:info", EvalTime: "30s"}
	for i, title := range []string{"紙", "$1 ${2} $$", `"{{ .X }}"`, "a\\b\nc", "[[lasts]]", "電話", ""} {
		name := fmt.Sprint("s", i)
		p.Systems = append(p.Systems, &plan.System{Name: name, AllowableDowntime: map[string]plan.Allowance{}, Alternative: &plan.Alternative{Title: title, Lasts: time.Duration(i%2) * time.Hour}})
		if i%2 == 1 {
			title += "(1時間可能)"
		}
		if i < 6 {
			e.Samples = append(e.Samples, sample{fmt.Sprintf(`system:keizoku_alternative:info{plan="city", system=%q, alternative=%q}`, name, title), 1})
		}
	}
	if err := p.Link(); err != nil {
		t.Fatal(err)
	}
	u.Exprs = []exprAt{e}
	try(t, Rules(p, messages.For(plan.Japanese), Options{}), []unit{u})
}

// Where clocks change, templates cannot tell local time, and say so.
func TestZonesThatChangeShowUTC(t *testing.T) {
	p := cityPlan(t)
	var err error
	if p.Location, err = time.LoadLocation("Europe/Berlin"); err != nil {
		t.Fatal(err)
	}
	w := newWorld(p)
	w.down(outage{system: "records", from: 600, to: 4800, start: 600, deadline: 4200, recovery: 1200, agents: everyone})
	u := unit{Name: "UTC", Interval: "30s", Input: w.input(), Alerts: []alertsAt{
		{"660s", "SystemDown", []expected{{with(records, "plan", "city", "source", "rules", "severity", "warning"), l(
			"summary", "住民記録 down (59m 0s left, deadline Thu 1 Jan 01:10 UTC)",
			"description", "Down since Thu 1 Jan 00:10 UTC, as the majority of the agents that see it say. Work goes on without it: 紙台帳で受付($1枚、\"控\"つき) (for 1d). The console has the details.")}}},
	}}
	try(t, Rules(p, messages.For(plan.English), Options{}), []unit{u})
}

// Every text is there, and every place in it is filled.
func TestWordsAreWhole(t *testing.T) {
	p := cityPlan(t)
	for _, locale := range messages.Locales {
		for _, g := range Rules(p, messages.For(locale), Options{}).Groups {
			if len(g.Rules) > 20 {
				t.Errorf("%s has %d rules: Mimir takes 20", g.Name, len(g.Rules))
			}
			for _, r := range g.Rules {
				for name, text := range r.Annotations {
					if strings.Contains(text, "[[") || strings.HasPrefix(text, "prom_") {
						t.Errorf("%s: %s of %s: %s", locale, name, r.Alert, text)
					}
				}
			}
		}
	}
}

func TestGolden(t *testing.T) {
	for name, o := range map[string]Options{
		"city.yml":   {},
		"tenant.yml": {Interval: time.Minute, Job: "bcp", Labels: map[string]string{"tenant_id": "tsuzuki", "region": "東"}},
	} {
		p := cityPlan(t)
		text, err := yaml.Marshal(Rules(p, messages.For(p.Locale), o))
		if err != nil {
			t.Fatal(err)
		}
		got, path := Header(p, "keizoku\n1.0")+string(text), filepath.Join("testdata", name)
		if os.Getenv("KEIZOKU_UPDATE") != "" {
			if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s (-want +got; KEIZOKU_UPDATE=1 writes it anew):\n%s", path, diff)
		}
		if out := promtool(t, "check", "rules", path); !strings.Contains(out, "SUCCESS") {
			t.Errorf("%s: %s", path, out)
		}
	}
}

// The least plan has rules too.
func TestBarePlan(t *testing.T) {
	p := &plan.Plan{Name: "bare"}
	if err := p.Link(); err != nil {
		t.Fatal(err)
	}
	path, rules := filepath.Join(t.TempDir(), "bare.yml"), Rules(p, messages.For(plan.English), Options{})
	for _, g := range rules.Groups {
		for _, r := range g.Rules {
			if r.Alert == "StartRecoveryNow" || strings.Contains(r.Expr, startBy) {
				t.Errorf("%s%s: the plan knows no typical recovery", r.Record, r.Alert)
			}
		}
	}
	write(t, path, rules)
	if out := promtool(t, "check", "rules", path); !strings.Contains(out, "SUCCESS") {
		t.Error(out)
	}
}

// Rules that read what nobody exports are silent for ever.
func TestMetricsAreOfTheReference(t *testing.T) {
	page, err := os.ReadFile("../../docs/reference/metrics.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range Rules(cityPlan(t), wordless{}, Options{}).Groups {
		for _, r := range g.Rules {
			for _, name := range metricNames.FindAllString(recordNames.ReplaceAllString(r.Expr, ""), -1) {
				if !strings.Contains(string(page), "| `"+name+"` |") {
					t.Errorf("%s%s reads %s, which docs/reference/metrics.md does not list (make generate)", r.Record, r.Alert, name)
				}
			}
		}
	}
}

// A large fleet is looked at more rarely, but never so rarely that a record is forgotten in between.
func TestIntervalGrowsWithTheFleet(t *testing.T) {
	for _, c := range []struct {
		agents, systems int
		want            time.Duration
	}{
		{0, 0, 30 * time.Second}, {0, 2500, 30 * time.Second}, {5, 500, 30 * time.Second}, {0, 2501, time.Minute},
		{10, 500, time.Minute}, {10, 501, 2 * time.Minute}, {100, 5000, 2 * time.Minute},
	} {
		p := &plan.Plan{Name: "city", Agents: make([]*plan.Agent, c.agents), Systems: make([]*plan.System, c.systems)}
		if got := IntervalFor(p); got != c.want {
			t.Errorf("%d agents, %d systems: %s, want %s", c.agents, c.systems, got, c.want)
		}
	}
}
