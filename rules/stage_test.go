package rules_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	. "github.com/keizoku-bcp/keizoku/rules"
)

const (
	monitoring = plan.Monitoring
	initial    = plan.InitialResponse
	continuity = plan.ContinuityResponse
	stoodDown  = plan.StoodDown
)

func TestRefusedMoves(t *testing.T) {
	h := responding(t)
	long := strings.Repeat("あ", 1400)
	moved := "井上 誠 moved it at 2026-07-15T10:05:00+09:00"
	tests := []struct {
		name, by string
		action   Action
		kind     ProblemKind
		text     string
		hint     string
	}{
		{"misspelt stage", "佐藤", to("stood_dwn"), Invalid, `no stage "stood_dwn"`, `did you mean "stood_down"?`},
		{"unlike any stage", "佐藤", to("party"), Invalid, `no stage "party"`, "stages are: monitoring, initial_response"},
		{"no stage", "佐藤", MoveStage{Why: "x"}, Invalid, "the stage is missing", "stages are"},
		{"misspelt stage seen", "佐藤", MoveStage{To: continuity, From: "initial", Why: "x"}, Invalid, `no stage "initial"`, "stages are"},
		{"same stage", "佐藤", to(initial), Conflict, "initial_response already: " + moved, ""},
		{"another stage seen", "佐藤", MoveStage{To: continuity, From: monitoring, Why: "x"}, Conflict, "initial_response by now, not monitoring: " + moved, "look at the situation"},
		{"nobody named", "", to(continuity), Invalid, "name of the person who decides", "by"},
		{"blank name", "  ", to(continuity), Invalid, "name of the person who decides", "by"},
		{"no reason", "佐藤", MoveStage{To: continuity, Why: " \n"}, Invalid, "needs a reason", "for the record"},
		{"long reason", "佐藤", MoveStage{To: continuity, Why: long}, Invalid, "longer than 4000 bytes", "shorten"},
		{"undo of nobody", "", MoveStage{Undo: true, Why: "x"}, Invalid, "name of the person", "by"},
		{"undo without a reason", "佐藤", MoveStage{Undo: true}, Invalid, "needs a reason", ""},
		{"undo to elsewhere", "佐藤", MoveStage{Undo: true, To: stoodDown, Why: "x"}, Conflict, "leads to monitoring, not to stood_down", "without undo"},
		{"undo of what was seen", "佐藤", MoveStage{Undo: true, From: monitoring, Why: "x"}, Conflict, "by now", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			says(t, h.refused(tt.by, "10:06:00", tt.action), tt.kind, tt.text, tt.hint)
		})
	}
}

func TestMovesFromOrdinaryTimes(t *testing.T) {
	h := newHouse(t, prepared())
	says(t, h.refused("佐藤", "10:00:00", to(stoodDown)), Conflict, "nobody responds", "initial_response")
	p := h.refused("佐藤", "10:00:00", to(monitoring))
	text, _ := inEnglish(p)
	equal(t, "text before any move", text, "the stage is monitoring already")
	p = h.refused("佐藤", "10:00:00", MoveStage{Undo: true, Why: "x"})
	text, _ = inEnglish(p)
	equal(t, "undo before any move", text, "there is no move of the stage to take back")
}

// Every other move is allowed.
func TestEveryMoveIsAllowed(t *testing.T) {
	for _, from := range plan.Stages {
		for _, dest := range plan.Stages {
			if from == dest || from == monitoring && dest == stoodDown {
				continue
			}
			h := newHouse(t, prepared())
			if from == stoodDown {
				h.by("佐藤", "10:00:00", to(initial))
			}
			if from != monitoring {
				h.by("佐藤", "10:00:00", to(from))
			}
			h.by("佐藤", "10:01:00", to(dest))
			equal(t, string(from+" to "+dest), h.at(clock("10:02:00")).Stage, dest)
		}
	}
}

