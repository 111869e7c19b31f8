package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/keizoku-bcp/keizoku/config"
	"github.com/keizoku-bcp/keizoku/plan"
)

// samePlan compares plans but for where they were written.
var samePlan = cmp.Options{
	cmpopts.IgnoreTypes(plan.Source{}),
	cmpopts.IgnoreFields(plan.Plan{}, "Hash"),
	cmp.Comparer(func(a, b *time.Location) bool { return a.String() == b.String() }),
	cmp.AllowUnexported(plan.Plan{}, plan.Secret{}, plan.Allowance{}, plan.Redactor{}),
	cmpopts.IgnoreUnexported(plan.Calendar{}),
	cmp.Comparer(func(a, b plan.Condition) bool { return (a == nil) == (b == nil) && (a == nil || a.Text() == b.Text()) }),
}

func loadValid(t *testing.T, name string) *plan.Plan {
	t.Helper()
	p, sources, diags := config.Load(filepath.Join("testdata", "valid", name), kinds, options)
	if len(diags) > 0 {
		t.Fatal(written(sources, diags))
	}
	return p
}

func TestLoadDirectory(t *testing.T) {
	p := loadValid(t, "city")
	tokyo, err := time.LoadLocation("Asia/Tokyo")
	if err != nil {
		t.Fatal(err)
	}
	office := &plan.Calendar{
		Name: "office", Title: "office", Days: [7]bool{1: true, 2: true, 3: true, 4: true, 5: true},
		Opens: 8*60 + 30, Closes: 17*60 + 15, Holidays: []string{"jp"}, Location: tokyo,
		Closed: []plan.DateRange{{From: plan.Date{Year: 2026, Month: 12, Day: 29}, To: plan.Date{Year: 2027, Month: 1, Day: 3}}},
		Open:   []plan.DateRange{{From: plan.Date{Year: 2026, Month: 3, Day: 29}, To: plan.Date{Year: 2026, Month: 3, Day: 29}}},
	}
	library := &plan.Calendar{
		Name: "library", Title: "図書館", Days: [7]bool{0: true, 2: true, 3: true, 4: true, 5: true, 6: true},
		Opens: 9*60 + 30, Closes: 20 * 60, Location: tokyo,
	}
	day := 24 * time.Hour
	want := &plan.Plan{
		Name: "musashino", Title: "ICT業務継続計画", Owner: "総務部情報政策課", Version: "3.1",
		Revised: time.Date(2026, 4, 1, 0, 0, 0, 0, tokyo), ReviewEvery: 365 * day,
		Location: tokyo, Locale: plan.Japanese, ReopenWithin: 10 * time.Minute,
		Sites:     []*plan.Site{{Name: "main_hall", Title: "本庁舎"}},
		Calendars: []*plan.Calendar{office, library},
		Threats: []*plan.Threat{
			{Name: "disaster", Title: "災害", PriorityWithin: plan.For(7 * day)},
			{Name: "incident", Title: "非災害(セキュリティインシデント)", PriorityWithin: plan.UntilOpening(office), Default: true},
			{Name: "pandemic", Title: "感染症流行", PriorityWithin: plan.For(7 * day)},
		},
		Businesses: []*plan.Business{{
			Name: "certificates", Title: "証明書発行", Division: "市民課", Needs: []string{"resident_records"},
			RecoverWithin: map[string]plan.Allowance{
				"disaster": plan.For(3 * day), "incident": plan.UntilOpening(office), "pandemic": plan.For(3 * day),
			},
		}},
		Systems: []*plan.System{
			{
				Name: "resident_records", Title: "住民記録システム", Priority: 1, Owner: "市民課", Site: "main_hall",
				DependsOn: []string{"core_switch"},
				AllowableDowntime: map[string]plan.Allowance{
					"disaster": plan.For(day), "incident": plan.UntilOpening(office), "pandemic": plan.ForOpenHours(8*time.Hour, library),
				},
				TypicalRecovery: 3 * time.Hour,
				Alternative:     &plan.Alternative{Title: "紙台帳で受付", Lasts: day},
				Power:           &plan.SystemPower{Watts: 850, VA: 1000, FedBy: "rack_a", SwitchOffAfter: 2},
				Checks: []*plan.Check{
					{
						Name: "server", Kind: "ping", Interval: 30 * time.Second, Timeout: 5 * time.Second,
						RetryInterval: 6 * time.Second, FailAfter: 3, RecoverAfter: 2, Settings: &ping{Host: "10.1.0.11", Count: 1},
					},
					{
						Name: "login", Kind: "web", Interval: time.Minute, Timeout: 10 * time.Second, RetryInterval: 5 * time.Second,
						FailAfter: 2, RecoverAfter: 1, From: []string{"main_hall", "branch"},
						Settings: &web{
							URL: "https://records.example/login", Status: []int{200}, Method: "GET", Password: plan.NewSecret(theSecret),
							Headers: map[string]plan.Secret{"Authorization": plan.NewSecret("Bearer token-from-file")},
						},
					},
				},
				Maintenance: []*plan.Maintenance{{
					Name: "backup", Title: "backup", Days: []time.Weekday{time.Saturday}, Nth: []int{1, -1}, At: 22 * 60,
					Lasts: 3 * time.Hour, Calendar: office, Only: plan.ClosedDays, Location: tokyo,
				}},
			},
			{
				Name: "core_switch", Title: "core_switch", UpWhen: 1, Power: &plan.SystemPower{FedBy: plan.Elsewhere},
				AllowableDowntime: map[string]plan.Allowance{
					"disaster": plan.For(2 * time.Hour), "incident": plan.For(2 * time.Hour), "pandemic": plan.For(2 * time.Hour),
				},
				Checks: []*plan.Check{
					{
						Name: "a", Kind: "ping", Interval: 2 * time.Second, Timeout: 1600 * time.Millisecond,
						RetryInterval: time.Second, FailAfter: 3, RecoverAfter: 2, Settings: &ping{Host: "10.1.0.1", Count: 1},
					},
					{
						Name: "b", Kind: "ping", Interval: 20 * time.Second, Timeout: 5 * time.Second,
						RetryInterval: 4 * time.Second, FailAfter: 3, RecoverAfter: 2, Settings: &ping{Host: "10.1.0.2", Count: 1},
					},
				},
			},
		},
		Maintenance: []*plan.Maintenance{
			{
				Name: "power_inspection", Title: "法定停電", Sites: []string{"main_hall"}, Location: tokyo,
				Starts: time.Date(2026, 11, 22, 9, 0, 0, 0, tokyo), Ends: time.Date(2026, 11, 22, 17, 0, 0, 0, tokyo),
			},
			{
				Name: "move", Title: "move", Systems: []string{"core_switch"}, Location: tokyo,
				Starts: time.Date(2026, 12, 5, 20, 0, 0, 0, tokyo), Ends: time.Date(2026, 12, 6, 6, 0, 0, 0, tokyo),
			},
			{
				Name: "patch", Title: "patch", MonthDays: []int{15, -1}, At: 24 * 60, Lasts: 2 * time.Hour,
				Calendar: office, Only: plan.OpenDays, Location: tokyo,
			},
		},
		Agents: []*plan.Agent{
			{
				Name: "main_hall", Site: "main_hall", Listen: "0.0.0.0:9720", URL: "https://keizoku.city.example/", StateDir: filepath.FromSlash("testdata/valid/city/state"),
				Vantage: []string{"10.1.0.1", "10.1.0.2:53", "fd00::1", "gw.example"}, AllowExec: true,
				WebConfigFile: filepath.FromSlash("testdata/valid/city/web.yml"), Viewers: []string{"wall", "corridor"},
			},
			{Name: "branch", Insecure: true},
		},
		Generators: []*plan.Generator{{
			Name: "roof", Title: "屋上発電機", Site: "main_hall", CapacityW: 72000, CapacityVA: 90000, StartsWithin: 30 * time.Second,
			Fuel: &plan.Fuel{Liters: 1600, Reserve: 100, Burn: plan.BurnCurve{{LoadRatio: 0.25, LitersPerHour: 8}, {LoadRatio: 0.5, LitersPerHour: 13.5}, {LoadRatio: 0.75, LitersPerHour: 18.5}, {LoadRatio: 1, LitersPerHour: 24}}},
		}},
		UPSs: []*plan.UPS{
			{
				Name: "rack_a", Title: "rack_a", CapacityW: 2700, CapacityVA: 3000, BatteryWh: 1900, Efficiency: 0.9, FedBy: "roof",
				Readings: &plan.SupplySource{
					Protocol: "nut", Interval: 10 * time.Second, Timeout: 5 * time.Second,
					Settings: &upsd{Address: "127.0.0.1:3493", UPS: "rack-a", Passcode: plan.NewSecret(theSecret)},
				},
			},
			{
				Name: "desk", Title: "desk", CapacityW: 300, CapacityVA: 500, Efficiency: 0.8, FedBy: plan.Utility,
				Readings: &plan.SupplySource{
					Protocol: "nut", Interval: 4 * time.Second, Timeout: 3200 * time.Millisecond,
					Settings: &upsd{Address: "127.0.0.1:3493", UPS: "ups"},
				},
			},
		},
		Loads: []*plan.Load{
			{
				Name: "aircon", Title: "サーバ室空調", Watts: 3500, VA: 4000, FedBy: "roof", Priority: 2,
				NeededBy: []string{"resident_records"},
			},
			{
				Name: "terminals", Title: "terminals", Watts: 400, VA: 400, FedBy: "rack_a", SwitchOffAfter: 3,
				DependsOn: []string{"core_switch", "aircon"},
			},
			{Name: "lights", Title: "lights", FedBy: plan.Utility},
		},
		Power: &plan.PowerPolicy{Horizon: 48 * time.Hour, Margin: 0.1},
	}
	addResponse(want)
	addAlerting(want)
	if err := want.Link(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, p, samePlan, cmpopts.IgnoreFields(plan.Plan{}, "Secrets"), cmpopts.IgnoreTypes(plan.Source{})); diff != "" {
		t.Error(diff)
	}
}

