package dashboards

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/cog/plugins"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"

	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/plan"
)

// city is a plan that names one of everything.
func city() *plan.Plan {
	zone := time.FixedZone("Asia/Tokyo", 9*3600)
	return &plan.Plan{
		Name: "city", Locale: plan.Japanese, Location: zone,
		Sites:      []*plan.Site{{Name: "main_hall", Title: "本庁舎"}, {Name: "annex"}},
		Threats:    []*plan.Threat{{Name: "disaster", Title: "災害, 地震 : $大"}, {Name: "incident", Title: `非災害"1"`, Default: true}},
		Systems:    []*plan.System{{Name: "records", Title: "住民記録", Power: &plan.SystemPower{}}},
		Agents:     []*plan.Agent{{Name: "a"}, {Name: "b"}, {Name: "c"}},
		Generators: []*plan.Generator{{Name: "roof", Title: "屋上発電機"}},
		UPSs:       []*plan.UPS{{Name: "rack_a", Title: "ラックA"}},
		Loads:      []*plan.Load{{Name: "aircon", Title: "空調"}},
		Power:      &plan.PowerPolicy{Horizon: 24 * time.Hour, Margin: 0.1},
		Alerting:   &plan.Alerting{Used: []float64{0.4, 0.8}},
		Channels:   []*plan.Channel{{Name: "duty", Title: "当直"}},
		Decision:   &plan.Decision{Criteria: []*plan.Criterion{{Name: "flood", Title: "浸水"}}},
	}
}

// editions are all that are tested.
func editions() map[string]Options {
	return map[string]Options{
		"ja": {Locale: plan.Japanese}, "en": {Locale: plan.English},
		"city": {Plan: city()}, "city en": {Plan: city(), Locale: plan.English}, "bare plan": {Plan: &plan.Plan{}},
	}
}

// each runs a test on every dashboard of every edition.
func each(t *testing.T, test func(t *testing.T, f File, d classic)) {
	t.Helper()
	plugins.RegisterDefaultPlugins()
	for name, o := range editions() {
		files, err := Build(o)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			t.Run(name+" "+f.Name, func(t *testing.T) {
				d, err := strict(f.JSON)
				if err != nil {
					t.Fatalf("not what Grafana's schema knows: %v", err)
				}
				test(t, f, d)
			})
		}
	}
}

// strict decodes a dashboard and refuses what the schema does not know. The SDK's strict decoder
// answers with a list of errors that is never nil, and empty when all is well; taken for an error
// by itself it then leaves panels out, so that what is decoded comes from the other decoder.
func strict(text []byte) (d classic, err error) {
	var judged classic
	var list cog.BuildErrors
	if err = judged.UnmarshalJSONStrict(text); err != nil && (!errors.As(err, &list) || len(list) > 0) {
		return d, err
	}
	return d, json.Unmarshal(text, &d)
}

func TestDashboardsFollowTheSchema(t *testing.T) {
	each(t, func(t *testing.T, _ File, d classic) {
		if len(d.Panels) < 8 || *d.Uid == "" || len(*d.Uid) > 40 || *d.Title == "" || *d.Description == "" {
			t.Errorf("uid %q, title %q, %d panels", *d.Uid, *d.Title, len(d.Panels))
		}
		if err := d.Validate(); err != nil {
			t.Error(err)
		}
	})
}