// A move against the recommendation is made, and recorded as such.
func TestMovesAgainstTheRecommendation(t *testing.T) {
	type path = []plan.Stage
	tests := []struct {
		name     string
		declared bool // recommends to establish the posture
		path     path
		want     bool // of the last move
	}{
		{"into the first response on a calm day", false, path{initial}, false},
		{"posture on a calm day", false, path{continuity}, true},
		{"posture after the first response, calm", false, path{initial, continuity}, true},
		{"back to monitoring, calm", false, path{initial, monitoring}, false},
		{"stood down, calm", false, path{initial, stoodDown}, false},
		{"into the first response, as danger is near", true, path{initial}, false},
		{"posture as recommended", true, path{continuity}, false},
		{"back although recommended", true, path{continuity, initial}, true},
		{"stood down although recommended", true, path{continuity, stoodDown}, true},
		{"monitoring although recommended", true, path{initial, monitoring}, true},
		{"from stood down to the first response", true, path{continuity, stoodDown, initial}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := newHouse(t, prepared())
			if tt.declared {
				h.by("佐藤", "10:00:00", Declare{Threat: "disaster"})
			}
			var last journal.StageMoved
			for _, stage := range tt.path {
				last = h.by("佐藤 一郎", "10:01:00", to(stage)).Payload.(journal.StageMoved)
			}
			equal(t, "against", last.Against, tt.want)
			equal(t, "shown", h.at(clock("10:02:00")).Response.Move.Against, tt.want)
			want := plan.Normal
			if tt.declared {
				want = plan.EstablishPosture
			}
			equal(t, "recommendation", last.Recommendation, want)
		})
	}
}

// Who is not among those that the posture names decides all the same, and it shows.
func TestUnlisted(t *testing.T) {
	tests := []struct {
		name string
		by   string
		edit func(*plan.Plan)
		want bool
	}{
		{"head", "井上 誠", nil, false},
		{"deputy, without a space", "佐藤一郎", nil, false},
		{"with an ideographic space", "井上　誠", nil, false},
		{"of another role", "高橋 健", nil, true},
		{"of a role that may declare", "高橋 健", func(p *plan.Plan) { p.Postures[0].DeclaredBy = []string{"server"} }, false},
		{"head, when another role declares", "井上 誠", func(p *plan.Plan) { p.Postures[0].DeclaredBy = []string{"server"} }, true},
		{"stranger", "山田", nil, true},
		{"no posture for the threat", "山田", func(p *plan.Plan) { p.Postures[0].Threats = []string{"pandemic"} }, false},
		{"a posture without people", "山田", func(p *plan.Plan) { p.Postures[0].DeclaredBy = []string{"nobody"} }, false},
		{"a posture whose role is not there", "山田", func(p *plan.Plan) { p.Postures[0].DeclaredBy = []string{"ghost"} }, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := prepared()
			if tt.edit != nil {
				tt.edit(p)
			}
			h := newHouse(t, p)
			h.by("井上 誠", "10:00:00", Declare{Threat: "disaster"})
			moved := h.by(tt.by, "10:01:00", to(initial)).Payload.(journal.StageMoved)
			equal(t, "move", moved.Unlisted, tt.want)
			chosen := h.by(tt.by, "10:02:00", ChooseOrdinary{Why: "x"}).Payload.(journal.OrdinaryChosen)
			equal(t, "choice", chosen.Unlisted, tt.want)
		})
	}
}

