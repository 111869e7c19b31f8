package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/keizoku-bcp/keizoku/agent/access"
	"github.com/keizoku-bcp/keizoku/agent/act"
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

// full is an agent that has something to say at every place, and an event of every kind.
type full struct {
	*fake
	events []journal.Event
}

func newFull() *full {
	sit := filled[rules.Situation]()
	sit.Systems[0].Name, sit.Response.Survey[0].Site = "records", "main_hall"
	f := &full{fake: &fake{situation: &sit, plan: &plan.Plan{Agents: []*plan.Agent{{Name: "hall", Site: "main_hall"}}}}}
	for i, kind := range journal.Kinds() {
		zero, _ := journal.DecodePayload(kind, []byte("{}"))
		payload := reflect.New(reflect.TypeOf(zero)).Elem()
		fill(payload)
		e := filled[struct{ Event journal.Actor }]()
		f.events = append(f.events, journal.Event{
			ID: fmt.Sprintf("01KAPX8Q8S3Z6V2N4W0B7C9D%02d", i), Agent: "hall", Seq: int64(i) + 1, At: sit.At, Estimated: true, Kind: kind,
			Subject: "records", Actor: &e.Event, Payload: payload.Interface().(journal.Payload), Drill: true,
		})
	}
	return f
}

func (f *full) Outages() []rules.PastOutage { return []rules.PastOutage{filled[rules.PastOutage]()} }
func (f *full) Alerts(plan.Locale) []Alert  { return []Alert{filled[Alert]()} }

func (f *full) Notifications(context.Context, int) (Notifications, error) {
	return filled[Notifications](), f.err
}

func (f *full) SignInLink(string, access.Role) SignInLink { return filled[SignInLink]() }

func (f *full) CallOut(string) (*rules.CallOut, error) {
	list := filled[rules.CallOut]()
	return &list, f.err
}

func (f *full) Inspect(_ context.Context, _ string, progress func(done, total int)) (journal.InspectionDone, error) {
	if f.err == nil {
		progress(0, 3)
	}
	return filled[journal.InspectionDone](), f.err
}

func (f *full) Event(_ context.Context, id string) (journal.Event, error) {
	if f.err != nil {
		return journal.Event{}, f.err
	}
	if id == "damaged" {
		return journal.Event{ID: id, Seq: 1, Kind: journal.KindNoteAdded}, nil
	}
	return f.events[slices.IndexFunc(f.events, func(e journal.Event) bool { return e.ID == id })], nil
}

func (f *full) Events(context.Context, journal.Query) iter.Seq2[journal.Event, error] {
	return func(yield func(journal.Event, error) bool) {
		if f.err != nil {
			yield(journal.Event{}, f.err)
			return
		}
		for _, e := range f.events {
			if !yield(e, nil) {
				return
			}
		}
	}
}

// exchange is one request, and what must come back.
type exchange struct {
	method, path, body string
	header             map[string]string
	err                error // of the agent
	stranger           bool  // nobody knows who asks
	status             int
}

// send sends it to the handlers as they are.
func (x *exchange) send(t *testing.T, f *full) (*http.Request, *http.Response) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	if x.header["Accept"] == eventsType {
		cancel() // a stream is what there is, and ends
	}
	defer cancel()
	req := httptest.NewRequestWithContext(ctx, x.method, "http://agent"+x.path, strings.NewReader(x.body))
	if x.body != "" {
		req.Header.Set("Content-Type", jsonType)
	}
	for name, value := range x.header {
		req.Header.Set(name, value)
	}
	asked := req
	if !x.stranger {
		if req.Header.Get("Authorization") == "" {
			req.SetBasicAuth("duty", "password")
		}
		id := access.Identity{Actor: journal.Actor{User: "duty", Via: "socket"}, Role: access.Operator}
		asked = req.WithContext(access.With(req.Context(), id))
	}
	f.err = x.err
	recorder := httptest.NewRecorder()
	Handler(f, slog.New(slog.DiscardHandler)).ServeHTTP(recorder, asked)
	req.Body = io.NopCloser(strings.NewReader(x.body))
	return req, recorder.Result()
}

var (
	notThere = &rules.Problem{Kind: rules.NotFound, Code: rules.CodeNoSheet, Data: filled[rules.Particulars]()}
	notNow   = &rules.Problem{Kind: rules.Conflict, Code: rules.CodeNoSheet, Data: filled[rules.Particulars]()}
	notRight = &rules.Problem{Kind: rules.Invalid, Code: rules.CodeNoSheet}
	errDisk  = errors.New("the disk is full")
	bearing  = map[string]string{"Authorization": "Bearer secret"}
)

