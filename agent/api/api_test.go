package api

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"log"
	"log/slog"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/agent/access"
	"github.com/keizoku-bcp/keizoku/agent/act"
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

// fake is an agent that tells what a test gives it.
type fake struct {
	plan      *plan.Plan
	situation *rules.Situation
	acted     rules.Action
	actor     journal.Actor
	err       error // of everything that can fail
	seqs      int64 // how many events there are
	asked     journal.Query
	threat    string // whose call-out was asked for
}

func (f *fake) Situation() *rules.Situation  { return f.situation }
func (f *fake) Outages() []rules.PastOutage  { return []rules.PastOutage{{ID: "1", System: "records"}} }
func (f *fake) Reload(context.Context) error { return f.err }
func (f *fake) Ready() error                 { return f.err }

func (f *fake) Act(_ context.Context, action rules.Action, actor journal.Actor) (journal.Event, error) {
	f.acted, f.actor = action, actor
	return journal.Event{ID: "x", Seq: 7, Kind: journal.KindNoteAdded, Actor: &actor, Payload: journal.NoteAdded{Text: "y"}}, f.err
}

func (f *fake) Event(_ context.Context, id string) (journal.Event, error) {
	return journal.Event{ID: id, Seq: 9, Kind: journal.KindStageMoved, Payload: moved}, f.err
}

func (f *fake) CallOut(threat string) (*rules.CallOut, error) {
	f.threat = threat
	return &rules.CallOut{Threat: "disaster", Roles: []*rules.CallOutRole{{Candidates: []*rules.Candidate{{Name: "佐藤"}}}}}, f.err
}

// moved carries a Situation.
var moved = journal.StageMoved{To: plan.InitialResponse, Why: "w", Situation: []byte(`{"stage":"monitoring"}`)}

func (f *fake) Events(_ context.Context, q journal.Query) iter.Seq2[journal.Event, error] {
	f.asked = q
	return func(yield func(journal.Event, error) bool) {
		if f.err != nil {
			yield(journal.Event{}, f.err)
			return
		}
		for seq := q.AfterSeq + 1; seq <= min(f.seqs, q.AfterSeq+int64(q.Limit)); seq++ {
			if !yield(journal.Event{Seq: seq, Kind: journal.KindStageMoved, Payload: moved}, nil) {
				return
			}
		}
	}
}

func (f *fake) Committed() (<-chan struct{}, func()) { return make(chan struct{}), func() {} }

func (f *fake) Heartbeat(_, _, _ string, body io.Reader) error {
	if _, err := io.Copy(io.Discard, body); err != nil {
		return err
	}
	return f.err
}

// serve serves a fake to an operator, and returns a client.
func serve(t *testing.T, f *fake) (*Client, string) {
	t.Helper()
	routes := Handler(f, slog.New(slog.DiscardHandler))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		routes.ServeHTTP(w, r.WithContext(access.With(r.Context(), access.Identity{Actor: journal.Actor{User: "duty", Via: "http"}, Role: access.Operator})))
	}))
	t.Cleanup(server.Close)
	client, err := NewClient(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	return client, server.URL
}

