package plan

import (
	"slices"
	"strconv"
	"strings"
)

// moment is what decides, beside the alert, whether a channel takes it.
type moment struct {
	agent, threat string
	stage         Stage
	open          map[string]bool // the calendars that are open
}

// takesAt reports whether the channel takes what its route can take at this moment.
func (c *Channel) takesAt(m *moment) bool {
	r := &c.Route
	return c.UsedBy(m.agent) && admits(r.Threats, m.threat) && admits(r.Stages, m.stage) &&
		(r.Calendar == "" || m.open[r.Calendar] != r.Outside)
}

// untold finds critical alerts that reach no channel, ever or at times. A channel that waits for
// an acknowledgement or a share counts: it tells in the end.
func (l *linter) untold() {
	gaps := make(map[string]*gap)
	known := make(map[string]string) // what the channels that can take it leave open, by their names
	for _, s := range l.critical() {
		var able []*Channel
		names := ""
		for _, c := range l.plan.Channels {
			if c.Route.takes(s) {
				able, names = append(able, c), names+" "+c.Name
			}
		}
		if _, ok := known[names]; !ok {
			known[names] = l.hole(able)
		}
		if when := known[names]; when != "" {
			if gaps[when] == nil {
				gaps[when] = &gap{seen: make(map[string]bool)}
			}
			gaps[when].add(s)
		}
	}
	for when, g := range gaps {
		l.warn(l.plan.Channels[0].Block, RuleCriticalUntold, "Critical alerts that reach no channel",
			g.String()+" "+when+", so nobody would be told. Widen a route, or add a channel.")
	}
}

// gap gathers what is not told.
type gap struct {
	names, systems []string
	seen           map[string]bool // the systems: there may be thousands
}

func (g *gap) add(s subject) {
	if !slices.Contains(g.names, s.kind.Name) {
		g.names = append(g.names, s.kind.Name)
	}
	if s.system != "" && !g.seen[s.system] {
		g.seen[s.system] = true
		g.systems = append(g.systems, s.system)
	}
}

func (g *gap) String() string {
	text := "Alerts of the name " + some(g.names)
	if len(g.systems) > 0 {
		text += " (about the systems " + some(g.systems) + ")"
	}
	return text
}

// hole tells when none of the channels takes anything; empty when there is no such time.
func (l *linter) hole(channels []*Channel) string {
	if len(channels) == 0 {
		return "reach no channel"
	}
	moments := l.moments(channels)
	var missed []*moment
	for _, m := range moments {
		if !slices.ContainsFunc(channels, func(c *Channel) bool { return c.takesAt(m) }) {
			missed = append(missed, m)
		}
	}
	if len(missed) == 0 {
		return ""
	}
	return "reach no channel " + describe(missed, moments)
}

// moments lists every combination of what decides.
func (l *linter) moments(channels []*Channel) (all []*moment) {
	threats := []string{""}
	if len(l.plan.Threats) > 0 {
		threats = l.threatsWhere(func(string) bool { return true })
	}
	for _, agent := range l.agentNames() {
		for _, threat := range threats {
			for _, stage := range Stages {
				for _, open := range openings(channels) {
					all = append(all, &moment{agent, threat, stage, open})
				}
			}
		}
	}
	return all
}

// openings lists which of the channels' calendars can be open together. More than four are taken
// to open and close together, for the number of cases doubles with each.
func openings(channels []*Channel) []map[string]bool {
	var calendars []string
	for _, c := range channels {
		if name := c.Route.Calendar; name != "" && !slices.Contains(calendars, name) {
			calendars = append(calendars, name)
		}
	}
	const many = 4
	all := []map[string]bool{{}}
	for i, name := range calendars {
		for _, known := range all[:len(all):len(all)] {
			if i >= many {
				known[name] = known[calendars[0]]
				continue
			}
			open := map[string]bool{name: true}
			for other, is := range known {
				open[other] = is
			}
			all = append(all, open)
		}
	}
	return all
}

// describe says in which moments of all those missed are.
func describe(missed, all []*moment) string {
	var parts []string
	only := func(of func(*moment) string, words string) {
		if values := valuesOf(missed, of); len(values) < len(valuesOf(all, of)) {
			parts = append(parts, words+" "+list(values))
		}
	}
	only(func(m *moment) string { return m.agent }, "from the agent")
	only(func(m *moment) string { return m.threat }, "under the threat")
	only(func(m *moment) string { return string(m.stage) }, "in the stage")
	for _, name := range calendarsOf(all) {
		open := valuesOf(missed, func(m *moment) string { return strconv.FormatBool(m.open[name]) })
		if len(open) == 1 {
			state := map[string]string{"true": "is open", "false": "is closed"}[open[0]]
			parts = append(parts, "while calendar "+strconv.Quote(name)+" "+state)
		}
	}
	if len(parts) == 0 {
		return "at times"
	}
	return strings.Join(parts, ", ")
}

func valuesOf(moments []*moment, of func(*moment) string) (values []string) {
	for _, m := range moments {
		if v := of(m); !slices.Contains(values, v) {
			values = append(values, v)
		}
	}
	return values
}

func calendarsOf(moments []*moment) (names []string) {
	for _, m := range moments {
		for name := range m.open {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return names
}
