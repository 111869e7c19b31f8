package metrics

import "github.com/keizoku-bcp/keizoku/plan"

// supplyAlerts emits what is the matter with generators and UPSes: what of it is no reading is told
// by nothing else. There are as many at most as supplies times kinds of alert.
func supplyAlerts(t *Telling, out *room) {
	seen := make(map[[3]string]bool) // a sample that came twice would cost the whole scrape
	for i := range t.Alerts {
		a := &t.Alerts[i]
		key := [3]string{a.Name, a.Subject, string(a.Severity)}
		if aboutSupply(a.Name) && !seen[key] {
			seen[key] = true
			out.add(1, key[:]...)
		}
	}
}

func aboutSupply(name string) bool {
	for _, kind := range plan.AlertKinds {
		if kind.Name == name {
			return kind.OfSupply
		}
	}
	return false
}