// good are requests that are granted.
func good(f *full) []exchange {
	all := []exchange{
		{method: "GET", path: "/-/healthy", status: 200}, {method: "GET", path: "/-/ready", status: 200},
		{method: "POST", path: "/-/reload", status: 200},
		{method: "GET", path: "/api/v1/situation", status: 200}, {method: "GET", path: "/api/v1/power", status: 200},
		{method: "GET", path: "/api/v1/outages?open=true&system=records", status: 200},
		{method: "GET", path: "/api/v1/survey?site=main_hall", status: 200},
		{method: "GET", path: "/api/v1/callout?threat=disaster", status: 200},
		{method: "GET", path: "/api/v1/events?limit=10&after=0&system=records&kind=note_added,stage_moved&from=2026-04-01T09:00:00%2B09:00&to=2026-04-01T09:00:00Z", status: 200},
		{method: "GET", path: "/api/v1/events", header: map[string]string{"Accept": eventsType, "Last-Event-ID": "3"}, status: 200},
		{method: "GET", path: "/api/v1/events/damaged", status: 200},
		{method: "GET", path: "/api/v1/badge/records.svg?lang=en", status: 200}, {method: "GET", path: "/api/v1/badge/_all.svg", status: 200},
		{method: "GET", path: "/api/v1/alerts?lang=ja", status: 200}, {method: "GET", path: "/api/v1/notifications?limit=7", status: 200},
		{method: "POST", path: "/api/v1/notify-test", body: `{"channel":"duty"}`, status: 200},
		{method: "POST", path: "/api/v1/inspect", body: `{"name":"opening"}`, status: 200}, {method: "POST", path: "/api/v1/inspect", body: `{}`, status: 200},
		{method: "POST", path: "/api/v1/heartbeat/backup/nightly", header: bearing, status: 204},
		{method: "GET", path: "/api/v1/targets", status: 200}, {method: "GET", path: "/api/v1/openapi.json", status: 200},
		{method: "POST", path: "/api/v1/sign-in-link", body: `{"viewer":true}`, status: 200},
	}
	for _, e := range f.events {
		all = append(all, exchange{method: "GET", path: "/api/v1/events/" + e.ID, status: 200})
	}
	for name, action := range act.Actions() {
		all = append(all, exchange{method: "POST", path: "/api/v1/" + name, body: bodyOf(action, "by", "課長"), status: 201})
	}
	return all
}

// refused are those that are not.
func refused() []exchange {
	large := `{"channel":"` + strings.Repeat("x", maxBody) + `"}`
	all := []exchange{
		{method: "GET", path: "/-/ready", err: errDisk, status: 503},
		{method: "POST", path: "/-/reload", err: errDisk, status: 422}, {method: "POST", path: "/-/reload", stranger: true, status: 403},
		{method: "GET", path: "/api/v1/survey?site=moon", status: 404},
		{method: "GET", path: "/api/v1/callout?threat=flood", err: notThere, status: 404}, {method: "GET", path: "/api/v1/callout", stranger: true, status: 403},
		{method: "GET", path: "/api/v1/events?limit=many", status: 400}, {method: "GET", path: "/api/v1/events", err: errDisk, status: 500},
		{method: "GET", path: "/api/v1/events/x", err: notThere, status: 404},
		{method: "GET", path: "/api/v1/badge/moon.svg", status: 404},
		{method: "GET", path: "/api/v1/alerts?lang=fr", status: 400},
		{method: "GET", path: "/api/v1/notifications?limit=-1", status: 400}, {method: "GET", path: "/api/v1/notifications", err: errDisk, status: 500},
		{method: "GET", path: "/api/v1/notifications", stranger: true, status: 403},
		{method: "POST", path: "/api/v1/notify-test", body: `{"chanel":"duty"}`, status: 400}, {method: "POST", path: "/api/v1/notify-test", body: large, status: 413},
		{method: "POST", path: "/api/v1/notify-test", body: `{"channel":"duty"}`, err: notThere, status: 404},
		{method: "POST", path: "/api/v1/notify-test", body: `{"channel":"duty"}`, err: ErrUndelivered, status: 502},
		{method: "POST", path: "/api/v1/inspect", body: `{"name":"opening"}`, err: notNow, status: 409},
		{method: "POST", path: "/api/v1/heartbeat/backup/nightly", status: 401},
		{method: "POST", path: "/api/v1/heartbeat/backup/nightly", header: bearing, err: ErrHeartbeatRefused, status: 403},
		{method: "POST", path: "/api/v1/heartbeat/backup/nightly", header: bearing, err: errDisk, status: 400},
		{method: "POST", path: "/api/v1/sign-in-link", body: `{"viewer":true}`, stranger: true, status: 403},
	}
	for name, action := range act.Actions() {
		whole, path := bodyOf(action, "by", "課長"), "/api/v1/"+name
		all = append(all,
			exchange{method: "POST", path: path, body: whole, stranger: true, status: 403},
			exchange{method: "POST", path: path, body: bodyOf(action, "guess", "x"), status: 400},
			exchange{method: "POST", path: path, body: whole, err: notThere, status: 404},
			exchange{method: "POST", path: path, body: whole, err: notNow, status: 409},
			exchange{method: "POST", path: path, body: whole, err: notRight, status: 422},
			exchange{method: "POST", path: path, body: whole, err: errDisk, status: 500},
		)
	}
	return all
}

// bodyOf is an action with all its fields, and one more.
func bodyOf(action rules.Action, name, value string) string {
	v := reflect.New(reflect.TypeOf(action)).Elem()
	fill(v)
	return withMember(v.Interface(), name, value)
}

func withMember(v any, name, value string) string {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	members := map[string]any{}
	if err := json.Unmarshal(data, &members); err != nil {
		panic(err)
	}
	members[name] = value
	data, _ = json.Marshal(members)
	return string(data)
}