// The event carries the whole Situation that the decision was taken on.
func TestDecisionsCarryTheirSituation(t *testing.T) {
	h := newHouse(t, prepared())
	h.observe(failed("tax", "tcp", "09:59:30", "10:00:00"))
	want := throughSituation(t, h.at(clock("10:05:00")))
	moved := h.by("佐藤", "10:05:00", to(initial)).Payload.(journal.StageMoved)
	equal(t, "of the move", decoded(t, moved.Situation), want)
	equal(t, "from", moved.From, monitoring)
	equal(t, "threat", moved.Threat, "incident")
	want = throughSituation(t, h.at(clock("10:06:00")))
	chosen := h.by("佐藤", "10:06:00", ChooseOrdinary{Why: "予備機あり"}).Payload.(journal.OrdinaryChosen)
	equal(t, "of the choice", decoded(t, chosen.Situation), want)
	want = throughSituation(t, h.at(clock("10:07:00")))
	issued := h.by("佐藤", "10:07:00", IssueReport{Text: "第1報"}).Payload.(journal.ReportIssued)
	equal(t, "of the report", decoded(t, issued.Situation), want)
	if len(h.state.Response.Moves[0].Situation) > 0 || len(h.state.Response.Choice.Situation) > 0 {
		t.Error("the state keeps Situations that are in the journal")
	}
}

// throughSituation is a Situation as it comes back from JSON.
func throughSituation(t *testing.T, sit *Situation) *Situation {
	t.Helper()
	data, err := json.Marshal(sit)
	if err != nil {
		t.Fatal(err)
	}
	return decoded(t, data)
}

func decoded(t *testing.T, data []byte) *Situation {
	t.Helper()
	sit := new(Situation)
	if err := json.Unmarshal(data, sit); err != nil {
		t.Fatal(err)
	}
	return sit
}

// A number that JSON has no word for keeps nobody from deciding.
func TestDecisionOnANumberThatCannotBeWritten(t *testing.T) {
	h := newHouse(t, prepared())
	h.state.Live.Look(CheckKey{"tax", "tcp"}, Look{At: clock("09:59:00"), OK: true, Values: map[string]float64{"x": nan()}})
	moved := h.by("佐藤", "10:00:00", to(initial)).Payload.(journal.StageMoved)
	equal(t, "situation", len(moved.Situation), 0)
	equal(t, "stage", h.at(clock("10:01:00")).Stage, initial)
}

func nan() float64 { zero := 0.0; return zero / zero }

func TestMoveFacts(t *testing.T) {
	h := responding(t)
	e := h.by("山田", "10:10:00", MoveStage{To: continuity, From: initial, Why: "長引く"})
	sit := h.at(clock("10:20:00"))
	equal(t, "move", sit.Response.Move, &MoveFacts{
		ID: e.ID, From: initial, To: continuity, At: clock("10:10:00"), By: "山田", User: "u501", Why: "長引く", Unlisted: true,
	})
	same(t, "began", sit.Response.BeganAt, clock("10:05:00"))
	equal(t, "subject", e.Subject, "continuity_response")
	h.by("山田", "11:00:00", to(stoodDown))
	same(t, "began, stood down", h.at(clock("11:01:00")).Response.BeganAt, clock("10:05:00"))
}

// Two operators move at once: the second learns who was first.
func TestTwoOperatorsMoveAtOnce(t *testing.T) {
	h := responding(t)
	h.by("井上 誠", "10:30:00", MoveStage{To: continuity, From: initial, Why: "x"})
	says(t, h.refused("佐藤 一郎", "10:30:00", MoveStage{To: continuity, From: initial, Why: "y"}), Conflict,
		"井上 誠 moved it at 2026-07-15T10:30:00+09:00", "look")
	says(t, h.refused("佐藤 一郎", "10:30:00", to(continuity)), Conflict, "continuity_response already: 井上 誠", "")
}

func TestUndoOfMoves(t *testing.T) {
	h := responding(t)
	first := h.state.Response.Moves[0].ID
	second := h.by("井上 誠", "10:20:00", to(continuity))
	undo := MoveStage{Undo: true, Why: "誤報"}
	e := h.by("佐藤 一郎", "10:21:00", undo)
	moved := e.Payload.(journal.StageMoved)
	equal(t, "undone", moved.Undoes, second.ID)
	equal(t, "leads to", moved.To, initial)
	equal(t, "against", moved.Against, true) // the threat is still declared
	equal(t, "shown", h.at(clock("10:22:00")).Response.Move.Undoes, second.ID)
	equal(t, "stands", h.at(clock("10:22:00")).Response.Standing.ID, first)

	// The next undo takes back the move before, not the undo.
	moved = h.by("佐藤 一郎", "10:22:00", MoveStage{Undo: true, To: monitoring, Why: "誤報"}).Payload.(journal.StageMoved)
	equal(t, "undone", moved.Undoes, first)
	equal(t, "stage", h.at(clock("10:23:00")).Stage, monitoring)
	equal(t, "none stands", h.at(clock("10:23:00")).Response.Standing == nil, true)
	same(t, "began", h.at(clock("10:23:00")).Response.BeganAt, time.Time{})
	says(t, h.refused("山田", "10:23:00", undo), Conflict,
		"no move of the stage to take back: 佐藤 一郎 took the move before back at 2026-07-15T10:22:00+09:00", "")
}

