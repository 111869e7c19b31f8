package rules

import (
	"strings"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules/supply"
)

// What criteria may ask beside the systems: power, threat, agent, time, calendars, survey.

// powerForCriteria tells of power. A plan without emergency power has a horizon and nothing else:
// nobody can say there that utility power is lost.
func (v *view) powerForCriteria(sit *Situation) plan.PowerFacts {
	f := plan.PowerFacts{HorizonHours: v.plan.Power.Horizon.Hours()}
	p := sit.Power
	if p == nil {
		f.Lost, f.LostHours = new(bool), new(float64)
		return f
	}
	f.Holds, f.HoldsUnshed = p.Holds, p.HoldsUnshed
	f.RuntimeHours, f.ShedHours = hoursOf(p.UnshedSeconds), hoursOf(p.ReachesSeconds)
	if !p.UtilityUnknown {
		f.Lost, f.LostHours = v.utilityLost(p)
	}
	for _, s := range p.Supplies {
		v.countSupply(&f, s)
	}
	return f
}

// utilityLost tells whether utility power is lost, and for how many hours.
func (v *view) utilityLost(p *supply.Facts) (lost *bool, hours *float64) {
	lost, hours = new(bool), new(float64)
	if p.UtilityLost {
		*lost, *hours = true, max(0, v.now.Sub(p.UtilityLostAt).Hours())
	}
	return lost, hours
}

func (v *view) countSupply(f *plan.PowerFacts, s *supply.SupplyFacts) {
	if s.Kind == plan.UPSSupply && s.Source == supply.FromBattery {
		f.OnBattery++
	}
	for _, problem := range s.Problems {
		if problem == supply.OverCapacity {
			f.OverCapacity++
		}
	}
	if _, lost := v.state.Power[PowerKey{s.Name, journal.SupplyLost}]; lost {
		f.Silent++
	}
}

func hoursOf(seconds *int64) *float64 {
	if seconds == nil {
		return nil
	}
	hours := float64(*seconds) / 3600
	return &hours
}

func (v *view) threatForCriteria(sit *Situation) plan.ThreatFacts {
	f := plan.ThreatFacts{Name: sit.Threat.Name, Declared: !sit.Threat.Default}
	if f.Declared {
		hours := v.now.Sub(sit.Threat.Onset).Hours()
		f.Hours = &hours
	}
	return f
}

func (v *view) agentForCriteria(sit *Situation) plan.AgentFacts {
	a := sit.Agent
	f := plan.AgentFacts{Name: a.Name, Site: a.Site, Blind: a.Blind, ClockEstimated: sit.Clock.Estimated}
	if a.Blind {
		f.BlindHours = max(0, v.now.Sub(a.BlindSince).Hours())
	}
	return f
}

// timeForCriteria tells the clock time of an instant in its zone: on the day on which the clocks
// change, the hour is what the clock on the wall shows.
func timeForCriteria(t time.Time) plan.TimeFacts {
	seconds := float64(t.Hour()*3600+t.Minute()*60+t.Second()) + float64(t.Nanosecond())/1e9
	return plan.TimeFacts{
		Hour: seconds / 3600, Weekday: strings.ToLower(t.Weekday().String()[:3]),
		Month: float64(t.Month()), Day: float64(t.Day()),
	}
}

func (v *view) calendars() []plan.CalendarFacts {
	all := make([]plan.CalendarFacts, len(v.plan.Calendars))
	for i, c := range v.plan.Calendars {
		all[i] = plan.CalendarFacts{Name: c.Name, Open: c.IsOpen(v.now), OpenDay: c.OpenDay(v.now)}
		if next := c.NextOpening(v.now); !next.IsZero() {
			hours := next.Sub(v.now).Hours()
			all[i].OpeningHours = &hours
		}
	}
	return all
}

// surveyCounts counts what people found. A line that the agents know and nobody looked at is
// neither found nor open.
func surveyCounts(sites []*SiteSurvey) plan.SurveyCounts {
	var c plan.SurveyCounts
	for _, site := range sites {
		for _, item := range site.Items {
			switch {
			case item.Open():
				c.Open++
			case item.Answer == nil:
			case item.Answer.Finding == journal.Stopped:
				c.Stopped++
			case item.Answer.Finding == journal.Impaired:
				c.Degraded++
			}
		}
	}
	return c
}
