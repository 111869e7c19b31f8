package prom

import (
	"fmt"

	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules/alert"
)

// The records about emergency power.
const (
	utilityLost   = "plan:keizoku_utility_lost:bool"
	supplyRuntime = "supply:keizoku_supply_runtime_seconds:min"
)

// power mirrors what agents say of supplies. The readings are doubted, counted down and weighed by
// those who read them; what they come to is passed on as it is, the worst where several read one.
func (m *maker) power() []Rule {
	rules := []Rule{
		m.record(utilityLost, fmt.Sprintf("(max(%s) > bool 0)\nor on () 0 * max(%s)", m.ofMine("keizoku_alerts", `alert="UtilityLost"`), m.mine())),
		m.record(supplyRuntime, "min by (supply) ("+m.ofMine("keizoku_supply_runtime_seconds")+")"),
	}
	for _, name := range []string{alert.UtilityLost, alert.RuntimeShort} {
		expr := fmt.Sprintf("(max by (severity) (%s) > 0)", m.ofMine("keizoku_alerts", "alert="+quote(name)))
		rules = append(rules, m.alert(name, "", 0, m.underThreat(expr)))
	}
	for _, kind := range plan.AlertKinds {
		if kind.OfSupply {
			expr := fmt.Sprintf("(max by (supply, severity) (%s) > 0)", m.ofMine("keizoku_supply_alert", "alert="+quote(kind.Name)))
			rules = append(rules, m.alert(kind.Name, "", 0, m.underThreat(withSites(expr, "supply", m.supplySites()))))
		}
	}
	return rules
}

func (m *maker) supplySites() []located {
	at := make(map[string]string)
	var names []string
	for _, s := range m.plan.Supplies() {
		names = append(names, s.Name)
		if s.Generator != nil {
			at[s.Name] = s.Generator.Site
		} else {
			at[s.Name] = s.UPS.Site
		}
	}
	return m.sites(names, func(name string) string { return at[name] })
}
