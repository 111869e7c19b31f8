package dns

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/keizoku-bcp/keizoku/block"
	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/checks/checktest"
	"github.com/keizoku-bcp/keizoku/plan"
)

func TestMain(m *testing.M) {
	os.Exit(checktest.Main(m, map[string]checktest.Server{"dns": serveBenchmark}))
}

func TestConformance(t *testing.T) {
	server := nameServer(zone).start(t)
	ask := func(server, name, more string) string {
		return fmt.Sprintf("server = %q\nname = %q\n%s\n", server, name, more)
	}
	checktest.Run(t, checktest.Case{Kind: Kind(), Targets: []checktest.Target{
		{Name: "healthy", Want: checks.OK, Settings: ask(server, "www.example", "")},
		{Name: "healthy over TCP", Want: checks.OK, Settings: ask(server, "www.example", `transport = "tcp"`)},
		{Name: "text with line ends", Want: checks.OK, Settings: ask(server, "www.example", `type = "TXT"`)},
		{Name: "cut short", Want: checks.OK, Settings: ask(server, "long.example", "")},
		{Name: "dead", Want: checks.Refused, Settings: ask(checktest.RefusedUDP(t), "www.example", "")},
		{Name: "dead over TCP", Want: checks.Refused, Settings: ask(checktest.Refused(t), "www.example", `transport = "tcp"`)},
		{Name: "silent", Want: checks.Timeout, Settings: ask(server, "silent.example", "")},
		{Name: "silent over TCP", Want: checks.Timeout, Settings: ask(checktest.Silent(t), "www.example", `transport = "tcp"`)},
		{Name: "silent in the handshake", Want: checks.Timeout, Settings: ask(checktest.Silent(t), "www.example", `transport = "tls"`)},
		{Name: "secret name", Want: checks.DNSFailure, Settings: fmt.Sprintf("server = %q\nname = secret(\"missing.example\")\n", server)},
	}})
}

func TestProbe(t *testing.T) {
	server := nameServer(zone).start(t)
	for _, test := range []struct {
		name, settings string
		wantReason     checks.Reason
		wantText       string
	}{
		{"A", `name = "www.example"`, checks.OK, "NOERROR from 127.0.0.1:"},
		{"A expected", `
			name = "www.example."
			expect_answers = ["192.0.2.8", "192.0.2.7"]`, checks.OK, ": 192.0.2.7, 192.0.2.8"},
		{"A not expected", `
			name = "www.example"
			expect_answers = ["192.0.2.7", "192.0.2.9"]`, checks.WrongAnswer, "192.0.2.7, 192.0.2.8, want 192.0.2.9"},
		{"any", `
			name = "www.example"
			expect_any = ["192.0.2.9", "192.0.2.8"]`, checks.OK, ""},
		{"none of any", `
			name = "www.example"
			expect_any = ["192.0.2.9", "192.0.2.10"]`, checks.WrongAnswer, "want any of 192.0.2.9, 192.0.2.10"},
		{"match", typed("TXT", `expect_match = "^v=spf1 -all"`), checks.OK, ""},
		{"no match", typed("TXT", `expect_match = "redirect"`), checks.WrongAnswer, "want a match of redirect"},
		{"too few", `
			name = "www.example"
			min_answers = 3`, checks.WrongAnswer, "2 answers for A www.example, want at least 3"},
		{"AAAA", typed("AAAA", `expect_answers = ["2001:DB8:0::7"]`), checks.OK, ""},
		{"CNAME", typed("CNAME", `expect_answers = ["mail.example"]`), checks.OK, ""},
		{"MX", typed("MX", `expect_answers = ["10 mail.example."]`), checks.OK, ""},
		{"NS", typed("NS", `expect_answers = ["MAIL.example"]`), checks.OK, ""},
		{"SOA", typed("SOA", `expect_answers = ["mail.example mail.example 1 2 3 4 5"]`), checks.OK, ""},
		{"SRV", typed("SRV", `expect_answers = ["1 2 389 mail.example"]`), checks.OK, ""},
		{"PTR of an address", `
			type = "PTR"
			name = "192.0.2.7"
			expect_answers = ["mail.example"]`, checks.OK, ""},
		{"NXDOMAIN", `name = "missing.example"`, checks.DNSFailure, "answered NXDOMAIN for A missing.example"},
		{"SERVFAIL", `name = "broken.example"`, checks.DNSFailure, "SERVFAIL"},
		{"REFUSED", `name = "forbidden.example"`, checks.DNSFailure, "REFUSED"},
		{"NXDOMAIN expected", `
			name = "missing.example"
			expect_rcode = "NXDOMAIN"`, checks.OK, "NXDOMAIN"},
		{"NXDOMAIN expected in vain", `
			name = "www.example"
			expect_rcode = "NXDOMAIN"`, checks.WrongAnswer, "want NXDOMAIN"},
		{"any code: an error", `
			name = "broken.example"
			expect_rcode = "any"`, checks.OK, "SERVFAIL"},
		{"any code: nothing found", `
			name = "missing.example"
			expect_rcode = "any"`, checks.OK, "NXDOMAIN"},
		{"truncated, then TCP", `name = "long.example"`, checks.OK, "192.0.2.7"},
		{"strays are ignored", `name = "late.example"`, checks.OK, "192.0.2.1"},
		{"garbage over TCP", `
			name = "garbage.example"
			transport = "tcp"`, checks.WrongAnswer, "no DNS message"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := probe(t, newTestProber(t, fmt.Sprintf("server = %q\n%s", server, test.settings)), 10*time.Second)
			if got.Reason != test.wantReason || !strings.Contains(got.Text, test.wantText) {
				t.Errorf("got %s: %s\nwant %s: …%s…", got.Reason, got.Text, test.wantReason, test.wantText)
			}
		})
	}
}

