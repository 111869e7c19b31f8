package icmp

import (
	"context"
	"io"
	"net/netip"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/keizoku-bcp/keizoku/checks"
)

// settings are the defaults, changed.
func settings(host string, change func(*Settings)) *Settings {
	s := &Settings{Host: host, Family: "any", Count: 1, Gap: 200 * time.Millisecond, Size: 56, MaxLoss: 0.5}
	if change != nil {
		change(s)
	}
	return s
}

// fakeProber is a prober on a network in memory, where each echo sent is handed to reply with
// its number from 0. It must run in a synctest bubble.
func fakeProber(t *testing.T, s *Settings, reply func(s *socket, n int, b []byte, to netip.Addr) error) *prober {
	t.Helper()
	var e *engine
	n := -1
	e, err := newEngine(familyOf(netip.MustParseAddr(s.Host)), func() (transport, error) {
		f := newFake(77)
		f.onSend = func(b []byte, to netip.Addr) error { n++; return reply(e.current, n, b, to) }
		return f, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	p := newProber(s, &checks.Env{Timeout: 4 * time.Second})
	p.engine = func(family) (*engine, error) { return e, nil }
	return p
}

// answerAfter answers the echoes numbered so after the durations given, and no others.
func answerAfter(after map[int]time.Duration) func(*socket, int, []byte, netip.Addr) error {
	return func(s *socket, n int, b []byte, to netip.Addr) error {
		if d, ok := after[n]; ok {
			time.AfterFunc(d, func() { s.arrive(answer(b), to) })
		}
		return nil
	}
}

func TestProbeVerdicts(t *testing.T) {
	const ms = time.Millisecond
	router := netip.MustParseAddr("10.1.0.1")
	three := func(s *Settings) { s.Count = 3 }
	refuse := func(code byte) func(*socket, int, []byte, netip.Addr) error {
		return func(s *socket, _ int, b []byte, to netip.Addr) error {
			s.arrive(complaint4(unreachable4, code, b, to, 8), router)
			return nil
		}
	}
	fail := func(err error) func(*socket, int, []byte, netip.Addr) error {
		return func(*socket, int, []byte, netip.Addr) error { return err }
	}
	for name, c := range map[string]struct {
		change func(*Settings)
		reply  func(*socket, int, []byte, netip.Addr) error
		reason checks.Reason
		text   string
		takes  time.Duration
		values map[string]float64
	}{
		"answers": {nil, answerAfter(map[int]time.Duration{0: 20 * ms}), checks.OK, "10.1.0.11 answered 1 of 1 in 20ms", 20 * ms,
			map[string]float64{"loss_ratio": 0, "rtt_min_seconds": .02, "rtt_avg_seconds": .02, "rtt_max_seconds": .02}},
		"three answers": {three, answerAfter(map[int]time.Duration{0: 10 * ms, 1: 20 * ms, 2: 60 * ms}), checks.OK, "answered 3 of 3 in 30ms", 460 * ms,
			map[string]float64{"loss_ratio": 0, "rtt_min_seconds": .01, "rtt_avg_seconds": .03, "rtt_max_seconds": .06}},
		"in the wrong order": {three, answerAfter(map[int]time.Duration{0: 900 * ms, 1: 300 * ms, 2: 30 * ms}), checks.OK, "answered 3 of 3", 900 * ms,
			map[string]float64{"loss_ratio": 0, "rtt_min_seconds": .03, "rtt_avg_seconds": .41, "rtt_max_seconds": .9}},
		"silent": {nil, answerAfter(nil), checks.Timeout, "no answer from 10.1.0.11 to 1 of 1 requests", 4 * time.Second,
			map[string]float64{"loss_ratio": 1}},
		"silent, all loss allowed": {func(s *Settings) { s.MaxLoss = 1 }, answerAfter(nil), checks.Timeout, "no answer", 4 * time.Second,
			map[string]float64{"loss_ratio": 1}},
		"half lost is allowed": {func(s *Settings) { s.Count = 2 }, answerAfter(map[int]time.Duration{1: 10 * ms}), checks.OK, "answered 1 of 2", 4 * time.Second,
			map[string]float64{"loss_ratio": .5, "rtt_min_seconds": .01, "rtt_avg_seconds": .01, "rtt_max_seconds": .01}},
		"more is loss": {three, answerAfter(map[int]time.Duration{1: 10 * ms}), checks.Loss, "10.1.0.11 answered 1 of 3 requests; at most 50% may be lost", 4 * time.Second,
			map[string]float64{"loss_ratio": 2. / 3, "rtt_min_seconds": .01, "rtt_avg_seconds": .01, "rtt_max_seconds": .01}},
		"slow": {func(s *Settings) { s.MaxRTT = 19 * ms }, answerAfter(map[int]time.Duration{0: 20 * ms}), checks.Slow, "answered in 20ms on average, slower than 19ms", 20 * ms,
			map[string]float64{"loss_ratio": 0, "rtt_min_seconds": .02, "rtt_avg_seconds": .02, "rtt_max_seconds": .02}},
		"unreachable": {nil, refuse(1), checks.Unreachable, "10.1.0.11: host unreachable, says 10.1.0.1", 0, map[string]float64{"loss_ratio": 1}},
		"prohibited":  {nil, refuse(13), checks.Unreachable, "10.1.0.11: administratively prohibited, says 10.1.0.1", 0, map[string]float64{"loss_ratio": 1}},
		"no route":    {nil, fail(syscall.ENETUNREACH), checks.NoRoute, "sending to 10.1.0.11: network is unreachable", 0, nil},
		"no host":     {nil, fail(syscall.EHOSTUNREACH), checks.Unreachable, "sending to 10.1.0.11: no route to host", 0, nil},
		"firewalled":  {nil, fail(syscall.EPERM), checks.ErrorLocal, "sending to 10.1.0.11: operation not permitted", 0, nil},
		"strange":     {nil, fail(syscall.EINVAL), checks.ErrorLocal, "sending to 10.1.0.11: invalid argument", 0, nil},
		"full":        {nil, fail(errFull), checks.ErrorLocal, "sending to 10.1.0.11: the socket's send buffer is full", 4 * time.Second, nil},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := fakeProber(t, settings("10.1.0.11", c.change), c.reply)
				ctx, cancel := context.WithTimeout(t.Context(), 4*time.Second)
				defer cancel()
				start := time.Now()
				r := p.Probe(ctx)
				if r.Reason != c.reason || !strings.Contains(r.Text, c.text) {
					t.Errorf("%s: %q, want %s: %q", r.Reason, r.Text, c.reason, c.text)
				}
				if took := time.Since(start); took != c.takes {
					t.Errorf("took %v, want %v", took, c.takes)
				}
				if diff := cmp.Diff(c.values, r.Values, cmpopts.EquateApprox(0, 1e-9)); diff != "" {
					t.Errorf("values (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func TestFullBufferIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := fakeProber(t, settings("10.1.0.11", nil), func(s *socket, n int, b []byte, to netip.Addr) error {
			if n < 30 {
				return errFull
			}
			go s.arrive(answer(b), to)
			return nil
		})
		start := time.Now()
		if r := p.Probe(t.Context()); !r.OK() || time.Since(start) != 30*time.Millisecond {
			t.Errorf("%+v after %v", r, time.Since(start))
		}
	})
}

func TestEndOfContext(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Settings)
		after  map[int]time.Duration
		end    func(context.Context) (context.Context, context.CancelFunc)
		reason checks.Reason
		takes  time.Duration
	}{
		"cancelled": {nil, nil, cancelAfter(time.Second), checks.ErrorLocal, time.Second},
		"cancelled between echoes": {func(s *Settings) { s.Count = 5 }, map[int]time.Duration{0: 1, 1: 1},
			cancelAfter(300 * time.Millisecond), checks.ErrorLocal, 300 * time.Millisecond},
		"deadline between echoes counts what was sent": {func(s *Settings) { s.Count = 5 }, map[int]time.Duration{0: 1, 1: 1},
			deadlineAfter(300 * time.Millisecond), checks.OK, 300 * time.Millisecond},
		"over before it begins": {nil, nil, deadlineAfter(0), checks.Timeout, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := fakeProber(t, settings("10.1.0.11", c.change), answerAfter(c.after))
				ctx, cancel := c.end(t.Context())
				defer cancel()
				start := time.Now()
				r := p.Probe(ctx)
				if r.Reason != c.reason || r.Text == "" || time.Since(start) != c.takes {
					t.Errorf("%s: %q after %v, want %s after %v", r.Reason, r.Text, time.Since(start), c.reason, c.takes)
				}
			})
		})
	}
}

