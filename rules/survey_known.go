package rules

import (
	"slices"
	"strings"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/rules/supply"
)

// What the agents know of the lines of the survey. They say nothing of what they cannot know: a
// line left blank sends somebody to look, a wrong "normal" keeps them away.

// findingOf is what the state of a system says on a damage sheet. One in maintenance is off, and
// whoever comes along finds it so.
func findingOf(state SystemState) journal.Finding {
	switch state {
	case Up:
		return journal.Fine
	case Degraded:
		return journal.Impaired
	case Down, Planned:
		return journal.Stopped
	default:
		return ""
	}
}

// fillSite fills the lines of a site that are not its systems'.
func (v *view) fillSite(site *SiteSurvey, sit *Situation) {
	for _, item := range site.Items {
		if name, ok := strings.CutPrefix(item.Item, SurveyUPS); ok {
			v.fillUPS(item, name)
		} else if name, ok := strings.CutPrefix(item.Item, SurveyGenerator); ok {
			v.fillGenerator(item, name)
		} else if item.Item == SurveyUtility {
			v.fillUtility(item, site)
		} else if item.Item == SurveyNetwork {
			v.fillNetwork(item, site, sit)
		}
	}
}

// reading is the newest word of a supply that answers in this run.
func (v *view) reading(name string) (supply.Reading, bool) {
	r, ok := v.state.Live.Readings[name]
	_, lost := v.condition(name, journal.SupplyLost)
	return r, ok && !lost
}

// condition is since when something is the matter with a supply.
func (v *view) condition(name string, c journal.PowerCondition) (since time.Time, holds bool) {
	account, holds := v.state.Power[PowerKey{name, c}]
	return v.local(account.FirstAt), holds
}

// upsTroubles are the conditions of a UPS that is not as it should be.
var upsTroubles = [...]journal.PowerCondition{
	journal.OnBattery, journal.BatteryLow, journal.ReplaceBattery, journal.OverCapacity,
}

// fillUPS tells of a UPS that answers. On battery it does what it is there for, and not for long.
func (v *view) fillUPS(item *SurveyItem, name string) {
	r, answers := v.reading(name)
	if !answers {
		return
	}
	item.Facts = numbers(map[string]*float64{
		"charge_ratio": possibleCharge(r.ChargeRatio), "load_ratio": r.LoadRatio, "output_watts": r.OutputWatts,
	})
	if since, off := v.condition(name, journal.SupplyOff); off {
		item.Known, item.Since = journal.Stopped, since
		return
	}
	for _, trouble := range upsTroubles {
		since, holds := v.condition(name, trouble)
		if holds && (item.Known == "" || since.Before(item.Since)) {
			item.Known, item.Since = journal.Impaired, since
		}
	}
	if item.Known == "" && (r.Source == supply.FromUtility || r.Source == supply.FromBypass) {
		item.Known = journal.Fine
	}
}

// fillGenerator tells of a generator that runs, or should. One at rest may be sound or not.
func (v *view) fillGenerator(item *SurveyItem, name string) {
	r, answers := v.reading(name)
	if !answers {
		return
	}
	item.Facts = numbers(map[string]*float64{
		"fuel_liters": r.FuelLiters, "fuel_ratio": possibleCharge(r.FuelRatio), "output_watts": r.OutputWatts,
	})
	if since, late := v.condition(name, journal.NotStarted); late {
		item.Known, item.Since = journal.Stopped, since
	} else if since, runs := v.condition(name, journal.Running); runs {
		item.Known, item.Since = journal.Fine, since
	}
}

// numbers are those that were told and can be written.
func numbers(all map[string]*float64) map[string]float64 {
	told := make(map[string]float64)
	for name, value := range all {
		if value != nil && *value >= 0 && *value < 1e12 { // so that NaN is left out too
			told[name] = *value
		}
	}
	if len(told) == 0 {
		return nil
	}
	return told
}

// fillUtility tells of utility power as far as supplies of the site do: what the main hall's UPS
// says is no word on a branch office.
func (v *view) fillUtility(item *SurveyItem, site *SiteSurvey) {
	heard, fed := false, false
	for _, line := range site.Items {
		name, isUPS := strings.CutPrefix(line.Item, SurveyUPS)
		if !isUPS {
			name = strings.TrimPrefix(line.Item, SurveyGenerator)
		}
		if r, answers := v.reading(name); answers && (isUPS || name != line.Item) {
			heard = true
			fed = fed || r.Source == supply.FromUtility || r.Source == supply.FromBypass
		}
	}
	lost, isLost := v.state.Power[PowerKey{journal.Utility, journal.UtilityLost}]
	switch {
	case isLost && (heard || len(v.plan.Sites) <= 1):
		item.Known, item.Since = journal.Stopped, v.local(lost.Start())
	case !isLost && fed:
		item.Known = journal.Fine
	}
}

// fillNetwork tells of the network where the agent stands, by the hosts that tell it whether it is
// cut off.
func (v *view) fillNetwork(item *SurveyItem, site *SiteSurvey, sit *Situation) {
	agent := v.plan.Agent(v.state.Agent)
	if agent == nil || len(agent.Vantage) == 0 || len(v.plan.Sites) > 1 && agent.Site != site.Site {
		return
	}
	if sit.Agent.Blind {
		item.Known, item.Since = journal.Stopped, sit.Agent.BlindSince
	} else {
		item.Known = journal.Fine
	}
}

// temperature is what the names of the values begin with in which a check tells a temperature.
const temperature = "temperature_celsius"

// fillCooling gives the highest temperature that a check measured at each site. It is normal by
// the limit that the plan sets while every check with one succeeds; one that fails may do so for
// another reason, so that somebody must look.
func (v *view) fillCooling(s *sheets, sit *Situation) {
	for i, sys := range sit.Systems {
		for _, c := range sys.Checks {
			for name, celsius := range c.Values {
				if strings.HasPrefix(name, temperature) {
					s.on[i].line(SurveyCooling).cool(celsius, c.Success)
				}
			}
		}
	}
}

// line is a line that every sheet has.
func (s *SiteSurvey) line(name string) *SurveyItem {
	return s.Items[slices.IndexFunc(s.Items, func(i *SurveyItem) bool { return i.Item == name })]
}

func (i *SurveyItem) cool(celsius float64, success bool) {
	first := i.Facts == nil
	if first {
		i.Facts = map[string]float64{temperature: celsius}
	}
	i.Facts[temperature] = max(i.Facts[temperature], celsius)
	switch {
	case !success:
		i.Known = ""
	case first:
		i.Known = journal.Fine
	}
}