// A server that answers nonsense is there, which is worth knowing when the time is up.
func TestGarbageIsNoTimeout(t *testing.T) {
	p := newTestProber(t, fmt.Sprintf("server = %q\nname = \"garbage.example\"", nameServer(zone).start(t)))
	if got := probe(t, p, time.Second); got.Reason != checks.WrongAnswer || !strings.Contains(got.Text, "no DNS message") {
		t.Errorf("got %s: %s, want %s", got.Reason, got.Text, checks.WrongAnswer)
	}
}

func TestOverTLS(t *testing.T) {
	authority := checktest.NewAuthority(t)
	cert := authority.Issue(t, 48*time.Hour, "127.0.0.1")
	config := &tls.Config{Certificates: []tls.Certificate{cert}}
	server := checktest.Serve(t, func(conn net.Conn) { nameServer(zone).stream(tls.Server(conn, config)) })
	settings := fmt.Sprintf("server = %q\nname = \"www.example\"\ntransport = \"tls\"\n", server)
	got := probe(t, newTestProber(t, settings+fmt.Sprintf("tls {\n ca_file = %q\n}", authority.File)), 10*time.Second)
	if !got.OK() || !got.NotAfter.Equal(cert.Leaf.NotAfter) {
		t.Errorf("got %s: %s, certificate until %s, want ok until %s", got.Reason, got.Text, got.NotAfter, cert.Leaf.NotAfter)
	}
	if got := probe(t, newTestProber(t, settings), 10*time.Second); got.Reason != checks.TLSInvalid {
		t.Errorf("got %s: %s, want %s", got.Reason, got.Text, checks.TLSInvalid)
	}
}

func TestPhases(t *testing.T) {
	server := nameServer(zone).start(t)
	for _, test := range []struct {
		settings string
		want     []string
	}{
		{`name = "www.example"`, []string{"answer"}},
		{"name = \"www.example\"\ntransport = \"tcp\"", []string{"connect", "answer"}},
		{`name = "long.example"`, []string{"answer", "connect"}},
	} {
		var got []string
		for _, phase := range probe(t, newTestProber(t, fmt.Sprintf("server = %q\n%s", server, test.settings)), 10*time.Second).Phases {
			got = append(got, phase.Name)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.settings, diff)
		}
	}
}

func TestSystemServer(t *testing.T) {
	for _, test := range []struct {
		name, conf, want string
	}{
		{"usual", "# by DHCP\nsearch city.example\nnameserver 10.1.0.2\nnameserver 10.1.0.3\n", "10.1.0.2:53"},
		{"IPv6 with a zone", "nameserver fe80::1%eth0\n", "[fe80::1%eth0]:53"},
		{"unreadable first", "nameserver nonsense\nnameserver 10.1.0.3\n", "10.1.0.3:53"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := newTestProber(t, `name = "www.example"`).(*prober)
			p.conf = filepath.Join(t.TempDir(), "resolv.conf")
			if err := os.WriteFile(p.conf, []byte(test.conf), 0o600); err != nil {
				t.Fatal(err)
			}
			got, failure := p.whom()
			if failure != nil || got.String() != test.want {
				t.Errorf("whom() = %s, %v, want %s", got, failure, test.want)
			}
		})
	}
}

// Not to know a server is the agent's trouble; no system is down for it.
func TestNoSystemServer(t *testing.T) {
	p := newTestProber(t, `name = "www.example"`).(*prober)
	p.conf = filepath.Join(t.TempDir(), "missing")
	if got := probe(t, p, 10*time.Second); got.Reason != checks.ErrorLocal {
		t.Errorf("got %s: %s, want %s", got.Reason, got.Text, checks.ErrorLocal)
	}
}

