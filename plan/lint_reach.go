package plan

import (
	"slices"
	"strconv"
	"strings"
)

// subject is something that alerts of a kind can be about, as routes see it.
type subject struct {
	kind   AlertKind
	system string
	site   string
	// priority is the highest one of the system and of what needs it; zero: none.
	priority int
	gravest  AlertSeverity
	roles    []string
}

// subjects lists what the plan's alerts can be about.
func (l *linter) subjects() []subject {
	if l.alertable == nil {
		l.alertable = l.findSubjects()
	}
	return l.alertable
}

func (l *linter) findSubjects() (all []subject) {
	for _, kind := range AlertKinds {
		s := subject{kind: kind, gravest: kind.Gravest}
		switch {
		case kind.Name == alertDeadlineNear && l.plan.Alerting != nil && len(l.plan.Alerting.Used) == 0:
		case kind.OfSystem:
			all = append(all, l.ofSystems(s)...)
		case kind.OfSupply:
			all = append(all, l.ofSupplies(s)...)
		case kind.OfPower && len(l.plan.UPSs)+len(l.plan.Generators) == 0: // nobody would notice
		case kind.AtAgent:
			all = append(all, l.atAgents(s)...)
		case kind.OfRole:
			s.roles = l.rolesOf(kind)
			all = append(all, s)
		default:
			all = append(all, s)
		}
	}
	return all
}

func (l *linter) ofSystems(s subject) (all []subject) {
	tops := l.topPriorities()
	for _, system := range l.plan.Systems {
		s.system, s.site, s.priority, s.gravest = system.Name, system.Site, tops[system.Name], Critical
		if s.priority == 0 {
			s.gravest = Caution
		}
		all = append(all, s)
	}
	return all
}

// topPriorities returns, by name of system, the highest priority of it and of all that need it.
func (l *linter) topPriorities() map[string]int {
	tops := make(map[string]int, len(l.plan.Systems))
	ranked := slices.Clone(l.plan.Systems)
	slices.SortStableFunc(ranked, func(a, b *System) int { return a.Priority - b.Priority })
	by := make(map[string]*System, len(ranked))
	for _, s := range ranked {
		by[s.Name] = s
	}
	var down func(s *System, priority int)
	down = func(s *System, priority int) {
		if s == nil || tops[s.Name] > 0 {
			return // not in the plan, or reached from a higher priority before
		}
		tops[s.Name] = priority
		for _, name := range s.DependsOn {
			down(by[name], priority)
		}
	}
	for _, s := range ranked {
		if s.Priority > 0 {
			down(s, s.Priority)
		}
	}
	return tops
}

func (l *linter) ofSupplies(s subject) (all []subject) {
	for _, u := range l.plan.UPSs {
		s.site = u.Site
		all = append(all, s)
	}
	for _, g := range l.plan.Generators {
		s.site = g.Site
		all = append(all, s)
	}
	return all
}

func (l *linter) atAgents(s subject) (all []subject) {
	if len(l.plan.Agents) == 0 {
		return []subject{s}
	}
	for _, a := range l.plan.Agents {
		s.site = a.Site
		all = append(all, s)
	}
	return all
}

// rolesOf returns the roles that the alerts of a kind can name.
func (l *linter) rolesOf(kind AlertKind) (roles []string) {
	if kind.Name == alertStepOverdue {
		for _, q := range l.plan.Procedures {
			for _, step := range q.Steps {
				roles = append(roles, step.Role)
			}
		}
		return roles
	}
	for _, q := range l.plan.Postures {
		roles = append(roles, q.Declarers()...)
	}
	return roles
}

// takes reports whether the route can take an alert about the subject, at some time.
func (r *Route) takes(s subject) bool {
	common := func(role string) bool { return !r.NoAlerts && slices.Contains(s.roles, role) }
	return !r.AtLeast.Above(s.gravest) && admits(r.Alerts, s.kind.Name) && admits(r.Systems, s.system) && admits(r.Sites, s.site) &&
		(r.Priority == 0 || s.system == "" || s.priority > 0 && s.priority <= r.Priority) &&
		(len(r.Roles) == 0 || slices.ContainsFunc(r.Roles, common))
}

// admits reports whether the list is empty, or has the value.
func admits[T comparable](list []T, value T) bool {
	return len(list) == 0 || slices.Contains(list, value)
}

