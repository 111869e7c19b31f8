package reports

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
	"github.com/keizoku-bcp/keizoku/rules/supply"
)

// An exercise says so in its first characters, whatever else the page is.
func TestAnExerciseSaysSoFirst(t *testing.T) {
	for locale, want := range map[plan.Locale]string{plan.Japanese: "【訓練】", plan.English: "EXERCISE: "} {
		text := Sitrep(messages.For(locale), SitrepInput{Number: 1, Now: tongue(locale).quake(), Drill: true, Draft: true})
		if !strings.HasPrefix(text, want) {
			t.Errorf("%s begins with %q", locale, strings.SplitN(text, "\n", 2)[0])
		}
	}
}

// What a report tells does not change when its Situation went through the journal.
func TestSitrepFromTheJournal(t *testing.T) {
	for _, locale := range messages.Locales {
		now, before := tongue(locale).quake(), tongue(locale).earlier()
		var nowRead, beforeRead rules.Situation
		for from, to := range map[*rules.Situation]*rules.Situation{now: &nowRead, before: &beforeRead} {
			data, err := json.Marshal(from)
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(data, to); err != nil {
				t.Fatal(err)
			}
		}
		w := messages.For(locale)
		want, got := Sitrep(w, SitrepInput{Now: now, Before: before}), Sitrep(w, SitrepInput{Now: &nowRead, Before: &beforeRead})
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", locale, diff)
		}
	}
}

// A page on nothing at all is still a page.
func TestEmptySituation(t *testing.T) {
	for _, locale := range messages.Locales {
		w, s := messages.For(locale), &rules.Situation{}
		for name, text := range map[string]string{
			"sitrep": Sitrep(w, SitrepInput{Now: s}), "decision": Decision(w, s), "steps": Steps(w, s),
			"survey": Survey(w, nil, time.Time{}), "calls": CallList(w, &rules.CallOut{}),
		} {
			if text == "" || strings.Contains(text, "<no value>") {
				t.Errorf("%s.%s: %q", name, locale, text)
			}
		}
	}
}

// Texts from outside cannot break the page on which they stand.
func TestPagesAreInert(t *testing.T) {
	w := messages.For(plan.Japanese)
	const bad = "\x1b[2J\u202e\r\n■ 偽の見出し"
	s := tongue(plan.Japanese).quake()
	s.Plan.Title, s.Threat.Title, s.Systems[0].Title, s.Systems[1].Alternative = bad, bad, bad, bad
	s.Response.Move.Why, s.Response.Checklists[1].Steps[0].Notes[0].Text = bad, bad
	s.Response.Posture.Roles[0].Holder, s.Response.Survey[0].Items[4].Answer.Note = bad, bad
	for name, text := range map[string]string{
		"sitrep": Sitrep(w, SitrepInput{Now: s, Remarks: bad, IssuedBy: bad}), "decision": Decision(w, s), "steps": Steps(w, s),
		"survey": Survey(w, s.Response.Survey, s.At),
	} {
		for line := range strings.Lines(text) {
			line = strings.TrimSuffix(line, "\n")
			if inert(line) != line || strings.HasPrefix(line, "■ 偽") {
				t.Errorf("%s: %q", name, line)
			}
		}
	}
}

// changesOf are the lines of what changed, in English.
func changesOf(before, now *rules.Situation) []string {
	return Changes(messages.For(plan.English), asNamed, before, now)
}

// The lines can stand on any page.
func TestChangesAreInert(t *testing.T) {
	before := &rules.Situation{}
	now := &rules.Situation{Systems: []*rules.SystemFacts{{Name: "a", Title: "A\n\u202eB", Outage: &rules.OutageFacts{ID: "1"}}}}
	want := []string{"Newly down: A \ufffdB (since not known)"}
	if diff := cmp.Diff(want, changesOf(before, now)); diff != "" {
		t.Error(diff)
	}
}

