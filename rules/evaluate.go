package rules

import (
	"time"

	"github.com/keizoku-bcp/keizoku/plan"
)

// Evaluate tells the situation at now. It is pure: the same plan, state and instant give the
// same Situation, and the Situation shares no memory with the state.
func Evaluate(p *plan.Plan, s *State, now time.Time) *Situation {
	v := view{
		plan: p, state: s, now: now.In(p.Location),
		threat:    activeThreat(p, s),
		causes:    causes{plan: p, state: s, roots: make(map[string][]string)},
		deadlines: make(map[plan.Allowance]time.Time),
	}
	sit := &Situation{
		At:         v.now,
		Plan:       v.planFacts(),
		Agent:      v.agentFacts(),
		Threat:     v.threatFacts(),
		Clock:      ClockFacts{Estimated: s.Clock.Estimated, Since: v.local(s.Clock.Since)},
		Journal:    s.Live.Journal,
		Unobserved: v.stretches(),
		Systems:    make([]*SystemFacts, len(p.Systems)),
	}
	sit.Journal.LastCommitAt = v.local(sit.Journal.LastCommitAt)
	for i, sys := range p.Systems {
		sit.Systems[i] = v.system(sys)
	}
	linkEffects(sit.Systems)
	return sit
}

// view is one evaluation under way.
type view struct {
	plan   *plan.Plan
	state  *State
	now    time.Time
	threat *plan.Threat
	causes causes
	// deadlines remembers what each allowance means for a failure now: systems share few.
	deadlines map[plan.Allowance]time.Time
}

// local puts t into the plan's zone and leaves the zero time alone.
func (v *view) local(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.In(v.plan.Location)
}

func (v *view) planFacts() PlanFacts {
	return PlanFacts{
		Name: v.plan.Name, Title: v.plan.Title, Version: v.plan.Version, Hash: v.plan.Hash, Locale: v.plan.Locale,
		ReviewDue: v.local(v.plan.ReviewDue()), Rejected: v.state.Rejected,
	}
}

func (v *view) agentFacts() AgentFacts {
	facts := AgentFacts{Name: v.state.Agent, StartedAt: v.local(v.state.StartedAt)}
	if a := v.plan.Agent(v.state.Agent); a != nil {
		facts.Site = a.Site
	}
	if b := v.state.Blind; b != nil {
		facts.Blind, facts.BlindSince, facts.BlindText = true, v.local(b.Since), b.Text
	}
	return facts
}

func (v *view) threatFacts() ThreatFacts {
	facts := ThreatFacts{Default: true, Names: threatNames(v.plan)}
	if v.threat == nil {
		return facts
	}
	facts.Name, facts.Title = v.threat.Name, v.threat.Title
	if d := v.state.Threat; d != nil && d.Name == v.threat.Name {
		facts.Default = false
		facts.DeclaredAt, facts.Onset, facts.DeclaredBy = v.local(d.DeclaredAt), v.local(d.Onset), d.By
	}
	return facts
}

// stretches returns the newest stretches without sight; one that lasts comes last.
func (v *view) stretches() []Stretch {
	const most = 100
	all := v.state.Unobserved
	all = all[max(0, len(all)-most):]
	out := make([]Stretch, 0, len(all)+1)
	for _, st := range all {
		out = append(out, Stretch{From: v.local(st.From), To: v.local(st.To), Why: st.Why})
	}
	if b := v.state.Blind; b != nil {
		out = append(out, Stretch{From: v.local(b.Since), Why: "blind"})
	}
	return out
}

func (v *view) system(sys *plan.System) *SystemFacts {
	facts := &SystemFacts{
		Name: sys.Name, Title: sys.Title, Priority: sys.Priority, Owner: sys.Owner, Site: sys.Site,
		DependsOn: append([]string{}, sys.DependsOn...), Causes: []string{}, Affects: []string{},
		Checks:     v.checks(sys),
		Allowances: v.allowances(sys),
	}
	if alt := sys.Alternative; alt != nil {
		facts.Alternative, facts.AlternativeLasts = alt.Title, SecondsOf(alt.Lasts)
	}
	if m, from, to, ok := v.plan.MaintenanceFor(sys, v.now); ok {
		facts.Maintenance = &Window{Name: m.Name, Title: m.Title, From: v.local(from), To: v.local(to)}
	}
	v.judge(sys, facts)
	return facts
}