func TestJSONTwin(t *testing.T) {
	if diff := cmp.Diff(loadValid(t, "city"), loadValid(t, "twin.hcl.json"), samePlan); diff != "" {
		t.Error(diff)
	}
}

func TestSourcesOfBlocks(t *testing.T) {
	p := loadValid(t, "city")
	s := p.System("resident_records")
	for _, c := range []struct{ got, want string }{
		{p.At("revised").String(), "10-plan.hcl:5,19"},
		{s.At("").String(), "20-systems.hcl:1,1"},
		{s.At("depends_on").String(), "20-systems.hcl:6,24"},
		{s.Checks[1].At("interval").String(), "20-systems.hcl:29,22"},
		{s.Checks[1].Settings.(*web).Source.At("url").String(), "20-systems.hcl:27,22"},
		{s.Alternative.At("").String(), "20-systems.hcl:10,3"},
		{s.Maintenance[0].Source.At("at").String(), "20-systems.hcl:44,16"},
		{p.Maintenance[0].Source.At("starts").String(), "30-rest.hcl:4,12"},
		{p.Generators[0].Fuel.At("burn").String(), "40-power.hcl:11,22"},
		{p.UPSs[0].Readings.Settings.(*upsd).Source.At("ups").String(), "40-power.hcl:23,16"},
		{p.Loads[0].At("needed_by").String(), "40-power.hcl:45,15"},
		{s.Power.At("fed_by").String(), "20-systems.hcl:18,24"},
		{p.Power.At("margin").String(), "40-power.hcl:61,13"},
		{p.Roles[0].At("confirmed").String(), "50-response.hcl:3,15"},
		{p.Roles[0].People[0].At("confirmed").String(), "50-response.hcl:5,3"},
		{p.Roles[0].People[1].At("confirmed").String(), "50-response.hcl:17,17"},
		{p.Postures[0].At("roles").String(), "50-response.hcl:30,17"},
		{p.Procedures[0].Steps[0].At("due").String(), "50-response.hcl:46,13"},
		{p.Procedures[0].Steps[1].At("only_if").String(), "50-response.hcl:52,15"},
		{p.Decision.At("better_after").String(), "50-response.hcl:69,18"},
		{p.Decision.Criteria[1].At("when").String(), "50-response.hcl:81,18"},
		{p.Alerting.Quiet[1].At("calendar").String(), "60-alerting.hcl:14,16"},
		{p.Channels[0].At("to_roles").String(), "60-alerting.hcl:26,14"},
		{p.Channels[0].Route.At("used_from").String(), "60-alerting.hcl:39,22"},
		{p.Channels[0].Settings.(*post).Source.At("server").String(), "60-alerting.hcl:22,14"},
		{p.Inspections[1].Source.At("cron").String(), "60-alerting.hcl:65,10"},
	} {
		if want := filepath.Join("testdata", "valid", "city") + string(filepath.Separator) + c.want; c.got != want {
			t.Errorf("got %s, want %s", c.got, want)
		}
	}
}

