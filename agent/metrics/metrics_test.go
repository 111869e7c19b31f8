package metrics

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/prometheus/common/expfmt"

	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
	"github.com/keizoku-bcp/keizoku/rules/alert"
	"github.com/keizoku-bcp/keizoku/rules/supply"
)

var nine = time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC)

// crisis is a situation in which every family has something to say.
func crisis() *rules.Situation {
	return &rules.Situation{
		At:      nine,
		Plan:    rules.PlanFacts{Name: "city", Version: "3.1", Hash: "abc", ReviewDue: nine.AddDate(1, 0, 0)},
		Agent:   rules.AgentFacts{Name: "a1", StartedAt: nine.Add(-24 * time.Hour)},
		Threat:  rules.ThreatFacts{Name: "disaster", DeclaredAt: nine.Add(-time.Hour), Names: []string{"disaster", "incident"}},
		Clock:   rules.ClockFacts{Estimated: true},
		Journal: rules.JournalFacts{LastCommitAt: nine.Add(-1500 * time.Millisecond), Unwritten: 3, Failing: "no space left"},
		Power:   emergency(),
		Stage:   plan.InitialResponse,
		Decision: rules.DecisionFacts{
			Recommendation: plan.EstablishPosture,
			Reasons: []*rules.ReasonFacts{
				{Criterion: "threat_declared", Holds: true}, {Criterion: "short_power", Holds: true, Unjudged: "power.runtime_hours is not known"},
				{Criterion: "many_down"},
			},
		},
		Response: rules.ResponseFacts{
			Move: &rules.MoveFacts{At: nine.Add(-30 * time.Minute)}, Steps: rules.StepCounts{Open: 5, Done: 2, Overdue: 1},
		},
		Channels: []rules.ChannelFacts{
			{Name: "duty", Title: "当直"}, {Name: "staff", Title: "情報政策課", Pending: 14, FailingSince: nine.Add(-20 * time.Minute)},
		},
		Systems: []*rules.SystemFacts{
			{
				Name: "records", Title: "住民\"記録\"\n", Priority: 1, Owner: "市民課", Site: "main_hall", State: rules.Down,
				Allowances:   []rules.AllowanceFacts{{Threat: "disaster", Seconds: 86400}, {Threat: "incident", Seconds: 14400}},
				OutagesTotal: 2, OutageSeconds: 5400,
				Outage: &rules.OutageFacts{
					Start: nine.Add(-time.Hour), Deadline: nine.Add(23 * time.Hour), StartRecoveryBy: nine.Add(20 * time.Hour),
					UsedRatio:    new(1.0 / 24),
					ProjectedEnd: nine.Add(3 * time.Hour), ETA: nine.Add(3 * time.Hour), AcknowledgedAt: nine.Add(-time.Minute),
				},
				Checks: []*rules.CheckFacts{
					{Name: "login", Kind: "http", LastRunAt: nine.Add(-2 * time.Second), Duration: 0.25, NotAfter: nine.AddDate(0, 1, 0), Phases: []rules.PhaseFacts{
						{Name: "connect", Seconds: 0.001}, {Name: "tls", Seconds: 0.009}, {Name: "tls", Seconds: 7}, {Name: "guesswork", Seconds: 8}, {Name: "processing", Seconds: 0.24},
					}},
					{Name: "server", Kind: "icmp", Success: true, LastRunAt: nine.Add(-time.Second), Duration: 0.001},
				},
			},
			{Name: "wall_clock", Title: "\xff時計", State: rules.Pending, Checks: []*rules.CheckFacts{{Name: "ping", Kind: "icmp"}}},
			{Name: "print", Title: "印刷", State: rules.Down, Causes: []string{"records"}, OutagesTotal: 1, Outage: &rules.OutageFacts{Start: nine.Add(-time.Minute)}},
		},
	}
}

// toldOf is what a crisis has people told.
func toldOf() *Telling {
	return &Telling{
		AliveAt: nine.Add(-time.Second),
		Alerts: []alert.Alert{
			{Name: alert.SystemDown, Severity: plan.Critical}, {Name: alert.SystemDown, Severity: plan.Info},
			{Name: alert.SystemDown, Severity: plan.Critical}, {Name: alert.DeliveryFailing, Severity: plan.Caution},
			{Name: alert.OnBattery, Subject: "rack_a", Severity: plan.Critical},
		},
		Deliveries: []Delivery{{"duty", map[string]int64{"delivered": 3, "failed": 0}}, {"staff", map[string]int64{"delivered": 1, "failed": 9}}},
	}
}

// emergency is a generator, a UPS that is read and one that never was, on the second day.
func emergency() *supply.Facts {
	return &supply.Facts{
		UtilityLost: true, UtilityLostAt: nine.Add(-90 * time.Minute),
		Supplies: []*supply.SupplyFacts{
			{Name: "roof", Kind: plan.GeneratorSupply, CapacityW: 160000, PlannedW: 90000, RuntimeSeconds: new(int64(86400)),
				AfterShedRuntimeSeconds: new(int64(172800)), Running: new(true), FuelLiters: new(480.0), FuelMeasured: true},
			{Name: "van", Kind: plan.GeneratorSupply, CapacityW: 5000, FuelLiters: new(20.0)},
			{
				Name: "rack_a", Kind: plan.UPSSupply, CapacityW: 2700, PlannedW: 1200, MeasuredW: new(1350.0), RuntimeSeconds: new(int64(600)),
				Source: supply.FromBattery, ChargeRatio: new(0.8), LoadRatio: new(0.5), ReadingAt: nine.Add(-3 * time.Second),
				TestResult: "failed: insufficient battery capacity", TestedAt: nine.AddDate(0, 0, -7), BatteryDate: "2021/04/01", ReplaceBattery: true,
			},
			{Name: "rack_b", Kind: plan.UPSSupply, CapacityW: 900},
		},
		Shed: []*supply.ShedFacts{{Load: "aircon", At: nine.Add(time.Hour)}, {Load: "sign"}},
	}
}

