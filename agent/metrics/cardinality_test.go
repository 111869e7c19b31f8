package metrics

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"

	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

// fromThePlan are the fields that labels may come from: names and words of the plan, of which there
// are as many as it writes, and words of closed lists. A field that people or machines fill as
// they please must never be added: every new text would be a new series for ever.
var fromThePlan = map[string]bool{
	"rules.PlanFacts.Name": true, "rules.PlanFacts.Version": true, "rules.PlanFacts.Hash": true,
	"rules.ThreatFacts.Name": true, "rules.ThreatFacts.Names": true, "rules.AllowanceFacts.Threat": true,
	"rules.SystemFacts.Name": true, "rules.SystemFacts.Title": true, "rules.SystemFacts.Priority": true,
	"rules.SystemFacts.Owner": true, "rules.SystemFacts.Site": true, "rules.SystemFacts.Causes": true,
	"rules.CheckFacts.Name": true, "rules.CheckFacts.Kind": true,
	"supply.SupplyFacts.Name": true, "supply.SupplyFacts.Kind": true, "supply.ShedFacts.Load": true,
	"rules.ReasonFacts.Criterion": true, "rules.ChannelFacts.Name": true,
	"alert.Alert.Name": true, "alert.Alert.Severity": true, "alert.Alert.Subject": true,
	"metrics.Delivery.Channel": true, "metrics.Delivery.Outcomes": true,
}

// hostile changes every field that is not from the plan, and fills those that are empty.
type hostile struct {
	round int
	n     int
	// names are the words of the fields from the plan.
	names map[string]bool
}

func (h *hostile) change(v reflect.Value, field string, depth int) {
	if depth > 12 || !v.CanSet() {
		return
	}
	if fromThePlan[field] {
		h.keep(v)
		return
	}
	h.n++
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprintf("round %d, text %d: \"受領\"\n\xff", h.round, h.n))
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(1_000_000*h.round + h.n))
	case reflect.Float64:
		v.SetFloat(float64(1_000_000*h.round + h.n))
	case reflect.Bool:
		v.SetBool(h.n%2 == h.round%2)
	default:
		h.changeWithin(v, field, depth)
	}
}

func (h *hostile) changeWithin(v reflect.Value, field string, depth int) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		h.change(v.Elem(), field, depth+1)
	case reflect.Slice:
		if v.Len() == 0 {
			v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		}
		for i := range v.Len() {
			h.change(v.Index(i), field, depth+1)
		}
	case reflect.Map:
		if v.Type().Elem().Kind() == reflect.Float64 {
			v.Set(reflect.ValueOf(map[string]float64{fmt.Sprint("value ", h.round, h.n): 1}))
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(nine.Add(time.Duration(h.round*1000+h.n) * time.Second)))
			return
		}
		for i := range v.NumField() {
			h.change(v.Field(i), v.Type().String()+"."+v.Type().Field(i).Name, depth+1)
		}
	}
}

// keep notes the words of a field from the plan.
func (h *hostile) keep(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		h.names[clean(v.String())] = true
	case reflect.Slice:
		for i := range v.Len() {
			h.keep(v.Index(i))
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			h.keep(key)
		}
	default:
		h.names[fmt.Sprint(v)] = true
	}
}

// closed are the words that the families themselves bring, and no label at all.
func closed() map[string]bool {
	words := map[string]bool{"": true, "planned": true, "measured": true, "open": true, "done": true, "overdue": true}
	for _, s := range rules.States {
		words[string(s)] = true
	}
	for _, s := range plan.Stages {
		words[string(s)] = true
	}
	for _, r := range plan.Recommendations {
		words[string(r)] = true
	}
	for _, name := range phaseNames {
		words[name] = true
	}
	return words
}

// toldOfAll has an alert of every name; what is not of a supply has a subject that nobody bounds.
func toldOfAll(round int) *Telling {
	t := toldOf()
	for _, kind := range plan.AlertKinds {
		a := t.Alerts[0]
		a.Name, a.Subject = kind.Name, "rack_a"
		if !kind.OfSupply {
			a.Subject = fmt.Sprintf("subject %d", round)
		}
		t.Alerts = append(t.Alerts, a)
	}
	return t
}

