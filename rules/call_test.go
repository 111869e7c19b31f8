package rules_test

import (
	"errors"
	"testing"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	. "github.com/keizoku-bcp/keizoku/rules"
)

func called(role, person string, result journal.CallResult) RecordCall {
	return RecordCall{Role: role, Person: person, Result: result}
}

func TestRefusedCalls(t *testing.T) {
	h := responding(t)
	first := h.by("佐藤", "10:06:00", called("head", "井上 誠", journal.Reached))
	second := called("head", "佐藤 一郎", journal.Reached)
	second.Corrects = first.ID
	h.by("鈴木", "10:07:00", second)
	with := func(edit func(*RecordCall)) RecordCall {
		c := called("server", "高橋 健", journal.Coming)
		edit(&c)
		return c
	}
	tests := []struct {
		name   string
		action RecordCall
		kind   ProblemKind
		text   string
		hint   string
	}{
		{"misspelt role", called("sever", "高橋 健", journal.Reached), NotFound, `no role "sever"`, `did you mean "server"?`},
		{"no role", called("", "高橋 健", journal.Reached), NotFound, `no role ""`, "roles are: head, server, nobody"},
		{"person of another role", called("server", "井上 誠", journal.Reached), NotFound, `role "server" has no person "井上 誠"`, "persons are: 高橋 健, 中村 陽子"},
		{"misspelt person", called("server", "中村 洋子", journal.Reached), NotFound, `"中村 洋子"`, `did you mean "中村 陽子"?`},
		{"nobody", called("server", "", journal.Reached), NotFound, `no person ""`, "persons are"},
		{"a role without people", called("nobody", "井上 誠", journal.Reached), NotFound, `"nobody" has no person`, "the plan names nobody"},
		{"misspelt result", called("server", "高橋 健", "arived"), Invalid, `no result "arived"`, `did you mean "arrived"?`},
		{"no result", called("server", "高橋 健", ""), Invalid, "the result is missing", "results are: reached, not_reached"},
		{"unknown medium", with(func(c *RecordCall) { c.Medium = "pigeon" }), Invalid, `no medium "pigeon"`, "mediums are: mobile"},
		{"coming in the past", with(func(c *RecordCall) { c.ComingAt = clock("10:08:59") }), Invalid, "time of coming 2026-07-15T10:08:59+09:00 lies in the past", "clock"},
		{"declined and coming", with(func(c *RecordCall) { c.Result, c.ComingAt = journal.Declined, clock("11:00:00") }), Invalid, `"declined" has no time of coming`, "leave coming_at out"},
		{"long note", with(func(c *RecordCall) { c.Note = string(make([]byte, 4001)) }), Invalid, "longer", "shorten"},
		{"correction of nothing", with(func(c *RecordCall) { c.Corrects = "event-99" }), NotFound, `this response has no call "event-99"`, "callout"},
		{"correction of what is no call", with(func(c *RecordCall) { c.Corrects = h.log[3].ID }), NotFound, "no call", ""},
		{"second correction", with(func(c *RecordCall) { c.Corrects = first.ID }), Conflict, "has been corrected already: 鈴木 recorded event-", "correct event-"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { says(t, h.refused("佐藤", "10:10:00", tt.action), tt.kind, tt.text, tt.hint) })
	}
	h.by("佐藤", "10:10:00", with(func(c *RecordCall) { c.ComingAt = clock("10:09:00") })) // a slow watch is forgiven
}

// Who holds a role follows from the calls alone.
func TestHoldersAndDeputies(t *testing.T) {
	type calls = []RecordCall
	a, b, c := "高橋 健", "中村 陽子", "伊藤 実"
	tests := []struct {
		name      string
		calls     calls
		holder    string
		state     journal.CallResult
		next      string
		exhausted bool
	}{
		{"nobody tried", nil, "", "", a, false},
		{"not reached", calls{called("server", a, journal.NotReached)}, "", "", b, false},
		{"declined", calls{called("server", a, journal.Declined)}, "", "", b, false},
		{"first is passed over", calls{called("server", b, journal.NotReached)}, "", "", a, false},
		{"all in vain", calls{called("server", a, journal.NotReached), called("server", b, journal.Declined), called("server", c, journal.NotReached)}, "", "", "", true},
		{"reached", calls{called("server", a, journal.Reached)}, a, journal.Reached, "", false},
		{"coming", calls{called("server", a, journal.Coming)}, a, journal.Coming, "", false},
		{"arrived", calls{called("server", a, journal.Coming), called("server", a, journal.Arrived)}, a, journal.Arrived, "", false},
		{"the deputy", calls{called("server", a, journal.NotReached), called("server", b, journal.Coming)}, b, journal.Coming, "", false},
		{"the first takes over", calls{called("server", b, journal.Arrived), called("server", a, journal.Coming)}, a, journal.Coming, "", false},
		{"the first has to leave", calls{called("server", a, journal.Arrived), called("server", b, journal.Reached), called("server", a, journal.Declined)}, b, journal.Reached, "", false},
		{"reached for another role", calls{called("head", "井上 誠", journal.Reached)}, "", "", a, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := responding(t)
			for _, c := range tt.calls {
				h.by("佐藤", "10:10:00", c)
			}
			r := h.at(clock("10:20:00")).Response.Posture.Roles[1]
			equal(t, "role", []any{r.Holder, r.State, r.Next, r.Exhausted}, []any{tt.holder, tt.state, tt.next, tt.exhausted})
			equal(t, "holder of the step", h.stepAt("first.survey", "10:20:00").Holder, tt.holder)
		})
	}
}