// Every action goes over the wire and comes back as it was.
func TestActionsTravel(t *testing.T) {
	at := time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC)
	f := &fake{}
	client, _ := serve(t, f)
	for name, action := range map[string]rules.Action{
		"declare":      rules.Declare{Threat: "disaster", Onset: at, Note: "震度6弱"},
		"end":          rules.End{Threat: "disaster"},
		"eta":          rules.GiveETA{System: "records", At: at},
		"ack":          rules.Acknowledge{System: "records", Why: "業者が向かっている"},
		"note":         rules.AddNote{Text: "<b>", System: "records", About: at},
		"outage-start": rules.CorrectStart{System: "records", Start: at, Why: "窓口より"},

		"stage":    rules.MoveStage{To: plan.InitialResponse, From: plan.Monitoring, Why: "震度6弱"},
		"ordinary": rules.ChooseOrdinary{Withdraw: true, Why: "悪化"},
		"step":     rules.MarkStep{Step: "first.look", NoteOnly: true, Note: "確認中"},
		"call":     rules.RecordCall{Role: "leader", Person: "佐藤", Medium: plan.Mobile, Result: journal.Coming, ComingAt: at, Corrects: "01"},
		"survey":   rules.AnswerSurvey{Site: "main_hall", Item: "building", Finding: journal.Impaired, Note: "ひび", SeenAt: at},
		"report":   rules.IssueReport{Remarks: "次は16時"},
	} {
		e, err := client.Act(t.Context(), name, action, "課長")
		if err != nil || e.Seq != 7 {
			t.Errorf("%s: %+v, %v", name, e, err)
		}
		if diff := cmp.Diff(action, f.acted); diff != "" || f.actor != (journal.Actor{User: "duty", Via: "http", By: "課長"}) {
			t.Errorf("%s by %+v (-sent +carried out):\n%s", name, f.actor, diff)
		}
	}
	if n := len(act.Actions()); n != 12 {
		t.Errorf("%d actions; this test knows 12", n)
	}
}

func TestErrorsReachTheClient(t *testing.T) {
	for _, test := range []struct {
		err    error
		status int
		says   string
	}{
		{
			&rules.Problem{Kind: rules.NotFound, Code: rules.CodeUnknownName, Data: rules.Particulars{What: rules.SystemNoun, Given: "tex", Near: "tax"}},
			404, "the plan has no system \"tex\"\n  did you mean \"tax\"?",
		},
		{
			&rules.Problem{Kind: rules.Conflict, Code: rules.CodeNoOutage, Data: rules.Particulars{System: "tax"}},
			409, "system \"tax\" has no open outage\n  `keizoku outages` lists the open ones",
		},
		{&rules.Problem{Kind: rules.Invalid, Code: rules.CodeTooLong, Data: rules.Particulars{What: rules.NoteNoun, Limit: 4000}}, 422, "the note is longer than 4000 bytes\n  shorten it"},
		{errors.New("journal: too much is unwritten"), 500, "journal: too much is unwritten"},
	} {
		client, _ := serve(t, &fake{err: test.err})
		_, err := client.Act(t.Context(), "note", rules.AddNote{Text: "x"}, "")
		var p *Problem
		if !errors.As(err, &p) || p.Status != test.status || p.Error() != test.says {
			t.Errorf("%v: %+v", test.err, err)
		}
		var refused *rules.Problem
		if errors.As(test.err, &refused) && (p.Code != refused.Code || cmp.Diff(refused.Data, p.Data) != "") {
			t.Errorf("%v reaches programs as %s %+v", test.err, p.Code, p.Data)
		}
	}
	client, address := serve(t, &fake{err: errors.New("plan.hcl:3,1: unknown block")})
	if err := client.Reload(t.Context()); err == nil || !strings.Contains(err.Error(), "plan.hcl:3,1") || !strings.Contains(err.Error(), "old plan") {
		t.Errorf("Reload = %v", err)
	}
	if _, err := client.Events(t.Context(), url.Values{}); err == nil {
		t.Error("a journal that cannot be read lists as an empty one")
	}
	resp, err := http.Get(address + "/-/ready")
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("not ready: %s", resp.Status)
	}
}

// Nothing wakes this stream: it must go on by itself until it has sent all.
func TestStreamSendsMoreThanAPage(t *testing.T) {
	_, address := serve(t, &fake{seqs: 2*defaultEvents + 3})
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address+"/api/v1/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", "text/event-stream")
	req.Header.Set("Last-Event-ID", "0")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	lines := bufio.NewScanner(resp.Body)
	for lines.Scan() {
		if lines.Text() == fmt.Sprintf("id: %d", 2*defaultEvents+3) {
			return
		}
		if strings.Contains(lines.Text(), "situation") {
			t.Fatalf("the stream carries whole Situations: %s", lines.Text())
		}
		if strings.HasPrefix(lines.Text(), ": still here") {
			break
		}
	}
	t.Error("the stream stops short")
}

