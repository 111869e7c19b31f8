package tlscheck

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/checks/checktest"
	"github.com/keizoku-bcp/keizoku/checks/internal/field"
	"github.com/keizoku-bcp/keizoku/checks/internal/tlsconf"
	"github.com/keizoku-bcp/keizoku/plan"
)

const dayLong = 24 * time.Hour

func TestMain(m *testing.M) {
	os.Exit(checktest.Main(m, map[string]checktest.Server{"tls": serveBenchmark}))
}

func TestConformance(t *testing.T) {
	authority := checktest.NewAuthority(t)
	at := func(address string) string {
		return fmt.Sprintf("address = %q\nca_file = %q\n", address, authority.File)
	}
	good := serve(t, authority.Issue(t, 100*dayLong, "127.0.0.1"))
	checktest.Run(t, checktest.Case{Kind: Kind(), Targets: []checktest.Target{
		{Name: "healthy", Want: checks.OK, Settings: at(good)},
		{Name: "ends soon", Want: checks.CertExpiry, Settings: at(serve(t, authority.Issue(t, 5*dayLong, "127.0.0.1")))},
		{Name: "wrong name", Want: checks.TLSInvalid, Settings: at(good) + `server_name = secret("records.example")`},
		{Name: "dead", Want: checks.Refused, Settings: at(checktest.Refused(t))},
		{Name: "black hole", Want: checks.Timeout, Settings: at(checktest.BlackHole(t))},
		{Name: "silent", Want: checks.Timeout, Settings: at(checktest.Silent(t))},
	}})
}

func TestProbe(t *testing.T) {
	authority := checktest.NewAuthority(t)
	issue := func(left time.Duration) string {
		return serve(t, authority.Issue(t, left, "127.0.0.1", "records.example"))
	}
	good := issue(100*dayLong + time.Hour)
	ca := tlsconf.Settings{CAFile: authority.File}
	for _, test := range []struct {
		name       string
		address    string
		tls        tlsconf.Settings
		minDays    int
		wantReason checks.Reason
		wantText   string
		wantDays   float64 // rounded down; 0 is not looked at
	}{
		{"good", good, ca, 14, checks.OK, "TLS 1.3, the certificate of 127.0.0.1:", 100},
		{"good for another name", good, tlsconf.Settings{CAFile: authority.File, ServerName: "records.example"}, 14, checks.OK, "", 100},
		{"too few days", good, ca, 101, checks.CertExpiry, "in 100.0 days, want at least 101", 100},
		{"more days than any has", good, ca, 200_000, checks.CertExpiry, "want at least 200000", 100},
		{"days do not matter", issue(time.Hour), ca, 0, checks.OK, "", 0},
		{"expired", issue(-2 * dayLong), ca, 14, checks.TLSInvalid, "expired", 0},
		{"expired and not verified", issue(-2*dayLong + time.Hour), tlsconf.Settings{InsecureSkipVerify: true}, 0, checks.TLSInvalid, "ended on", -2},
		{"not yet good", issue(6 * 365 * dayLong), ca, 14, checks.TLSInvalid, "not yet valid", 0},
		{"not yet good and not verified", issue(6 * 365 * dayLong), tlsconf.Settings{InsecureSkipVerify: true}, 14, checks.TLSInvalid, "good only from", 0},
		{"wrong name", good, tlsconf.Settings{CAFile: authority.File, ServerName: "tax.example"}, 14, checks.TLSInvalid, "tax.example", 0},
		{"unknown authority", good, tlsconf.Settings{}, 14, checks.TLSInvalid, "unknown authority", 0},
		{"self-signed appliance", good, tlsconf.Settings{InsecureSkipVerify: true}, 14, checks.OK, "", 100},
		{"version too old", serveConfig(t, &tls.Config{Certificates: []tls.Certificate{authority.Issue(t, 99*dayLong, "127.0.0.1")}, MaxVersion: tls.VersionTLS12}),
			tlsconf.Settings{CAFile: authority.File, MinVersion: "1.3"}, 14, checks.TLSInvalid, "protocol version", 0},
		{"no TLS there", checktest.Serve(t, func(c net.Conn) { io.WriteString(c, "220 ready\r\n"); io.Copy(io.Discard, c) }), ca, 14, checks.TLSInvalid, "does not look like", 0},
		{"hangs up", checktest.Serve(t, func(net.Conn) {}), ca, 14, checks.Reset, "", 0},
		{"breaks off", checktest.Reset(t), ca, 14, checks.Reset, "broke the connection off in the TLS handshake", 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := probe(t, Settings{Address: field.MustAddress(test.address), Settings: test.tls, MinDaysLeft: test.minDays})
			if got.Reason != test.wantReason || !strings.Contains(got.Text, test.wantText) {
				t.Errorf("got %s: %s\nwant %s: …%s…", got.Reason, got.Text, test.wantReason, test.wantText)
			}
			if days := got.Values["certificate_days"]; test.wantDays != 0 && (days < test.wantDays || days > test.wantDays+1) {
				t.Errorf("certificate_days = %g, want %g and a bit", days, test.wantDays)
			}
		})
	}
}