func (l *linter) neverCarries(c *Channel) {
	if c.Route.Reports || c.Route.NoAlerts {
		return
	}
	open := l.plan.Calendar(c.Route.Calendar)
	never := open != nil && !c.Route.Outside && open.NextOpening(l.now).IsZero()
	if !never && slices.ContainsFunc(l.subjects(), c.Route.takes) {
		return
	}
	detail := "Nothing that this plan can raise an alert about has all that its route asks for. Loosen the route."
	if never {
		detail = "Its calendar " + strconv.Quote(open.Name) + " never opens. Take another, or outside = true."
	}
	l.warn(c.Route.Block, RuleNeverCarries, "Channel that never carries an alert", "Channel "+strconv.Quote(c.Name)+" carries nothing. "+detail)
}

// fewChannels finds agents that have one channel, or one kind of channel, for what is critical.
func (l *linter) fewChannels() {
	told := make(map[*Channel]bool)
	for _, agent := range l.agentNames() {
		grave := l.graveChannels(agent)
		if len(grave) == 0 || told[grave[0]] {
			continue
		}
		first := grave[0]
		switch {
		case len(grave) == 1:
			told[first] = true
			l.warn(first.Block, RuleOneChannel, "One channel for what is critical",
				"Critical alerts go to channel "+strconv.Quote(first.Name)+" alone. When it fails, nobody is told, not even of that. Add a second, of another kind.")
		case !slices.ContainsFunc(grave, func(c *Channel) bool { return c.Kind != first.Kind }):
			told[first] = true
			l.warn(first.Block, RuleOneMedium, "One kind of channel for what is critical",
				"Critical alerts go to channels of the kind "+strconv.Quote(first.Kind)+" alone. What one of them rests on, its server or its line, the others often rest on too. Add one of another kind.")
		}
	}
}

// graveChannels are those of the agent that take any critical alert.
func (l *linter) graveChannels(agent string) (grave []*Channel) {
	all := l.critical()
	for _, c := range l.plan.Channels {
		if c.UsedBy(agent) && slices.ContainsFunc(all, c.Route.takes) {
			grave = append(grave, c)
		}
	}
	return grave
}

func (l *linter) critical() []subject {
	return slices.DeleteFunc(slices.Clone(l.subjects()), func(s subject) bool { return s.gravest != Critical })
}

// failuresUntold finds channels of whose failure no other channel tells. Where there is only one,
// another rule says so.
func (l *linter) failuresUntold() {
	if len(l.plan.Channels) < 2 {
		return
	}
	failing := subject{kind: AlertKind{Name: alertDeliveryFailing}, gravest: Caution}
	for _, c := range l.plan.Channels {
		for _, agent := range l.agentNames() {
			tells := func(other *Channel) bool { return other != c && other.UsedBy(agent) && other.Route.takes(failing) }
			if !c.UsedBy(agent) || slices.ContainsFunc(l.plan.Channels, tells) {
				continue
			}
			l.warn(c.Block, RuleFailureUntold, "Channel whose failure nobody is told of",
				"When channel "+strconv.Quote(c.Name)+" cannot deliver, the warning "+alertDeliveryFailing+" goes to the others, and no other takes it. Let one take "+
					alertDeliveryFailing+" from at_least = \"warning\" on.")
			break
		}
	}
}

// firstStep finds a plan in which every channel waits: an escalation has nothing to follow.
func (l *linter) firstStep() {
	waits := func(c *Channel) bool { return c.Route.Unacknowledged > 0 || c.Route.UsedFrom > 0 }
	if slices.ContainsFunc(l.plan.Channels, func(c *Channel) bool { return !waits(c) }) {
		return
	}
	first := l.plan.Channels[0]
	l.warn(first.Route.Block, RuleNoFirstStep, "Escalation without a first step",
		"Every channel waits for unacknowledged or used_from, so nobody is told of an outage when it begins, and nobody could acknowledge it. Add a channel whose route has neither.")
}

// some names the first few of many.
func some(names []string) string {
	const few = 5
	if len(names) <= few {
		return list(names)
	}
	text := ""
	for _, name := range names[:few] {
		text += strconv.Quote(name) + ", "
	}
	return strings.TrimSuffix(text, ", ") + " and " + strconv.Itoa(len(names)-few) + " more"
}