// What a mistaken move began goes with it, unless somebody has worked on it: the steps of the
// real response are not overdue from its first minute on.
func TestUndoneMoveTakesItsChecklistsAlong(t *testing.T) {
	h := responding(t)
	h.by("佐藤 一郎", "10:06:00", MarkStep{Step: "shake.generator", Note: "自動始動"})
	h.by("佐藤 一郎", "10:07:00", MoveStage{Undo: true, Why: "誤操作"})
	equal(t, "left", h.procedures("10:08:00"), []string{"shake*"})
	h.by("佐藤 一郎", "14:00:00", to(initial))
	equal(t, "again", h.procedures("14:01:00"), []string{"shake*", "first*"})
	equal(t, "overdue", h.stepAt("first.safety", "14:29:00").Overdue, false)
	equal(t, "still done", h.stepAt("shake.generator", "14:01:00").State, StepDone)
	same(t, "began", h.at(clock("14:01:00")).Response.BeganAt, clock("14:00:00"))
}

func TestOrdinaryFailure(t *testing.T) {
	h := newHouse(t, prepared())
	h.observe(failed("tax", "tcp", "09:59:30", "10:00:00"))
	says(t, h.refused("佐藤", "10:01:00", ChooseOrdinary{Withdraw: true, Why: "x"}), Conflict, "no choice", "")
	says(t, h.refused("", "10:01:00", ChooseOrdinary{Why: "x"}), Invalid, "name of the person", "")
	says(t, h.refused("佐藤", "10:01:00", ChooseOrdinary{}), Invalid, "needs a reason", "")
	says(t, h.refused("佐藤", "10:01:00", ChooseOrdinary{Why: strings.Repeat("x", 4001)}), Invalid, "longer", "")

	chosen := h.by("佐藤", "10:02:00", ChooseOrdinary{Why: "予備機あり"})
	equal(t, "payload", journal.Brief(chosen.Payload), journal.Payload(journal.OrdinaryChosen{Why: "予備機あり", Recommendation: plan.OrdinaryFailure}))
	choice := h.at(clock("10:03:00")).Decision.Choice
	if choice == nil || choice.ID != chosen.ID || choice.By != "佐藤" {
		t.Fatalf("choice %+v", choice)
	}
	says(t, h.refused("鈴木", "10:03:00", ChooseOrdinary{Why: "y"}), Conflict, "already: 佐藤 chose it at 2026-07-15T10:02:00+09:00", "withdraw")

	withdrawn := h.by("鈴木", "10:04:00", ChooseOrdinary{Withdraw: true, Why: "長引く"}).Payload.(journal.OrdinaryChosen)
	equal(t, "withdraws", withdrawn.Withdraws, chosen.ID)
	if c := h.at(clock("10:05:00")).Decision.Choice; c != nil {
		t.Errorf("choice %+v after its withdrawal", c)
	}
	says(t, h.refused("佐藤", "10:05:00", ChooseOrdinary{Withdraw: true, Why: "x"}), Conflict, "no choice", "")
}