// judge fills the state of the system, its outage and the account of all its outages.
func (v *view) judge(sys *plan.System, facts *SystemFacts) {
	total := v.state.Totals[sys.Name]
	facts.OutagesTotal, facts.OutageSeconds = total.Count, SecondsOf(total.Down)
	facts.State, facts.Since = v.tallied(sys), v.local(total.UpSince)
	open := v.state.Open[sys.Name]
	if open == nil {
		return
	}
	facts.Outage = v.outage(sys, open)
	facts.State, facts.Since = Down, facts.Outage.Start
	if facts.Maintenance != nil {
		facts.State, facts.Outage.Planned = Planned, true
	}
	facts.Causes = append(facts.Causes, v.causes.of(sys.Name)...)
	facts.OutagesTotal++
	facts.OutageSeconds += SecondsOf(v.lastBad(sys, open).Sub(open.Start()))
}

// lastBad is the newest failed probe of an open outage: up to there it is known to last.
func (v *view) lastBad(sys *plan.System, o *Outage) time.Time {
	last := o.FirstBadAt
	for _, c := range sys.Checks {
		if look := v.state.Live.Looks[CheckKey{sys.Name, c.Name}]; !look.OK && look.At.After(last) {
			last = look.At
		}
	}
	if last.Before(o.Start()) {
		return o.Start()
	}
	return last
}

// tallied is the state that the checks give while no outage is open. A failure that opens none
// is one that is about to, in the same breath; until then the system is not known to work.
func (v *view) tallied(sys *plan.System) SystemState {
	account := func(key CheckKey) CheckAccount { return v.state.Checks[key] }
	state := tallyOf(sys, v.plan, v.state, account).state()
	if state == Down {
		return Unknown
	}
	return state
}

func (v *view) checks(sys *plan.System) []*CheckFacts {
	all := make([]*CheckFacts, 0, len(sys.Checks))
	for _, c := range sys.Checks {
		if !c.RunsOn(v.state.Agent) {
			continue
		}
		key := CheckKey{sys.Name, c.Name}
		facts := &CheckFacts{Name: c.Name, Kind: c.Kind, State: checkState(v.state.Checks[key], v.state.Live.Checks[key])}
		if look, ok := v.state.Live.Looks[key]; ok {
			v.look(look, facts)
		}
		all = append(all, facts)
	}
	return all
}

func (v *view) look(look Look, facts *CheckFacts) {
	facts.Success, facts.LastRunAt, facts.Duration = look.OK, v.local(look.At), SecondsOf(look.Duration)
	facts.Reason, facts.Phases, facts.Values = look.Reason, look.Phases, look.Values
	facts.NotAfter, facts.LastOKAt = v.local(look.NotAfter), v.local(look.LastOKAt)
	if !look.OK {
		facts.Error = look.Text
	}
}

func (v *view) allowances(sys *plan.System) []AllowanceFacts {
	all := make([]AllowanceFacts, 0, len(v.plan.Threats))
	for _, t := range v.plan.Threats {
		a := sys.Allowance(t.Name)
		if a.IsZero() {
			continue
		}
		deadline, ok := v.deadlines[a]
		if !ok {
			deadline = v.local(a.Deadline(v.now))
			v.deadlines[a] = deadline
		}
		if deadline.IsZero() {
			continue
		}
		all = append(all, AllowanceFacts{Threat: t.Name, Allowance: a.String(), Deadline: deadline, Seconds: SecondsOf(deadline.Sub(v.now))})
	}
	return all
}

// linkEffects fills Affects from Causes.
func linkEffects(systems []*SystemFacts) {
	byName := make(map[string]*SystemFacts, len(systems))
	for _, s := range systems {
		byName[s.Name] = s
	}
	for _, s := range systems {
		for _, cause := range s.Causes {
			byName[cause].Affects = append(byName[cause].Affects, s.Name)
		}
	}
}
