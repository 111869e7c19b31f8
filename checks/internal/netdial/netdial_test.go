package netdial

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/dns/dnsmessage"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/checks/checktest"
	"github.com/keizoku-bcp/keizoku/plan"
)

func TestParseAddress(t *testing.T) {
	for _, test := range []struct {
		text        string
		defaultPort uint16
		want        string // empty: refused
	}{
		{"10.1.0.11:443", 0, "10.1.0.11:443"},
		{"records.example:443", 0, "records.example:443"},
		{"[2001:db8::1]:443", 0, "[2001:db8::1]:443"},
		{"10.1.0.11", 53, "10.1.0.11:53"},
		{"2001:db8::1", 53, "[2001:db8::1]:53"},
		{"[2001:db8::1]", 53, "[2001:db8::1]:53"},
		{"ns.example", 53, "ns.example:53"},
		{"ns.example:5353", 53, "ns.example:5353"},
		{"10.1.0.11", 0, ""},
		{":443", 0, ""},
		{"a:b:c", 53, ""},
		{"", 53, ""},
		{"a b:443", 0, ""},
		{"http://a.example:80", 0, ""},
		{"a.example:0", 0, ""},
		{"a.example:65536", 0, ""},
		{"a.example:http", 0, ""},
	} {
		got, err := ParseAddress(test.text, test.defaultPort)
		if (err != nil) != (test.want == "") || err == nil && got.String() != test.want {
			t.Errorf("ParseAddress(%q, %d) = %s, %v, want %q", test.text, test.defaultPort, got, err, test.want)
		}
	}
}

// Of two addresses the first is silent: the second gets its turn before the time is up.
func TestSilentAddressLeavesTimeForTheNext(t *testing.T) {
	hole, good := checktest.BlackHole(t), checktest.Silent(t)
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	d := New("")
	addrs := []netip.AddrPort{netip.MustParseAddrPort(hole), netip.MustParseAddrPort(good)}
	conn, err := d.inTurn(ctx, addrs)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if got := conn.RemoteAddr().String(); got != good {
		t.Errorf("connected to %s, want %s", got, good)
	}
}

func TestFirstFailureIsTold(t *testing.T) {
	first, second := checktest.Refused(t), checktest.Refused(t)
	_, err := New("").inTurn(context.Background(), []netip.AddrPort{netip.MustParseAddrPort(first), netip.MustParseAddrPort(second)})
	if err == nil || !strings.Contains(err.Error(), first) {
		t.Errorf("err = %v, want one of %s", err, first)
	}
}

func TestResolve(t *testing.T) {
	resolver := resolveWith(t, map[string]dnsmessage.ResourceBody{
		"records.example.": &dnsmessage.AResource{A: [4]byte{127, 0, 0, 1}},
	})
	for _, test := range []struct {
		name       string
		host       string
		family     Family
		wantAddrs  []netip.AddrPort
		wantReason checks.Reason
		wantText   string
	}{
		{"known", "records.example", "", []netip.AddrPort{netip.MustParseAddrPort("127.0.0.1:80")}, "", ""},
		{"unknown", "missing.example", "", nil, checks.DNSFailure, "resolving missing.example: no such host"},
		{"known, but not in that family", "records.example", IPv6, nil, checks.DNSFailure, "resolving records.example"},
		{"address of another family", "127.0.0.1", IPv6, nil, checks.DNSFailure, "not an address of family ip6"},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := New(test.family)
			d.Resolver = resolver
			a, err := NewAddress(test.host, "80")
			if err != nil {
				t.Fatal(err)
			}
			got, err := d.Resolve(context.Background(), a, Start())
			if diff := cmp.Diff(test.wantAddrs, got, cmp.Comparer(func(x, y netip.AddrPort) bool { return x == y })); diff != "" {
				t.Errorf("addresses (-want +got):\n%s", diff)
			}
			var f *Failure
			if errors.As(err, &f) && (f.Reason != test.wantReason || !strings.Contains(f.Text, test.wantText)) {
				t.Errorf("got %s: %s, want %s: …%s…", f.Reason, f.Text, test.wantReason, test.wantText)
			} else if (err != nil) != (test.wantReason != "") {
				t.Errorf("err = %v", err)
			}
		})
	}
}

// A name server that is silent must not hold a probe longer than its context.
func TestResolveEndsWithContext(t *testing.T) {
	d := New("")
	d.Resolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var dialer net.Dialer
		return dialer.DialContext(ctx, "udp", checktest.SilentUDP(t))
	}}
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	a, err := NewAddress("records.example", "80")
	if err != nil {
		t.Fatal(err)
	}
	_, err = d.TCP(ctx, a, Start())
	var f *Failure
	if !errors.As(err, &f) || f.Reason != checks.DNSFailure {
		t.Errorf("err = %v, want a failure for %s", err, checks.DNSFailure)
	}
}