func TestLabelsAreBoundedByThePlan(t *testing.T) {
	for round := range 2 {
		h := &hostile{round: round + 1, names: closed()}
		s, told := crisis(), toldOfAll(round)
		h.change(reflect.ValueOf(s).Elem(), "", 0)
		h.change(reflect.ValueOf(told).Elem(), "", 0)
		delete(h.names, fmt.Sprintf("subject %d", round))
		check := func(f *dto.MetricFamily) error {
			for _, m := range f.GetMetric() {
				for _, l := range m.GetLabel() {
					if !h.names[l.GetValue()] {
						t.Errorf("%s{%s=%q}: neither a word of the plan nor of a closed list", f.GetName(), l.GetName(), l.GetValue())
					}
				}
			}
			return nil
		}
		if err := situationView(func() *rules.Situation { return s }).each(new(room), check); err != nil {
			t.Error(err)
		}
		if err := tellingView(func() *Telling { return told }, nine).each(new(room), check); err != nil {
			t.Error(err)
		}
	}
}

// TestLabelsAreThoseKnown makes who adds a label think of how many values it can have.
func TestLabelsAreThoseKnown(t *testing.T) {
	known := []string{
		"alert", "basis", "cause", "channel", "check", "criterion", "hash", "kind", "load", "outcome", "owner", "phase", "plan", "priority",
		"recommendation", "severity", "site", "stage", "state", "supply", "system", "threat", "title", "ups", "version",
	}
	seen := func(name string, labels []string) {
		for _, label := range labels {
			if !slices.Contains(known, label) {
				t.Errorf("%s has the label %q: if its values are bounded by the plan, add it here", name, label)
			}
		}
		if len(labels) > maxLabels {
			t.Errorf("%s has %d labels; maxLabels is %d", name, len(labels), maxLabels)
		}
	}
	for _, f := range families {
		seen(f.name, f.labels)
	}
	for _, f := range toldFamilies {
		seen(f.name, f.labels)
	}
}

// A kind of check that makes up names for its phases gets no series for them, neither of what is
// measured here nor of the newest probes.
func TestPhasesAreThoseKnown(t *testing.T) {
	s := crisis()
	r := New(func() *rules.Situation { return s }, toldOf, "1.2.3")
	s.Systems[0].Checks[0].Phases = nil
	for i := range 1000 {
		s.Systems[0].Checks[0].Phases = append(s.Systems[0].Checks[0].Phases, rules.PhaseFacts{Name: fmt.Sprint("made_up_", i), Seconds: 1})
	}
	s.Systems[0].Checks[0].Phases = append(s.Systems[0].Checks[0].Phases, rules.PhaseFacts{Name: "connect", Seconds: 1})
	r.ObserveProbe("records", "login", "http", rules.Look{Phases: s.Systems[0].Checks[0].Phases})
	for _, name := range []string{phaseName, "keizoku_check_phase_duration_seconds"} {
		if all := familyOf(t, r, name).GetMetric(); len(all) != 1 {
			t.Errorf("%s has %d series, want that of connect alone", name, len(all))
		}
	}
}

// A phase that the reference of a kind of check tells of and that is not known here would be shown
// nowhere.
func TestPhasesOfTheReferenceAreKnown(t *testing.T) {
	pages, err := filepath.Glob("../../docs/reference/checks/*.md")
	if err != nil || len(pages) < 8 {
		t.Fatalf("%d pages (%v)", len(pages), err)
	}
	told := 0
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		_, table, _ := strings.Cut(string(text), "| phase | time |")
		table, _, _ = strings.Cut(table, "\n\n")
		for _, row := range regexp.MustCompile("(?m)^\\| `([a-z_]+)` \\|").FindAllStringSubmatch(table, -1) {
			if told++; !slices.Contains(phaseNames[:], row[1]) {
				t.Errorf("%s tells of the phase %s, which phaseNames lacks", page, row[1])
			}
		}
	}
	if told < 8 {
		t.Errorf("%d phases in the reference: has its form changed?", told)
	}
}