func TestDecode(t *testing.T) {
	long := strings.Repeat("a", 64)
	for _, test := range []struct {
		name, settings string
		want           []string
	}{
		{"good", "name = \"www.example\"\nserver = \"[2001:db8::1]:5353\"", nil},
		{"good server without port", "name = \"www.example\"\nserver = \"2001:db8::1\"", nil},
		{"long part", fmt.Sprintf("name = %q", long), []string{"Not a name to ask for"}},
		{"long name", fmt.Sprintf("name = %q", strings.Repeat("abc.", 80)), []string{"Not a name to ask for"}},
		{"empty part", `name = "a..b"`, []string{"Not a name to ask for"}},
		{"root", `name = "."`, nil},
		{"empty", `name = ""`, []string{`"name" is empty`}},
		{"kanji", `name = "市役所.example"`, []string{"Not a name to ask for"}},
		{"address without PTR", `name = "192.0.2.7"`, []string{"Not a name to ask for"}},
		{"server", "name = \"a.example\"\nserver = \"a:b:c:d\"", []string{"Not an address of a server"}},
		{"values", "name = \"a.example\"\nexpect_answers = [\"a\"]\nexpect_any = [\"2001:db8::1\"]", []string{"Not a value of type A", "Not a value of type A"}},
		{"value of MX", "name = \"a.example\"\ntype = \"MX\"\nexpect_any = [\"mail.example\"]", []string{"Not a value of type MX"}},
		{"TLS without server", "name = \"a.example\"\ntransport = \"tls\"", []string{"DNS over TLS without a server"}},
		{"TLS settings without TLS", "name = \"a.example\"\ntls {}", []string{"TLS settings without TLS"}},
		{"answers of whatever comes", "name = \"a.example\"\nexpect_rcode = \"any\"\nexpect_any = [\"192.0.2.1\"]", []string{"Answers of an error"}},
		{"answers of an error", "name = \"a.example\"\nexpect_rcode = \"NXDOMAIN\"\nexpect_match = \"x\"", []string{"Answers of an error"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			_, diags := decode(t, test.settings)
			for _, d := range diags {
				got = append(got, d.Summary)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("diagnostics (-want +got):\n%s", diff)
			}
		})
	}
}

func TestReverseName(t *testing.T) {
	for name, want := range map[string]string{
		"192.0.2.7":   "7.2.0.192.in-addr.arpa.",
		"2001:db8::7": "7.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.",
	} {
		if got, err := fullName(name, "PTR"); err != nil || got != want {
			t.Errorf("fullName(%s) = %s, %v, want %s", name, got, err, want)
		}
	}
}

// Packets come from strangers: whatever they hold, parsing ends without a panic.
func FuzzParse(f *testing.F) {
	q, err := newQuestion("www.example", "A", true)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(q.withID(1))
	f.Add([]byte("what?"))
	f.Fuzz(func(t *testing.T, packet []byte) {
		if r, err := q.parse(packet, 1); err == nil && r.code == "" {
			t.Error("an answer without a code")
		}
	})
}

func BenchmarkProbe(b *testing.B) {
	port := checktest.StartServer(b, "dns")
	var probers []checks.Prober
	for _, target := range checktest.Targets(1000) {
		probers = append(probers, newTestProber(b, fmt.Sprintf("server = %q\nname = \"www.example\"", checktest.HostPort(target, port))))
	}
	checktest.BenchProbes(b, probers)
}

// serveBenchmark answers from the address that was asked, which a socket for all addresses does
// not do by itself: it has a socket per target.
func serveBenchmark() (port int, err error) {
	for _, target := range checktest.Targets(1000) {
		conn, err := net.ListenPacket("udp", checktest.HostPort(target, port))
		if err != nil {
			return 0, err
		}
		port = conn.LocalAddr().(*net.UDPAddr).Port
		go nameServer(zone).datagrams(conn)
	}
	return port, nil
}

func typed(recordType, more string) string {
	return fmt.Sprintf("name = \"www.example\"\ntype = %q\n%s\n", recordType, more)
}

func decode(t testing.TB, settings string) (any, hcl.Diagnostics) {
	t.Helper()
	file, diags := hclsyntax.ParseConfig([]byte(settings), "test.hcl", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatal(diags.Errs())
	}
	return Kind().Decode(file.Body, &block.Context{Eval: &hcl.EvalContext{}, Secrets: new(plan.Redactor)})
}

func newTestProber(t testing.TB, settings string) checks.Prober {
	t.Helper()
	s, diags := decode(t, settings)
	if diags.HasErrors() {
		t.Fatal(diags.Errs())
	}
	p, err := newProber(s, &checks.Env{Secrets: new(plan.Redactor)})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func probe(t testing.TB, p checks.Prober, timeout time.Duration) checks.Result {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	return p.Probe(ctx)
}
