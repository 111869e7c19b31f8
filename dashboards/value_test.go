package dashboards

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"

	"github.com/keizoku-bcp/keizoku/plan"
)

// absentColour is what the mappings make of the lack of a value; empty: nothing.
func absentColour(all []dashboard.ValueMapping) string {
	for _, m := range all {
		if s := m.SpecialValueMap; s != nil && s.Options.Match == dashboard.SpecialValueMatchNull {
			return *s.Options.Result.Color
		}
	}
	return ""
}

// mappingsOf are those that an override sets; coloured reports whether it colours the cell.
func mappingsOf(t *testing.T, o dashboard.DashboardFieldConfigSourceOverrides) (all []dashboard.ValueMapping, coloured bool) {
	t.Helper()
	for _, p := range o.Properties {
		switch p.Id {
		case "custom.cellOptions":
			coloured = true
		case "mappings":
			text, err := json.Marshal(p.Value)
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(text, &all); err != nil {
				t.Fatal(err)
			}
		}
	}
	return all, coloured
}

// What is shown of a value must not say more than the value does, in any panel.
func TestValuesShowWhatTheyMean(t *testing.T) {
	each(t, func(t *testing.T, _ File, d classic) {
		for _, p := range flatten(d) {
			if p.panel == nil {
				continue
			}
			if got := absentColour(p.panel.FieldConfig.Defaults.Mappings); p.panel.Type == "stat" && got != soft {
				t.Errorf("%q: no value is shown in the colour %q", p.title, got)
			}
			for _, o := range p.panel.FieldConfig.Overrides {
				all, coloured := mappingsOf(t, o)
				absenceHasNoMeaning(t, p.title, o.Matcher.Options, all, coloured)
				rangesHaveBothEnds(t, p.title, all)
				if p.panel.Type == "table" && o.Matcher.Options == "severity" {
					t.Errorf("%q shows severities as texts, which sort as critical, info, warning", p.title)
				}
			}
		}
	})
}

// Grafana gives what has no value the colour of the lowest step: dark red for a time left, green for
// a number that should be none. Neither is known.
func absenceHasNoMeaning(t *testing.T, title string, field any, all []dashboard.ValueMapping, coloured bool) {
	t.Helper()
	if got := absentColour(all); coloured && got != uncoloured {
		t.Errorf("%q, %v: no value is shown in the colour %q", title, field, got)
	}
}

// Grafana takes the missing end of a range for 0, and then nothing is within it.
func rangesHaveBothEnds(t *testing.T, title string, all []dashboard.ValueMapping) {
	t.Helper()
	for _, m := range all {
		if m.RangeMap != nil && (m.RangeMap.Options.From == nil || m.RangeMap.Options.To == nil) {
			t.Errorf("%q: %+v", title, m.RangeMap.Options)
		}
	}
}

// Grafana writes what query_result() finds as {system="a",title="b"} VALUE TIME, and escapes nothing.
func TestSystemsAreChosenByTitle(t *testing.T) {
	h := newHouse(Options{Locale: plan.English})
	b := &board{house: h}
	b.systems()
	v, err := b.variables[0].Build()
	if err != nil {
		t.Fatal(err)
	}
	pattern, err := regexp.Compile(strings.Trim(*v.Regex, "/"))
	if err != nil {
		t.Fatal(err)
	}
	for found, want := range map[string][2]string{
		`{system="records",title="住民記録"} 1 1700000000000`:         {"records", "住民記録"},
		`{system="records",title="The "new" {one}"} 1 170000`:     {"records", `The "new" {one}`},
		`{system="records"} 1 1700000000000`:                      {"records", ""},
		`{system="records",title="a, title="b"} 1"} 1 17000000.5`: {"records", `a, title="b"} 1`},
	} {
		m := pattern.FindStringSubmatch(found)
		if m == nil {
			t.Errorf("%s cannot be chosen", found)
			continue
		}
		got := [2]string{m[pattern.SubexpIndex("value")], m[pattern.SubexpIndex("text")]}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", found, diff)
		}
	}
}

// What is chosen at the top of a page stays chosen behind a click on a system.
func TestLinksToSystemsKeepTheChoices(t *testing.T) {
	link := *newHouse(Options{}).toSystem(systemOfRow).Url
	for _, want := range []string{"/d/keizoku-system?", "${datasource:queryparam}", "${agent:queryparam}", "${__url_time_range}", "var-system=${__data.fields.system}"} {
		if !strings.Contains(link, want) {
			t.Errorf("no %s in %s", want, link)
		}
	}
}

// Prometheus sorts series by their labels, by name and then by value; rank comes before system.
func TestTimelineIsInOrderOfRank(t *testing.T) {
	first, second := regexp.MustCompile(`^(.+)$`), regexp.MustCompile(`^0*(.{4})$`)
	for priority, want := range map[string]string{"1": "0001", "20": "0020", "500": "0500", "4711": "4711"} {
		if got := second.ReplaceAllString(first.ReplaceAllString(priority, "000$1"), "$1"); got != want {
			t.Errorf("priority %s is ranked %s, want %s", priority, got, want)
		}
	}
	for _, part := range []string{`"000$1", "priority", "(.+)"`, `"$1", "rank", "0*(.{4})"`, "group_left (rank, title)"} {
		if e := inOrder(rankedState()); !strings.Contains(e, part) {
			t.Errorf("no %s in %s", part, e)
		}
	}
}

var (
	bucketsOf = regexp.MustCompile(`keizoku_\w+_(bucket|count)\{`)
	nativeOf  = regexp.MustCompile(`keizoku_\w+_seconds\{[^}]*\}\[\$__rate_interval\]`)
	guess     = regexp.MustCompile(`\b(increase|rate|delta)\(`)
)

// lies are what a query must not be, each with what it would show.
var lies = map[string]func(expr string) bool{
	"while no agent answers, that nothing is down": func(e string) bool { return strings.Contains(e, "or vector(") },
	"of one outage two, for increase() reckons on to the ends of the range": func(e string) bool {
		return strings.Contains(e, "[$__range]") && guess.MatchString(e)
	},
	"nothing where Prometheus takes histograms in the other form": func(e string) bool {
		return strings.Contains(e, "histogram_") != (bucketsOf.MatchString(e) && nativeOf.MatchString(e))
	},
	"other things than agents, which the same Prometheus scrapes": func(e string) bool {
		return slices.ContainsFunc(metricsOf(e), func(name string) bool {
			return slices.Contains(foreign, name) && !strings.Contains(e, name+`{job=~"$job"`)
		})
	},
}

func TestQueriesDoNotLie(t *testing.T) {
	each(t, func(t *testing.T, _ File, d classic) {
		for _, e := range expressions(t, d) {
			for what, would := range lies {
				if would(e) {
					t.Errorf("it would show %s: %s", what, e)
				}
			}
		}
		for _, v := range d.Templating.List {
			if v.Type == dashboard.VariableTypeQuery && *v.Multi && (v.AllValue == nil) != (v.Name == "job") {
				t.Errorf("all of $%s: %v; all jobs are those that have agents", v.Name, v.AllValue)
			}
		}
	})
}
