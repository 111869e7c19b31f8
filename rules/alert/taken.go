package alert

import (
	"slices"
	"strings"

	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

// TakenOf tells who has taken on which alerts of the ledger, by the key by which people know them.
func TakenOf(p *plan.Plan, s *rules.State, told Ledger) map[string]rules.Taken {
	if len(s.Taken) == 0 {
		return nil
	}
	all := make(map[string]rules.Taken)
	for _, e := range told {
		key := e.key(&e.Alert)
		if t, ok := s.Taken[key]; ok {
			t.At = local(p, t.At)
			all[key] = t
		}
	}
	return all
}

// taken is the alert of an entry as it stands: by the key of its episode somebody may have taken it
// on. Only the ledger can tell episodes of what has no ID apart, so Derive does not know of it.
func (c *Conditions) taken(e *Entry, a *Alert) *Alert {
	if a.Acknowledged || len(c.Taken) == 0 {
		return a
	}
	by, ok := c.Taken[e.key(a)]
	if !ok {
		return a
	}
	t := *a
	t.Acknowledged, t.AcknowledgedAt, t.AcknowledgedBy, t.AcknowledgedWhy = true, by.At, by.By, by.Why
	return &t
}

// Handle is what to type to take it on: the system, where it is about an outage, else the beginning
// of its key, which no two open alerts share.
func (a *Alert) Handle() string {
	if a.System != "" {
		return a.System
	}
	return keyOf(a.Name, a.Subject, "")
}

// Find returns the open alerts that somebody means by a key, or by the beginning of one: that which
// has it, else those of which it is the first parts, else those that begin so. Alerts of one outage
// are taken on together, and the first stands for all.
func Find(open []Alert, given string) []Alert {
	for _, means := range [...]func(key string) bool{
		func(key string) bool { return key == given },
		func(key string) bool { return strings.HasPrefix(key, given+"/") },
		func(key string) bool { return given != "" && strings.HasPrefix(key, given) },
	} {
		var found []Alert
		for i := range open {
			a := &open[i]
			if means(a.Key) && !slices.ContainsFunc(found, func(f Alert) bool { return f.Handle() == a.Handle() }) {
				found = append(found, *a)
			}
		}
		if len(found) > 0 {
			return found
		}
	}
	return nil
}
