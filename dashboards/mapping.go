package dashboards

import (
	"strconv"

	"github.com/grafana/grafana-foundation-sdk/go/dashboard"

	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

// meaning is what a number stands for.
type meaning struct {
	code         int
	text, colour string
}

// mapped writes meanings as Grafana's value mapping.
func mapped(all []meaning) dashboard.ValueMapping {
	options := make(map[string]dashboard.ValueMappingResult, len(all))
	for i, m := range all {
		index := int32(i)
		options[strconv.Itoa(m.code)] = dashboard.ValueMappingResult{Text: &m.text, Color: &m.colour, Index: &index}
	}
	return dashboard.ValueMapping{ValueMap: &dashboard.ValueMap{Type: dashboard.MappingTypeValueToText, Options: options}}
}

// named writes titles in place of names.
func named(titles []titled) dashboard.ValueMapping {
	options := make(map[string]dashboard.ValueMappingResult, len(titles))
	for _, t := range titles {
		options[t.name] = dashboard.ValueMappingResult{Text: &t.title}
	}
	return dashboard.ValueMapping{ValueMap: &dashboard.ValueMap{Type: dashboard.MappingTypeValueToText, Options: options}}
}

// beyond writes a text in place of all numbers from one on, up to another. Both ends are numbers: the
// schema allows a range without an end, and Grafana takes that end for 0.
func beyond(from, to float64, text, colour string) dashboard.ValueMapping {
	options := dashboard.DashboardRangeMapOptions{From: &from, To: &to, Result: dashboard.ValueMappingResult{Text: &text, Color: &colour}}
	return dashboard.ValueMapping{RangeMap: &dashboard.RangeMap{Type: dashboard.MappingTypeRangeToText, Options: options}}
}

// noValue stands where nothing is known.
const noValue = "—"

// absent gives the lack of a value a colour. Without it Grafana takes that of the scale's lowest step:
// a system that is up would have missed its deadline, and one of which nobody tells would be well.
func absent(colour string) dashboard.ValueMapping {
	text := noValue
	return dashboard.ValueMapping{SpecialValueMap: &dashboard.SpecialValueMap{Type: dashboard.MappingTypeSpecialValue, Options: dashboard.DashboardSpecialValueMapOptions{
		Match: dashboard.SpecialValueMatchNull, Result: dashboard.ValueMappingResult{Text: &text, Color: &colour},
	}}}
}

// stateCode is a state as a number; a greater one is more urgent. Zero is for agents that
// disagree.
type stateCode struct {
	state  rules.SystemState
	code   int
	colour string
}

// downCode is the greatest of stateCodes, unknownCode what holds when nobody can tell.
const (
	unknownCode = 4
	downCode    = 6
)

var stateCodes = [...]stateCode{
	{rules.Down, downCode, alarm},
	{rules.Degraded, 5, watch},
	{rules.Unknown, unknownCode, near},
	{rules.Pending, 3, soft},
	{rules.Planned, 2, planned},
	{rules.Up, 1, calm},
}

func (h *house) states() dashboard.ValueMapping {
	all := make([]meaning, 0, len(stateCodes)+1)
	for _, s := range stateCodes {
		all = append(all, meaning{s.code, h.words.State(s.state), s.colour})
	}
	return mapped(append(all, meaning{0, h.say("dash_disagree"), near}))
}

func (h *house) stages() dashboard.ValueMapping {
	colours := [...]string{calm, watch, alarm, soft}
	all := make([]meaning, len(plan.Stages))
	for i, s := range plan.Stages {
		all[i] = meaning{i + 1, h.words.Stage(s), colours[i]}
	}
	return mapped(all)
}

func (h *house) recommendations() dashboard.ValueMapping {
	colours := [...]string{calm, watch, alarm}
	all := make([]meaning, len(plan.Recommendations))
	for i, r := range plan.Recommendations {
		all[i] = meaning{i + 1, h.words.Recommendation(r), colours[i]}
	}
	return mapped(all)
}

// severities are by the numbers of graded.
func (h *house) severities() dashboard.ValueMapping {
	colours := [...]string{soft, watch, alarm}
	all := make([]meaning, len(plan.AlertSeverities))
	for i, s := range plan.AlertSeverities {
		all[i] = meaning{i + 1, h.words.AlertSeverity(s), colours[i]}
	}
	return mapped(all)
}

// either says what 0 and 1 stand for, one of which is as it should be.
func (h *house) either(zero, zeroColour, one, oneColour string) dashboard.ValueMapping {
	return mapped([]meaning{{0, h.say(zero), zeroColour}, {1, h.say(one), oneColour}})
}

func (h *house) sight() dashboard.ValueMapping {
	return h.either("dash_sees", calm, "dash_blind", alarm)
}

func (h *house) success() dashboard.ValueMapping {
	return h.either("dash_fails", alarm, "dash_succeeds", calm)
}

func (h *house) source() dashboard.ValueMapping {
	return h.either("dash_on_mains", calm, "dash_on_battery", alarm)
}

func (h *house) utility() dashboard.ValueMapping {
	return h.either("dash_utility_there", calm, "dash_utility_lost", alarm)
}

func (h *house) engine() dashboard.ValueMapping {
	return h.either("dash_engine_stands", soft, "dash_engine_runs", calm)
}

func (h *house) reach() dashboard.ValueMapping {
	return h.either("dash_gone", alarm, "dash_there", calm)
}

func (h *house) counting() dashboard.ValueMapping {
	return h.either("dash_criterion_rests", soft, "dash_criterion_counts", alarm)
}

func (h *house) trust() dashboard.ValueMapping {
	return h.either("dash_clock_good", calm, "dash_clock_estimated", alarm)
}

func (h *house) inForce() dashboard.ValueMapping {
	return h.either("dash_reload_failed", alarm, "dash_reload_good", calm)
}

// noClock puts words in the place of the numbers of urgency that are no time.
func (h *house) noClock() []dashboard.ValueMapping {
	return mappings(
		beyond(noDeadline/2, (noDeadline+noOutage)/2, h.say("no_deadline"), soft),
		beyond((noDeadline+noOutage)/2, 2*noOutage, noValue, calm),
	)
}

func mappings(all ...dashboard.ValueMapping) []dashboard.ValueMapping { return all }