func TestOrdinaryAgainstTheRecommendation(t *testing.T) {
	h := responding(t) // a threat is declared
	chosen := h.by("佐藤 一郎", "10:06:00", ChooseOrdinary{Why: "被害なし"}).Payload.(journal.OrdinaryChosen)
	equal(t, "against", chosen.Against, true)
	h.by("佐藤 一郎", "10:07:00", to(continuity))
	if c := h.state.Response.Choice; c != nil {
		t.Errorf("the posture is established and %+v stands", c)
	}
	says(t, h.refused("佐藤", "10:08:00", ChooseOrdinary{Why: "x"}), Conflict, "established: 佐藤 一郎 moved it", "back to initial_response")
}

// Choices go with the clock: the one that stands, the one that a move has overtaken, and those of
// the file before.
func TestChoicesFollowTheClock(t *testing.T) {
	h := newHouse(t, prepared())
	h.by("佐藤", "10:00:00", to(initial))
	h.by("佐藤", "10:01:00", ChooseOrdinary{Why: "x"})
	h.step(clock("10:02:00"), time.Hour)
	same(t, "stands", h.state.Response.Choice.At, clock("11:01:00"))
	h.by("佐藤", "11:03:00", to(continuity))
	h.by("佐藤", "11:04:00", to(stoodDown))
	h.by("佐藤", "11:05:00", to(initial))
	h.step(clock("11:06:00"), time.Hour)
	before := h.state.Response.Before
	same(t, "overtaken", before.Moves[1].Choice.At, clock("12:01:00"))
	same(t, "move", before.Moves[0].At, clock("12:00:00"))
}

// Taking the move into continuity back lets the choice stand again that it overtook, also where the
// move began a new file; not once all is well, for then it was over anyway.
func TestUndoneMoveRestoresTheChoice(t *testing.T) {
	choice := func(h *house) string {
		if c := h.at(h.clock).Decision.Choice; c != nil {
			return c.Why
		}
		return ""
	}
	h := responding(t)
	h.fails("tax", clock("10:06:00"))
	h.decide(clock("10:06:00"))
	h.by("佐藤", "10:10:00", ChooseOrdinary{Why: "機器の故障"})
	h.by("井上 誠", "10:20:00", to(continuity))
	equal(t, "overtaken", choice(h), "")
	h.by("井上 誠", "10:21:00", MoveStage{Undo: true, Why: "誤操作"})
	equal(t, "stands again", choice(h), "機器の故障")
	same(t, "as it was", h.state.Response.Choice.At, clock("10:10:00"))
	h.start(clock("10:22:00"))
	equal(t, "after a restart", choice(h), "機器の故障")

	h.by("井上 誠", "10:30:00", to(stoodDown))
	h.by("井上 誠", "10:31:00", to(initial)) // a new file
	equal(t, "of the file before", choice(h), "")
	h.by("井上 誠", "10:32:00", MoveStage{Undo: true, Why: "誤操作"})
	equal(t, "of the file that goes on", choice(h), "機器の故障")
	h.by("井上 誠", "10:33:00", to(continuity))
	h.by("井上 誠", "10:34:00", MoveStage{Undo: true, Why: "誤操作"})
	equal(t, "of the file that goes on from continuity", choice(h), "機器の故障")

	h.by("井上 誠", "10:40:00", MoveStage{Undo: true, Why: "続ける"})
	h.by("井上 誠", "10:41:00", to(continuity))
	h.by("佐藤", "10:42:00", MoveStage{Undo: true, Why: "誤操作"})
	h.by("佐藤", "10:43:00", ChooseOrdinary{Why: "x", Withdraw: true})
	equal(t, "withdrawn", choice(h), "")
	h.by("佐藤", "10:44:00", ChooseOrdinary{Why: "再び"})
	h.by("井上 誠", "10:45:00", to(continuity))
	h.recovers("tax", clock("10:46:00"))
	h.by("佐藤", "10:46:00", End{Threat: "disaster"})
	h.decideFor(clock("10:46:00"), clock("10:51:00"))
	h.by("井上 誠", "10:52:00", MoveStage{Undo: true, Why: "誤操作"})
	equal(t, "all is well", choice(h), "")
}
