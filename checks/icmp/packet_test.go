package icmp

import (
	"encoding/binary"
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	xicmp "golang.org/x/net/icmp"
	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"
)

var (
	sameAddr = cmpopts.EquateComparable(netip.Addr{})
	opaque   = cmp.AllowUnexported(message{}, notice{})
)

func TestPutEchoIsWhatOthersRead(t *testing.T) {
	for _, f := range []family{ip4, ip6} {
		for _, size := range []int{8, 9, 56, 57, 1472} {
			b := make([]byte, headerBytes+size)
			putEcho(b, f, 0xbeef, 0x1234, 0x0102030405060708)
			proto, kind := nextICMP4, xicmp.Type(ipv4.ICMPTypeEcho)
			if f == ip6 {
				proto, kind = nextICMP6, ipv6.ICMPTypeEchoRequest
			}
			m, err := xicmp.ParseMessage(proto, b)
			if err != nil {
				t.Fatalf("%v, %d bytes: %v", f, size, err)
			}
			body := m.Body.(*xicmp.Echo)
			if m.Type != kind || body.ID != 0xbeef || body.Seq != 0x1234 || len(body.Data) != size ||
				binary.BigEndian.Uint64(body.Data) != 0x0102030405060708 {
				t.Errorf("%v, %d bytes: read back as %v %+v", f, size, m.Type, body)
			}
			marshalled, err := m.Marshal(nil)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(marshalled, b); f == ip4 && diff != "" {
				t.Errorf("%d bytes: differs from x/net's own (-theirs +ours):\n%s", size, diff)
			}
		}
	}
}

