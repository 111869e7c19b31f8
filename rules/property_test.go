package rules_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	. "github.com/keizoku-bcp/keizoku/rules"
)

// story drives a house through a random history, checking as it goes what must always hold.
type story struct {
	*house
	t *rapid.T
	// seconds and outages are the accounts of the newest look, by system.
	seconds map[string]Seconds
	outages map[string]int
	ids     map[string]bool
	stepped bool
}

func TestHistories(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := &story{house: newHouse(t, drawPlan(t)), t: t, ids: make(map[string]bool)}
		s.forgetAccounts()
		for range rapid.IntRange(1, 40).Draw(t, "length") {
			s.chapter()
		}
		foldsAlike(t, s.house)
		s.evaluatesPurely()
		clonesApart(t, s.log, rapid.IntRange(0, len(s.log)).Draw(t, "cloned at"))
	})
}

func drawPlan(t *rapid.T) *plan.Plan {
	var systems []*plan.System
	for i := range rapid.IntRange(1, 4).Draw(t, "systems") {
		s := &plan.System{Name: fmt.Sprintf("s%d", i), UpWhen: plan.UpWhen(rapid.IntRange(0, 3).Draw(t, "up_when"))}
		for c := range rapid.IntRange(0, 3).Draw(t, "checks") {
			s.Checks = append(s.Checks, &plan.Check{Name: fmt.Sprintf("c%d", c), Kind: "tcp"})
		}
		if i > 0 && rapid.Bool().Draw(t, "depends") {
			s.DependsOn = []string{fmt.Sprintf("s%d", rapid.IntRange(0, i-1).Draw(t, "on"))}
		}
		s.TypicalRecovery = time.Duration(rapid.IntRange(0, 90).Draw(t, "recovery")) * time.Minute
		s.AllowableDowntime = make(map[string]plan.Allowance)
		for _, threat := range []string{"incident", "disaster"} {
			if minutes := rapid.IntRange(0, 300).Draw(t, threat); minutes > 0 {
				s.AllowableDowntime[threat] = plan.For(time.Duration(minutes) * time.Minute)
			}
		}
		systems = append(systems, s)
	}
	return planOf(systems...)
}

// chapter lets some time pass and one thing happen.
func (s *story) chapter() {
	s.clock = s.clock.Add(time.Duration(rapid.IntRange(1, 600).Draw(s.t, "pass")) * time.Second)
	before := deadlines(s.state)
	from := len(s.log)
	what := rapid.SampledFrom([]string{"observe", "observe", "observe", "observe", "look", "act", "step", "reload", "start", "blind", "drill"}).Draw(s.t, "what")
	switch what {
	case "observe":
		s.observe(s.drawObservations()...)
	case "look":
		if key, ok := s.drawCheck(); ok {
			s.look(key, s.clock, s.state.Live.Checks[key].State == Up)
		}
	case "act":
		s.drawAct()
	case "step":
		room := int(s.clock.Sub(s.state.LastAt).Seconds())
		s.step(s.clock, time.Duration(rapid.IntRange(-room, 7200).Draw(s.t, "by"))*time.Second)
	case "reload":
		s.reload(s.clock, drawPlan(s.t))
	case "start":
		s.start(s.clock)
	case "blind":
		s.write(journal.BlindBegan{Since: s.clock})
		s.write(journal.BlindEnded{From: s.clock, To: s.clock})
	case "drill":
		s.append(journal.Event{Drill: true, Kind: journal.KindThreatEnded, Payload: journal.ThreatEnded{}})
	}
	told := s.log[from:]
	s.deadlinesMoveByWordAlone(before, told)
	s.nothingEndsByItself(what, told)
	s.idsAreUnique(told)
	s.arithmeticHolds()
	s.accountsNeverFall(what, told)
}

func (s *story) drawCheck() (CheckKey, bool) {
	sys := rapid.SampledFrom(s.plan.Systems).Draw(s.t, "system")
	if len(sys.Checks) == 0 {
		return CheckKey{}, false
	}
	return CheckKey{sys.Name, rapid.SampledFrom(sys.Checks).Draw(s.t, "check").Name}, true
}