func cancelAfter(d time.Duration) func(context.Context) (context.Context, context.CancelFunc) {
	return func(ctx context.Context) (context.Context, context.CancelFunc) {
		ctx, cancel := context.WithCancel(ctx)
		time.AfterFunc(d, cancel)
		return ctx, cancel
	}
}

func deadlineAfter(d time.Duration) func(context.Context) (context.Context, context.CancelFunc) {
	return func(ctx context.Context) (context.Context, context.CancelFunc) {
		return context.WithTimeout(ctx, d)
	}
}

func TestClosingTheSocketEndsProbes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := fakeProber(t, settings("10.1.0.11", nil), answerAfter(nil))
		e, _ := p.engine(ip4)
		time.AfterFunc(time.Second, func() { _ = e.Close() })
		if r := p.Probe(t.Context()); r.Reason != checks.ErrorLocal || !strings.Contains(r.Text, "closed") {
			t.Errorf("%+v", r)
		}
	})
}

func TestFitGap(t *testing.T) {
	for _, c := range []struct {
		gap     time.Duration
		count   int
		timeout time.Duration
		want    time.Duration
	}{
		{200 * time.Millisecond, 1, time.Second, 200 * time.Millisecond},
		{200 * time.Millisecond, 3, time.Second, 200 * time.Millisecond},
		{200 * time.Millisecond, 6, time.Second, 100 * time.Millisecond},
		{time.Second, 3, 5 * time.Second, time.Second},
		{2 * time.Second, 3, 5 * time.Second, 1250 * time.Millisecond},
		{time.Second, 3, 0, time.Second},
	} {
		if got := fitGap(c.gap, c.count, c.timeout); got != c.want {
			t.Errorf("fitGap(%v, %d, %v) = %v, want %v", c.gap, c.count, c.timeout, got, c.want)
		}
	}
}

func TestHostAloneIsPingedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := fakeProber(t, &Settings{Host: "10.1.0.11"}, answerAfter(map[int]time.Duration{0: time.Millisecond}))
		if r := p.Probe(t.Context()); !r.OK() || r.Text != "10.1.0.11 answered 1 of 1 in 1ms" {
			t.Errorf("%+v", r)
		}
	})
}

func TestNoSocketIsTheAgentsTrouble(t *testing.T) {
	p := newProber(settings("127.0.0.1", nil), &checks.Env{})
	p.engine = func(family) (*engine, error) { return nil, io.ErrNoProgress }
	if r := p.Probe(t.Context()); r.Reason != checks.ErrorLocal || r.Text == "" {
		t.Errorf("%+v", r)
	}
}