func TestChanges(t *testing.T) {
	at := clock("11:00:00")
	of := func(change func(*rules.Situation)) *rules.Situation {
		s := &rules.Situation{At: at, Systems: []*rules.SystemFacts{{Name: "mail", Title: "Mail", State: rules.Up}}}
		change(s)
		return s
	}
	quiet := func(*rules.Situation) {}
	down := func(id string, v rules.Verdict, eta string) func(*rules.Situation) {
		return func(s *rules.Situation) {
			o := &rules.OutageFacts{ID: id, Start: clock("10:00:00"), Deadline: clock("12:00:00"), Verdict: v}
			if eta != "" {
				o.ETA = clock(eta)
			}
			s.Systems[0].State, s.Systems[0].Outage = rules.Down, o
		}
	}
	due := func(deadline string) func(*rules.Situation) {
		return func(s *rules.Situation) {
			s.Systems[0].Outage = &rules.OutageFacts{ID: "1", Start: clock("10:00:00"), Verdict: rules.OnTrack}
			if deadline != "" {
				s.Systems[0].Outage.Deadline = clock(deadline)
			}
		}
	}
	lists := func(title string, steps int) func(*rules.Situation) {
		list := &rules.ChecklistFacts{Procedure: title, Title: title, Current: true}
		for range steps {
			list.Steps = append(list.Steps, &rules.StepFacts{State: rules.StepOpen})
		}
		return func(s *rules.Situation) { s.Response.Checklists = []*rules.ChecklistFacts{list} }
	}
	powered := func(f supply.Facts) func(*rules.Situation) { return func(s *rules.Situation) { s.Power = &f } }
	stepped := func(step rules.StepFacts) func(*rules.Situation) {
		step.ID, step.Title = "a.b", "Step"
		return func(s *rules.Situation) {
			s.Response.Checklists = []*rules.ChecklistFacts{{Current: true, Steps: []*rules.StepFacts{&step}}}
		}
	}
	held := func(role rules.RoleFacts) func(*rules.Situation) {
		role.Name, role.Title = "lead", "Lead"
		return func(s *rules.Situation) { s.Response.Posture = &rules.PostureFacts{Roles: []*rules.RoleFacts{&role}} }
	}
	answered := func(id string, f journal.Finding) func(*rules.Situation) {
		return func(s *rules.Situation) {
			s.Response.Survey = []*rules.SiteSurvey{{Site: "hall", Title: "Hall", Items: []*rules.SurveyItem{{Item: "water", Answer: &rules.SurveyAnswer{ID: id, Finding: f}}}}}
		}
	}
	declared := func(name, onset string) func(*rules.Situation) {
		return func(s *rules.Situation) {
			s.Threat = rules.ThreatFacts{Name: name, Title: name, DeclaredAt: at, Onset: clock(onset)}
		}
	}
	for _, c := range []struct {
		name        string
		before, now func(*rules.Situation)
		want        []string
	}{
		{"nothing", quiet, quiet, nil},
		{"nothing in an outage", down("1", rules.OnTrack, ""), down("1", rules.OnTrack, ""), nil},
		{"down", quiet, down("1", rules.OnTrack, ""), []string{"Newly down: Mail (since 10:00)"}},
		{"down and missed", quiet, down("1", rules.Missed, ""), []string{"Newly down: Mail (since 10:00)", "Deadline missed: Mail (12:00)"}},
		{"down again", down("1", rules.OnTrack, ""), down("2", rules.OnTrack, ""), []string{"Down again: Mail (since 10:00)"}},
		{"recovered", down("1", rules.Missed, ""), quiet, []string{"Recovered: Mail"}},
		{"another deadline", due("12:00:00"), due("13:00:00"), []string{"Deadline moved: Mail (12:00 → 13:00)"}},
		{"the clock stepped a little", due("12:00:00"), due("12:00:02"), nil},
		{"a deadline at last", due(""), due("13:00:00"), []string{"Deadline set: Mail (13:00)"}},
		{"no deadline any more", due("12:00:00"), due(""), []string{"No deadline any more: Mail (it was 12:00)"}},
		{"a checklist", quiet, lists("First", 2), []string{"Checklist begun: First (2 steps)"}},
		{"a short checklist", quiet, lists("First", 1), []string{"Checklist begun: First (1 step)"}},
		{"another checklist", lists("First", 1), lists("Second", 1), []string{"Checklist begun: Second (1 step)", "Checklist taken back: First"}},
		{"the same checklist", lists("First", 1), lists("First", 1), nil},
		{"missed", down("1", rules.AtRisk, ""), down("1", rules.Missed, ""), []string{"Deadline missed: Mail (12:00)"}},
		{"at risk", down("1", rules.OnTrack, ""), down("1", rules.AtRisk, ""), []string{"At risk: Mail (deadline 12:00)"}},
		{"on track", down("1", rules.AtRisk, ""), down("1", rules.OnTrack, ""), []string{"On track by now: Mail (deadline 12:00)"}},
		{"estimate", down("1", rules.OnTrack, ""), down("1", rules.OnTrack, "11:30:00"), []string{"Expected back: Mail (11:30)"}},
		{"another estimate", down("1", rules.OnTrack, "11:30:00"), down("1", rules.OnTrack, "11:45:00"), []string{"Expected back at another time: Mail (11:30 → 11:45)"}},
		{"no estimate", down("1", rules.OnTrack, "11:30:00"), down("1", rules.OnTrack, ""), []string{"Estimate withdrawn: Mail (it was 11:30)"}},
		{"degraded", quiet, func(s *rules.Situation) { s.Systems[0].State = rules.Degraded }, []string{"Mail: up → degraded"}},
		{"first look", func(s *rules.Situation) { s.Systems[0].State = rules.Pending }, quiet, nil},
		{"gone", down("1", rules.OnTrack, ""), func(s *rules.Situation) { s.Systems = nil }, []string{"Dropped from the plan: Mail"}},
		{"declared", quiet, declared("quake", "09:00:00"), []string{"Threat declared: quake (11:00)"}},
		{"another threat", declared("quake", "09:00:00"), declared("attack", "09:00:00"), []string{"Threat declared: attack (11:00)"}},
		{"onset", declared("quake", "09:00:00"), declared("quake", "09:30:00"), []string{"Onset of the threat: 09:00 → 09:30"}},
		{"ended", declared("quake", "09:00:00"), quiet, []string{"Threat ended: quake"}},
		{"stage", quiet, func(s *rules.Situation) { s.Stage = plan.InitialResponse }, []string{"Stage: monitoring → initial response"}},
		{"blind", quiet, func(s *rules.Situation) { s.Agent.Blind, s.Agent.BlindSince = true, at }, []string{"The agent is cut off (since 11:00)"}},
		{"sees", func(s *rules.Situation) { s.Agent.Blind = true }, quiet, []string{"The agent sees again"}},
		{"blackout", powered(supply.Facts{Holds: true}), powered(supply.Facts{Holds: true, UtilityLost: true, UtilityLostAt: at}), []string{"Utility power lost (since 11:00)"}},
		{"nobody can tell", powered(supply.Facts{}), powered(supply.Facts{UtilityUnknown: true}), []string{"Nobody can tell any more whether utility power is there: no supply answers"}},
		{"somebody can", powered(supply.Facts{UtilityUnknown: true}), powered(supply.Facts{}), []string{"Utility power is known to be there again"}},
		{"silent", powered(supply.Facts{Supplies: []*supply.SupplyFacts{{Name: "ups"}}}),
			powered(supply.Facts{Supplies: []*supply.SupplyFacts{{Name: "ups", Lost: true}}}), []string{"ups: no answer"}},
		{"answers", powered(supply.Facts{Supplies: []*supply.SupplyFacts{{Name: "ups", Lost: true}}}),
			powered(supply.Facts{Supplies: []*supply.SupplyFacts{{Name: "ups"}}}), []string{"ups: it answers again"}},
		{"power back", powered(supply.Facts{UtilityLost: true}), powered(supply.Facts{}), []string{"Utility power is back"}},
		{"a UPS on battery", powered(supply.Facts{Supplies: []*supply.SupplyFacts{{Name: "ups", Source: supply.FromUtility}}}),
			powered(supply.Facts{Supplies: []*supply.SupplyFacts{{Name: "ups", Source: supply.FromBattery}}}), []string{"ups: on battery"}},
		{"step done", stepped(rules.StepFacts{State: rules.StepOpen}), stepped(rules.StepFacts{State: rules.StepDone, DoneAt: at, DoneBy: "sato"}), []string{"Step done: Step (11:00, sato)"}},
		{"step undone", stepped(rules.StepFacts{State: rules.StepDone}), stepped(rules.StepFacts{State: rules.StepOpen}), []string{"Step no longer done: Step"}},
		{"step overdue", stepped(rules.StepFacts{State: rules.StepOpen}), stepped(rules.StepFacts{State: rules.StepOpen, Overdue: true, DueAt: at}), []string{"Step overdue: Step (due 11:00)"}},
		{"still overdue", stepped(rules.StepFacts{State: rules.StepOpen, Overdue: true}), stepped(rules.StepFacts{State: rules.StepOpen, Overdue: true}), nil},
		{"role held", held(rules.RoleFacts{Next: "x"}), held(rules.RoleFacts{Holder: "Sato", State: journal.Arrived}), []string{"Posture: Lead, Sato: here"}},
		{"role lost", held(rules.RoleFacts{Holder: "Sato", State: journal.Coming}), held(rules.RoleFacts{Next: "x"}), []string{"Posture: Lead is open, Sato no longer holds it"}},
		{"nobody", held(rules.RoleFacts{Next: "x"}), held(rules.RoleFacts{Exhausted: true}), []string{"Posture: Lead, everybody was tried in vain"}},
		{"damage", quiet, answered("1", journal.Stopped), []string{"Survey: Hall, Water: out of use"}},
		{"no damage", quiet, answered("1", journal.Fine), []string{"Survey: 1 more without damage"}},
		{"mended", answered("1", journal.Stopped), answered("2", journal.Fine), []string{"Survey: Hall, Water: no damage"}},
		{"the same answer", answered("1", journal.Stopped), answered("1", journal.Stopped), nil},
	} {
		if diff := cmp.Diff(c.want, changesOf(of(c.before), of(c.now))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// Systems past their deadline stand out, and come by priority whatever the plan's order.
func TestSystemsByPriority(t *testing.T) {
	text := Sitrep(messages.For(plan.English), SitrepInput{Now: tongue(plan.English).quake()})
	var order []int
	for _, title := range []string{"      1     Resident records", "  !!  2     Certificates", "  !   3     Core switch", "      4     Tax", "            Groupware"} {
		order = append(order, strings.Index(text, title))
	}
	if slices.Contains(order, -1) || !slices.IsSorted(order) {
		t.Errorf("%v in\n%s", order, text)
	}
}
