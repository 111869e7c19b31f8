package tlsconf

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"time"

	"github.com/keizoku-bcp/keizoku/checks/internal/netdial"
)

// Handshake makes conn a TLS connection and adds the phase "tls" to watch. conn must end with
// ctx by itself; see [checks.Interrupt].
func Handshake(ctx context.Context, conn net.Conn, config *tls.Config, watch *netdial.Stopwatch) (*tls.Conn, *netdial.Failure) {
	secured := tls.Client(conn, config)
	err := secured.Handshake()
	watch.Lap("tls")
	if err != nil {
		return nil, netdial.Fail(ctx, netdial.Handshaking, conn.RemoteAddr().String(), err)
	}
	return secured, nil
}

// NotAfter returns when the certificates of a connection end to be good: of the verified chain
// that lasts longest, the certificate that ends first. Servers send old certificates along that
// no chain needs; those count only when nothing was verified. It is the zero time without
// certificates.
func NotAfter(conn *tls.Conn) time.Time {
	state := conn.ConnectionState()
	return NotAfterState(&state)
}

// NotAfterState is NotAfter for the state of a connection.
func NotAfterState(state *tls.ConnectionState) time.Time {
	var latest time.Time
	for _, chain := range state.VerifiedChains {
		if end := earliest(chain); end.After(latest) {
			latest = end
		}
	}
	if latest.IsZero() {
		return earliest(state.PeerCertificates)
	}
	return latest
}

func earliest(certs []*x509.Certificate) time.Time {
	var end time.Time
	for _, cert := range certs {
		if end.IsZero() || cert.NotAfter.Before(end) {
			end = cert.NotAfter
		}
	}
	return end
}
