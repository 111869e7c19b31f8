package rules_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	. "github.com/keizoku-bcp/keizoku/rules"
)

func TestRefusedActions(t *testing.T) {
	long := strings.Repeat("あ", 1400) // 4,200 bytes
	soon, later := clock("11:01:00"), clock("11:01:01")
	tests := []struct {
		name   string
		action Action
		kind   ProblemKind
		text   string // part of it
		hint   string // part of it
	}{
		{"misspelt threat", Declare{Threat: "disastre"}, NotFound, `no threat "disastre"`, `did you mean "disaster"?`},
		{"other case", Declare{Threat: "Disaster"}, NotFound, `no threat "Disaster"`, `did you mean "disaster"?`},
		{"unlike any threat", Declare{Threat: "flood"}, NotFound, `"flood"`, "threats are: disaster, incident, pandemic"},
		{"onset in the future", Declare{Threat: "disaster", Onset: later}, Invalid, "onset 2026-07-15T11:01:01+09:00", "2026-07-15T11:00:00+09:00"},
		{"long note", Declare{Threat: "disaster", Note: long}, Invalid, "longer than 4000 bytes", "shorten"},
		{"declared already", Declare{Threat: "pandemic", Onset: clock("09:00:00")}, Conflict, "declared already", "declare it with another"},
		{"end of another threat", End{Threat: "disaster"}, Conflict, `is "pandemic", not "disaster"`, "end that one"},
		{"long note at the end", End{Threat: "pandemic", Note: long}, Invalid, "longer", "shorten"},
		{"misspelt system", GiveETA{System: "tex", At: clock("12:00:00")}, NotFound, `no system "tex"`, `did you mean "tax"?`},
		{"two letters are no slip", GiveETA{System: "xy", At: clock("12:00:00")}, NotFound, `"xy"`, "systems are: tax, mail"},
		{"no outage", GiveETA{System: "mail", At: clock("12:00:00")}, Conflict, "no open outage", "keizoku outages"},
		{"estimate in the past", GiveETA{System: "tax", At: clock("10:58:59")}, Invalid, "lies in the past", "after now"},
		{"long reason of an estimate", GiveETA{System: "tax", At: clock("12:00:00"), Why: long}, Invalid, "longer", "shorten"},
		{"no reason", Acknowledge{System: "tax", Why: " \n"}, Invalid, "needs a reason", "who works on it"},
		{"acknowledged without an outage", Acknowledge{System: "mail", Why: "x"}, Conflict, "no open outage", ""},
		{"acknowledged at length", Acknowledge{System: "tax", Why: long}, Invalid, "longer", "shorten"},
		{"no start", CorrectStart{System: "tax"}, Invalid, "missing", "stopped"},
		{"start in the future", CorrectStart{System: "tax", Start: later}, Invalid, "lies in the future", "clock"},
		{"start of nothing", CorrectStart{System: "mail", Start: soon}, Conflict, "no open outage", ""},
		{"start of an unknown system", CorrectStart{System: "tax2", Start: soon}, NotFound, `"tax2"`, `"tax"`},
		{"empty note", AddNote{Text: "  "}, Invalid, "empty", ""},
		{"long text", AddNote{Text: long}, Invalid, "longer", "shorten"},
		{"note on the future", AddNote{Text: "x", About: later}, Invalid, "lies in the future", "clock"},
		{"note on an unknown system", AddNote{Text: "x", System: "mial"}, NotFound, `"mial"`, "systems are"},
	}
	h := newHouse(t, planOf(system("tax", "tcp"), system("mail", "tcp")))
	h.observe(failed("tax", "tcp", "09:59:30", "10:00:00"))
	h.act(clock("10:30:00"), Declare{Threat: "pandemic", Onset: clock("09:00:00")})
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Act(h.plan, h.state, tt.action, journal.Actor{User: "u501"}, clock("11:00:00"))
			var p *Problem
			if !errors.As(err, &p) {
				t.Fatalf("not refused: %v", err)
			}
			says(t, p, tt.kind, tt.text, tt.hint)
			if !strings.HasPrefix(err.Error(), string(p.Code)+" {") {
				t.Errorf("error %q does not begin with its code", err)
			}
		})
	}
}

