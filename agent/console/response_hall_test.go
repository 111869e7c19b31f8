package console

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the tests must not depend on the machine's zones

	"github.com/keizoku-bcp/keizoku/agent/access"
	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/config"
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/power"
	"github.com/keizoku-bcp/keizoku/rules"
)

// hall is an agent without clock, disk and network, in the hands of a test: the plan of the quake,
// the real rules, and a journal in memory.
type hall struct {
	Agent // what a test does not reach
	t     *testing.T
	plan  *plan.Plan
	state *rules.State
	log   []journal.Event
	now   time.Time
	read  int   // events read since the test last looked
	fails error // of the journal
	// handler serves what has not changed since it was made; nil: there is none.
	handler http.Handler
}

// quakePlan is the plan of the town hall of the quake.
func quakePlan(t *testing.T) *plan.Plan {
	t.Helper()
	kinds := map[string]*checks.Kind{"scripted": {
		Name: "scripted", Settings: struct{}{}, New: func(any, *checks.Env) (checks.Prober, error) { return nil, nil },
	}}
	protocols := map[string]*power.Protocol{"scripted": {
		Name: "scripted", Settings: struct{}{}, New: func(any, *power.Env) (power.Reader, error) { return nil, nil },
	}}
	p, sources, diags := config.Load(filepath.Join("..", "testdata", "quake", "plan.hcl"), kinds, config.Options{Protocols: protocols})
	if diags.HasErrors() {
		var b bytes.Buffer
		config.WriteDiagnostics(&b, sources, diags, config.PrintOptions{})
		t.Fatal(b.String())
	}
	return p
}

// calmHall is the town hall before the quake.
func calmHall(t *testing.T) *hall {
	t.Helper()
	h := &hall{t: t, plan: quakePlan(t), state: rules.NewState()}
	h.at("14:00")
	h.write(journal.AgentStarted{Version: "test", Hostname: "host"})
	h.write(rules.LoadPlan(h.plan, h.state))
	for _, s := range h.plan.Systems {
		h.observe(rules.Observation{System: s.Name, Check: "service", To: rules.Up, At: h.now, FirstOKAt: h.now})
	}
	return h
}

// quakeHall is the town hall at 16:30: the response is in full swing.
func quakeHall(t *testing.T) *hall {
	t.Helper()
	h := calmHall(t)
	h.at("14:46")
	h.fail("virtual_base", "resident_records", "tax")
	h.at("14:52")
	h.do("安藤 務", rules.Declare{Threat: "disaster", Onset: h.clock("14:46"), Note: "市内で震度6弱"})
	h.at("14:55")
	h.do("佐藤 一郎", rules.MoveStage{To: plan.InitialResponse, Why: "震度6弱。停電"})
	h.do("", rules.RecordCall{Role: "head", Person: "青木 恵", Medium: plan.Mobile, Result: journal.NotReached})
	h.do("", rules.RecordCall{Role: "head", Person: "井上 誠", Medium: plan.Mobile, Result: journal.Coming, ComingAt: h.clock("15:20")})
	h.at("15:05")
	h.do("", rules.MarkStep{Step: "safety", Note: "負傷者なし"})
	h.do("", rules.AnswerSurvey{Site: "main_hall", Item: "racks", Finding: journal.Impaired, Note: "ラックが10cm移動"})
	h.at("15:20")
	h.do("佐藤 一郎", rules.IssueReport{Remarks: "第1報です", Text: "状況報告 第1報の紙面\n  <b>太字ではない</b>"})
	h.at("15:42")
	h.do("井上 誠", rules.MoveStage{To: plan.ContinuityResponse, Why: "停止許容時間を超えるおそれ"})
	h.at("16:05")
	h.do("佐藤 一郎", rules.MoveStage{To: plan.InitialResponse, Why: "復旧したとの報告"})
	h.at("16:08")
	h.do("佐藤 一郎", rules.MoveStage{Undo: true, Why: "誤報でした"})
	h.at("16:20")
	h.do("", rules.MarkStep{Step: "order"})
	h.do("", rules.MarkStep{Step: "order", Undo: true, Note: "まだでした"})
	h.at("16:30")
	return h
}

// at sets the clock to a time of the day of the quake.
func (h *hall) at(text string) {
	h.now, h.handler = h.clock(text), nil
}

func (h *hall) clock(text string) time.Time {
	h.t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", "2026-11-20 "+text, h.plan.Location)
	if err != nil {
		h.t.Fatal(err)
	}
	return at
}

// fail has the checks of systems fail, as a confirmed failure that began a moment ago.
func (h *hall) fail(systems ...string) {
	h.t.Helper()
	for _, s := range systems {
		h.observe(rules.Observation{
			System: s, Check: "service", To: rules.Down, At: h.now, LastOKAt: h.now.Add(-30 * time.Second), FirstBadAt: h.now, Reason: "timeout", Text: "no answer",
		})
	}
	h.append(rules.Decide(h.state, h.Situation())...)
}

func (h *hall) observe(o rules.Observation) {
	h.t.Helper()
	newID := func(at time.Time) string { return journal.NewID(at) }
	h.append(rules.Observe(h.plan, h.state, []rules.Observation{o}, newID)...)
}

