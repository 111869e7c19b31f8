package icmp

import (
	"net/netip"
	"testing"
)

// launched is a flight of one echo to host, and the request as it left.
func launched(t *testing.T, s *socket, transport *fakeTransport, host netip.Addr, size int) (*flight, []byte) {
	t.Helper()
	var request []byte
	transport.onSend = func(b []byte, _ netip.Addr) error { request = b; return nil }
	f := newFlight(host, 1)
	if err := s.launch(f, 0, make([]byte, headerBytes+size)); err != nil {
		t.Fatal(err)
	}
	return f, request
}

func settled(f *flight) bool { return f.open == 0 }

func TestOnlyTheRightAnswerCounts(t *testing.T) {
	host, other := netip.MustParseAddr("10.1.0.11"), netip.MustParseAddr("10.1.0.12")
	change := func(at int) func([]byte) []byte {
		return func(b []byte) []byte { b[at] ^= 0x01; return b }
	}
	same := func(b []byte) []byte { return b }
	for name, c := range map[string]struct {
		from   netip.Addr
		change func([]byte) []byte
		counts bool
	}{
		"right":            {host, same, true},
		"wrong source":     {other, same, false},
		"no source":        {netip.Addr{}, same, false},
		"wrong identifier": {host, change(5), false},
		"wrong sequence":   {host, change(7), false},
		"wrong token":      {host, change(headerBytes), false},
		"token's last bit": {host, change(headerBytes + tokenBytes - 1), false},
		"short payload":    {host, func(b []byte) []byte { return b[:len(b)-1] }, false},
		"long payload":     {host, func(b []byte) []byte { return append(b, 0) }, false},
		"token alone":      {host, func(b []byte) []byte { return b[:headerBytes+tokenBytes] }, false},
		"header alone":     {host, func(b []byte) []byte { return b[:headerBytes] }, false},
		"one byte":         {host, func(b []byte) []byte { return b[:1] }, false},
		"nothing":          {host, func([]byte) []byte { return nil }, false},
		"garbage":          {host, func(b []byte) []byte { return []byte("GET / HTTP/1.1\r\nHost: x\r\n\r\n") }, false},
		"our request":      {host, func(b []byte) []byte { b[0] = echo4; return b }, false},
	} {
		s, transport := newFakeSocket(t, ip4)
		f, request := launched(t, s, transport, host, 56)
		s.arrive(c.change(answer(request)), c.from)
		if settled(f) != c.counts || f.echoes[0].answered != c.counts {
			t.Errorf("%s: counted = %v, want %v", name, settled(f), c.counts)
		}
		s.arrive(answer(request), host) // whatever came before, the right one counts
		if !f.echoes[0].answered || len(s.pending) != 0 {
			t.Errorf("%s: the right answer after it did not count", name)
		}
	}
}

func TestCopiesAndLateAnswersAreIgnored(t *testing.T) {
	host := netip.MustParseAddr("10.1.0.11")
	s, transport := newFakeSocket(t, ip4)

	f, request := launched(t, s, transport, host, 56)
	s.arrive(answer(request), host)
	rtt := f.echoes[0].rtt
	s.arrive(answer(request), host)
	if f.open != 0 || f.echoes[0].rtt != rtt || len(f.done) != 1 {
		t.Errorf("the copy changed the flight: open %d, %d signals", f.open, len(f.done))
	}

	f, request = launched(t, s, transport, host, 56)
	s.land(f)
	s.arrive(answer(request), host)
	if f.echoes[0].answered || f.open != 1 {
		t.Error("the late answer counted")
	}
}

func TestNoticesMatchTheirEcho(t *testing.T) {
	host, other, router := netip.MustParseAddr("10.1.0.11"), netip.MustParseAddr("10.1.0.12"), netip.MustParseAddr("10.1.0.1")
	changed := func(b []byte, at int) []byte { b[at] ^= 1; return b }
	for name, c := range map[string]struct {
		notice func(request []byte) []byte
		counts bool
	}{
		"whole quote":      {func(r []byte) []byte { return complaint4(3, 1, r, host, 64) }, true},
		"eight bytes":      {func(r []byte) []byte { return complaint4(3, 1, r, host, 8) }, true},
		"time exceeded":    {func(r []byte) []byte { return complaint4(11, 0, r, host, 8) }, true},
		"other host":       {func(r []byte) []byte { return complaint4(3, 1, r, other, 64) }, false},
		"other identifier": {func(r []byte) []byte { return complaint4(3, 1, changed(r, 5), host, 64) }, false},
		"other sequence":   {func(r []byte) []byte { return complaint4(3, 1, changed(r, 7), host, 64) }, false},
		"other token":      {func(r []byte) []byte { return complaint4(3, 1, changed(r, 9), host, 64) }, false},
	} {
		s, transport := newFakeSocket(t, ip4)
		f, request := launched(t, s, transport, host, 56)
		s.arrive(c.notice(request), router)
		if settled(f) != c.counts || f.echoes[0].answered {
			t.Errorf("%s: settled = %v, want %v", name, settled(f), c.counts)
		}
		if c.counts && f.echoes[0].notice.from != router {
			t.Errorf("%s: complained %v", name, f.echoes[0].notice.from)
		}
	}
}

func TestMoreEchoesThanSequenceNumbers(t *testing.T) {
	const echoes = 1<<16 + 1000
	host := netip.MustParseAddr("10.1.0.11")
	s, transport := newFakeSocket(t, ip4)
	requests := make([][]byte, 0, echoes)
	transport.onSend = func(b []byte, _ netip.Addr) error { requests = append(requests, b); return nil }
	f := newFlight(host, echoes)
	packet := make([]byte, headerBytes+tokenBytes)
	for i := range echoes {
		if err := s.launch(f, i, packet); err != nil {
			t.Fatal(err)
		}
	}
	for i := range echoes / 2 { // the first half, among them all that share a number with later ones
		s.arrive(answer(requests[i]), host)
	}
	for i := range f.echoes {
		if f.echoes[i].answered != (i < echoes/2) {
			t.Fatalf("echo %d answered = %v", i, f.echoes[i].answered)
		}
	}
	s.land(f)
	if len(s.pending) != 0 {
		t.Errorf("%d entries left behind", len(s.pending))
	}
}

func TestLongAnswersCountByWhatIsLookedAt(t *testing.T) {
	host := netip.MustParseAddr("fd00::11")
	s, transport := newFakeSocket(t, ip6)
	f, request := launched(t, s, transport, host, 9000)
	s.arrive(answer(request)[:captureBytes-1], host)
	if settled(f) {
		t.Error("a cut answer counted")
	}
	s.arrive(answer(request), host)
	if !settled(f) {
		t.Error("the whole answer did not count")
	}
}

func TestZonesDoNotSeparate(t *testing.T) {
	s, transport := newFakeSocket(t, ip6)
	f, request := launched(t, s, transport, netip.MustParseAddr("fe80::11%eth0"), 56)
	s.arrive(answer(request), netip.MustParseAddr("fe80::11%2"))
	if !settled(f) {
		t.Error("the answer did not count")
	}
}