func TestEndWithoutADeclaration(t *testing.T) {
	h := newHouse(t, planOf())
	for threat, want := range map[string]ProblemKind{"disaster": Conflict, "disastr": NotFound} {
		_, err := Act(h.plan, h.state, End{Threat: threat}, journal.Actor{}, h.clock)
		var p *Problem
		if !errors.As(err, &p) || p.Kind != want {
			t.Errorf("%s: %v, want %s", threat, err, want)
		}
	}
}

func TestHintsOfEmptyAndLongPlans(t *testing.T) {
	hint := func(p *plan.Plan) string {
		_, err := Act(p, NewState(), AddNote{Text: "x", System: "zzzzzzzzz"}, journal.Actor{}, clock("10:00:00"))
		var problem *Problem
		if !errors.As(err, &problem) {
			t.Fatal(err)
		}
		_, hint := inEnglish(problem)
		return hint
	}
	equal(t, "none", hint(planOf()), "it has none at all")
	many := make([]*plan.System, 21)
	for i := range many {
		many[i] = system("s" + string(rune('a'+i)))
	}
	if h := hint(planOf(many...)); !strings.HasSuffix(h, ", st, …") {
		t.Errorf("hint %q does not say that there are more", h)
	}
}

func TestAcceptedActions(t *testing.T) {
	h := newHouse(t, planOf(system("tax", "tcp"), system("mail", "tcp")))
	h.observe(failed("tax", "tcp", "09:59:30", "10:00:00"))
	now := clock("11:00:00")
	tests := []struct {
		name    string
		action  Action
		subject string
		want    journal.Payload
	}{
		{"onset defaults to now", Declare{Threat: "disaster"}, "disaster", journal.ThreatDeclared{Threat: "disaster", Onset: now}},
		{"a fast watch is forgiven", Declare{Threat: "disaster", Onset: clock("11:00:59")}, "disaster", journal.ThreatDeclared{Threat: "disaster", Onset: now}},
		{"estimate", GiveETA{System: "tax", At: clock("12:00:00"), Why: "再起動中"}, "tax", journal.ETAGiven{Outage: "outage-1", System: "tax", ETA: clock("12:00:00"), Why: "再起動中"}},
		{"estimate of just now", GiveETA{System: "tax", At: clock("10:59:00")}, "tax", journal.ETAGiven{Outage: "outage-1", System: "tax", ETA: clock("10:59:00")}},
		{"estimate withdrawn", GiveETA{System: "tax"}, "tax", journal.ETAGiven{Outage: "outage-1", System: "tax"}},
		{"acknowledged", Acknowledge{System: "tax", Why: "現地へ"}, "tax", journal.Acknowledged{Outage: "outage-1", System: "tax", Why: "現地へ"}},
		{"alert acknowledged", Acknowledge{Alert: "OnBattery/rack", Why: "現地へ", Taken: journal.AlertAcknowledged{Alert: "OnBattery/rack/e-1", Name: "OnBattery", Subject: "rack"}}, "rack",
			journal.AlertAcknowledged{Alert: "OnBattery/rack/e-1", Name: "OnBattery", Subject: "rack", Why: "現地へ"}},
		{"note", AddNote{Text: "停電", About: clock("09:58:00")}, "", journal.NoteAdded{Text: "停電", About: clock("09:58:00")}},
		{"note on a system that is up", AddNote{Text: "再起動", System: "mail"}, "mail", journal.NoteAdded{Text: "再起動"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			actor := journal.Actor{User: "u501", Via: "http", By: "鈴木"}
			e, err := Act(h.plan, h.state, tt.action, actor, now)
			if err != nil {
				t.Fatal(err)
			}
			if p, ok := e.Payload.(journal.ThreatDeclared); ok {
				p.Moved = nil // TestThreatsMoveDeadlines looks at them
				e.Payload = p
			}
			equal(t, "event", e, journal.Event{At: now, Kind: tt.want.Kind(), Subject: tt.subject, Actor: &actor, Payload: tt.want})
		})
	}
}