// do is what must be right; by is the person who decides.
func (h *hall) do(by string, a rules.Action) journal.Event {
	h.t.Helper()
	e, err := rules.Act(h.plan, h.state, a, journal.Actor{User: "u501", Via: "socket", By: by}, h.now)
	if err != nil {
		h.t.Fatalf("%#v: %v", a, err)
	}
	h.append(e)
	h.append(rules.Decide(h.state, h.Situation())...)
	return h.log[len(h.log)-1]
}

func (h *hall) write(payload journal.Payload) {
	h.t.Helper()
	h.append(journal.Event{Kind: payload.Kind(), Payload: payload})
}

// append completes events as the journal does, sends their payloads through JSON, and folds them.
func (h *hall) append(events ...journal.Event) {
	h.t.Helper()
	h.handler = nil
	for _, e := range events {
		e.Seq, e.Agent, e.Run = int64(len(h.log)+1), "main_hall", "run"
		if e.At.IsZero() {
			e.At = h.now
		}
		if e.ID == "" {
			e.ID = fmt.Sprintf("01KAPX8Q8S3Z6V2N4W0B7C%04d", e.Seq)
		}
		data, err := json.Marshal(e.Payload)
		if err != nil {
			h.t.Fatal(err)
		}
		if e.Payload, err = journal.DecodePayload(e.Kind, data); err != nil {
			h.t.Fatal(err)
		}
		h.log = append(h.log, e)
		h.state.Apply(e)
	}
}

func (h *hall) Situation() *rules.Situation          { return rules.Evaluate(h.plan, h.state, h.now) }
func (h *hall) Plan() *plan.Plan                     { return h.plan }
func (h *hall) Committed() (<-chan struct{}, func()) { return make(chan struct{}), func() {} }

func (h *hall) CallOut(threat string) (*rules.CallOut, error) {
	return rules.CallOutFor(h.plan, h.state, threat, h.now)
}

func (h *hall) Event(_ context.Context, id string) (journal.Event, error) {
	for _, e := range h.log {
		if e.ID == id {
			return e, nil
		}
	}
	return journal.Event{}, &rules.Problem{Kind: rules.NotFound, Code: rules.CodeNoEvent, Data: rules.Particulars{ID: id}}
}

// Events answers as an agent does: the oldest first, with q.Newest the newest q.Limit of them.
func (h *hall) Events(_ context.Context, q journal.Query) iter.Seq2[journal.Event, error] {
	return func(yield func(journal.Event, error) bool) {
		if h.fails != nil {
			yield(journal.Event{}, h.fails)
			return
		}
		for _, e := range h.selected(q) {
			if h.read++; !yield(e, nil) {
				return
			}
		}
	}
}

func (h *hall) selected(q journal.Query) []journal.Event {
	var all []journal.Event
	for _, e := range h.log {
		if e.Seq > q.AfterSeq && (q.BeforeSeq == 0 || e.Seq < q.BeforeSeq) && (q.From.IsZero() || !e.At.Before(q.From)) &&
			(q.To.IsZero() || e.At.Before(q.To)) && (q.Subject == "" || q.Subject == e.Subject) && (len(q.Kinds) == 0 || slices.Contains(q.Kinds, e.Kind)) {
			all = append(all, e)
		}
	}
	if q.Limit == 0 || len(all) <= q.Limit {
		return all
	}
	if q.Newest {
		return all[len(all)-q.Limit:]
	}
	return all[:q.Limit]
}

var errDisk = errors.New("disk I/O error")

// ask asks for a page, as somebody of the role.
func (h *hall) ask(role access.Role, path, language string) *httptest.ResponseRecorder {
	h.t.Helper()
	r := httptest.NewRequestWithContext(h.t.Context(), http.MethodGet, path, nil)
	r.Header.Set("Accept-Language", language)
	if role != "" {
		r = r.WithContext(access.With(r.Context(), access.Identity{Actor: journal.Actor{User: "sato", Via: "http"}, Role: role}))
	}
	if h.handler == nil {
		h.handler = Handler(h, slog.New(slog.NewTextHandler(h.t.Output(), nil)))
	}
	w := httptest.NewRecorder()
	h.handler.ServeHTTP(w, r)
	return w
}

// page is a page that must be there.
func (h *hall) page(role access.Role, path, language string) string {
	h.t.Helper()
	w := h.ask(role, path, language)
	if w.Code != http.StatusOK {
		h.t.Fatalf("%s: %d %s", path, w.Code, w.Body)
	}
	return w.Body.String()
}

// last is the newest event of a kind.
func (h *hall) last(kind journal.Kind) journal.Event {
	h.t.Helper()
	for _, e := range slices.Backward(h.log) {
		if e.Kind == kind {
			return e
		}
	}
	h.t.Fatalf("no event of kind %s", kind)
	return journal.Event{}
}

// lacks reports what a page should hold and does not.
func lacks(t *testing.T, what, body string, wanted ...string) {
	t.Helper()
	for _, want := range wanted {
		if !strings.Contains(body, want) {
			t.Errorf("%s lacks %s", what, want)
		}
	}
}

// holds reports what a page should not hold.
func holds(t *testing.T, what, body string, unwanted ...string) {
	t.Helper()
	for _, not := range unwanted {
		if strings.Contains(body, not) {
			t.Errorf("%s holds %s", what, not)
		}
	}
}
