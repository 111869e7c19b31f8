package demo

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/plan"
)

// staff notes what people do, and refuses everything with err when it is set.
type staff struct {
	done []string
	err  error
}

func (s *staff) Declare(_ context.Context, threat, _ string) error { return s.did("declare " + threat) }
func (s *staff) End(context.Context, string) error                 { return s.did("end") }
func (s *staff) Ack(_ context.Context, system, _ string) error     { return s.did("ack " + system) }
func (s *staff) Note(context.Context, string) error                { return s.did("note") }
func (s *staff) ETA(_ context.Context, system string, _ time.Time, _ string) error {
	return s.did("eta " + system)
}
func (s *staff) Stage(_ context.Context, _ string, to plan.Stage, _ string) error {
	return s.did("stage " + string(to))
}
func (s *staff) Step(_ context.Context, _, step, _ string) error { return s.did("step " + step) }
func (s *staff) Call(_ context.Context, _ string, c Called) error {
	return s.did("call " + c.Role + " " + c.Person + " " + c.Result)
}
func (s *staff) Survey(_ context.Context, _ string, seen Seen) error {
	return s.did("survey " + seen.Site + " " + seen.Item)
}
func (s *staff) Report(context.Context, string, string) error { return s.did("report") }

func (s *staff) did(what string) error {
	s.done = append(s.done, what)
	return s.err
}

// instant is a Telling that passes no time, and the buffer that it tells to.
func instant(people People) (Telling, *bytes.Buffer) {
	out := new(bytes.Buffer)
	return Telling{
		Out: out, People: people, Agent: "http://127.0.0.1:0", Rounds: 1,
		Wait: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
	}, out
}

func TestStoryIsPlayedAndEndsWell(t *testing.T) {
	h := open(t)
	all := connects(t, h)
	people := new(staff)
	telling, out := instant(people)
	telling.Rounds = 2
	var passed time.Duration
	telling.Wait = func(_ context.Context, d time.Duration) error { passed += d; return nil }
	if err := h.Tell(t.Context(), telling); err != nil {
		t.Fatal(err)
	}
	round := []string{
		"ack floor_switch", "note", "declare disaster",
		"stage initial_response", "step disaster_initial.safety", "eta care_insurance",
		"call facilities 加藤 修 not_reached", "call facilities 吉田 真一 coming", "step disaster_initial.assembly",
		"survey main_hall building", "survey main_hall racks", "step disaster_initial.survey", "report",
		"stage continuity_response", "step disaster_initial.decide", "eta care_insurance",
		"step disaster_continuity.call_out", "step disaster_continuity.alternatives", "step disaster_continuity.headquarters",
		"step disaster_initial.fire_water", "end", "step disaster_continuity.recover",
		"note", "step disaster_continuity.shed", "step disaster_continuity.stand_down", "report", "stage stood_down",
	}
	if diff := cmp.Diff(append(round, round...), people.done); diff != "" {
		t.Errorf("what people did (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(all, connects(t, h)); diff != "" {
		t.Errorf("devices after the story (-want +got):\n%s", diff)
	}
	steps := Story()
	if want := 2*steps[len(steps)-1].At + Intermission; passed != want {
		t.Errorf("two rounds take %s, want %s", passed, want)
	}
	if strings.Contains(out.String(), margin+"!") {
		t.Errorf("an action failed:\n%s", out)
	}
}

func TestStepsAreInOrderAndInBothLanguages(t *testing.T) {
	var last time.Duration
	for _, step := range Story() {
		if step.At < last {
			t.Errorf("step at %s comes after %s", step.At, last)
		}
		last = step.At
		if step.Text.Japanese == "" || step.Text.English == "" {
			t.Errorf("step at %s lacks a language", step.At)
		}
	}
}

func TestLanguages(t *testing.T) {
	step := Step{Text: Line{"停止", "down"}, Look: "/"}
	for _, tt := range []struct {
		lang plan.Locale
		want string
	}{
		{"", "停止\n          down\n          → http://agent/\n"},
		{plan.Japanese, "停止\n          → http://agent/\n"},
		{plan.English, "down\n          → http://agent/\n"},
	} {
		var out bytes.Buffer
		if err := (Telling{Out: &out, Lang: tt.lang, Agent: "http://agent"}).say(step); err != nil {
			t.Fatal(err)
		}
		if got := out.String()[len(margin):]; got != tt.want {
			t.Errorf("language %q: %q, want %q", tt.lang, got, tt.want)
		}
	}
}

func TestPlaces(t *testing.T) {
	telling := Telling{Agent: "http://agent"}
	mine := Telling{Command: "URL=http://agent ./keizoku", Operator: "SOCKET=s ./keizoku"}
	for _, tt := range []struct {
		telling    Telling
		look, want string
	}{
		{telling, "/metrics", "http://agent/metrics"},
		{telling, "status", "keizoku status"},
		{telling, "stage", "keizoku stage"},
		{mine, "status", "URL=http://agent ./keizoku status"},
		{mine, "steps", "URL=http://agent ./keizoku steps"},
		{mine, "stage", "SOCKET=s ./keizoku stage"},
		{mine, "sitrep", "SOCKET=s ./keizoku sitrep"},
	} {
		if got := tt.telling.place(tt.look); got != tt.want {
			t.Errorf("place(%q) = %q, want %q", tt.look, got, tt.want)
		}
	}
}

func TestRefusedActionsAreTold(t *testing.T) {
	h := open(t)
	people := &staff{err: errors.New("no outage of this system")}
	telling, out := instant(people)
	if err := h.Tell(t.Context(), telling); err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(out.String(), margin+"! no outage"); got == 0 {
		t.Errorf("the refusal is not told:\n%s", out)
	}
	steps := Story()
	if last := steps[len(steps)-1].Text.Japanese; !strings.Contains(out.String(), last) {
		t.Error("the story does not go on after a refusal")
	}
}

func TestStoryStopsWithItsContext(t *testing.T) {
	h := open(t)
	telling, _ := instant(new(staff))
	telling.Wait, telling.Rounds = nil, 0
	ctx, cancel := context.WithCancel(t.Context())
	telling.Out = writer(func(p []byte) (int, error) { cancel(); return len(p), nil }) // the first line stops it
	if err := h.Tell(ctx, telling); err != nil {
		t.Errorf("Tell: %v, want nil when the context ends", err)
	}
}

func TestStoryReportsALostTerminal(t *testing.T) {
	h := open(t)
	telling, _ := instant(new(staff))
	gone := errors.New("terminal is gone")
	telling.Out = writer(func([]byte) (int, error) { return 0, gone })
	if err := h.Tell(t.Context(), telling); !errors.Is(err, gone) {
		t.Errorf("Tell: %v, want %v", err, gone)
	}
}

type writer func([]byte) (int, error)

func (w writer) Write(p []byte) (int, error) { return w(p) }

func TestBackupReportsToTheAgent(t *testing.T) {
	h := open(t)
	beats := make(chan string, 1)
	agent := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case beats <- r.Method + " " + r.URL.Path + " " + r.Header.Get("Authorization"):
		default:
		}
	}))
	defer agent.Close()
	telling, _ := instant(new(staff))
	telling.Agent = agent.URL
	var got string
	telling.Wait = func(ctx context.Context, _ time.Duration) error {
		if got == "" {
			got = <-beats
		}
		return ctx.Err()
	}
	if err := h.Tell(t.Context(), telling); err != nil {
		t.Fatal(err)
	}
	if want := "POST /api/v1/heartbeat/backup/nightly Bearer demo-heartbeat-token"; got != want {
		t.Errorf("heartbeat %q, want %q", got, want)
	}
}
