package api

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

// surveyed is a situation with two sites.
func surveyed() *rules.Situation {
	return &rules.Situation{
		At: time.Date(2026, 3, 11, 15, 0, 0, 0, time.UTC),
		Response: rules.ResponseFacts{Survey: []*rules.SiteSurvey{
			{Site: "main_hall", Items: []*rules.SurveyItem{{Item: "building"}}},
			{Site: "annex", Items: []*rules.SurveyItem{{Item: "utility", Known: journal.Stopped}}},
		}},
	}
}

// stranger serves a fake to people who have not proved who they are.
func stranger(t *testing.T, f *fake) string {
	t.Helper()
	server := httptest.NewServer(Handler(f, slog.New(slog.DiscardHandler)))
	t.Cleanup(server.Close)
	return server.URL
}

// request sends one and returns the answer's status, header and body.
func request(t *testing.T, method, address, body string) (int, http.Header, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, resp.Header, string(data)
}

// Everybody who reaches the agent may read how things stand; contacts and actions are for
// operators.
func TestWhoMay(t *testing.T) {
	_, trusted := serve(t, &fake{situation: surveyed()})
	open := stranger(t, &fake{situation: surveyed()})
	for _, test := range []struct {
		method, path, body string
		known, unknown     int // status for an operator, and for a stranger
	}{
		{"GET", "/api/v1/situation", "", 200, 200},
		{"GET", "/api/v1/survey", "", 200, 200},
		{"GET", "/api/v1/survey?site=annex", "", 200, 200},
		{"GET", "/api/v1/survey?site=moon", "", 404, 404},
		{"GET", "/api/v1/events/01ARZ3NDEKTSV4RRFFQ69G5FAV", "", 200, 200},
		{"GET", "/api/v1/callout", "", 200, 403},
		{"GET", "/api/v1/callout?threat=disaster", "", 200, 403},
		{"POST", "/api/v1/stage", `{"to":"initial_response","why":"x","by":"佐藤"}`, 201, 403},
		{"POST", "/api/v1/ordinary", `{"why":"x","by":"佐藤"}`, 201, 403},
		{"POST", "/api/v1/step", `{"step":"a.b"}`, 201, 403},
		{"POST", "/api/v1/call", `{"role":"r","person":"p","result":"reached"}`, 201, 403},
		{"POST", "/api/v1/survey", `{"site":"s","item":"i","finding":"normal"}`, 201, 403},
		{"POST", "/api/v1/report", `{"remarks":"r"}`, 201, 403},
		{"POST", "/api/v1/report", `{"text":"of my own making"}`, 400, 403},
	} {
		for address, want := range map[string]int{trusted: test.known, open: test.unknown} {
			status, _, body := request(t, test.method, address+test.path, test.body)
			if status != want {
				t.Errorf("%s %s: %d, want %d: %s", test.method, test.path, status, want, body)
			}
			if want == 403 && strings.Contains(body, "佐藤") {
				t.Errorf("%s: a refusal that tells names: %s", test.path, body)
			}
		}
	}
}

func TestMethodsThatAPathHasNot(t *testing.T) {
	_, address := serve(t, &fake{situation: surveyed()})
	for _, test := range []struct {
		method, path string
		status       int
		allow        string
	}{
		{"DELETE", "/api/v1/situation", 405, "GET, HEAD"},
		{"POST", "/api/v1/events/01ARZ3NDEKTSV4RRFFQ69G5FAV", 405, "GET, HEAD"},
		{"PUT", "/api/v1/stage", 405, "POST"},
		{"GET", "/api/v1/stage", 405, "POST"},
		{"PATCH", "/api/v1/survey", 405, "GET, HEAD, POST"},
		{"GET", "/-/reload", 405, "POST"},
		{"POST", "/api/v1/heartbeats", 404, ""},
		{"GET", "/api/v2/situation", 404, ""},
	} {
		status, header, body := request(t, test.method, address+test.path, "")
		var p problem
		if err := json.Unmarshal([]byte(body), &p); err != nil || p.Status != test.status || p.Title == "" {
			t.Errorf("%s %s: %s, %v", test.method, test.path, body, err)
		}
		if status != test.status || header.Get("Allow") != test.allow || header.Get("Content-Type") != problemType {
			t.Errorf("%s %s: %d, Allow %q of type %s", test.method, test.path, status, header.Get("Allow"), header.Get("Content-Type"))
		}
	}
}

// A name that is nothing but blanks is no name, and blanks around one are not part of it.
func TestNameOfWhoDecides(t *testing.T) {
	for given, want := range map[string]string{"佐藤": "佐藤", " 佐藤 一郎\n": "佐藤 一郎", " \u3000": ""} {
		f := &fake{}
		client, _ := serve(t, f)
		if _, err := client.Act(t.Context(), "step", rules.MarkStep{Step: "first.look"}, given); err != nil || f.actor.By != want {
			t.Errorf("%q became %q, %v", given, f.actor.By, err)
		}
	}
}

// A list, a stream and the answer to an action leave out the Situation that an event carries; the
// event by itself has it.
func TestOnlyTheEventItselfIsWhole(t *testing.T) {
	client, _ := serve(t, &fake{seqs: 2})
	listed, err := client.Events(t.Context(), url.Values{"after": {"0"}})
	if err != nil || len(listed) != 2 || strings.Contains(string(listed[0].Payload), "situation") {
		t.Errorf("listed: %s, %v", listed[0].Payload, err)
	}
	whole, err := client.Event(t.Context(), "01ARZ3NDEKTSV4RRFFQ69G5FAV")
	if err != nil || whole.ID != "01ARZ3NDEKTSV4RRFFQ69G5FAV" {
		t.Fatalf("%+v, %v", whole, err)
	}
	event, err := whole.Decode()
	if p, ok := event.Payload.(journal.StageMoved); err != nil || !ok || string(p.Situation) != `{"stage":"monitoring"}` || p.To != plan.InitialResponse {
		t.Errorf("whole: %+v, %v", event.Payload, err)
	}
}

func TestClientAsksForWhatItNames(t *testing.T) {
	f := &fake{situation: surveyed()}
	client, _ := serve(t, f)
	survey, err := client.Survey(t.Context(), "annex")
	if err != nil || len(survey.Sites) != 1 || survey.Sites[0].Site != "annex" || !survey.At.Equal(f.situation.At) {
		t.Errorf("Survey = %+v, %v", survey, err)
	}
	if all, err := client.Survey(t.Context(), ""); err != nil || len(all.Sites) != 2 {
		t.Errorf("Survey of all = %+v, %v", all, err)
	}
	list, err := client.CallOut(t.Context(), "disaster")
	if err != nil || f.threat != "disaster" || list.Roles[0].Candidates[0].Name != "佐藤" {
		t.Errorf("CallOut = %+v, %v; asked for %q", list, err, f.threat)
	}
	refusing, _ := serve(t, &fake{err: &rules.Problem{Kind: rules.NotFound, Code: rules.CodeNoEvent}})
	for name, ask := range map[string]func(context.Context) error{
		"callout": func(ctx context.Context) error { _, err := refusing.CallOut(ctx, "x"); return err },
		"event":   func(ctx context.Context) error { _, err := refusing.Event(ctx, "x"); return err },
	} {
		var p *Problem
		if err := ask(t.Context()); !errors.As(err, &p) || p.Status != 404 {
			t.Errorf("%s: %v", name, err)
		}
	}
}