func TestPhases(t *testing.T) {
	authority := checktest.NewAuthority(t)
	server := serve(t, authority.Issue(t, 100*dayLong, "127.0.0.1"))
	var got []string
	for _, p := range probe(t, Settings{Address: field.MustAddress(server), Settings: tlsconf.Settings{CAFile: authority.File}}).Phases {
		got = append(got, p.Name)
	}
	if diff := cmp.Diff([]string{"connect", "tls"}, got); diff != "" {
		t.Errorf("phases (-want +got):\n%s", diff)
	}
}

// A certificate sent along that no chain needs, long expired, must not alarm anybody.
func TestNotAfterIsOfTheVerifiedChain(t *testing.T) {
	at := func(days int) *x509.Certificate {
		return &x509.Certificate{NotAfter: time.Date(2026, 1, 1+days, 0, 0, 0, 0, time.UTC)}
	}
	for _, test := range []struct {
		name  string
		state tls.ConnectionState
		want  time.Time
	}{
		{"chain", tls.ConnectionState{
			PeerCertificates: []*x509.Certificate{at(20), at(1)},
			VerifiedChains:   [][]*x509.Certificate{{at(20), at(10), at(30)}},
		}, at(10).NotAfter},
		{"two chains", tls.ConnectionState{
			VerifiedChains: [][]*x509.Certificate{{at(20), at(2)}, {at(20), at(15)}},
		}, at(15).NotAfter},
		{"not verified", tls.ConnectionState{PeerCertificates: []*x509.Certificate{at(20), at(1)}}, at(1).NotAfter},
		{"none", tls.ConnectionState{}, time.Time{}},
	} {
		if got := tlsconf.NotAfterState(&test.state); !got.Equal(test.want) {
			t.Errorf("%s: NotAfter = %s, want %s", test.name, got, test.want)
		}
	}
}

func BenchmarkProbe(b *testing.B) {
	port := checktest.StartServer(b, "tls")
	var probers []checks.Prober
	for _, target := range checktest.Targets(1000) {
		probers = append(probers, newTestProber(b, Settings{
			Address:  field.MustAddress(checktest.HostPort(target, port)),
			Settings: tlsconf.Settings{InsecureSkipVerify: true},
		}))
	}
	checktest.BenchProbes(b, probers)
}

func serveBenchmark() (port int, err error) {
	cert, err := checktest.SelfSigned(100 * dayLong)
	if err != nil {
		return 0, err
	}
	ln, err := tls.Listen("tcp4", ":0", &tls.Config{Certificates: []tls.Certificate{cert}})
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

func serve(t testing.TB, cert tls.Certificate) string {
	return serveConfig(t, &tls.Config{Certificates: []tls.Certificate{cert}})
}

func serveConfig(t testing.TB, config *tls.Config) string {
	return checktest.Serve(t, func(conn net.Conn) { io.Copy(io.Discard, tls.Server(conn, config)) })
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
