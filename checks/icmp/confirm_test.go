package icmp

import (
	"context"
	"net/netip"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/keizoku-bcp/keizoku/checks"
)

// pinged is a fresh ping that takes rtt, or fails, and counts itself.
func pinged(calls *int, rtt time.Duration, err error) func(context.Context, netip.Addr, int, bool) (time.Duration, error) {
	return func(context.Context, netip.Addr, int, bool) (time.Duration, error) { *calls++; return rtt, err }
}

func TestConfirm(t *testing.T) {
	const ms = time.Millisecond
	lossy := func(s *Settings) { s.Count = 3 }
	for name, c := range map[string]struct {
		change  func(*Settings)
		after   map[int]time.Duration
		rtt     time.Duration
		err     error
		reason  checks.Reason
		text    string
		pings   int
		renewed bool
	}{
		"the host answers":          {nil, nil, 5 * ms, nil, checks.OK, "10.1.0.11 answered 1 of 1 in 5ms, asked from a fresh socket", 1, true},
		"it does not":               {nil, nil, 0, errNoAnswer, checks.Timeout, "no answer from 10.1.0.11 to 1 of 1 requests; a ping from a fresh socket failed too (no answer)", 1, false},
		"no way any more":           {nil, nil, 0, syscall.EHOSTUNREACH, checks.Timeout, "failed too (no route to host)", 1, false},
		"it answers, but slowly":    {func(s *Settings) { s.MaxRTT = ms }, nil, 5 * ms, nil, checks.Slow, "slower than 1ms, asked from a fresh socket", 1, true},
		"loss stands":               {lossy, map[int]time.Duration{0: ms}, ms, nil, checks.Loss, "answered 1 of 3", 0, false},
		"slowness stands":           {func(s *Settings) { s.MaxRTT = ms }, map[int]time.Duration{0: 9 * ms}, 0, nil, checks.Slow, "slower than", 0, false},
		"there was nothing to mend": {nil, map[int]time.Duration{0: ms}, 0, errNoAnswer, checks.OK, "answered 1 of 1", 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var pings int
				p := fakeProber(t, settings("10.1.0.11", c.change), answerAfter(c.after))
				p.ping = pinged(&pings, c.rtt, c.err)
				e, _ := p.engine(ip4)
				before := e.current
				ctx, cancel := context.WithTimeout(t.Context(), 4*time.Second)
				defer cancel()
				p.Probe(ctx)
				r := p.Confirm(t.Context())
				if r.Reason != c.reason || !strings.Contains(r.Text, c.text) {
					t.Errorf("%s: %q, want %s: %q", r.Reason, r.Text, c.reason, c.text)
				}
				if renewed := e.current != before; pings != c.pings || renewed != c.renewed {
					t.Errorf("%d pings, renewed %v; want %d, %v", pings, renewed, c.pings, c.renewed)
				}
			})
		})
	}
}

func TestConfirmCancelledBlamesNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var pings int
		p := fakeProber(t, settings("10.1.0.11", nil), answerAfter(nil))
		p.ping = pinged(&pings, 0, context.Canceled)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		p.Probe(ctx)
		gone, stop := context.WithCancel(t.Context())
		stop()
		if r := p.Confirm(gone); r.Reason != checks.ErrorLocal || r.Text == "" {
			t.Errorf("%+v", r)
		}
	})
}

func TestConfirmBeforeAnyProbeIsAProbe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := fakeProber(t, settings("10.1.0.11", nil), answerAfter(map[int]time.Duration{0: time.Millisecond}))
		if r := p.Confirm(t.Context()); !r.OK() {
			t.Errorf("%+v", r)
		}
	})
}
