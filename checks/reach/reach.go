// Package reach lends to the readers of UPS and generators what the kinds of check reach their
// peers with.
//
// It exists because a plan should say an address or a certificate authority in the same words
// everywhere, and a broken connection should have the same reason and text whether a check or a
// reader met it. What stands here is all that is shared: the rest stays with the kinds.
package reach

import (
	"context"
	"crypto/tls"
	"net"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/checks/internal/field"
	"github.com/keizoku-bcp/keizoku/checks/internal/netdial"
	"github.com/keizoku-bcp/keizoku/checks/internal/tlsconf"
	"github.com/keizoku-bcp/keizoku/plan"
)

type (
	// Address is a host and port as written in a plan.
	Address = netdial.Address
	// Failure is an error with the reason and text that a result needs. Its text may hold what a
	// stranger said until [Tell] has cleaned it.
	Failure = netdial.Failure
	// TLS is the block of TLS settings. Its Config builds what [Secure] needs.
	TLS = tlsconf.Settings
)

var (
	// ParseAddress parses "host:port" and, when its defaultPort is not zero, "host".
	ParseAddress = netdial.ParseAddress
	// Failf makes a Failure of the caller's own judgement.
	Failf = netdial.Failf
	// Interrupt makes reads and writes of a connection end with a context. Call the function
	// returned before the connection is closed.
	Interrupt = netdial.Interrupt
	// Tell blots out known secrets from text that came from elsewhere, then cleans it.
	Tell = netdial.Tell
	// Clean makes text from elsewhere one line of valid UTF-8 without control characters, of at
	// most checks.MaxText bytes.
	Clean = netdial.Clean
	// Cut shortens text to at most limit bytes without cutting a character in two.
	Cut = netdial.Cut
	// Mistake makes an error diagnostic about a value of the plan.
	Mistake = field.Error
)

// Dial connects to a over TCP. The connection sends no keep-alive probes: who asks every few
// seconds finds out by himself.
func Dial(ctx context.Context, a Address) (net.Conn, *Failure) {
	conn, err := netdial.New("").TCP(ctx, a, netdial.Start())
	if err != nil {
		return nil, netdial.Fail(ctx, netdial.Connecting, a.String(), err)
	}
	return conn, nil
}

// DialUDP opens a UDP socket connected to a.
func DialUDP(ctx context.Context, a Address) (net.Conn, *Failure) {
	conn, err := netdial.New("").UDP(ctx, a, netdial.Start())
	if err != nil {
		return nil, netdial.Fail(ctx, netdial.Connecting, a.String(), err)
	}
	return conn, nil
}

// Secure makes conn, which must end with ctx by itself (see [Interrupt]), a TLS connection.
func Secure(ctx context.Context, conn net.Conn, config *tls.Config) (*tls.Conn, *Failure) {
	return tlsconf.Handshake(ctx, conn, config, netdial.Start())
}

// Fail classifies an error met while talking to the peer named.
func Fail(ctx context.Context, peer string, err error) *Failure {
	return netdial.Fail(ctx, netdial.Talking, peer, err)
}

// Put is the reason and the clean text of a failure.
func Put(f *Failure, secrets *plan.Redactor) (checks.Reason, string) {
	return f.Reason, Tell(f.Text, secrets)
}
