package config_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/keizoku-bcp/keizoku/config"
	"github.com/keizoku-bcp/keizoku/plan"
)

// TestCriteriaReferenceNamesEveryFact walks the Go types by itself, so that no fact is left out.
func TestCriteriaReferenceNamesEveryFact(t *testing.T) {
	text := config.CriteriaReference()
	var walk func(prefix string, typ reflect.Type)
	walk = func(prefix string, typ reflect.Type) {
		for i := range typ.NumField() {
			f := typ.Field(i)
			name, doc := f.Tag.Get("fact"), f.Tag.Get("doc")
			if name == ",name" {
				continue
			}
			if name == "" || doc == "" {
				t.Errorf("%s.%s has no fact or doc tag", typ, f.Name)
			}
			switch elem := f.Type; {
			case elem.Kind() == reflect.Struct:
				walk(prefix+name+".", elem)
			case elem.Kind() == reflect.Slice && elem.Elem().Kind() == reflect.Struct:
				walk(prefix+name+".NAME.", elem.Elem())
			case !strings.Contains(text, "| `"+prefix+name+"` | "):
				t.Errorf("missing %s%s", prefix, name)
			}
			if !strings.Contains(text, doc) {
				t.Errorf("missing: %s", doc)
			}
		}
	}
	walk("", reflect.TypeFor[plan.Facts]())
	for _, want := range []string{
		"| `down.priorities` | list of numbers | rank, 1 first |", "| `power.runtime_hours` | number, or not known | hours |",
		"| `system.NAME.state` | text |  |", "| `stage` | text |", "| `within(down.priorities, 5)` |", "| `many_down` | `down.priority_count >= 3` | `establish_posture` |",
		"## Worse at once, better later",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("missing %s", want)
		}
	}
}

// TestCriteriaReferenceExamplesLoad reads the page's own example as a plan.
func TestCriteriaReferenceExamplesLoad(t *testing.T) {
	_, rest, _ := strings.Cut(config.CriteriaReference(), "```hcl\n")
	example, _, ok := strings.Cut(rest, "```")
	if !ok {
		t.Fatal("no example")
	}
	p := load(t, "plan \"p\" {\n}\nsite \"main_hall\" {\n}\nsystem \"resident_records\" {\n}\ncalendar \"office\" {\n  opens = \"08:30\"\n  closes = \"17:15\"\n}\n"+example)
	if len(p.Decision.Criteria) != 4 {
		t.Errorf("%d criteria", len(p.Decision.Criteria))
	}
}