func TestLimitsOfLists(t *testing.T) {
	f := &fake{seqs: 3}
	client, _ := serve(t, f)
	for given, want := range map[string]int{"": defaultEvents, "0": maxEvents, "7": 7, "99999999": maxEvents} {
		if _, err := client.Events(t.Context(), url.Values{"limit": {given}}); err != nil || f.asked.Limit != want {
			t.Errorf("limit=%s asks the journal for %d, want %d; %v", given, f.asked.Limit, want, err)
		}
	}
}

// JSON has no infinity: an answer that cannot be written is an error, not an empty success.
func TestAnswerThatIsNoJSON(t *testing.T) {
	client, _ := serve(t, &fake{situation: &rules.Situation{Systems: []*rules.SystemFacts{{OutageSeconds: rules.Seconds(math.Inf(1))}}}})
	_, err := client.Situation(t.Context())
	var p *Problem
	if !errors.As(err, &p) || p.Status != http.StatusInternalServerError {
		t.Errorf("Situation = %v", err)
	}
}

func TestOversizedHeartbeat(t *testing.T) {
	_, address := serve(t, &fake{})
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address+"/api/v1/heartbeat/a/b", strings.NewReader(strings.Repeat("x", maxBody+1)))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer t")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("%s", resp.Status)
	}
}

func TestClientSaysWhatIsWrong(t *testing.T) {
	for _, base := range []string{"", "agent", "127.0.0.1:9720", "ftp://agent", "http://"} {
		if _, err := NewClient(base); err == nil || !strings.Contains(err.Error(), "http://127.0.0.1:9720") {
			t.Errorf("%q: %v", base, err)
		}
	}
	if _, err := NewClient("ftp://duty:secret@agent"); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("an address with a password: %v", err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	client, err := NewClient("http://duty:secret@" + ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	_ = ln.Close()
	if _, err := client.Situation(t.Context()); err == nil || !strings.Contains(err.Error(), "keizoku run") || strings.Contains(err.Error(), "secret") {
		t.Errorf("nobody there: %v", err)
	}
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>") }))
	defer other.Close()
	if client, err = NewClient(other.URL); err != nil {
		t.Fatal(err)
	}
	if _, err := client.Situation(t.Context()); err == nil || !strings.Contains(err.Error(), "keizoku agent") {
		t.Errorf("another server: %v", err)
	}
}

func TestClientSaysWhoIsRefused(t *testing.T) {
	guarded := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		Refuse(w, http.StatusUnauthorized, "a user is needed", "this agent shows itself to users alone", "give one as https://USER:PASSWORD@host:port")
	}))
	guarded.Config.ErrorLog = log.New(io.Discard, "", 0)
	defer guarded.Close()
	client, err := NewClient(guarded.URL)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Situation(t.Context()); err == nil || !strings.Contains(err.Error(), "SSL_CERT_FILE") {
		t.Errorf("a certificate of nobody known: %v", err)
	}
	if plain, err := NewClient("http://" + guarded.Listener.Addr().String()); err != nil {
		t.Error(err)
	} else if _, err := plain.Situation(t.Context()); err == nil || !strings.Contains(err.Error(), "https://") {
		t.Errorf("http to an agent with TLS: %v", err)
	}
	if _, err := NewClient("https://duty:two words@agent"); err == nil || !strings.Contains(err.Error(), "%20") || strings.Contains(err.Error(), "two words") {
		t.Errorf("a password with a space: %v", err)
	}
	client.http = guarded.Client()
	if _, err := client.Situation(t.Context()); err == nil || !strings.Contains(err.Error(), "USER:PASSWORD") {
		t.Errorf("no user: %v", err)
	}
	client = NewSocketClient("keizoku.sock")
	client.http = &http.Client{Transport: &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		return nil, &net.OpError{Op: "dial", Net: "unix", Err: os.NewSyscallError("connect", syscall.EACCES)}
	}}}
	if _, err := client.Situation(t.Context()); err == nil || !strings.Contains(err.Error(), "closed to this user") {
		t.Errorf("the socket of another user: %v", err)
	}
}
