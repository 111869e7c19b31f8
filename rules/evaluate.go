package rules

import (
	"maps"
	"slices"
	"time"

	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules/supply"
)

// Evaluate tells the situation at now. It is pure: the same plan, state and instant give the
// same Situation, and the Situation shares no memory with the state.
func Evaluate(p *plan.Plan, s *State, now time.Time) *Situation {
	v := view{
		plan: p, state: s, now: now.In(p.Location),
		threat:  activeThreat(p, s),
		causes:  causes{plan: p, state: s, roots: make(map[string][]string)},
		allowed: make(map[plan.Allowance]AllowanceFacts),
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
	if p.HasPower() {
		v.power = powerFacts(p, s, v.now)
		sit.Power = v.power
	}
	sit.Journal.LastCommitAt = v.local(sit.Journal.LastCommitAt)
	for i, sys := range p.Systems {
		sit.Systems[i] = v.system(sys)
	}
	linkEffects(sit.Systems)
	sit.Stage = s.Response.stage()
	sit.Inspections = v.inspections()
	sit.Channels = v.channels()
	sit.Response.Survey = v.survey(sit)
	facts := v.facts(sit)
	sit.Decision = v.decision(sit, facts)
	v.respond(sit, facts)
	return sit
}

// view is one evaluation under way.
type view struct {
	plan   *plan.Plan
	state  *State
	now    time.Time
	threat *plan.Threat
	causes causes
	power  *supply.Facts // nil when the plan has none
	// allowed remembers what each allowance means for a failure now: systems share few.
	allowed map[plan.Allowance]AllowanceFacts
	marks   []checkMark // room for one system's
}

// local puts t into the plan's zone and leaves the zero time alone.
func (v *view) local(t time.Time) time.Time { return plan.InZone(t, v.plan.Location) }

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
	facts := ThreatFacts{Default: true, Names: threatNames(v.plan), Titles: threatTitles(v.plan)}
	if v.threat == nil {
		return facts
	}
	facts.Name, facts.Title = v.threat.Name, v.threat.Title
	if d := v.state.Threat; v.declared() {
		facts.Default = false
		facts.DeclaredAt, facts.Onset, facts.DeclaredBy = v.local(d.DeclaredAt), v.local(d.Onset), d.By
	}
	return facts
}

// declared reports whether the active threat is one that a person has declared. One that the plan
// has lost since is not active.
func (v *view) declared() bool {
	return v.threat != nil && v.state.Threat != nil && v.state.Threat.Name == v.threat.Name
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

// judge fills the checks and the state of the system, its outage and the account of them all.
func (v *view) judge(sys *plan.System, facts *SystemFacts) {
	tally := tallyOf(sys, v.state, v.account, v.marks)
	v.marks = tally.marks
	facts.Checks = v.checks(sys, &tally)
	total := v.state.Totals[sys.Name]
	facts.OutagesTotal, facts.OutageSeconds = total.Count, SecondsOf(total.Down)
	open := v.state.Open[sys.Name]
	if open == nil {
		facts.State = calmState(&tally)
		facts.Since = v.local(tally.since(facts.State, total.UpSince))
		return
	}
	facts.Outage = v.outage(sys, open)
	facts.State, facts.Since = Down, facts.Outage.Start
	if facts.Maintenance != nil {
		facts.State, facts.Outage.Planned = Planned, true
	}
	facts.Causes = append(facts.Causes, v.causes.of(sys.Name)...)
	facts.OutagesTotal++
	facts.OutageSeconds = SecondsOf(total.Down + v.lastsUntil(sys, &tally, open).Sub(open.Start()))
}

func (v *view) account(key CheckKey) CheckAccount { return v.state.Checks[key] }

// lastsUntil is the instant up to which an open outage is known to last.
func (v *view) lastsUntil(sys *plan.System, t *tally, o *Outage) time.Time {
	until := t.lastsUntil(func(check string) time.Time {
		look := v.state.Live.Looks[CheckKey{sys.Name, check}]
		if !look.OK {
			return latest(look.LastBadAt, look.At)
		}
		return look.LastBadAt
	})
	return latest(until, o.FirstBadAt, o.LastsUntil, o.Start())
}

// calmState is the state that the checks give while no outage is open. A failure that opens none
// is one that is about to, in the same breath; until then the system is not known to work.
func calmState(t *tally) SystemState {
	if state := t.state(); state != Down {
		return state
	}
	return Unknown
}

func (v *view) checks(sys *plan.System, t *tally) []*CheckFacts {
	all, facts := make([]*CheckFacts, len(t.marks)), make([]CheckFacts, len(t.marks))
	for i, m := range t.marks {
		facts[i] = CheckFacts{Name: m.check.Name, Kind: m.check.Kind, State: m.state}
		if look, ok := v.state.Live.Looks[CheckKey{sys.Name, m.check.Name}]; ok {
			v.look(look, &facts[i])
		}
		all[i] = &facts[i]
	}
	return all
}

func (v *view) look(look Look, facts *CheckFacts) {
	facts.Success, facts.LastRunAt, facts.Duration = look.OK, v.local(look.At), SecondsOf(look.Duration)
	facts.Reason, facts.Phases, facts.Values = look.Reason, slices.Clone(look.Phases), maps.Clone(look.Values)
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
		if facts := v.allowance(a); !facts.Deadline.IsZero() {
			facts.Threat = t.Name
			all = append(all, facts)
		}
	}
	return all
}

// allowance is what an allowance means for a failure now, under whatever threat.
func (v *view) allowance(a plan.Allowance) AllowanceFacts {
	facts, ok := v.allowed[a]
	if !ok {
		deadline := v.local(a.Deadline(v.now))
		facts = AllowanceFacts{Allowance: a.String(), Deadline: deadline, Seconds: SecondsOf(deadline.Sub(v.now))}
		v.allowed[a] = facts
	}
	return facts
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