// The strictness of the decoder is what the test above rests on.
func TestUnknownFieldsAreRefused(t *testing.T) {
	plugins.RegisterDefaultPlugins()
	files, err := Build(Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, old := range []string{`"editable"`, `"gridPos"`, `"legendFormat"`, `"cellHeight"`} {
		text := strings.Replace(string(files[0].JSON), old, `"edible"`, 1)
		if _, err := strict([]byte(text)); err == nil {
			t.Errorf("a misspelt %s passes", old)
		}
	}
}

func TestCommittedDashboardsAreFresh(t *testing.T) {
	for _, locale := range messages.Locales {
		files, err := Build(Options{Locale: locale})
		if err != nil {
			t.Fatal(err)
		}
		committed, err := filepath.Glob(filepath.Join(string(locale), "*"))
		if err != nil || len(committed) != len(files) {
			t.Errorf("dashboards/%s has %d files and not %d (make generate, and delete what is gone): %v", locale, len(committed), len(files), err)
		}
		for _, f := range files {
			have, err := os.ReadFile(filepath.Join(string(locale), f.Name))
			if err != nil {
				t.Errorf("%v (make generate writes it)", err)
			}
			if diff := cmp.Diff(string(have), string(f.JSON)); diff != "" {
				t.Errorf("dashboards/%s/%s is stale, run make generate (-committed +generated):\n%s", locale, f.Name, diff)
			}
		}
	}
}

func TestSameOptionsSameBytes(t *testing.T) {
	for name, o := range editions() {
		one, err := Build(o)
		if err != nil {
			t.Fatal(err)
		}
		for range 5 {
			two, err := Build(o)
			same := slices.EqualFunc(one, two, func(a, b File) bool { return a.Name == b.Name && bytes.Equal(a.JSON, b.JSON) })
			if err != nil || !same {
				t.Fatalf("%s: other bytes the second time (%v)", name, err)
			}
		}
	}
}

// flat lists panels and rows alike.
type flat struct {
	id    uint32
	title string
	at    dashboard.GridPos
	panel *dashboard.Panel // nil for a row
}

func flatten(d classic) (all []flat) {
	for _, p := range d.Panels {
		if p.Panel != nil {
			all = append(all, flat{*p.Panel.Id, *p.Panel.Title, *p.Panel.GridPos, p.Panel})
			continue
		}
		all = append(all, flat{p.RowPanel.Id, *p.RowPanel.Title, *p.RowPanel.GridPos, nil})
	}
	return all
}

func TestPanelsAreToldApart(t *testing.T) {
	each(t, func(t *testing.T, _ File, d classic) {
		ids, titles := map[uint32]bool{}, map[string]bool{}
		for _, p := range flatten(d) {
			if ids[p.id] || titles[p.title] || p.title == "" {
				t.Errorf("panel %d %q: the ID or the title stands twice", p.id, p.title)
			}
			ids[p.id], titles[p.title] = true, true
		}
	})
}

// On a phone the panels stand below each other in their order, so the order must be that of the
// grid.
func TestPanelsFitTheGrid(t *testing.T) {
	each(t, func(t *testing.T, _ File, d classic) {
		all := flatten(d)
		for i, p := range all {
			if p.at.W == 0 || p.at.H == 0 || p.at.X+p.at.W > gridWidth {
				t.Errorf("%q: %+v", p.title, p.at)
			}
			for _, o := range all[:i] {
				if overlap(p.at, o.at) {
					t.Errorf("%q and %q lie upon each other: %+v, %+v", o.title, p.title, o.at, p.at)
				}
				if p.at.Y < o.at.Y || p.at.Y == o.at.Y && p.at.X < o.at.X {
					t.Errorf("%q comes after %q and stands before it", p.title, o.title)
				}
			}
		}
	})
}

func overlap(a, b dashboard.GridPos) bool {
	return a.X < b.X+b.W && b.X < a.X+a.W && a.Y < b.Y+b.H && b.Y < a.Y+a.H
}

// query is a target as Grafana reads it.
type query struct {
	Expr, RefID string
	Datasource  struct{ Type, UID string }
}

func queryOf(t *testing.T, target any) (q query) {
	t.Helper()
	text, err := json.Marshal(target)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &q); err != nil {
		t.Fatal(err)
	}
	return q
}

