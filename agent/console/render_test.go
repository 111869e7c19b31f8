package console

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/keizoku-bcp/keizoku/agent/access"
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

// consoleOf is a console without its routes.
func consoleOf(agent Agent) *console {
	files, templates := site()
	return &console{
		agent: agent, log: slog.New(slog.DiscardHandler), files: files, templates: templates, shared: newShared(), versions: newVersions(),
	}
}

// get asks as somebody with a role does, through a browser that takes gzip.
func get(t testing.TB, h http.Handler, path string, role access.Role) *httptest.ResponseRecorder {
	t.Helper()
	ctx := t.Context()
	if role != "" {
		ctx = access.With(ctx, access.Identity{Actor: journal.Actor{User: "sato"}, Role: role})
	}
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, path, nil)
	r.Header.Set("Accept-Encoding", "gzip, deflate, br")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// textOf is the body of an answer, unpacked.
func textOf(t testing.TB, w *httptest.ResponseRecorder) string {
	t.Helper()
	if w.Header().Get("Content-Encoding") != "gzip" {
		return w.Body.String()
	}
	z, err := gzip.NewReader(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestReadersNeverGetAnOperatorsPage(t *testing.T) {
	t.Parallel()
	f := city(t)
	f.events[1].ID = "01J"
	h := Handler(f, slog.New(slog.DiscardHandler))
	for round := range 3 {
		operator := textOf(t, get(t, h, "/?done=01J", access.Operator))
		if !strings.Contains(operator, "sato") || strings.Count(operator, "newer note") != 2 {
			t.Fatal("an operator does not see what was recorded, or the test looks for the wrong thing")
		}
		for _, role := range []access.Role{"", access.Viewer} {
			reader := textOf(t, get(t, h, "/?done=01J", role))
			if strings.Count(reader, "newer note") != 1 || role == "" && strings.Contains(reader, "sato") {
				t.Errorf("round %d: somebody with the role %q gets what was made for another", round, role)
			}
		}
	}
}

func TestRenderingIsSharedAndRenewed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, made := newShared(), 0
		ask := func(key, version string) {
			s.get(sharedKey{uri: key}, version, func() rendering { made++; return rendering{} })
		}
		for _, test := range []struct {
			key, version string
			wait         time.Duration
			made         int
		}{
			{"/", "1", 0, 1},
			{"/", "1", maxKeptAge / 2, 1},
			{"/", "2", 0, 2},
			{"/power", "2", 0, 3},
			{"/", "2", 0, 3},
			{"/", "2", maxKeptAge, 4},
		} {
			time.Sleep(test.wait)
			if ask(test.key, test.version); made != test.made {
				t.Errorf("%s at %s after %s: made %d times, want %d", test.key, test.version, test.wait, made, test.made)
			}
		}
	})
}

func TestOneRenderingForAllWhoWait(t *testing.T) {
	t.Parallel()
	s, made := newShared(), atomic.Int64{}
	var crowd sync.WaitGroup
	for range 50 {
		crowd.Go(func() {
			s.get(sharedKey{uri: "/"}, "1", func() rendering { made.Add(1); return rendering{} })
		})
	}
	if crowd.Wait(); made.Load() != 1 {
		t.Errorf("made %d times", made.Load())
	}
}

func TestHostileQueriesFillNothing(t *testing.T) {
	t.Parallel()
	s := newShared()
	for i := range 10 * maxKept {
		s.get(sharedKey{uri: fmt.Sprint("/?", i)}, "1", func() rendering { return rendering{} })
		if len(s.all) > maxKept {
			t.Fatalf("%d renderings are kept", len(s.all))
		}
	}
	before := len(s.all)
	s.get(sharedKey{uri: "/?" + strings.Repeat("x", maxKeptURI)}, "1", func() rendering { return rendering{} })
	if len(s.all) != before {
		t.Error("a long address is kept")
	}
}

// leaving is an agent whose journal ends with the context of who reads it.
type leaving struct{ *fake }

func (l leaving) Events(ctx context.Context, q journal.Query) iter.Seq2[journal.Event, error] {
	if err := ctx.Err(); err != nil {
		return func(yield func(journal.Event, error) bool) { yield(journal.Event{}, err) }
	}
	return l.fake.Events(ctx, q)
}

func TestWhoLeavesDoesNotSpoilThePageForOthers(t *testing.T) {
	t.Parallel()
	h := Handler(leaving{city(t)}, slog.New(slog.DiscardHandler))
	gone, leave := context.WithCancel(t.Context())
	leave()
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(gone, http.MethodGet, "/", nil))
	if text := textOf(t, get(t, h, "/", "")); !strings.Contains(text, "newer note") {
		t.Error("the page lacks what the first reader did not wait for")
	}
}