// A role for which the plan names nobody was not tried in vain.
func TestRoleWithoutPeople(t *testing.T) {
	h := responding(t)
	h.plan.Postures[0].Roles = []string{"nobody"}
	equal(t, "role", h.at(clock("10:20:00")).Response.Posture.Roles[0], &RoleFacts{Name: "nobody", Title: "空席"})
}

func TestCallsAreShown(t *testing.T) {
	h := responding(t)
	e := h.by("佐藤", "10:10:00", RecordCall{
		Role: "head", Person: "井上誠", Medium: plan.Mobile, Result: journal.Coming, ComingAt: clock("10:40:00").UTC(), Note: "電車",
	})
	equal(t, "subject", e.Subject, "head")
	call := CallFacts{
		ID: e.ID, Person: "井上 誠", Medium: plan.Mobile, Result: journal.Coming, At: clock("10:10:00"),
		ComingAt: clock("10:40:00"), By: "佐藤", Note: "電車",
	}
	posture := h.at(clock("10:20:00")).Response.Posture
	equal(t, "posture", []any{posture.Name, posture.Title, posture.Conditions, posture.DeclaredBy}, []any{"quake", "災害時体制", []string{"震度6弱以上"}, []string{"head"}})
	equal(t, "role", posture.Roles[0], &RoleFacts{
		Name: "head", Title: "統括", People: 2, Holder: "井上 誠", State: journal.Coming, ComingAt: clock("10:40:00"), Calls: []CallFacts{call},
	})
}

// A correction takes the place of what it corrects, at its time; both are in the journal.
func TestCorrectedCall(t *testing.T) {
	h := responding(t)
	wrong := h.by("佐藤", "10:10:00", called("server", "高橋 健", journal.Arrived))
	h.by("佐藤", "10:12:00", called("server", "中村 陽子", journal.Coming))
	right := called("server", "高橋 健", journal.NotReached)
	right.Corrects = wrong.ID
	e := h.by("鈴木", "10:15:00", right)
	r := h.at(clock("10:20:00")).Response.Posture.Roles[1]
	equal(t, "holder", r.Holder, "中村 陽子")
	equal(t, "call", r.Calls[0], CallFacts{ID: e.ID, Person: "高橋 健", Result: journal.NotReached, At: clock("10:10:00"), By: "鈴木"})

	late := h.by("佐藤", "10:16:00", called("server", "高橋 健", journal.Coming))
	again := called("server", "高橋 健", journal.Coming) // the first call after all, corrected twice
	again.Corrects, again.ComingAt = e.ID, clock("10:14:00")
	h.by("鈴木", "10:17:00", again)
	equal(t, "the newest call stands", h.at(clock("10:20:00")).Response.Posture.Roles[1].Calls[0].ID, late.ID)
	said := 0
	for _, e := range h.log {
		if e.Kind == journal.KindCallMade {
			said++
		}
	}
	equal(t, "in the journal", said, 5)
}

// Somebody whom the plan names no longer still stands where they stand.
func TestPersonLeavesThePlan(t *testing.T) {
	h := responding(t)
	h.by("佐藤", "10:10:00", called("server", "高橋 健", journal.Arrived))
	p := prepared()
	p.Roles[1].People = p.Roles[1].People[1:]
	h.reload(clock("10:11:00"), p)
	r := h.at(clock("10:12:00")).Response.Posture.Roles[1]
	equal(t, "holder", []any{r.Holder, r.Next, r.People}, []any{"高橋 健", "", 2})
	h.by("佐藤", "10:13:00", called("server", "中村 陽子", journal.Reached))
	equal(t, "the plan's people come first", h.at(clock("10:14:00")).Response.Posture.Roles[1].Holder, "中村 陽子")
}

