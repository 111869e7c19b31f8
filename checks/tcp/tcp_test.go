package tcp

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/checks/checktest"
	"github.com/keizoku-bcp/keizoku/checks/internal/field"
	"github.com/keizoku-bcp/keizoku/checks/internal/tlsconf"
	"github.com/keizoku-bcp/keizoku/plan"
)

func TestMain(m *testing.M) {
	os.Exit(checktest.Main(m, map[string]checktest.Server{"tcp": serveBenchmark}))
}

func TestConformance(t *testing.T) {
	smtp, silent := serveSMTP(t), checktest.Silent(t)
	checktest.Run(t, checktest.Case{Kind: Kind(), Targets: []checktest.Target{
		{Name: "healthy", Want: checks.OK, Settings: attr("address", smtp)},
		{Name: "healthy with a greeting", Want: checks.OK, Settings: attr("address", smtp) + `expect = "^220 "`},
		{Name: "dead", Want: checks.Refused, Settings: attr("address", checktest.Refused(t))},
		{Name: "black hole", Want: checks.Timeout, Settings: attr("address", checktest.BlackHole(t))},
		{Name: "silent", Want: checks.Timeout, Settings: attr("address", silent) + `expect = "."`},
		{Name: "silent in the handshake", Want: checks.Timeout, Settings: attr("address", silent) + "tls {}"},
		{Name: "secret repeated by the server", Want: checks.WrongAnswer, Settings: attr("address", serveLine(t)) + `
			send   = secret("hunter2\n")
			expect = "welcome"`},
	}})
}

func TestProbe(t *testing.T) {
	authority := checktest.NewAuthority(t)
	secure := serveTLS(t, authority.Issue(t, 48*time.Hour, "127.0.0.1"), &tls.Config{})
	ca := &tlsconf.Settings{CAFile: authority.File}
	smtp := serveSMTP(t)
	for _, test := range []struct {
		name       string
		settings   Settings
		wantReason checks.Reason
		wantText   string
		wantPhases []string
	}{
		{"connects", Settings{Address: at(smtp)}, checks.OK, "connected to", phases("connect")},
		{"refused", Settings{Address: at(checktest.Refused(t))}, checks.Refused, "connection refused by 127.0.0.1:", phases("connect")},
		{"no such family", Settings{Address: at(smtp), Family: "ip6"}, checks.DNSFailure, "family ip6", nil},
		{"greeting", Settings{Address: at(smtp), Expect: re("^220 ")}, checks.OK, "", phases("connect", "answer")},
		{"wrong answer", Settings{Address: at(serveLine(t)), Send: "hello\n", Expect: re("^250 ")}, checks.WrongAnswer, `answered "hello" in step 1`, phases("connect", "answer")},
		{"conversation", Settings{Address: at(smtp), Steps: []Step{
			{Expect: re("^220 ")}, {Send: "EHLO me\r\n", Expect: re("(?m)^250 ")}, {Send: "QUIT\r\n", Expect: re("^221")},
		}}, checks.OK, "", phases("connect", "answer")},
		{"second turn goes wrong", Settings{Address: at(smtp), Steps: []Step{
			{Expect: re("^220 ")}, {Send: "QUIT\r\n", Expect: re("^250 ")},
		}}, checks.WrongAnswer, `"221 bye" in step 2`, phases("connect", "answer")},
		{"hung up on", Settings{Address: at(smtp), Steps: []Step{
			{Expect: re("^220 ")}, {Send: "QUIT\r\n", Expect: re("^221")}, {Expect: re("more")},
		}}, checks.Reset, "closed the connection", phases("connect", "answer")},
		{"broken off", Settings{Address: at(checktest.Reset(t)), Send: "x", Expect: re(".")}, checks.Reset, "broke the connection off", phases("connect", "answer")},
		{"tls", Settings{Address: at(secure), TLS: ca, Expect: re("^220 ")}, checks.OK, "", phases("connect", "tls", "answer")},
		{"unknown authority", Settings{Address: at(secure), TLS: &tlsconf.Settings{}}, checks.TLSInvalid, "unknown authority", phases("connect", "tls")},
		{"wrong name", Settings{Address: at(secure), TLS: &tlsconf.Settings{CAFile: authority.File, ServerName: "records.example"}}, checks.TLSInvalid, "records.example", phases("connect", "tls")},
		{"whatever certificate", Settings{Address: at(secure), TLS: &tlsconf.Settings{InsecureSkipVerify: true}}, checks.OK, "", phases("connect", "tls")},
		{"no TLS there", Settings{Address: at(smtp), TLS: ca}, checks.TLSInvalid, "does not look like a TLS handshake", phases("connect", "tls")},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := probe(t, test.settings)
			if got.Reason != test.wantReason || !strings.Contains(got.Text, test.wantText) {
				t.Errorf("got %s: %s\nwant %s: …%s…", got.Reason, got.Text, test.wantReason, test.wantText)
			}
			var names []string
			for _, p := range got.Phases {
				names = append(names, p.Name)
			}
			if diff := cmp.Diff(test.wantPhases, names); diff != "" {
				t.Errorf("phases (-want +got):\n%s", diff)
			}
		})
	}
}

func TestClientCertificate(t *testing.T) {
	authority := checktest.NewAuthority(t)
	server := serveTLS(t, authority.Issue(t, time.Hour, "127.0.0.1"), &tls.Config{ClientAuth: tls.RequireAnyClientCert})
	settings := Settings{Address: at(server), Expect: re("^220 "), TLS: &tlsconf.Settings{CAFile: authority.File}}
	if got := probe(t, settings); got.Reason != checks.TLSInvalid {
		t.Errorf("without a certificate: %s: %s, want %s", got.Reason, got.Text, checks.TLSInvalid)
	}
	settings.TLS.CertFile, settings.TLS.KeyFile = checktest.Write(t, authority.Issue(t, time.Hour, "client"))
	if got := probe(t, settings); !got.OK() {
		t.Errorf("with a certificate: %s: %s", got.Reason, got.Text)
	}
}

