package plan

import (
	"slices"
	"strconv"
)

// The names of the rules on telling people.
const (
	RuleNoChannel         = "plan-without-channel"
	RuleNeverCarries      = "channel-never-carries"
	RuleCriticalUntold    = "critical-alert-untold"
	RuleOneChannel        = "one-channel"
	RuleOneMedium         = "one-kind-of-channel"
	RuleFailureUntold     = "channel-failure-untold"
	RuleNoFirstStep       = "escalation-without-first-step"
	RuleEscalationLate    = "escalation-after-allowances"
	RuleNoContactFor      = "role-without-contact-for-channel"
	RuleContactsUnused    = "channel-without-contacts"
	RuleExecNotAllowed    = "channel-without-allow-exec"
	RuleQuietAlways       = "quiet-always"
	RuleInspectionNever   = "inspection-never"
	RuleInspectionNothing = "inspection-without-check"
	RuleInspectionUnsent  = "inspection-without-channel"
)

// alerting looks at who is told of what. A plan that tells nobody is told so once.
func (l *linter) alerting() {
	p := l.plan
	for _, i := range p.Inspections {
		l.inspection(i)
	}
	if p.Alerting != nil {
		for _, q := range p.Alerting.Quiet {
			l.quiet(q)
		}
	}
	if len(p.Channels) == 0 {
		l.noChannel()
		return
	}
	for _, c := range p.Channels {
		l.channel(c)
	}
	l.untold()
	l.fewChannels()
	l.failuresUntold()
	l.firstStep()
}

func (l *linter) noChannel() {
	if !slices.ContainsFunc(l.plan.Systems, func(s *System) bool { return s.Priority > 0 }) {
		return
	}
	l.warn(l.plan.Block, RuleNoChannel, "Plan tells nobody",
		"It has priority systems and no notify block, so whoever does not look at the console learns nothing of an outage. Add a channel, and a second of another kind.")
}

func (l *linter) quiet(q *QuietRule) {
	c := l.plan.Calendar(q.Calendar)
	if c == nil || !c.NextOpening(l.now).IsZero() {
		return
	}
	l.warn(q.At("calendar"), RuleQuietAlways, "Quiet for ever",
		"It is quiet outside calendar "+strconv.Quote(c.Name)+", which never opens, so alerts below "+string(q.Below)+" are never told. Take another calendar, or from and to.")
}

// channel looks at one channel by itself.
func (l *linter) channel(c *Channel) {
	l.neverCarries(c)
	l.escalationLate(c)
	l.contactsFor(c)
	l.execAllowed(c)
}

func (l *linter) escalationLate(c *Channel) {
	after := c.Route.Unacknowledged
	last, ok := l.lastDeadline(c.Route.Threats)
	if after == 0 || !ok || !l.noon.Add(after).After(last) {
		return
	}
	l.warn(c.Route.At("unacknowledged"), RuleEscalationLate, "Escalation after every deadline",
		"Channel "+strconv.Quote(c.Name)+" is told when nobody has acknowledged for "+FormatDuration(after)+
			". By then every priority system has missed its deadline: the longest allowance is "+FormatDuration(last.Sub(l.noon))+". Set unacknowledged shorter.")
}

func (l *linter) contactsFor(c *Channel) {
	if len(c.ToRoles) == 0 {
		return
	}
	name := "Channel " + strconv.Quote(c.Name)
	if len(c.Media) == 0 {
		l.warn(c.At("to_roles"), RuleContactsUnused, "Channel that uses no contacts",
			name+" is of the kind "+strconv.Quote(c.Kind)+", which reaches nobody by contacts, so to_roles does nothing. Take it away.")
		return
	}
	var missing []string
	for _, role := range c.ToRoles {
		if r := l.plan.Role(role); r != nil && len(r.People) > 0 && !r.reachedBy(c.Media) {
			missing = append(missing, role)
		}
	}
	if len(missing) > 0 {
		l.warn(c.At("to_roles"), RuleNoContactFor, "Role that the channel cannot reach",
			name+" reaches people by "+listOf(c.Media)+", and nobody of role "+list(missing)+" has such a contact. Add one, or take the role away.")
	}
}

// reachedBy reports whether anybody of the role has a contact of one of the media.
func (r *Role) reachedBy(media []Medium) bool {
	return slices.ContainsFunc(r.People, func(p *Person) bool {
		return slices.ContainsFunc(p.Contacts, func(c Contact) bool { return slices.Contains(media, c.Medium) })
	})
}

// listOf is [list] for names that have a type.
func listOf[T ~string](names []T) string {
	plain := make([]string, len(names))
	for i, name := range names {
		plain[i] = string(name)
	}
	return list(plain)
}

func (l *linter) execAllowed(c *Channel) {
	if !c.Programs {
		return
	}
	where := "No agent block allows it"
	if len(l.plan.Agents) > 0 {
		var refuse []string
		for _, a := range l.plan.Agents {
			if c.UsedBy(a.Name) && !a.AllowExec {
				refuse = append(refuse, a.Name)
			}
		}
		if len(refuse) == 0 {
			return
		}
		where = "Agent " + list(refuse) + " does not allow it"
	}
	l.warn(c.Block, RuleExecNotAllowed, "Channel that the agent may not use",
		"Channel "+strconv.Quote(c.Name)+" runs a program. "+where+", so it delivers nothing there. Set allow_exec = true in the agent block, or from to the agents that allow it.")
}

func (l *linter) inspection(i *Inspection) {
	name := "Inspection " + strconv.Quote(i.Name)
	if l.plan.NextInspection(i, l.now).IsZero() {
		l.warn(i.Block, RuleInspectionNever, "Inspection that is never due",
			name+" finds no day on which it would be run. Change at or cron, or the calendar.")
	}
	if !l.looksAtSomething(i) {
		l.warn(i.Block, RuleInspectionNothing, "Inspection without a check",
			name+" has nothing to look at: none of its systems has a check that its agents run. Add checks, or name other systems or agents.")
	}
	if !l.reported(i) {
		l.warn(i.Block, RuleInspectionUnsent, "Inspection whose report goes nowhere",
			name+" names no channel that its agents use, and none takes reports by its route. The report would be in the console and the journal alone. Set notify, or reports = true in a route.")
	}
}

// agentNames are the agents of the plan; one without a name where the plan has no agent block.
func (l *linter) agentNames() []string {
	if len(l.plan.Agents) == 0 {
		return []string{""}
	}
	var names []string
	for _, a := range l.plan.Agents {
		names = append(names, a.Name)
	}
	return names
}

func (l *linter) looksAtSomething(i *Inspection) bool {
	for _, s := range l.plan.Systems {
		if len(i.Systems) > 0 && !slices.Contains(i.Systems, s.Name) {
			continue
		}
		for _, agent := range l.agentNames() {
			if i.RunsOn(agent) && slices.ContainsFunc(s.Checks, func(c *Check) bool { return c.RunsOn(agent) }) {
				return true
			}
		}
	}
	return false
}

func (l *linter) reported(i *Inspection) bool {
	return slices.ContainsFunc(l.plan.Channels, func(c *Channel) bool {
		chosen := slices.Contains(i.Channels, c.Name) || len(i.Channels) == 0 && c.Route.Reports
		return chosen && slices.ContainsFunc(l.agentNames(), func(agent string) bool { return i.RunsOn(agent) && c.UsedBy(agent) })
	})
}