func TestCallOut(t *testing.T) {
	h := responding(t)
	e := h.by("佐藤", "10:10:00", called("head", "井上 誠", journal.NotReached))
	got, err := CallOutFor(h.plan, h.state, "", clock("10:20:00").UTC())
	if err != nil {
		t.Fatal(err)
	}
	call := CallFacts{ID: e.ID, Person: "井上 誠", Result: journal.NotReached, At: clock("10:10:00"), By: "佐藤"}
	equal(t, "call-out", got, &CallOut{
		At: clock("10:20:00"), Threat: "disaster", ThreatTitle: "災害", Posture: "quake", Title: "災害時体制",
		Conditions: []string{"震度6弱以上"}, DeclaredBy: []string{"統括"},
		Roles: []*CallOutRole{
			{
				RoleFacts: RoleFacts{Name: "head", Title: "統括", People: 2, Next: "佐藤 一郎", Calls: []CallFacts{call}},
				Candidates: []*Candidate{
					{
						Name: "井上 誠", Position: "課長", ConfirmedAt: clock("2026-04-01 00:00:00"), Call: &call,
						Contacts: []ContactFacts{{plan.Mobile, "090-0000-0001", "夜間可"}, {plan.Mail, "inoue@city.example", ""}},
					},
					{Name: "佐藤 一郎", Contacts: []ContactFacts{}, Next: true},
				},
			},
			{
				RoleFacts: RoleFacts{Name: "server", Title: "サーバ班", People: 3, Next: "高橋 健"},
				Candidates: []*Candidate{
					{Name: "高橋 健", Contacts: []ContactFacts{}, Next: true}, {Name: "中村 陽子", Contacts: []ContactFacts{}}, {Name: "伊藤 実", Contacts: []ContactFacts{}},
				},
			},
		},
	})
}

func TestRefusedCallOuts(t *testing.T) {
	h := newHouse(t, prepared())
	for threat, want := range map[string][3]string{
		"disastre": {string(NotFound), `no threat "disastre"`, `did you mean "disaster"?`},
		"":         {string(NotFound), `no posture for the threat "incident"`, "add a posture block"},
		"pandemic": {string(NotFound), `no posture for the threat "pandemic"`, "for all"},
	} {
		_, err := CallOutFor(h.plan, h.state, threat, clock("10:00:00"))
		var p *Problem
		if !errors.As(err, &p) {
			t.Fatalf("%q: %v", threat, err)
		}
		says(t, p, ProblemKind(want[0]), want[1], want[2])
	}
	if out, err := CallOutFor(h.plan, h.state, "disaster", clock("10:00:00")); err != nil || out.Threat != "disaster" {
		t.Errorf("a threat that is not declared: %+v, %v", out, err)
	}
}

// A plan may have a posture for all threats, or no threats at all.
func TestCallOutWithoutThreats(t *testing.T) {
	p := prepared()
	p.Threats, p.Postures[0].Threats = nil, nil
	if err := p.Link(); err != nil {
		t.Fatal(err)
	}
	p.Postures[0].DeclaredBy = []string{"server", "ghost"}
	p.Postures[0].Roles = append(p.Postures[0].Roles, "ghost")
	out, err := CallOutFor(p, NewState(), "", clock("10:00:00"))
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "declared by", out.DeclaredBy, []string{"サーバ班", "ghost"})
	equal(t, "roles", len(out.Roles), 2)
}

// In ordinary times calls grow old: nobody is at hand because they were reached last month.
func TestOldCallsDoNotCount(t *testing.T) {
	h := newHouse(t, prepared())
	h.by("佐藤", "10:00:00", called("head", "井上 誠", journal.Reached))
	head := func(at string) string {
		out, err := CallOutFor(h.plan, h.state, "disaster", clock(at))
		if err != nil {
			t.Fatal(err)
		}
		return out.Roles[0].Holder
	}
	equal(t, "a day later", head("2026-07-16 10:00:00"), "井上 誠")
	equal(t, "after that", head("2026-07-16 10:00:01"), "")
	same(t, "kept", h.state.Response.Calls[0].At, clock("10:00:00"))
}

// Whoever corrects a record that was corrected twice meanwhile is told so, and by whom.
func TestCorrectionOfWhatWasCorrectedTwice(t *testing.T) {
	h := responding(t)
	call := called("head", "佐藤 一郎", journal.Reached)
	first := h.by("鈴木", "10:06:00", call)
	for _, at := range []string{"10:07:00", "10:08:00"} {
		call.Corrects = h.log[len(h.log)-1].ID
		h.by("鈴木", at, call)
	}
	newest := h.log[len(h.log)-1].ID
	call.Corrects = first.ID
	says(t, h.refused("高橋", "10:09:00", call), Conflict, "corrected already: 鈴木 recorded "+newest, "correct "+newest)
	equal(t, "calls", h.calls(), "佐藤 一郎")
}