func TestMinimalPlanHasDefaults(t *testing.T) {
	p := loadValid(t, filepath.Join("minimal", "plan.hcl"))
	if p.Title != "small" || p.Location.String() != "Asia/Tokyo" || p.Locale != plan.Japanese || p.ReopenWithin != plan.DefaultReopenWithin {
		t.Errorf("plan: %q %v %v %v", p.Title, p.Location, p.Locale, p.ReopenWithin)
	}
	c := p.System("gateway").Checks[0]
	if c.Interval != plan.DefaultInterval || c.Timeout != plan.DefaultTimeout || c.FailAfter != plan.DefaultFailAfter || c.RecoverAfter != plan.DefaultRecoverAfter {
		t.Errorf("check: %+v", c)
	}
}

// What the language promises when a power block says nothing is what package plan reckons with.
func TestPowerBlocksHaveDefaults(t *testing.T) {
	p, sources, diags := config.LoadFS(fstest.MapFS{"plan.hcl": {Data: []byte(`plan "p" {}
power {}
generator "roof" {
  capacity_w  = 1000
  capacity_va = 1000
}
ups "rack" {
  capacity_w  = 100
  capacity_va = 100
  source "nut" { address = "127.0.0.1:3493" }
}
`)}}, "plan.hcl", kinds, options)
	if diags.HasErrors() {
		t.Fatal(written(sources, diags))
	}
	if p.Power.Horizon != plan.DefaultHorizon || p.Power.Margin != plan.DefaultMargin {
		t.Errorf("power: %+v", p.Power)
	}
	if g := p.Generator("roof"); g.StartsWithin != plan.DefaultStartsWithin {
		t.Errorf("generator: %+v", g)
	}
	u := p.UPS("rack")
	if r := u.Readings; u.Efficiency != plan.DefaultEfficiency || r.Interval != plan.DefaultPowerInterval || r.Timeout != plan.DefaultPowerTimeout {
		t.Errorf("UPS: %+v, read %+v", u, r)
	}
}