// golden compares text with a file of testdata. KEIZOKU_UPDATE=1 writes the file.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
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
}

// format is a view as text.
func format[S any](t *testing.T, v *view[S]) string {
	t.Helper()
	var b strings.Builder
	if err := v.each(new(room), expfmt.NewEncoder(&b, expfmt.NewFormat(expfmt.TypeTextPlain)).Encode); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestCrisisAsText(t *testing.T) {
	golden(t, "crisis.prom", format(t, situationView(crisis))+format(t, tellingView(toldOf, nine)))
}

func TestQuietAsText(t *testing.T) {
	empty := func() *rules.Situation { return &rules.Situation{At: nine} }
	silent := func() *Telling { return &Telling{} }
	golden(t, "quiet.prom", format(t, situationView(empty))+format(t, tellingView(silent, nine)))
}

// newRegistry is a whole registry with a probe in it.
func newRegistry() *Registry {
	r := New(crisis, toldOf, "1.2.3")
	r.ObserveProbe("records", "server", "icmp", rules.Look{
		Duration: 2 * time.Millisecond, Phases: []rules.PhaseFacts{{Name: "rtt", Seconds: 0.0015}},
	})
	return r
}

func TestNamesAndHelpsAreGood(t *testing.T) {
	problems, err := testutil.GatherAndLint(gatherer(t, newRegistry()))
	if err != nil || len(problems) > 0 {
		t.Errorf("%v %+v", err, problems)
	}
}

func TestReferenceCoversEveryFamily(t *testing.T) {
	gathered, err := gatherer(t, newRegistry()).Gather()
	if err != nil {
		t.Fatal(err)
	}
	reference := Reference()
	rows := regexp.MustCompile("(?m)^\\| `(keizoku_[a-z_]+)` \\|").FindAllStringSubmatch(reference, -1)
	documented := map[string]bool{}
	for _, row := range rows {
		if documented[row[1]] {
			t.Errorf("%s is documented twice", row[1])
		}
		documented[row[1]] = true
	}
	seen := map[string]bool{}
	for _, f := range gathered {
		if !strings.HasPrefix(f.GetName(), "keizoku_") {
			continue
		}
		seen[f.GetName()] = true
		kind := strings.ToLower(f.GetType().String())
		if !regexp.MustCompile("(?m)^\\| `" + f.GetName() + "` \\| " + kind + " \\| .* \\| " + regexp.QuoteMeta(f.GetHelp()) + " \\|$").MatchString(reference) {
			t.Errorf("%s (%s) is not in the reference as it is exported", f.GetName(), kind)
		}
	}
	for name := range documented {
		if !seen[name] {
			t.Errorf("%s is documented; a crisis does not show it", name)
		}
	}
}

func TestRegistriesAreApart(t *testing.T) {
	one, other := newRegistry(), New(crisis, toldOf, "1.2.3")
	if n, err := testutil.GatherAndCount(one.registry, probeName); n != 1 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	if n, err := testutil.GatherAndCount(other.registry, probeName); n != 0 || err != nil {
		t.Errorf("the other has %d, %v", n, err)
	}
}

// What nobody tells of power is not there, rather than 0.
func TestPowerThatIsNotKnown(t *testing.T) {
	known := func(p *supply.Facts) (names []string) {
		text := format(t, situationView(func() *rules.Situation { return &rules.Situation{At: nine, Power: p} }))
		for _, m := range regexp.MustCompile(`(?m)^keizoku_((?:utility|generator|ups_test|ups_battery|supply_fuel)\w*).* (\S+)$`).FindAllStringSubmatch(text, -1) {
			names = append(names, m[1]+" "+m[2])
		}
		return names
	}
	generator := func(s supply.SupplyFacts) *supply.Facts {
		s.Name, s.Kind = "roof", plan.GeneratorSupply
		return &supply.Facts{Supplies: []*supply.SupplyFacts{&s}}
	}
	ups := func(s supply.SupplyFacts) *supply.Facts {
		s.Name, s.Kind, s.ReadingAt = "rack", plan.UPSSupply, nine
		return &supply.Facts{UtilityUnknown: true, Supplies: []*supply.SupplyFacts{&s}}
	}
	for name, c := range map[string]struct {
		power *supply.Facts
		want  []string
	}{
		"no emergency power":                 {nil, nil},
		"nobody can tell":                    {&supply.Facts{UtilityUnknown: true}, nil},
		"there":                              {&supply.Facts{}, []string{"utility_lost 0"}},
		"lost":                               {&supply.Facts{UtilityLost: true, UtilityLostAt: nine}, []string{"utility_lost 1", "utility_lost_timestamp_seconds 1.775034e+09"}},
		"generator of which nothing is told": {generator(supply.SupplyFacts{}), []string{"utility_lost 0"}},
		"generator that stands":              {generator(supply.SupplyFacts{Running: new(false), FuelLiters: new(0.0)}), []string{"utility_lost 0", "generator_running 0", "supply_fuel_liters 0"}},
		"UPS that says nothing of itself":    {ups(supply.SupplyFacts{}), nil},
		"UPS that passed, battery of a day that may be two": {ups(supply.SupplyFacts{TestResult: "Done and passed", BatteryDate: "02/03/04"}), []string{"ups_test_failed 0"}},
		"UPS with a battery of the epoch":                   {ups(supply.SupplyFacts{BatteryDate: "1970-01-02"}), []string{"ups_battery_installed_timestamp_seconds 86400"}},
	} {
		if diff := cmp.Diff(c.want, known(c.power)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
