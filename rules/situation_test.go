package rules_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	. "github.com/keizoku-bcp/keizoku/rules"
)

var update = flag.Bool("update", false, "write the golden files anew")

// firstHour is a house in which much is wrong: a switch is down and takes the resident records
// with it, the mail is degraded, and the agent has been cut off for a while.
func firstHour(t tb) *house {
	records := with(needs(system("resident_records", "login", "server"), "core_switch"), func(s *plan.System) {
		s.Title, s.Owner, s.Site = "住民記録システム", "市民課", "main_hall"
		s.Alternative = &plan.Alternative{Title: "紙台帳で受付", Lasts: 24 * time.Hour}
		s.Checks[0].Kind = "http"
	})
	core := with(system("core_switch", "ping"), func(s *plan.System) { s.Priority, s.Checks[0].Kind = 2, "icmp" })
	mail := with(system("mail", "a", "b"), func(s *plan.System) { s.Priority, s.UpWhen = 0, 1 })
	p := planOf(records, core, mail)
	p.Revised, p.ReviewEvery = clock("2026-04-01 00:00:00"), 365*24*time.Hour
	h := newHouse(t, p)
	h.observe(seen("resident_records", "login", "08:00:05"), seen("resident_records", "server", "08:00:06"), seen("mail", "a", "08:00:07"))
	h.look(CheckKey{"resident_records", "server"}, clock("09:59:20"), true)
	h.state.Live.Look(CheckKey{"resident_records", "login"}, Look{
		At: clock("10:20:00"), Duration: 5 * time.Second, Reason: "timeout", Text: "no answer within 5s",
		Phases: []PhaseFacts{{Name: "connect", Seconds: 5}}, Values: map[string]float64{"status": 0},
		NotAfter: clock("2027-01-01 09:00:00"),
	})
	h.observe(failed("core_switch", "ping", "09:59:30", "10:00:00"), failed("resident_records", "login", "", "10:00:10"))
	h.observe(failed("mail", "b", "09:59:40", "10:00:20"))
	h.write(journal.BlindBegan{Since: clock("10:02:00"), Text: "no vantage answers"})
	h.write(journal.BlindEnded{From: clock("10:02:00"), To: clock("10:03:00")})
	h.act(clock("10:05:00"), GiveETA{System: "core_switch", At: clock("11:00:00")})
	h.act(clock("10:06:00"), Acknowledge{System: "core_switch", Why: "予備機へ交換"})
	h.state.Live.Journal = JournalFacts{LastCommitAt: clock("10:06:00").UTC(), Events: 12}
	return h
}

// The JSON of a Situation is a contract with other people's tools: a change of the golden files
// is a change of the contract.
func TestSituationGolden(t *testing.T) {
	declared := firstHour(t)
	declared.act(clock("10:10:00"), Declare{Threat: "disaster", Onset: clock("09:58:00")})
	golden(t, "default.json", firstHour(t).at(clock("10:20:30").UTC()))
	golden(t, "declared.json", declared.at(clock("10:20:30")))
	golden(t, "empty.json", Evaluate(planOf(), NewState(), clock("08:00:00")))
	golden(t, "outages.json", Outages(declared.plan, declared.state, clock("10:20:30")))
}

func golden(t *testing.T, name string, v any) {
	t.Helper()
	got, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

// The names of the contract, and what is absent rather than null.
func TestSituationContract(t *testing.T) {
	var s map[string]any
	data := must(json.Marshal(firstHour(t).at(clock("10:20:30"))))
	if err := json.Unmarshal(data, &s); err != nil {
		t.Fatal(err)
	}
	systems := s["systems"].([]any)
	records, core, mail := systems[0].(map[string]any), systems[1].(map[string]any), systems[2].(map[string]any)
	check := records["checks"].([]any)[0].(map[string]any)
	tests := []struct {
		name   string
		object map[string]any
		has    string
		lacks  string
	}{
		{"situation", s, "at plan agent threat stage decision response systems", "power"},
		{"decision", s["decision"].(map[string]any), "recommendation since reasons calm", "choice"},
		{"plan", s["plan"].(map[string]any), "name version hash", "rejected"},
		{"agent", s["agent"].(map[string]any), "name blind", "blind_since"},
		{"threat", s["threat"].(map[string]any), "name default", "declared_at"},
		{"system", records, "name title priority state since causes checks outage", ""},
		{"system that is up", mail, "name title state since causes checks", "outage priority"},
		{"check", check, "name kind success last_run_at duration_seconds error", ""},
		{"check that never ran", core["checks"].([]any)[0].(map[string]any), "name kind success duration_seconds", "error last_run_at"},
		{"outage", core["outage"].(map[string]any),
			"id last_ok_at first_bad_at elapsed_seconds allowed_seconds deadline left_seconds used_ratio start_recovery_by eta verdict", ""},
		{"outage of what was never seen", records["outage"].(map[string]any), "id first_bad_at", "last_ok_at eta"},
	}
	for _, tt := range tests {
		for _, field := range strings.Fields(tt.has) {
			if v, ok := tt.object[field]; !ok || v == nil {
				t.Errorf("%s lacks %s", tt.name, field)
			}
		}
		for _, field := range strings.Fields(tt.lacks) {
			if v, ok := tt.object[field]; ok {
				t.Errorf("%s has %s: %v", tt.name, field, v)
			}
		}
	}
	// Null is only what a reason says of a fact that is not known.
	if bytes.Contains(bytes.ReplaceAll(data, []byte(`"value":null`), nil), []byte("null")) {
		t.Errorf("something is null: %s", data)
	}
}

// Every time carries the plan's zone, whatever zone the instant and the journal came in.
func TestSituationZone(t *testing.T) {
	h := firstHour(t)
	h.write(journal.BlindBegan{Since: clock("10:15:00").UTC(), Text: "x"})
	h.write(journal.ClockUntrusted{})
	data := must(json.Marshal(h.at(clock("10:20:30").UTC())))
	if bytes.Contains(data, []byte(`Z"`)) {
		t.Errorf("a time in UTC: %s", data)
	}
}

// What a client reads back is what was served.
func TestSituationThereAndBack(t *testing.T) {
	h := firstHour(t)
	want := h.at(clock("10:20:30"))
	var got Situation
	if err := json.Unmarshal(must(json.Marshal(want)), &got); err != nil {
		t.Fatal(err)
	}
	equal(t, "situation", &got, want)
}