// resolveWith returns a resolver that asks a name server with the records given.
func resolveWith(t *testing.T, records map[string]dnsmessage.ResourceBody) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	go func() {
		packet := make([]byte, 1500)
		for {
			n, from, err := conn.ReadFrom(packet)
			if err != nil {
				return
			}
			conn.WriteTo(answer(packet[:n], records), from)
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var dialer net.Dialer
		return dialer.DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

func answer(packet []byte, records map[string]dnsmessage.ResourceBody) []byte {
	var m dnsmessage.Message
	if m.Unpack(packet) != nil {
		return nil
	}
	q := m.Questions[0]
	m.Header = dnsmessage.Header{ID: m.ID, Response: true, RecursionAvailable: true}
	m.Additionals = nil
	body, ok := records[q.Name.String()]
	if !ok {
		m.RCode = dnsmessage.RCodeNameError
	} else if q.Type == dnsmessage.TypeA {
		m.Answers = []dnsmessage.Resource{{Header: dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class, TTL: 60}, Body: body}}
	}
	out, _ := m.Pack() // a broken packet fails the test by itself
	return out
}

func TestFail(t *testing.T) {
	live := context.Background()
	canceled, cancel := context.WithCancel(live)
	cancel()
	late, cancel := context.WithDeadline(live, time.Unix(0, 0))
	defer cancel()
	for _, test := range []struct {
		name       string
		ctx        context.Context
		step       Step
		err        error
		wantReason checks.Reason
		wantText   string
	}{
		{"refused", live, Connecting, syscall.ECONNREFUSED, checks.Refused, "connection refused by peer"},
		{"no route", live, Connecting, syscall.ENETUNREACH, checks.NoRoute, "connecting to peer: network is unreachable"},
		{"host gone", live, Connecting, syscall.EHOSTUNREACH, checks.Unreachable, "connecting to peer: no route to host"},
		{"no descriptors", live, Connecting, syscall.EMFILE, checks.ErrorLocal, "connecting to peer: too many open files"},
		{"cut", live, Talking, io.EOF, checks.Reset, "peer closed the connection before it had answered"},
		{"reset", live, Handshaking, syscall.ECONNRESET, checks.Reset, "peer broke the connection off in the TLS handshake"},
		{"late", late, Talking, net.ErrClosed, checks.Timeout, "no answer in time while talking to peer"},
		{"canceled", canceled, Connecting, context.Canceled, checks.ErrorLocal, "stopped by the agent while connecting to peer"},
		{"nonsense", live, Talking, errors.New("malformed"), checks.WrongAnswer, "talking to peer: malformed"},
		{"nonsense in the handshake", live, Handshaking, errors.New("malformed"), checks.TLSInvalid, "in the TLS handshake with peer: malformed"},
		{"alert", live, Talking, &net.OpError{Op: "remote error", Err: errors.New("tls: certificate required")}, checks.TLSInvalid, "tls: certificate required"},
		{"already judged", live, Talking, fmt.Errorf("proxy: %w", Failf(checks.Slow, "too slow")), checks.Slow, "too slow"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := Fail(test.ctx, test.step, "peer", test.err)
			if got.Reason != test.wantReason || !strings.Contains(got.Text, test.wantText) {
				t.Errorf("got %s: %s\nwant %s: …%s…", got.Reason, got.Text, test.wantReason, test.wantText)
			}
		})
	}
}

func TestPut(t *testing.T) {
	secrets := new(plan.Redactor)
	secrets.Add("hunter2")
	var result checks.Result
	Failf(checks.WrongAnswer, "said\x1b[31m \xff%s\n%s", "hunter2", strings.Repeat("継", checks.MaxText)).Put(&result, secrets)
	if !strings.HasPrefix(result.Text, "said [31m �(secret) 継継") || !strings.HasSuffix(result.Text, "継…") {
		t.Errorf("text = %q", result.Text)
	}
	if len(result.Text) > checks.MaxText || !utf8.ValidString(result.Text) {
		t.Errorf("text has %d bytes, valid %t", len(result.Text), utf8.ValidString(result.Text))
	}
	var none *Failure
	if none.Put(&result, secrets); result.Reason != checks.WrongAnswer {
		t.Error("no failure changed the result")
	}
}

func TestStopwatch(t *testing.T) {
	w := Start()
	w.Lap("connect")
	w.Add("tls", 2*time.Second)
	w.Add("tls", 3*time.Second)
	got := w.Phases()
	if len(got) != 2 || got[0].Name != "connect" || got[0].Duration < 0 || got[1] != (checks.Phase{Name: "tls", Duration: 5 * time.Second}) {
		t.Errorf("phases = %v", got)
	}
}