// The fields of the actions are the JSON of the API.
func TestActionsAsJSON(t *testing.T) {
	tests := []struct {
		action Action
		want   string
	}{
		{Declare{Threat: "disaster", Onset: clock("10:00:00"), Note: "n"}, `{"threat":"disaster","onset":"2026-07-15T10:00:00+09:00","note":"n"}`},
		{End{Threat: "disaster"}, `{"threat":"disaster"}`},
		{GiveETA{System: "tax"}, `{"system":"tax"}`},
		{Acknowledge{System: "tax", Why: "w"}, `{"system":"tax","why":"w"}`},
		{Acknowledge{Alert: "OnBattery/rack", Why: "w", Taken: journal.AlertAcknowledged{Alert: "not a client's to write"}}, `{"alert":"OnBattery/rack","why":"w"}`},
		{CorrectStart{System: "tax", Start: clock("10:00:00")}, `{"system":"tax","start":"2026-07-15T10:00:00+09:00"}`},
		{AddNote{Text: "x"}, `{"text":"x"}`},
		{AddNote{Text: "x", Corrects: "id"}, `{"text":"x","corrects":"id"}`},
		{MoveStage{To: plan.InitialResponse, From: plan.Monitoring, Why: "w"}, `{"to":"initial_response","from":"monitoring","why":"w"}`},
		{MoveStage{Undo: true, Why: "w"}, `{"undo":true,"why":"w"}`},
		{ChooseOrdinary{Withdraw: true, Why: "w"}, `{"withdraw":true,"why":"w"}`},
		{MarkStep{Step: "a.b", NoteOnly: true, Note: "n"}, `{"step":"a.b","note_only":true,"note":"n"}`},
		{RecordCall{Role: "r", Person: "p", Result: journal.Reached}, `{"role":"r","person":"p","result":"reached"}`},
		{AnswerSurvey{Site: "s", Item: "i", Finding: journal.Fine}, `{"site":"s","item":"i","finding":"normal"}`},
		{IssueReport{Remarks: "r", Text: "not a client's to write"}, `{"remarks":"r"}`},
	}
	for _, tt := range tests {
		data, err := json.Marshal(tt.action)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, tt.want, string(data), tt.want)
	}
}

func TestSeconds(t *testing.T) {
	equal(t, "there", SecondsOf(1500*time.Millisecond), Seconds(1.5))
	equal(t, "back", Seconds(-1.5).Duration(), -1500*time.Millisecond)
}

// A slip of the keyboard in a year is refused: near the ends of what RFC 3339 can write, a time
// that was taken in could not be shown in every zone, and with it nothing of the Situation.
func TestTimesThatNobodyMeans(t *testing.T) {
	early := must(time.Parse(time.RFC3339, "0000-01-01T00:00:00+09:00"))
	late := must(time.Parse(time.RFC3339, "9999-12-31T23:59:59Z"))
	for what, a := range map[string]Action{
		"onset": Declare{Threat: "disaster", Onset: early}, "estimate": GiveETA{System: "tax", At: late},
		"start": CorrectStart{System: "tax", Start: early}, "time of what the note tells": AddNote{Text: "x", About: early},
		"time of coming":  RecordCall{Role: "head", Person: "佐藤 一郎", Result: journal.Coming, ComingAt: late},
		"time of looking": AnswerSurvey{Site: "main", Item: SurveyBuilding, Finding: journal.Fine, SeenAt: early},
	} {
		h := newHouse(t, prepared())
		h.fails("tax", clock("09:00:00"))
		says(t, h.refused("佐藤", "10:00:00", a), Invalid, "the "+what+" cannot lie in the year", "compare")
	}
	h := newHouse(t, prepared())
	h.fails("tax", clock("09:00:00"))
	call := h.by("佐藤", "10:00:00", RecordCall{Role: "head", Person: "佐藤 一郎", Result: journal.Coming})
	wrong := RecordCall{Role: "head", Person: "佐藤 一郎", Result: journal.Coming, ComingAt: late, Corrects: call.ID}
	says(t, h.refused("佐藤", "10:01:00", wrong), Invalid, "9999", "compare")
	h.by("佐藤", "10:01:00", GiveETA{System: "tax", At: clock("2100-01-01 00:00:00")})
	if _, err := json.Marshal(h.at(clock("10:02:00"))); err != nil {
		t.Error(err)
	}
}

// What is no name at all is not compared with thousands of them.
func TestPageOfTextIsNoName(t *testing.T) {
	h := newHouse(t, prepared())
	p := h.refused("佐藤", "10:00:00", MarkStep{Step: strings.Repeat("x", 10_000)})
	says(t, p, NotFound, "no running checklist", "none runs")
	says(t, h.refused("佐藤", "10:00:00", Declare{Threat: "disastre"}), NotFound, "disastre", `did you mean "disaster"?`)
}
