package rules

import (
	"slices"

	"github.com/keizoku-bcp/keizoku/plan"
)

// facts are what criteria and steps may ask of the situation. An outage in maintenance counts for
// none of them until the window is over: that the system is off is what was meant.
//
// It is one pass over the systems, for it is made with every Situation.
func (v *view) facts(sit *Situation) *plan.Facts {
	f := &plan.Facts{
		Power:     v.powerForCriteria(sit),
		Threat:    v.threatForCriteria(sit),
		Stage:     string(sit.Stage),
		Agent:     v.agentForCriteria(sit),
		Time:      timeForCriteria(v.now),
		Survey:    surveyCounts(sit.Response.Survey),
		Systems:   make([]plan.SystemFacts, len(sit.Systems)),
		Sites:     make([]plan.SiteFacts, len(v.plan.Sites)),
		Calendars: v.calendars(),
	}
	sites := make(map[string]*plan.SiteFacts, len(f.Sites))
	for i, site := range v.plan.Sites {
		f.Sites[i].Name, sites[site.Name] = site.Name, &f.Sites[i]
	}
	for i, sys := range sit.Systems {
		f.Systems[i] = systemForCriteria(sys)
		countSystem(f, sys, &f.Systems[i])
		countAtSite(sites[sys.Site], sys)
		countOutage(&f.Outages, sys)
	}
	for i := range f.Sites {
		f.Sites[i].AllDown = f.Sites[i].Count > 0 && f.Sites[i].Down == f.Sites[i].Count
	}
	for _, c := range []*plan.CountFacts{&f.Down, &f.AtRisk, &f.Missed, &f.Unknown} {
		slices.Sort(c.Priorities)
	}
	return f
}

func systemForCriteria(sys *SystemFacts) plan.SystemFacts {
	f := plan.SystemFacts{Name: sys.Name, State: string(sys.State), Down: sys.State == Down}
	if o := sys.Outage; o != nil {
		f.AtRisk, f.Missed = f.Down && o.Verdict == AtRisk, f.Down && o.Verdict == Missed
		f.Hours = o.Elapsed.hours()
		if o.Left != nil {
			left := o.Left.hours()
			f.Left = &left
		}
	}
	return f
}

func countSystem(f *plan.Facts, sys *SystemFacts, facts *plan.SystemFacts) {
	if facts.Down {
		count(&f.Down, sys)
	}
	if facts.AtRisk {
		count(&f.AtRisk, sys)
	}
	if facts.Missed {
		count(&f.Missed, sys)
	}
	if sys.State == Unknown {
		count(&f.Unknown, sys)
	}
}

func count(c *plan.CountFacts, sys *SystemFacts) {
	c.Count++
	c.Systems = append(c.Systems, sys.Name)
	if sys.Priority > 0 {
		c.PriorityCount++
		c.Priorities = append(c.Priorities, float64(sys.Priority))
	}
}

// countAtSite counts a system at its site; nil: it stands nowhere that the plan names.
func countAtSite(site *plan.SiteFacts, sys *SystemFacts) {
	if site == nil {
		return
	}
	site.Count++
	if sys.State == Down {
		site.Down++
	}
	if priorityDown(sys) {
		site.PriorityDown++
	}
}

func countOutage(f *plan.OutagesFacts, sys *SystemFacts) {
	o := sys.Outage
	if !priorityDown(sys) {
		return
	}
	if age := o.Elapsed.hours(); f.LongestHours == nil || age > *f.LongestHours {
		f.LongestHours = &age
	}
	if o.Left == nil {
		return // no deadline
	}
	if left := o.Left.hours(); f.LeastLeft == nil || left < *f.LeastLeft {
		f.LeastLeft = &left
	}
	f.MostUsed = max(f.MostUsed, *o.UsedRatio)
}

// priorityDown reports whether it is a priority system (優先システム) that is down, and not in
// maintenance.
func priorityDown(sys *SystemFacts) bool { return sys.Priority > 0 && sys.State == Down }

func (s Seconds) hours() float64 { return float64(s) / 3600 }