// drawObservations makes a batch whose brackets are honest: after everything that is known of the
// check, and not in the future.
func (s *story) drawObservations() []Observation {
	var batch []Observation
	at := s.clock
	for range rapid.IntRange(1, 4).Draw(s.t, "batch") {
		key, ok := s.drawCheck()
		if !ok {
			continue
		}
		at = at.Add(20 * time.Second)
		o := Observation{System: key.System, Check: key.Check, At: at, Reason: "timeout", Text: "no answer"}
		switch rapid.IntRange(0, 4).Draw(s.t, "to") {
		case 0, 1:
			o.To, o.FirstBadAt = Down, at.Add(-10*time.Second)
			if rapid.Bool().Draw(s.t, "seen") {
				o.LastOKAt = at.Add(-15 * time.Second)
			}
		case 2, 3:
			o.To, o.LastBadAt, o.FirstOKAt = Up, at.Add(-15*time.Second), at.Add(-10*time.Second)
		default:
			o.To = Unknown
		}
		batch = append(batch, o)
	}
	return batch
}

// drawAct lets a person do something, right or wrong.
func (s *story) drawAct() {
	sys := rapid.SampledFrom(s.plan.Systems).Draw(s.t, "system").Name
	back := s.clock.Add(-time.Duration(rapid.IntRange(0, 7200).Draw(s.t, "back")) * time.Second)
	a := rapid.SampledFrom([]Action{
		Declare{Threat: "disaster"}, Declare{Threat: "pandemic"}, End{Threat: "disaster"},
		GiveETA{System: sys, At: s.clock.Add(time.Hour)}, GiveETA{System: sys},
		Acknowledge{System: sys, Why: "x"}, CorrectStart{System: sys, Start: back}, AddNote{Text: "x"},
	}).Draw(s.t, "action")
	if e, err := Act(s.plan, s.state, a, journal.Actor{User: "u"}, s.clock); err == nil {
		s.append(e)
	}
}

func deadlines(s *State) map[string]journal.Terms {
	all := make(map[string]journal.Terms)
	for _, o := range s.Open {
		all[o.ID] = o.Terms
	}
	return all
}

// deadlinesMoveByWordAlone: the deadline of an outage changes by an event that names it alone.
func (s *story) deadlinesMoveByWordAlone(before map[string]journal.Terms, told []journal.Event) {
	for _, e := range told {
		for _, m := range announced(e) {
			if was, ok := before[m.Outage]; ok && !cmp.Equal(was, m.From) && e.Kind != journal.KindOutageReopened {
				s.t.Fatalf("%s says that the terms of %s were %+v, they were %+v", e.Kind, m.Outage, m.From, was)
			}
			before[m.Outage] = m.To
		}
	}
	for id, now := range deadlines(s.state) {
		if diff := cmp.Diff(before[id], now); diff != "" {
			s.t.Fatalf("the terms of %s moved unannounced:\n%s", id, diff)
		}
	}
}

// announced lists the terms that an event sets.
func announced(e journal.Event) []journal.DeadlineMoved {
	switch p := e.Payload.(type) {
	case journal.OutageOpened:
		return []journal.DeadlineMoved{{Outage: e.ID, From: p.Terms, To: p.Terms}}
	case journal.OutageReopened:
		return []journal.DeadlineMoved{{Outage: p.Outage, To: p.Terms}}
	case journal.ThreatDeclared:
		return p.Moved
	case journal.ThreatEnded:
		return p.Moved
	case journal.PlanLoaded:
		return p.Moved
	case journal.ClockStepped:
		return p.Moved
	case journal.StartCorrected:
		return []journal.DeadlineMoved{p.Moved}
	default:
		return nil
	}
}

// nothingEndsByItself: an outage is closed after a good probe, or by a change of the plan.
func (s *story) nothingEndsByItself(what string, told []journal.Event) {
	for _, e := range told {
		p, ok := e.Payload.(journal.OutageClosed)
		if !ok || what == "reload" {
			continue
		}
		if what != "observe" {
			s.t.Fatalf("%s closed an outage", what)
		}
		seen := false
		for key, live := range s.state.Live.Checks {
			seen = seen || key.System == p.System && !live.Since.IsZero()
		}
		if !seen {
			s.t.Fatalf("outage of %s was closed with nothing seen", p.System)
		}
	}
	for _, o := range s.state.Closed {
		if o.EndedAt.Before(o.Start()) || !o.Dropped && o.EndedAt.Before(o.FirstBadAt) {
			s.t.Fatalf("an outage ended before it began: %+v", o)
		}
	}
}

func (s *story) idsAreUnique(told []journal.Event) {
	for _, e := range told {
		if s.ids[e.ID] {
			s.t.Fatalf("id %s twice", e.ID)
		}
		s.ids[e.ID] = true
	}
	open := make(map[string]bool)
	for system, o := range s.state.Open {
		if o.System != system || open[o.ID] || !o.EndedAt.IsZero() {
			s.t.Fatalf("open outage of %s: %+v", system, o)
		}
		open[o.ID] = true
	}
	for _, o := range s.state.Closed {
		if open[o.ID] || o.EndedAt.IsZero() {
			s.t.Fatalf("outage %s is closed and open", o.ID)
		}
	}
}