func TestTargetsAskTheChosenDatasource(t *testing.T) {
	each(t, func(t *testing.T, _ File, d classic) {
		if v := d.Templating.List[0]; v.Name != "datasource" || v.Type != dashboard.VariableTypeDatasource {
			t.Errorf("the first variable is %s %s", v.Type, v.Name)
		}
		for _, p := range flatten(d) {
			if p.panel == nil {
				continue
			}
			if len(p.panel.Targets) == 0 {
				t.Errorf("%q asks nothing", p.title)
			}
			refs := map[string]bool{}
			for _, target := range p.panel.Targets {
				q := queryOf(t, target)
				if q.RefID == "" || refs[q.RefID] || q.Datasource.UID != "${datasource}" || q.Datasource.Type != "prometheus" {
					t.Errorf("%q: %+v", p.title, q)
				}
				refs[q.RefID] = true
			}
		}
	})
}

func TestVariablesAreDeclared(t *testing.T) {
	each(t, func(t *testing.T, f File, d classic) {
		var names []string
		for _, v := range d.Templating.List {
			names = append(names, v.Name)
			if !strings.Contains(string(f.JSON), "$"+v.Name) && !strings.Contains(string(f.JSON), "${"+v.Name) {
				t.Errorf("nothing depends on $%s", v.Name)
			}
		}
		for _, e := range expressions(t, d) {
			for _, m := range grafanaVariable.FindAllStringSubmatch(e, -1) {
				if !slices.Contains(names, m[1]) && !strings.HasPrefix(m[1], "__") {
					t.Errorf("$%s is no variable of the dashboard: %s", m[1], e)
				}
			}
		}
	})
}

// What is asked does not depend on the language, but for the words in annotations.
func TestLanguagesAskTheSame(t *testing.T) {
	panels := func(locale plan.Locale) (all []string) {
		files, err := Build(Options{Locale: locale})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			d, err := strict(f.JSON)
			if err != nil {
				t.Fatal(err)
			}
			d.Annotations.List = nil
			all = append(all, expressions(t, d)...)
		}
		return all
	}
	if diff := cmp.Diff(panels(plan.Japanese), panels(plan.English)); diff != "" {
		t.Errorf("-ja +en:\n%s", diff)
	}
}

// A text that is missing from the catalogue would show as its ID.
func TestEveryTextIsThere(t *testing.T) {
	id := regexp.MustCompile(`"[^"]*\b(dash|criterion|state|stage|recommendation|notify)_[a-z_]+"`)
	each(t, func(t *testing.T, f File, _ classic) {
		for _, found := range id.FindAllString(string(f.JSON), -1) {
			t.Errorf("no words for %s", found)
		}
	})
}

// What the plan says takes the place of the defaults.
func TestPlanShapesDashboards(t *testing.T) {
	files, err := Build(Options{Plan: city()})
	if err != nil {
		t.Fatal(err)
	}
	all := ""
	for _, f := range files {
		all += string(f.JSON)
	}
	for what, want := range map[string]string{
		"zone":                  `"timezone": "Asia/Tokyo"`,
		"language":              `"title": "優先システム"`,
		"sites":                 `"query": "本庁舎 : main_hall, annex : annex"`,
		"threats, commas kept":  `"query": "災害\\, 地震: $大 : disaster, 非災害\"1\" : incident"`,
		"threat in annotations": `label_replace(max by (threat) (1000 * keizoku_threat_declared_timestamp_seconds), \"threat\", \"災害, 地震 : ＄大\"`,
		"horizon":               `"query": "86400"`,
		"horizon as a limit":    `"value": 86400,`,
		"share of the alerts":   `"value": 0.4,`,
		"margin":                `"value": 0.9,`,
		"number of agents":      `"value": 3,`,
		"supplies":              `"value": "屋上発電機"`,
		"supplies in legends":   `\"supply\", \"屋上発電機\", \"supply\", \"roof\")`,
		"channels":              `"text": "当直"`,
		"criteria":              `"value": "浸水"`,
		"loads":                 `"text": "空調"`,
	} {
		if !strings.Contains(all, want) {
			t.Errorf("%s: no %s", what, want)
		}
	}
}
