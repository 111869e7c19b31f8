package rules

import (
	"fmt"
	"math"
	"strings"

	"github.com/keizoku-bcp/keizoku/plan"
)

// listedSystems bounds how many systems a text names; a reason lists all of them beside it.
const listedSystems = 10

// saysCount says how many priority systems there are of a sort.
func saysCount(limit int, sort string) func(*plan.Facts, []string) string {
	return func(_ *plan.Facts, systems []string) string {
		text := fmt.Sprintf("%d priority systems are %s: %s", len(systems), sort, firstOfMany(systems))
		switch len(systems) {
		case 0:
			text = "no priority system is " + sort
		case 1:
			text = "1 priority system is " + sort + ": " + systems[0]
		}
		if limit > 1 {
			text += fmt.Sprintf(" (limit %d)", limit)
		}
		return text
	}
}

func firstOfMany(names []string) string {
	if len(names) <= listedSystems {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:listedSystems], ", "), len(names)-listedSystems)
}

func saysPower(f *plan.Facts, _ []string) string {
	p := f.Power
	switch {
	case p.Lost == nil && p.RuntimeHours != nil && *p.RuntimeHours >= p.HorizonHours:
		return fmt.Sprintf("nobody can tell whether utility power is lost, but everything would stay on for %s h of %s h",
			say(*p.RuntimeHours), say(p.HorizonHours))
	case p.Lost == nil:
		return "nobody can tell whether utility power is lost"
	case !*p.Lost:
		return "utility power is not lost"
	case p.RuntimeHours == nil:
		return "utility power is lost, and nobody knows how long emergency power lasts"
	default:
		return fmt.Sprintf("utility power is lost, and everything stays on for %s h of %s h",
			say(*p.RuntimeHours), say(p.HorizonHours))
	}
}

func saysThreat(f *plan.Facts, _ []string) string {
	if !f.Threat.Declared {
		return "no threat is declared"
	}
	return fmt.Sprintf("threat %s is declared", f.Threat.Name)
}

// saysUsed says a criterion of the plan, with the facts that it rests on.
func saysUsed(c *plan.Criterion, used []plan.Used) string {
	text := c.Title
	if text == "" {
		text = c.Name
	}
	for i, u := range used {
		text += [...]string{": ", ", "}[min(i, 1)] + u.Name + " = " + say(u.Value)
	}
	return text
}

// say writes the value of a fact for people: hours to the hundredth.
func say(value any) string {
	switch v := value.(type) {
	case nil:
		return "not known"
	case float64:
		return fmt.Sprint(math.Round(v*100) / 100)
	case string:
		return fmt.Sprintf("%q", v)
	case []any:
		all := make([]string, len(v))
		for i := range v {
			all[i] = say(v[i])
		}
		return "[" + strings.Join(all, ", ") + "]"
	default:
		return fmt.Sprint(v)
	}
}
