package metrics

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules/alert"
)

// Telling is what the agent tells people, and whether it gets through.
type Telling struct {
	// Alerts are the open ones.
	Alerts []alert.Alert
	// Deliveries are by channel.
	Deliveries []Delivery
	// AliveAt is when the agent last looked over everything; zero: not yet.
	AliveAt time.Time
}

// Delivery counts what became of the tries on one channel, by outcome, since the agent's start.
type Delivery struct {
	Channel  string
	Outcomes map[string]int64
}

// toldFamilies is every metric of what is told, in the order of the reference.
var toldFamilies = []family[*Telling]{
	{"keizoku_alerts", gauge, "Open alerts, those that are silenced included.",
		[]string{"alert", "severity"}, openAlerts},
	{"keizoku_supply_alert", gauge, "1 for each open alert about a generator or UPS, by its name; absent while there is none.",
		[]string{"alert", "supply", "severity"}, supplyAlerts},
	{"keizoku_notifications_total", counter, "What became of messages: delivered, refused, superseded by a later one, dropped; and as failed each try in vain, after which a message is kept and tried again.",
		[]string{"channel", "outcome"}, outcomes},
	{"keizoku_agent_alive_timestamp_seconds", gauge, "When the agent last looked over everything and told what there was to tell; it stands still when that hangs.",
		nil, aliveAt},
}

// openAlerts counts by name and severity. Names of which none is open are left out: there are many.
func openAlerts(t *Telling, out *room) {
	type key struct {
		name     string
		severity plan.AlertSeverity
	}
	count := make(map[key]int)
	for i := range t.Alerts {
		count[key{t.Alerts[i].Name, t.Alerts[i].Severity}]++
	}
	for _, k := range slices.SortedFunc(maps.Keys(count), func(a, b key) int {
		return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.severity, b.severity))
	}) {
		out.add(float64(count[k]), k.name, string(k.severity))
	}
}

func outcomes(t *Telling, out *room) {
	for _, d := range t.Deliveries {
		for _, outcome := range slices.Sorted(maps.Keys(d.Outcomes)) {
			out.add(float64(d.Outcomes[outcome]), d.Channel, outcome)
		}
	}
}

func aliveAt(t *Telling, out *room) {
	if at, ok := moment(t.AliveAt); ok {
		out.add(at)
	}
}