func TestNotAfter(t *testing.T) {
	authority := checktest.NewAuthority(t)
	cert := authority.Issue(t, 48*time.Hour, "127.0.0.1")
	got := probe(t, Settings{Address: at(serveTLS(t, cert, &tls.Config{})), TLS: &tlsconf.Settings{CAFile: authority.File}})
	if !got.NotAfter.Equal(cert.Leaf.NotAfter) {
		t.Errorf("NotAfter = %s, want %s", got.NotAfter, cert.Leaf.NotAfter)
	}
}

// A server that never stops talking must not fill the memory or hold the probe.
func TestEndlessAnswer(t *testing.T) {
	chatty := checktest.Serve(t, func(conn net.Conn) {
		for {
			if _, err := io.WriteString(conn, strings.Repeat("blah ", 1000)); err != nil {
				return
			}
		}
	})
	if got := probe(t, Settings{Address: at(chatty), Expect: re("stop")}); got.Reason != checks.WrongAnswer {
		t.Errorf("got %s: %s, want %s", got.Reason, got.Text, checks.WrongAnswer)
	}
}

// A server may say the rest later, so a wrong beginning is judged when the time is up.
func TestWrongGreetingIsNoTimeout(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	got := newTestProber(t, Settings{Address: at(serveSMTP(t)), Expect: re("^250 ")}).Probe(ctx)
	if got.Reason != checks.WrongAnswer || !strings.Contains(got.Text, "220 ready") {
		t.Errorf("got %s: %s, want %s with what was heard", got.Reason, got.Text, checks.WrongAnswer)
	}
}

func TestValidate(t *testing.T) {
	for _, test := range []struct {
		name     string
		settings Settings
		want     []string
	}{
		{"good", Settings{Send: "x"}, nil},
		{"steps and send", Settings{Send: "x", Steps: []Step{{Send: "y"}}}, []string{"Steps or send and expect"}},
		{"empty step", Settings{Steps: []Step{{}}}, []string{"Empty step"}},
		{"certificate without key", Settings{TLS: &tlsconf.Settings{CertFile: "c.pem"}}, []string{"Half of a client certificate"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, d := range validate(&test.settings, hcl.EmptyBody()) {
				got = append(got, d.Summary)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("diagnostics (-want +got):\n%s", diff)
			}
		})
	}
}

func TestNewNeedsItsFiles(t *testing.T) {
	_, err := newProber(&Settings{Address: at("127.0.0.1:1"), TLS: &tlsconf.Settings{CAFile: "/nowhere/ca.pem"}}, &checks.Env{})
	if err == nil || !strings.Contains(err.Error(), "/nowhere/ca.pem") {
		t.Errorf("err = %v, want one that names the file", err)
	}
}

func BenchmarkProbe(b *testing.B) {
	port := checktest.StartServer(b, "tcp")
	var probers []checks.Prober
	for _, target := range checktest.Targets(1000) {
		probers = append(probers, newTestProber(b, Settings{Address: at(checktest.HostPort(target, port))}))
	}
	checktest.BenchProbes(b, probers)
}

func serveBenchmark() (port int, err error) {
	ln, err := net.Listen("tcp4", ":0")
	if err != nil {
		return 0, err
	}
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			go func() {
				io.Copy(io.Discard, conn)
				conn.Close()
			}()
		}
	}()
	return ln.Addr().(*net.TCPAddr).Port, nil
}

func attr(name, value string) string { return fmt.Sprintf("%s = %q\n", name, value) }

func at(address string) field.Address { return field.MustAddress(address) }
func re(pattern string) field.Pattern { return field.MustPattern(pattern) }
func phases(names ...string) []string { return names }
func serveSMTP(t testing.TB) string   { return checktest.Serve(t, talkSMTP) }

// serveLine repeats one line and hangs up.
func serveLine(t testing.TB) string {
	return checktest.Serve(t, func(conn net.Conn) {
		if lines := bufio.NewScanner(conn); lines.Scan() {
			io.WriteString(conn, lines.Text())
		}
	})
}

func serveTLS(t testing.TB, cert tls.Certificate, config *tls.Config) string {
	config.Certificates = []tls.Certificate{cert}
	return checktest.Serve(t, func(conn net.Conn) { talkSMTP(tls.Server(conn, config)) })
}

// talkSMTP is as much of a mail server as a check needs.
func talkSMTP(conn net.Conn) {
	if _, err := io.WriteString(conn, "220 ready\r\n"); err != nil {
		return
	}
	for lines := bufio.NewScanner(conn); lines.Scan(); {
		switch word, _, _ := strings.Cut(lines.Text(), " "); word {
		case "EHLO":
			io.WriteString(conn, "250-hello\r\n")
			io.WriteString(conn, "250 SIZE\r\n")
		case "QUIT":
			io.WriteString(conn, "221 bye\r\n")
			return
		default:
			io.WriteString(conn, "500 what?\r\n")
		}
	}
}

func newTestProber(t testing.TB, s Settings) checks.Prober {
	t.Helper()
	p, err := newProber(&s, &checks.Env{Secrets: new(plan.Redactor)})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func probe(t *testing.T, s Settings) checks.Result {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	return newTestProber(t, s).Probe(ctx)
}
