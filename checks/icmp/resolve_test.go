package icmp

import (
	"context"
	"net"
	"testing"

	"github.com/miekg/dns"

	"github.com/keizoku-bcp/keizoku/checks"
)

// nameServer answers for a handful of names over UDP on loopback.
func nameServer(t *testing.T) *net.Resolver {
	t.Helper()
	pc, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	records := map[string]string{
		"server.example. A":    "server.example. 60 IN A 127.7.7.7",
		"server.example. AAAA": "server.example. 60 IN AAAA ::1",
		"four.example. A":      "four.example. 60 IN A 127.7.7.8",
		"sinkhole.example. A":  "sinkhole.example. 60 IN A 0.0.0.0",
	}
	server := &dns.Server{PacketConn: pc, Handler: dns.HandlerFunc(func(w dns.ResponseWriter, q *dns.Msg) {
		m := new(dns.Msg).SetReply(q)
		name := q.Question[0].Name
		if text, ok := records[name+" "+dns.TypeToString[q.Question[0].Qtype]]; ok {
			rr, _ := dns.NewRR(text)
			m.Answer = append(m.Answer, rr)
		} else if name == "nowhere.example." {
			m.Rcode = dns.RcodeNameError
		}
		_ = w.WriteMsg(m)
	})}
	go func() { _ = server.ActivateAndServe() }()
	t.Cleanup(func() { _ = pc.Close() })
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "udp4", pc.LocalAddr().String())
	}}
}

func TestResolve(t *testing.T) {
	resolver := nameServer(t)
	for _, c := range []struct {
		host, family string
		want         string
		reason       checks.Reason
	}{
		{"192.0.2.7", "any", "192.0.2.7", checks.OK},
		{"::ffff:192.0.2.7", "any", "192.0.2.7", checks.OK},
		{"fe80::1%eth0", "ip6", "fe80::1%eth0", checks.OK},
		{"server.example.", "ip4", "127.7.7.7", checks.OK},
		{"server.example.", "ip6", "::1", checks.OK},
		{"four.example.", "any", "127.7.7.8", checks.OK},
		{"four.example.", "ip6", "", checks.DNSFailure},
		{"nowhere.example.", "any", "", checks.DNSFailure},
		{"sinkhole.example.", "any", "", checks.DNSFailure},
	} {
		p := newProber(settings(c.host, func(s *Settings) { s.Family = c.family }), &checks.Env{})
		p.resolver = resolver
		addr, err := p.resolve(t.Context())
		got := ""
		if err == nil {
			got = addr.String()
		}
		if reason := reasonOf(t.Context(), err); got != c.want || reason != c.reason {
			t.Errorf("%s (%s): %q, %s (%v), want %q, %s", c.host, c.family, got, reason, err, c.want, c.reason)
		}
	}
}

func TestCancelledLookupIsNotTheServersFault(t *testing.T) {
	p := newProber(settings("server.example.", nil), &checks.Env{})
	p.resolver = nameServer(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := p.Probe(ctx)
	if r.Reason != checks.ErrorLocal || len(r.Phases) != 1 || r.Phases[0].Name != "resolve" {
		t.Errorf("%+v", r)
	}
}
