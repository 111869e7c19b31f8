// Package tlscheck is the kind of check "tls": it looks at the certificate of a server.
//
// It exists because certificates end on a day known years before, and still take services down.
// It is in the folder tls and named so as not to hide crypto/tls.
package tlscheck

import (
	"context"
	"crypto/tls"
	"fmt"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/checks/internal/field"
	"github.com/keizoku-bcp/keizoku/checks/internal/netdial"
	"github.com/keizoku-bcp/keizoku/checks/internal/tlsconf"
	"github.com/keizoku-bcp/keizoku/plan"
)

// Settings are the attributes of a check "tls".
type Settings struct {
	tlsconf.Settings

	Address     field.Address `hcl:"address" doc:"Host and port of a server that speaks TLS from the first byte, such as \"records.example:443\"."`
	Family      string        `hcl:"family,optional" enum:"ip4,ip6" doc:"Use only IPv4 or only IPv6 addresses of the host. Both if not given, in the order of the resolver."`
	MinDaysLeft int           `hcl:"min_days_left,optional" default:"14" min:"0" doc:"Days that every certificate of the chain must still be good for."`
}

// Kind describes checks of kind "tls".
func Kind() *checks.Kind {
	return &checks.Kind{
		Name:     "tls",
		Summary:  "Checks a server's certificate: chain, name, dates and days left.",
		Doc:      doc,
		Example:  example,
		Settings: Settings{},
		Validate: func(settings any, _ hcl.Body) hcl.Diagnostics { return settings.(*Settings).Check() },
		New:      newProber,
	}
}

const doc = "Makes a TLS connection and closes it again. It succeeds when the server's chain leads to a trusted\n" +
	"authority, the certificate is for the name asked for, all dates are good, and none of the chain ends\n" +
	"within `min_days_left`. Days ahead it fails with `cert_expiry`, which is time to renew; with a chain, name\n" +
	"or date that is not good, with `tls_invalid`.\n\n" +
	"With `insecure_skip_verify` chain and name are not looked at, the dates are: for the self-signed\n" +
	"certificates of appliances.\n\n" +
	"| phase | time |\n|---|---|\n" +
	"| `resolve` | looking up the host; absent for an address |\n" +
	"| `connect` | until the connection is made |\n" +
	"| `tls` | the TLS handshake |\n\n" +
	"The value `certificate_days` is how many days are left.\n"

const example = `check "tls" "certificate" {
  address       = "records.example:443"
  min_days_left = 30
  ca_file       = "/etc/keizoku/city-ca.pem"
}
`

// prober runs one check. It keeps nothing open between probes.
type prober struct {
	address netdial.Address
	dialer  *netdial.Dialer
	config  *tls.Config
	minDays int
	secrets *plan.Redactor
}

func newProber(settings any, env *checks.Env) (checks.Prober, error) {
	s := settings.(*Settings)
	config, err := s.Config(s.Address.Host)
	if err != nil {
		return nil, err
	}
	return &prober{
		address: s.Address.Address, dialer: netdial.New(netdial.Family(s.Family)), config: config,
		minDays: s.MinDaysLeft, secrets: env.Secrets,
	}, nil
}

// Probe implements [checks.Prober].
func (p *prober) Probe(ctx context.Context) checks.Result {
	watch := netdial.Start()
	result := checks.Result{Reason: checks.OK}
	p.run(ctx, watch, &result).Put(&result, p.secrets)
	result.Phases = watch.Phases()
	return result
}

// run connects and judges; it returns nil when all is well.
func (p *prober) run(ctx context.Context, watch *netdial.Stopwatch, result *checks.Result) *netdial.Failure {
	tcp, err := p.dialer.TCP(ctx, p.address, watch)
	if err != nil {
		return netdial.Fail(ctx, netdial.Connecting, p.address.String(), err)
	}
	defer tcp.Close()
	defer checks.Interrupt(ctx, tcp)()
	conn, failure := tlsconf.Handshake(ctx, tcp, p.config, watch)
	if failure != nil {
		return failure
	}
	state := conn.ConnectionState()
	return p.judge(&state, time.Now(), result)
}

// judge looks at the dates of the certificates as they are at now.
func (p *prober) judge(state *tls.ConnectionState, now time.Time, result *checks.Result) *netdial.Failure {
	result.NotAfter = tlsconf.NotAfterState(state)
	left := result.NotAfter.Sub(now)
	result.Values = map[string]float64{"certificate_days": left.Hours() / 24}
	what := fmt.Sprintf("the certificate of %s", p.address)
	switch begin := state.PeerCertificates[0].NotBefore; {
	case now.Before(begin):
		return netdial.Failf(checks.TLSInvalid, "%s is good only from %s on", what, day(begin))
	case left <= 0:
		return netdial.Failf(checks.TLSInvalid, "%s ended on %s", what, day(result.NotAfter))
	case left.Hours()/24 < float64(p.minDays):
		return netdial.Failf(checks.CertExpiry, "%s ends on %s, in %.1f days, want at least %d", what, day(result.NotAfter), left.Hours()/24, p.minDays)
	}
	result.Text = fmt.Sprintf("%s, %s, good until %s", tls.VersionName(state.Version), what, day(result.NotAfter))
	return nil
}

// day writes an instant of a certificate, which is in UTC.
func day(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 MST") }