func (s *story) arithmeticHolds() {
	sit := s.at(s.clock)
	for _, sys := range sit.Systems {
		o := sys.Outage
		if (o == nil) != (s.state.Open[sys.Name] == nil) {
			s.t.Fatalf("%s: outage %v", sys.Name, o)
		}
		if o == nil {
			continue
		}
		if o.Elapsed != SecondsOf(sit.At.Sub(o.Start)) {
			s.t.Fatalf("%s: elapsed %v since %v at %v", sys.Name, o.Elapsed, o.Start, sit.At)
		}
		if o.Left == nil {
			continue
		}
		used := 1.0
		if *o.Allowed > 0 {
			used = float64(o.Elapsed / *o.Allowed)
		}
		if *o.Left != SecondsOf(o.Deadline.Sub(sit.At)) || *o.Allowed != SecondsOf(o.Deadline.Sub(o.Start)) || *o.UsedRatio != max(0, used) {
			s.t.Fatalf("%s: left %v, allowed %v, used %v until %v", sys.Name, *o.Left, *o.Allowed, *o.UsedRatio, o.Deadline)
		}
	}
}

func (s *story) forgetAccounts() {
	s.seconds, s.outages = make(map[string]Seconds), make(map[string]int)
}

// accountsNeverFall: what is counted only grows, unless a person corrects a start or the clock is
// set back. An outage that is reopened after that goes on with the corrected time.
func (s *story) accountsNeverFall(what string, told []journal.Event) {
	s.stepped = s.stepped || what == "step"
	for _, e := range told {
		if e.Kind == journal.KindStartCorrected || what == "step" || s.stepped && e.Kind == journal.KindOutageReopened {
			s.forgetAccounts()
		}
	}
	for _, sys := range s.at(s.clock).Systems {
		if sys.OutagesTotal < s.outages[sys.Name] || sys.OutageSeconds < s.seconds[sys.Name] {
			s.t.Fatalf("%s: outages %d → %d, seconds %v → %v by %s", sys.Name,
				s.outages[sys.Name], sys.OutagesTotal, s.seconds[sys.Name], sys.OutageSeconds, what)
		}
		s.outages[sys.Name], s.seconds[sys.Name] = sys.OutagesTotal, sys.OutageSeconds
	}
}

// foldsAlike: in pieces, twice, or at once the events of a house add up to the same, and to what
// its state became one by one.
func foldsAlike(t *rapid.T, h *house) {
	at := rapid.IntRange(0, len(h.log)).Draw(t, "cut")
	once := fold(h.log)
	for what, other := range map[string]*State{
		"live": h.state, "in pieces": fold(h.log[:at], h.log[at:]), "twice": fold(h.log[:at], h.log),
	} {
		if diff := cmp.Diff(once, other, cmpopts.IgnoreFields(State{}, "Live")); diff != "" {
			t.Fatalf("folded %s:\n%s", what, diff)
		}
	}
}

// evaluatesPurely: the same inputs give the same Situation, which shares nothing with the state.
func (s *story) evaluatesPurely() {
	before := fold(s.log)
	first := s.at(s.clock)
	spoil(s.at(s.clock))
	if diff := cmp.Diff(first, s.at(s.clock)); diff != "" {
		s.t.Fatalf("evaluated twice:\n%s", diff)
	}
	if diff := cmp.Diff(before, s.state, cmpopts.IgnoreFields(State{}, "Live")); diff != "" {
		s.t.Fatalf("evaluating changed the state:\n%s", diff)
	}
}

// spoil overwrites whatever a Situation points to.
func spoil(s *Situation) {
	clear(s.Threat.Names)
	clear(s.Threat.Titles)
	clear(s.Unobserved)
	for _, sys := range s.Systems {
		for _, names := range [][]string{sys.Causes, sys.Affects, sys.DependsOn} {
			clear(names)
		}
		clear(sys.Allowances)
		for _, c := range sys.Checks {
			clear(c.Phases)
			for name := range c.Values {
				c.Values[name] = -1
			}
			*c = CheckFacts{}
		}
		if sys.Outage != nil && sys.Outage.Left != nil {
			*sys.Outage.Left, *sys.Outage.Allowed, *sys.Outage.UsedRatio = -1, -1, -1
		}
		*sys = SystemFacts{}
	}
}
