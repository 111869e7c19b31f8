package vantage

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// lan is a fake network: targets that answer after a delay, with an error, or never.
type lan struct {
	mu    sync.Mutex
	hosts map[string]host
	asked map[string]int
}

// host answers with err after delay; a negative delay never answers. The first lost questions
// get no answer.
type host struct {
	delay time.Duration
	err   error
	lost  int
}

const never = -1

func newLAN(hosts map[string]host) *lan { return &lan{hosts: hosts, asked: map[string]int{}} }

func (l *lan) set(name string, h host) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.hosts[name] = h
}

func (l *lan) ask(ctx context.Context, name string) error {
	l.mu.Lock()
	h := l.hosts[name]
	l.asked[name]++
	if l.asked[name] <= h.lost {
		h.delay = never
	}
	l.mu.Unlock()
	if h.delay < 0 {
		<-ctx.Done()
		return ctx.Err()
	}
	wait(ctx, h.delay)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return h.err
}

// watch makes a watch over the hosts of l that notes its changes.
func (l *lan) watch(t *testing.T, targets ...string) (*Vantage, *[]change) {
	t.Helper()
	var told []change
	w := New(Options{
		Targets: targets, Ping: l.ask, Dial: l.ask, Now: time.Now,
		Changed: func(isolated bool, since time.Time, text string) { told = append(told, change{isolated, since, text}) },
	})
	return w, &told
}

// blind reports what is known, and does not look.
func (v *Vantage) blind() bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.isolated
}

func TestIsolated(t *testing.T) {
	unreachable := os.NewSyscallError("connect", syscall.ENETUNREACH)
	forbidden := os.NewSyscallError("socket", syscall.EPERM)
	for _, tt := range []struct {
		name  string
		hosts map[string]host
		want  bool
		took  time.Duration
	}{
		{"no targets", nil, false, 0},
		{"one answers", map[string]host{"gw": {delay: 3 * time.Millisecond}}, false, 3 * time.Millisecond},
		{"one of two answers", map[string]host{"gw": {delay: never}, "10.1.0.2:53": {delay: time.Millisecond}}, false, time.Millisecond},
		{"none answers", map[string]host{"gw": {delay: never}, "10.1.0.2:53": {delay: never}}, true, 950 * time.Millisecond},
		{"slower than patience", map[string]host{"gw": {delay: 2 * time.Second}}, true, 950 * time.Millisecond},
		{"no route of its own", map[string]host{"gw": {err: unreachable}}, true, pause},
		{"the first question is lost", map[string]host{"gw": {lost: 1}}, false, attemptFor + pause},
		{"may not ask: cannot tell", map[string]host{"gw": {err: forbidden}}, false, pause},
		{"may not ask one, the other is silent", map[string]host{"gw": {err: forbidden}, "dns": {delay: never}}, true, 950 * time.Millisecond},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var names []string
				for name := range tt.hosts {
					names = append(names, name)
				}
				w, _ := newLAN(tt.hosts).watch(t, names...)
				begun := time.Now()
				got := w.Isolated(t.Context(), begun)
				if took := time.Since(begun); got != tt.want || took != tt.took {
					t.Errorf("isolated: %t after %v, want %t after %v", got, took, tt.want, tt.took)
				}
				w.Close()
			})
		})
	}
}

func TestQuestionsShareALook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLAN(map[string]host{"gw": {delay: 10 * time.Millisecond}})
		w, _ := l.watch(t, "gw")
		begun := time.Now()
		var all sync.WaitGroup
		for range 100 {
			all.Go(func() { w.Isolated(t.Context(), begun) })
		}
		all.Wait()
		w.Isolated(t.Context(), begun)
		if l.asked["gw"] != 1 {
			t.Errorf("101 questions asked the gateway %d times, want once", l.asked["gw"])
		}
		w.Isolated(t.Context(), time.Now()) // wants newer knowledge
		if l.asked["gw"] != 2 {
			t.Errorf("asked %d times after a question for newer knowledge, want 2", l.asked["gw"])
		}
		time.Sleep(3 * time.Second)
		w.Isolated(t.Context(), begun) // the old answer is stale
		if l.asked["gw"] != 3 {
			t.Errorf("asked %d times after 3s, want 3", l.asked["gw"])
		}
		w.Close()
	})
}

func TestNewerKnowledgeDoesNotWaitForAnOlderLook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLAN(map[string]host{"gw": {delay: never}})
		w, _ := l.watch(t, "gw")
		go w.Isolated(t.Context(), time.Now())
		time.Sleep(500 * time.Millisecond)
		l.set("gw", host{})
		now := time.Now()
		if w.Isolated(t.Context(), now) || time.Since(now) != 0 {
			t.Errorf("cut off by a look that began before, after %v", time.Since(now))
		}
		time.Sleep(time.Second)
		if w.blind() {
			t.Error("an older look that ended later made the agent blind")
		}
		w.Close()
	})
}

func TestWatchNoticesByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		l := newLAN(map[string]host{"gw": {}, "dns": {delay: never}})
		w, told := l.watch(t, "gw", "dns")
		w.Start(t.Context())
		time.Sleep(12 * time.Second)
		l.set("gw", host{delay: never})
		time.Sleep(10 * time.Second)
		if !w.blind() {
			t.Error("it needs a failing check to notice")
		}
		l.set("dns", host{})
		time.Sleep(10 * time.Second)
		started := begun.Add(23 * time.Second) // a probe between the return and its discovery
		if !w.Isolated(t.Context(), started) {
			t.Error("a failure begun before the agent saw again is believed")
		}
		if w.Isolated(t.Context(), begun.Add(26*time.Second)) {
			t.Error("a failure begun after the agent saw again is not believed")
		}
		w.Close()
		want := []change{
			{true, begun.Add(10 * time.Second), "no vantage target answers: gw: no answer; dns: no answer"},
			{false, begun.Add(25 * time.Second), "a vantage target answers"},
		}
		if diff := cmp.Diff(want, *told, cmp.AllowUnexported(change{})); diff != "" {
			t.Errorf("changes (-want +got):\n%s", diff)
		}
	})
}

func TestCloseDuringALook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, told := newLAN(map[string]host{"gw": {delay: never}}).watch(t, "gw")
		w.Start(t.Context())
		answered := make(chan bool)
		go func() { answered <- w.Isolated(context.Background(), time.Now()) }()
		time.Sleep(100 * time.Millisecond)
		w.Close()
		if <-answered || w.Isolated(t.Context(), time.Now()) || len(*told) > 0 {
			t.Errorf("closing made the agent blind: %v", *told)
		}
	})
}

func TestPanicOfAnAskerIsNoCutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := New(Options{
			Targets: []string{"gw"}, Now: time.Now,
			Ping: func(context.Context, string) error { panic("boom") },
		})
		if w.Isolated(t.Context(), time.Now()) {
			t.Error("a panic cut the agent off")
		}
		w.Close()
	})
}

func TestHostsArePingedAndSocketsConnectedTo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hosts, sockets := newLAN(map[string]host{}), newLAN(map[string]host{})
		w := New(Options{
			Targets: []string{"10.1.0.1", "fd00::1", "gateway.example", "10.1.0.2:53", "[fd00::1]:53"},
			Ping:    hosts.ask, Dial: sockets.ask, Now: time.Now,
		})
		w.Isolated(t.Context(), time.Now())
		synctest.Wait()
		w.Close()
		if diff := cmp.Diff(map[string]int{"10.1.0.1": 1, "fd00::1": 1, "gateway.example": 1}, hosts.asked); diff != "" {
			t.Errorf("pinged (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(map[string]int{"10.1.0.2:53": 1, "[fd00::1]:53": 1}, sockets.asked); diff != "" {
			t.Errorf("connected to (-want +got):\n%s", diff)
		}
	})
}

func TestAgentThatCannotPing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log strings.Builder
		w := New(Options{Targets: []string{"10.1.0.1"}, Now: time.Now, Log: slog.New(slog.NewTextHandler(&log, nil))})
		if w.Isolated(t.Context(), time.Now()) {
			t.Error("an agent that cannot ping holds itself for cut off")
		}
		w.Close()
		if said := log.String(); strings.Count(said, "level=WARN") != 1 || !strings.Contains(said, "10.1.0.1: this agent cannot ping") {
			t.Errorf("log: %q, want one warning that says why", said)
		}
	})
}

func TestSet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLAN(map[string]host{"old": {delay: never}, "new": {}})
		w, told := l.watch(t, "old")
		w.Start(t.Context())
		time.Sleep(2 * time.Second)
		if !w.Isolated(t.Context(), time.Now()) {
			t.Fatal("not cut off although the only target is silent")
		}
		go w.Isolated(t.Context(), time.Now()) // a look at the old is under way
		synctest.Wait()
		w.Set([]string{"new"})
		if w.Isolated(t.Context(), time.Now()) {
			t.Error("cut off although the new target answers")
		}
		time.Sleep(2 * time.Second)
		if w.blind() {
			t.Error("a look at the old targets made the agent blind")
		}
		l.set("new", host{delay: never})
		time.Sleep(10 * time.Second)
		w.Set(nil)
		if w.Isolated(t.Context(), time.Now()) {
			t.Error("cut off without a target")
		}
		time.Sleep(time.Second)
		w.Close()
		var got []bool
		for _, c := range *told {
			got = append(got, c.isolated)
		}
		if diff := cmp.Diff([]bool{true, false, true, false}, got); diff != "" {
			t.Errorf("changes (-want +got):\n%s", diff)
		}
	})
}

func TestClockThatStepsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var off time.Duration
		l := newLAN(map[string]host{"gw": {delay: never}})
		now := func() time.Time { return time.Now().Add(off) }
		w := New(Options{Targets: []string{"gw"}, Ping: l.ask, Now: now})
		if !w.Isolated(t.Context(), now()) {
			t.Fatal("not cut off")
		}
		l.set("gw", host{})
		if w.Isolated(t.Context(), now()) {
			t.Fatal("cut off still")
		}
		off = -time.Hour
		time.Sleep(time.Second)
		if w.Isolated(t.Context(), now()) {
			t.Error("cut off by what seems to lie ahead")
		}
		l.set("gw", host{delay: never})
		time.Sleep(time.Second)
		if !w.Isolated(t.Context(), now()) {
			t.Error("not cut off, by knowledge from before the step")
		}
		w.Close()
	})
}

func TestDialTakesAnyAnswer(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := Dial(t.Context(), l.Addr().String()); err != nil {
		t.Errorf("a listener: %v", err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if err := Dial(t.Context(), l.Addr().String()); err != nil {
		t.Errorf("refused: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := Dial(ctx, l.Addr().String()); !errors.Is(err, context.Canceled) {
		t.Errorf("ended context: %v", err)
	}
}
