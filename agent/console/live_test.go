package console

import (
	"bufio"
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/keizoku-bcp/keizoku/agent/sse"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
	"github.com/keizoku-bcp/keizoku/rules/supply"
)

// moving is an agent whose Situation a test changes while others look.
type moving struct {
	*fake
	mu     sync.Mutex
	events int64
	looks  int
}

func (m *moving) Situation() *rules.Situation {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.looks++
	return &rules.Situation{At: time.Now(), Journal: rules.JournalFacts{Events: m.events}}
}

// looked is how often somebody has looked.
func (m *moving) looked() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.looks
}

// commit journals an event.
func (m *moving) commit() {
	m.mu.Lock()
	m.events++
	m.mu.Unlock()
	select {
	case m.wake <- struct{}{}:
	default:
	}
}

// watcher notes when it is told of changes, until ctx ends.
type watcher struct {
	mu   sync.Mutex
	told []time.Time
}

func (w *watcher) follow(ctx context.Context, p *pulse) {
	defer p.join()()
	for b := p.first(ctx); b != nil; b = b.after(ctx) {
		w.mu.Lock()
		w.told = append(w.told, time.Now())
		w.mu.Unlock()
	}
}

func (w *watcher) count() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.told)
}

// inBubble runs a test at the beginning of a period, by a clock of its own, with watchers.
func inBubble(t *testing.T, watchers int, body func(m *moving, all []*watcher)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		m := &moving{fake: city(t)}
		m.wake = make(chan struct{}, 1)
		p := newPulse(m, newVersions())
		ctx, cancel := context.WithCancel(t.Context())
		all := make([]*watcher, watchers)
		var crowd sync.WaitGroup
		for i := range all {
			all[i] = &watcher{}
			crowd.Go(func() { all[i].follow(ctx, p) })
		}
		synctest.Wait()
		body(m, all)
		cancel()
		crowd.Wait()
		if p.streams != 0 {
			t.Errorf("%d streams are left", p.streams)
		}
		before := m.looked()
		if time.Sleep(time.Minute); m.looked() != before {
			t.Error("it looks although nobody watches")
		}
	})
}

func TestChangeIsToldAtOnceToAll(t *testing.T) {
	t.Parallel()
	inBubble(t, 3, func(m *moving, all []*watcher) {
		for _, w := range all {
			if w.count() != 1 {
				t.Fatalf("told %d times at first", w.count())
			}
		}
		time.Sleep(3300 * time.Millisecond)
		m.commit()
		begun := time.Now()
		time.Sleep(pulseGap + pulseSettle)
		for _, w := range all {
			if w.count() != 2 || w.told[1].Sub(begun) > pulseGap {
				t.Errorf("told at %v after %v", w.told, begun)
			}
		}
	})
}

func TestBurstIsToldSeldom(t *testing.T) {
	t.Parallel()
	inBubble(t, 1, func(m *moving, all []*watcher) {
		for range 500 {
			m.commit()
			time.Sleep(4 * time.Millisecond) // two seconds of them
		}
		time.Sleep(time.Second)
		if n := all[0].count(); n > int(3*time.Second/pulseGap)+1 || n < 4 {
			t.Errorf("told %d times", n)
		}
	})
}

// What nobody journals, like loads and latencies, is told each versionEvery.
func TestQuietAgentIsLookedAt(t *testing.T) {
	t.Parallel()
	inBubble(t, 2, func(m *moving, all []*watcher) {
		time.Sleep(10 * versionEvery)
		if n := all[0].count(); n < 10 || n > 12 {
			t.Errorf("told %d times", n)
		}
		if looks := int(10*versionEvery/pulseEvery) + 10; m.looked() > looks {
			t.Errorf("looked %d times for two watchers", m.looked())
		}
	})
}

// pipes is a listener whose connections hold not one byte that nobody reads.
type pipes struct {
	conns chan net.Conn
	once  sync.Once
}