func TestParse(t *testing.T) {
	var (
		router4, host4 = netip.MustParseAddr("10.1.0.1"), netip.MustParseAddr("10.1.0.11")
		router6, host6 = netip.MustParseAddr("fd00::1"), netip.MustParseAddr("fd00::11")
	)
	request := func(f family) []byte {
		b := make([]byte, headerBytes+56)
		putEcho(b, f, 7, 9, 42)
		return b
	}
	change := func(b []byte, at int, to byte) []byte { b[at] = to; return b }
	quoted := func(n notice, to netip.Addr) message {
		return message{id: 7, seq: 9, token: 42, hasToken: true, payload: 56, notice: n, to: to}
	}
	bare := quoted(notice{router4, ip4, unreachable4, 1}, host4)
	bare.token, bare.hasToken, bare.payload = 0, false, 0

	for name, c := range map[string]struct {
		family family
		from   netip.Addr
		b      []byte
		want   message
		ok     bool
	}{
		"reply":               {ip4, host4, answer(request(ip4)), message{id: 7, seq: 9, token: 42, hasToken: true, payload: 56}, true},
		"reply 6":             {ip6, host6, answer(request(ip6)), message{id: 7, seq: 9, token: 42, hasToken: true, payload: 56}, true},
		"reply, no payload":   {ip4, host4, answer(request(ip4))[:8], message{id: 7, seq: 9}, true},
		"reply, cut header":   {ip4, host4, answer(request(ip4))[:7], message{}, false},
		"empty":               {ip4, host4, nil, message{}, false},
		"reply with a code":   {ip4, host4, change(answer(request(ip4)), 1, 1), message{}, false},
		"request":             {ip4, host4, request(ip4), message{}, false},
		"request 6":           {ip6, host6, request(ip6), message{}, false},
		"reply of 4 on 6":     {ip6, host4, answer(request(ip4)), message{}, false},
		"reply of 6 on 4":     {ip4, host6, answer(request(ip6)), message{}, false},
		"unreachable":         {ip4, router4, complaint4(3, 1, request(ip4), host4, 64), quoted(notice{router4, ip4, 3, 1}, host4), true},
		"unreachable, 8 back": {ip4, router4, complaint4(3, 1, request(ip4), host4, 8), bare, true},
		"unreachable, 7 back": {ip4, router4, complaint4(3, 1, request(ip4), host4, 7), message{}, false},
		"exceeded":            {ip4, router4, complaint4(11, 0, request(ip4), host4, 64), quoted(notice{router4, ip4, 11, 0}, host4), true},
		"quotes UDP":          {ip4, router4, change(complaint4(3, 3, request(ip4), host4, 64), 8+9, 17), message{}, false},
		"quotes a reply":      {ip4, router4, complaint4(3, 1, answer(request(ip4)), host4, 64), message{}, false},
		"quotes IPv5":         {ip4, router4, change(complaint4(3, 1, request(ip4), host4, 64), 8, 0x55), message{}, false},
		"quotes a short IHL":  {ip4, router4, change(complaint4(3, 1, request(ip4), host4, 64), 8, 0x44), message{}, false},
		"quotes a long IHL":   {ip4, router4, change(complaint4(3, 1, request(ip4), host4, 8), 8, 0x4f), message{}, false},
		"unreachable 6":       {ip6, router6, complaint6(1, 3, request(ip6), host6, 64), quoted(notice{router6, ip6, 1, 3}, host6), true},
		"too big 6":           {ip6, router6, complaint6(2, 0, request(ip6), host6, 64), quoted(notice{router6, ip6, 2, 0}, host6), true},
		"exceeded 6":          {ip6, router6, complaint6(3, 0, request(ip6), host6, 64), quoted(notice{router6, ip6, 3, 0}, host6), true},
		"quotes TCP 6":        {ip6, router6, change(complaint6(1, 3, request(ip6), host6, 64), 8+6, 6), message{}, false},
		"neighbour advert":    {ip6, router6, change(answer(request(ip6)), 0, 136), message{}, false},
	} {
		got, ok := parse(c.family, c.b, c.from)
		if ok != c.ok {
			t.Errorf("%s: ok = %v, want %v", name, ok, c.ok)
		}
		if diff := cmp.Diff(c.want, got, opaque, sameAddr); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestStripIPv4(t *testing.T) {
	packet := func(change func(b []byte) []byte) []byte {
		b := make([]byte, 24, 128) // a header with four bytes of options
		b[0], b[3] = 0x46, 24+64
		request := make([]byte, 64)
		putEcho(request, ip4, 1, 2, 3)
		return change(append(b, answer(request)...))
	}
	for name, c := range map[string]struct {
		change func(b []byte) []byte
		want   int
	}{
		"whole":                {func(b []byte) []byte { return b }, 64},
		"wrong checksum":       {func(b []byte) []byte { b[80] ^= 1; return b }, 0},
		"cut, not verifiable":  {func(b []byte) []byte { return b[:60] }, 36},
		"shorter than it says": {func(b []byte) []byte { return b[:31] }, 0},
		"no header":            {func(b []byte) []byte { return b[:19] }, 0},
		"not IPv4":             {func(b []byte) []byte { b[0] = 0x66; return b }, 0},
		"header too short":     {func(b []byte) []byte { b[0] = 0x44; return b }, 0},
		"header beyond packet": {func(b []byte) []byte { b[0] = 0x4f; return b[:60] }, 0},
	} {
		if got := len(stripIPv4(packet(c.change))); got != c.want {
			t.Errorf("%s: %d bytes left, want %d", name, got, c.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	request := make([]byte, 64)
	for _, fam := range []family{ip4, ip6} {
		putEcho(request, fam, 7, 9, 42)
		f.Add(byte(fam), answer(request))
		f.Add(byte(fam), complaint4(3, 1, request, netip.MustParseAddr("10.1.0.11"), 64))
		f.Add(byte(fam), complaint6(1, 3, request, netip.MustParseAddr("fd00::11"), 64))
	}
	f.Add(byte(4), append([]byte{0x45, 0, 0, 84}, make([]byte, 80)...))
	f.Fuzz(func(t *testing.T, kind byte, b []byte) {
		fam := ip4
		if kind%2 == 0 {
			fam = ip6
		}
		if inner := stripIPv4(b); len(inner) > len(b)-20 && inner != nil {
			t.Errorf("%d bytes inside a packet of %d", len(inner), len(b))
		}
		m, ok := parse(fam, b, netip.MustParseAddr("192.0.2.1"))
		switch {
		case !ok && m != (message{}):
			t.Errorf("refused, but says %+v", m)
		case ok && m.hasToken != (m.payload >= tokenBytes):
			t.Errorf("token and payload disagree: %+v", m)
		case ok && m.payload > len(b)-headerBytes:
			t.Errorf("payload of %d in %d bytes", m.payload, len(b))
		case ok && (m.notice != (notice{})) != m.to.IsValid():
			t.Errorf("a notice tells where its echo was going, an answer does not: %+v", m)
		}
	})
}
