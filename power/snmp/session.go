package snmp

import (
	"bytes"
	"context"
	"errors"
	"net"
	"time"

	"github.com/gosnmp/gosnmp"

	"github.com/keizoku-bcp/keizoku/plan"
)

// session is one reading's socket. It is not safe for concurrent use.
type session struct {
	client *gosnmp.GoSNMP
	wire   *wire
	// release undoes what closes the socket at the end of the context.
	release func() bool
	// left is how many requests it may still send, so that no agent can keep it going.
	left int
}

const (
	// maxRequests is far more than the two or three of an ordinary reading: agents that name
	// absent objects one by one need one for each.
	maxRequests = 40
	// tries is how often a request is sent, for datagrams get lost.
	tries          = 3
	defaultTimeout = 5 * time.Second
)

// engine is what is worth keeping of a v3 agent between readings: finding it costs a round
// trip, and making its keys a megabyte of hashing.
type engine struct {
	security *gosnmp.UsmSecurityParameters
	context  string
}

// dial opens the socket of a reading. It is closed when ctx ends, which ends any waiting.
func dial(ctx context.Context, r *reader) (*session, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	client := newClient(ctx, r)
	if err := client.Connect(); err != nil {
		return nil, err
	}
	w := &wire{Conn: client.Conn}
	client.Conn = w
	// The library looks at the context before it sends and would then wait for its own deadline.
	release := context.AfterFunc(ctx, func() { _ = w.Conn.Close() })
	return &session{client: client, wire: w, release: release, left: maxRequests}, nil
}

func newClient(ctx context.Context, r *reader) *gosnmp.GoSNMP {
	timeout := r.env.Timeout
	if timeout <= 0 {
		timeout = defaultTimeout
	}
	address := r.settings.Address.Or(defaultPort)
	client := &gosnmp.GoSNMP{
		Target: address.Host(), Port: address.Port(), Transport: "udp",
		Version: gosnmp.Version2c, Community: r.settings.Community.Reveal(),
		Context: ctx, Timeout: timeout / tries, Retries: tries - 1,
	}
	if u := r.settings.V3; u != nil {
		u.apply(client, r.engine)
	}
	return client
}

// apply makes client speak v3 as the user, with what is known of the agent's engine.
func (u *V3) apply(client *gosnmp.GoSNMP, known *engine) {
	client.Version, client.SecurityModel, client.ContextName = gosnmp.Version3, gosnmp.UserSecurityModel, u.Context
	client.MsgFlags = u.level()
	if known != nil {
		client.SecurityParameters, client.ContextEngineID = known.security, known.context
		return
	}
	security := &gosnmp.UsmSecurityParameters{UserName: u.User, AuthenticationProtocol: gosnmp.NoAuth, PrivacyProtocol: gosnmp.NoPriv}
	if !u.AuthPassword.IsZero() {
		security.AuthenticationProtocol = authProtocols[u.AuthProtocol]
		security.AuthenticationPassphrase = u.AuthPassword.Reveal()
	}
	if !u.PrivPassword.IsZero() {
		security.PrivacyProtocol = privProtocols[u.PrivProtocol]
		security.PrivacyPassphrase = u.PrivPassword.Reveal()
	}
	client.SecurityParameters = security
}

// level is the security level that the passwords given make.
func (u *V3) level() gosnmp.SnmpV3MsgFlags {
	level := func(p plan.Secret, then gosnmp.SnmpV3MsgFlags) gosnmp.SnmpV3MsgFlags {
		if p.IsZero() {
			return gosnmp.NoAuthNoPriv
		}
		return then
	}
	return level(u.AuthPassword, gosnmp.AuthNoPriv) | level(u.PrivPassword, gosnmp.AuthPriv)
}

var (
	authProtocols = map[string]gosnmp.SnmpV3AuthProtocol{
		"md5": gosnmp.MD5, "sha": gosnmp.SHA, "sha224": gosnmp.SHA224,
		"sha256": gosnmp.SHA256, "sha384": gosnmp.SHA384, "sha512": gosnmp.SHA512,
	}
	privProtocols = map[string]gosnmp.SnmpV3PrivProtocol{
		"des": gosnmp.DES, "aes": gosnmp.AES, "aes192": gosnmp.AES192, "aes256": gosnmp.AES256,
		"aes192c": gosnmp.AES192C, "aes256c": gosnmp.AES256C,
	}
)

func (s *session) close() {
	s.release()
	_ = s.wire.Conn.Close() // closed already when the context has ended
}

// engine returns what to keep for the next reading; nil under v2c.
func (s *session) engine() *engine {
	security, ok := s.client.SecurityParameters.(*gosnmp.UsmSecurityParameters)
	if !ok || security.AuthoritativeEngineID == "" {
		return nil
	}
	return &engine{security: security, context: s.client.ContextEngineID}
}

// heard reports whether anything came from the agent.
func (s *session) heard() bool { return len(s.wire.last) > 0 }

// refusal words why a v3 agent refused us; it is empty when it did not.
//
// The agent says so in a report that is not signed, for it has nothing to sign it with, and the
// library drops what is not signed. Here it only decides how a failure is worded.
func (s *session) refusal() string {
	if s.client.Version != gosnmp.Version3 {
		return ""
	}
	_, counter, found := bytes.Cut(s.wire.last, usmStats)
	if !found || len(counter) == 0 {
		return ""
	}
	return map[byte]string{
		1: "does not offer the user this security level",
		3: "knows no such user",
		5: "refused the signature: auth_password or auth_protocol is wrong",
		6: "could not decrypt: priv_password or priv_protocol is wrong",
	}[counter[0]]
}

// usmStats is 1.3.6.1.6.3.15.1.1 in BER; the number of a counter follows (RFC 3414, section 5).
var usmStats = []byte{0x2b, 6, 1, 6, 3, 15, 1, 1}

// wire keeps the datagram that came last.
type wire struct {
	net.Conn
	last []byte
}

func (w *wire) Read(p []byte) (int, error) {
	n, err := w.Conn.Read(p)
	if n > 0 {
		w.last = append(w.last[:0], p[:n]...)
	}
	return n, err
}

var errTooMany = errors.New("it has answered many requests without saying anything")
