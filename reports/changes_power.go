package reports

import (
	"cmp"
	"slices"

	"github.com/keizoku-bcp/keizoku/rules/supply"
)

// power tells what changed in emergency power.
func (d *differences) power() {
	from, to := d.before.Power, d.now.Power
	if to == nil {
		return
	}
	if from == nil {
		from = &supply.Facts{Holds: true, HoldsUnshed: true}
	}
	switch {
	case to.UtilityLost && !from.UtilityLost:
		d.say("utility_lost", map[string]any{"At": d.clock(to.UtilityLostAt)})
	case from.UtilityLost && !to.UtilityLost:
		d.say("utility_back", nil)
	case to.UtilityUnknown && !from.UtilityUnknown:
		d.say("utility_unknown", nil)
	case from.UtilityUnknown && !to.UtilityUnknown:
		d.say("utility_known", nil)
	}
	d.reach(from, to)
	for _, node := range to.Supplies {
		d.supply(from.Supply(node.Name), node)
	}
}

// reach tells whether the horizon is reached by now, or no more.
func (d *differences) reach(from, to *supply.Facts) {
	if from.Holds == to.Holds && from.HoldsUnshed == to.HoldsUnshed {
		return
	}
	d.said = append(d.said, d.horizon(to))
}

// supply tells how what a supply does has changed, and of problems that it had not.
func (d *differences) supply(was, node *supply.SupplyFacts) {
	if was == nil {
		was = &supply.SupplyFacts{Source: node.Source, Running: node.Running}
	}
	data := map[string]any{"Supply": cmp.Or(node.Title, node.Name)}
	switch {
	case node.AssumedDying && !was.AssumedDying:
		data["State"] = d.Word("power_assumed_dying")
		d.say("supply", data)
	case node.Lost && !was.Lost:
		data["State"] = d.Say("power_silent", map[string]any{"Last": ""})
		d.say("supply", data)
	case was.Lost && !node.Lost:
		data["State"] = d.Word("power_answers")
		d.say("supply", data)
	case node.Source != was.Source && node.Source != "":
		data["State"] = d.Word("power_source_" + string(node.Source))
		d.say("supply", data)
	case node.Running != nil && (was.Running == nil || *was.Running != *node.Running):
		data["State"] = d.Word(map[bool]string{true: "power_running", false: "power_stopped"}[*node.Running])
		d.say("supply", data)
	}
	for _, problem := range node.Problems {
		if !slices.Contains(was.Problems, problem) {
			data["State"] = d.Word("supply_problem_" + string(problem))
			d.say("supply", data)
		}
	}
}