func TestHashTellsPlansApart(t *testing.T) {
	hash := func(files fstest.MapFS) string {
		p, sources, diags := config.LoadFS(files, ".", kinds, options)
		if diags.HasErrors() {
			t.Fatal(written(sources, diags))
		}
		return p.Hash
	}
	one := fstest.MapFS{"a.hcl": {Data: []byte("plan \"p\" {}\n")}, "b.hcl": {Data: []byte("site \"s\" {}\n")}}
	same := fstest.MapFS{"b.hcl": one["b.hcl"], "a.hcl": one["a.hcl"], "notes.txt": {Data: []byte("x")}, ".a.hcl": {Data: []byte("{")}, "sub/c.hcl": {Data: []byte("{")}}
	renamed := fstest.MapFS{"a.hcl": one["a.hcl"], "c.hcl": one["b.hcl"]}
	edited := fstest.MapFS{"a.hcl": one["a.hcl"], "b.hcl": {Data: []byte("site \"t\" {}\n")}}
	moved := fstest.MapFS{"a.hcl": {Data: []byte("plan \"p\" {}\nsite \"s\" {}\n")}, "b.hcl": {}}
	if hash(one) != hash(same) {
		t.Error("the same files give another hash")
	}
	seen := map[string]bool{hash(one): true}
	for _, files := range []fstest.MapFS{renamed, edited, moved} {
		if h := hash(files); seen[h] {
			t.Error("other files give the same hash")
		} else {
			seen[h] = true
		}
	}
	if len(hash(one)) != 64 {
		t.Errorf("hash %s", hash(one))
	}
}

func TestUnreadablePlans(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for _, c := range []struct{ name, path, want string }{
		{"no such file", filepath.Join(dir, "none.hcl"), filepath.Join(dir, "none.hcl") + ": "},
		{"no such file, and what to do", filepath.Join(dir, "none.hcl"), "keizoku plan new"},
		{"no file inside a directory", func() string {
			sub := filepath.Join(dir, "split")
			if err := os.MkdirAll(filepath.Join(sub, "x.hcl"), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink("nowhere", filepath.Join(sub, "y.hcl")); err != nil {
				t.Fatal(err)
			}
			return sub
		}(), filepath.Join(dir, "split", "y.hcl")},
		{"empty directory", t.TempDir(), "the directory holds no plan"},
		{"Shift_JIS", write("sjis.hcl", "plan \"p\" {\n  title = \"\x8cv\x89\xe6\"\n}\n"), "The file is not UTF-8"},
		{"deep", write("deep.hcl", "x = "+strings.Repeat("[", 100000)), "Too many brackets"},
		{"deep JSON", write("deep.json", strings.Repeat(`{"a":`, 100000)), "Too many brackets"},
		{"huge", write("huge.hcl", strings.Repeat(" ", 4<<20+1)), filepath.Join(dir, "huge.hcl") + ": it is larger than 4096 KB"},
		{"empty file", write("empty.hcl", ""), "no plan block"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, sources, diags := config.Load(c.path, kinds, options)
			if p != nil || len(diags) != 1 {
				t.Fatalf("plan %v, diagnostics:\n%s", p, written(sources, diags))
			}
			text := written(sources, diags) // in lines, wherever a long path makes it break
			if !strings.Contains(strings.Join(strings.Fields(text), " "), c.want) {
				t.Errorf("got %s, want %q", text, c.want)
			}
		})
	}
}

func TestByteOrderMarkAndCRLF(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "plan.hcl")
	if err := os.WriteFile(path, []byte("\ufeffplan \"p\" {\r\n  title = \"計画\"\r\n}\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p, sources, diags := config.Load(path, kinds, options)
	if len(diags) > 0 {
		t.Fatal(written(sources, diags))
	}
	if p.Title != "計画" {
		t.Errorf("title %q", p.Title)
	}
}