func (l *pipes) Accept() (net.Conn, error) {
	c, ok := <-l.conns
	if !ok {
		return nil, net.ErrClosed
	}
	return c, nil
}
func (l *pipes) Close() error   { l.once.Do(func() { close(l.conns) }); return nil }
func (l *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe"} }

func (l *pipes) dial(t *testing.T, request string) net.Conn {
	t.Helper()
	near, far := net.Pipe()
	l.conns <- far
	if _, err := near.Write([]byte(request)); err != nil {
		t.Fatal(err)
	}
	return near
}

const askLive = "GET /live HTTP/1.1\r\nHost: a\r\n\r\n"

func TestReaderWhoNeverReadsIsDropped(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := &moving{fake: city(t)}
		m.wake = make(chan struct{}, 1)
		listener := &pipes{conns: make(chan net.Conn)}
		ended := make(chan time.Time, 2)
		handler := Handler(m, slog.New(slog.DiscardHandler))
		server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			handler.ServeHTTP(w, r)
			ended <- time.Now()
		})}
		go func() { _ = server.Serve(listener) }()
		begun := time.Now()
		slow := listener.dial(t, askLive)
		quick := listener.dial(t, askLive)
		var told atomic.Int64
		read := make(chan struct{})
		go func() {
			defer close(read)
			for lines := bufio.NewScanner(quick); lines.Scan(); {
				if strings.HasPrefix(lines.Text(), "data: ") {
					told.Add(1)
				}
			}
		}()
		if took := (<-ended).Sub(begun); took > sse.Patience+time.Second {
			t.Errorf("who never reads is dropped after %s", took)
		}
		synctest.Wait()
		if n := told.Load(); n < 3 {
			t.Errorf("who reads was told %d times beside one who does not", n)
		}
		if took := (<-ended).Sub(begun); took != liveLife {
			t.Errorf("a stream ends after %s", took)
		}
		_, _, _ = slow.Close(), quick.Close(), server.Close()
		<-read
	})
}

func TestStreamCarriesTheClock(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := &moving{fake: city(t)}
		ctx, cancel := context.WithTimeout(t.Context(), versionEvery+time.Second)
		defer cancel()
		w := httptest.NewRecorder()
		Handler(m, slog.New(slog.DiscardHandler)).ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodGet, "/live", nil))
		// The clock of a bubble begins at a full second of 2000.
		want := "retry: 2000\ndata: 946684800000\n\ndata: 946684810000\n\n"
		if w.Body.String() != want || w.Header().Get("Content-Type") != "text/event-stream" {
			t.Errorf("the stream is %q", w.Body)
		}
	})
}

// Whatever somebody should see at once makes another version; what ticks by itself does not.
func TestVersion(t *testing.T) {
	t.Parallel()
	with := func(change func(*rules.Situation)) *rules.Situation {
		s := city(t).situation
		s.Power = &supply.Facts{Supplies: []*supply.SupplyFacts{{Name: "ups"}}}
		s.Channels = []rules.ChannelFacts{{Name: "mail"}}
		change(s)
		return s
	}
	n := newVersions()
	base := n.of(with(func(*rules.Situation) {}))
	for name, test := range map[string]struct {
		change func(*rules.Situation)
		same   bool
	}{
		"nothing":            {func(*rules.Situation) {}, true},
		"a second":           {func(s *rules.Situation) { s.At = s.At.Add(time.Second) }, true},
		"a latency":          {func(s *rules.Situation) { s.Systems[0].OutageSeconds++ }, true},
		"ten seconds":        {func(s *rules.Situation) { s.At = s.At.Add(versionEvery) }, false},
		"an event":           {func(s *rules.Situation) { s.Journal.Events++ }, false},
		"the disk":           {func(s *rules.Situation) { s.Journal.Failing = "full" }, false},
		"the plan":           {func(s *rules.Situation) { s.Plan.Hash = "x" }, false},
		"a rejected plan":    {func(s *rules.Situation) { s.Plan.Rejected = "x" }, false},
		"sight":              {func(s *rules.Situation) { s.Agent.Blind = true }, false},
		"the clock":          {func(s *rules.Situation) { s.Clock.Estimated = true }, false},
		"the stage":          {func(s *rules.Situation) { s.Stage = plan.InitialResponse }, false},
		"the recommendation": {func(s *rules.Situation) { s.Decision.Recommendation = plan.EstablishPosture }, false},
		"a step's time":      {func(s *rules.Situation) { s.Response.Steps.Overdue++ }, false},
		"a state":            {func(s *rules.Situation) { s.Systems[0].State = rules.Unknown }, false},
		"a deadline":         {func(s *rules.Situation) { s.Systems[2].Outage.Verdict = rules.Missed }, false},
		"a supply":           {func(s *rules.Situation) { s.Power.Supplies[0].Lost = true }, false},
		"utility power":      {func(s *rules.Situation) { s.Power.UtilityLost = true }, false},
		"a channel":          {func(s *rules.Situation) { s.Channels[0].FailingSince = nine }, false},
	} {
		if got := n.of(with(test.change)) == base; got != test.same {
			t.Errorf("%s: the version is the same: %t", name, got)
		}
	}
}