func TestPageWithAFault(t *testing.T) {
	t.Parallel()
	c := consoleOf(city(t))
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
	for name, build := range map[string]func(*console, *view, *http.Request) (any, error){
		"panics":                 func(*console, *view, *http.Request) (any, error) { panic("fault") },
		"lacks what is shown":    func(_ *console, v *view, _ *http.Request) (any, error) { return v, nil },
		"fails without a reason": func(*console, *view, *http.Request) (any, error) { return nil, io.ErrUnexpectedEOF },
	} {
		made := c.render(page{name: "wall", build: build}, r)
		if made.status != http.StatusInternalServerError || len(made.plain) == 0 {
			t.Errorf("a page that %s: %d, %d bytes", name, made.status, len(made.plain))
		}
	}
}

func TestStatusOfProblems(t *testing.T) {
	t.Parallel()
	c := consoleOf(city(t))
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
	for kind, want := range map[rules.ProblemKind]int{
		rules.NotFound: 404, rules.Invalid: 422, rules.Conflict: 409, "": 500,
	} {
		made := c.render(page{name: "wall", build: func(*console, *view, *http.Request) (any, error) {
			return nil, fmt.Errorf("looking: %w", &rules.Problem{Kind: kind, Code: rules.CodeUnknownName})
		}}, r)
		if made.status != want || !made.html {
			t.Errorf("%q: %d", kind, made.status)
		}
	}
}

func TestAcceptsGzip(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]bool{
		"": false, "gzip": true, "gzip, deflate, br": true, "br;q=1.0, gzip;q=0.8": true, "gzip;q=0": false, "gzip; q=0.0": false,
		"*": true, "*;q=0": false, "identity": false, "GZIP": true, "x-gzip-like": false,
	} {
		if got := acceptsGzip(http.Header{"Accept-Encoding": {header}}); got != want {
			t.Errorf("%q: %t", header, got)
		}
	}
}

// A page is the same with and without compression, and its length is true in both.
func TestCompression(t *testing.T) {
	t.Parallel()
	h := Handler(city(t), slog.New(slog.DiscardHandler))
	files, _ := site()
	for _, path := range []string{"/", files.Of("live.js"), files.Of("base.css"), files.Of("icon.svg"), "/none"} {
		zipped := get(t, h, path, "")
		plain := httptest.NewRecorder()
		h.ServeHTTP(plain, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
		if length := zipped.Header().Get("Content-Length"); length != fmt.Sprint(zipped.Body.Len()) {
			t.Errorf("%s: length %s of %d", path, length, zipped.Body.Len())
		}
		if text := textOf(t, zipped); plain.Header().Get("Content-Encoding") != "" || !bytes.Equal(plain.Body.Bytes(), []byte(text)) {
			t.Errorf("%s differs without compression", path)
		}
	}
}

func TestMethods(t *testing.T) {
	t.Parallel()
	h := Handler(city(t), slog.New(slog.DiscardHandler))
	for _, test := range []struct {
		method, path string
		status       int
		allow        string
	}{
		{http.MethodHead, "/", 200, ""},
		{http.MethodHead, "/live", 200, ""},
		{http.MethodPost, "/", 405, "GET, HEAD"},
		{http.MethodDelete, "/systems", 405, "GET, HEAD"},
		{http.MethodGet, access.ActPath + "note", 405, "POST"},
		{http.MethodGet, "/none", 404, ""},
		{http.MethodPost, "/none", 404, ""},
	} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), test.method, test.path, nil))
		if w.Code != test.status || w.Header().Get("Allow") != test.allow {
			t.Errorf("%s %s: %d %q", test.method, test.path, w.Code, w.Header().Get("Allow"))
		}
		if test.status > 399 && !strings.Contains(w.Body.String(), `<main id="main"`) {
			t.Errorf("%s %s: no page says so", test.method, test.path)
		}
	}
}

// The agent's clock goes with each page, newer than the rendering may be.
func TestPagesCarryTheClock(t *testing.T) {
	t.Parallel()
	f := city(t)
	f.plan.Locale = plan.English
	w := get(t, Handler(f, slog.New(slog.DiscardHandler)), "/", "")
	if got := w.Header().Get(clockHeader); got != fmt.Sprint(nine.UnixMilli()) {
		t.Errorf("the clock says %q", got)
	}
}
