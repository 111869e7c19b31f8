package mail

import (
	"cmp"
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"os"
	"slices"
	"strings"

	"github.com/wneessen/go-mail/smtp"
)

// session is a connection to the server, ready for mail.
type session struct {
	client *smtp.Client
	stop   func() bool // the watch over the context
	host   string
}

// open connects, encrypts and logs in. The connection breaks when ctx ends.
func (c *channel) open(ctx context.Context) (*session, error) {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", c.server.String())
	if err != nil {
		return nil, err
	}
	s := &session{host: c.server.host, stop: context.AfterFunc(ctx, func() { _ = conn.Close() })}
	if err := s.begin(ctx, conn, c); err != nil {
		s.stop()
		_ = conn.Close()
		return nil, err
	}
	return s, nil
}

func (s *session) begin(ctx context.Context, conn net.Conn, c *channel) (err error) {
	if c.settings.Security == "tls" {
		secured := tls.Client(conn, c.tls.Clone())
		if err := secured.HandshakeContext(ctx); err != nil {
			return fmt.Errorf("TLS: %w", err)
		}
		conn = secured
	}
	if s.client, err = smtp.NewClient(conn, s.host); err != nil {
		return err
	}
	s.client.SkipSMTPUTF8(true) // no address needs it, and a server further on may not know it
	if err := s.client.Hello(cmp.Or(c.settings.Hello, hostname())); err != nil {
		return err
	}
	if err := s.encrypt(c); err != nil {
		return err
	}
	return s.logIn(c.settings)
}

// hostname is the machine's name, or the literal that RFC 5321, 4.1.4 allows in its place.
func hostname() string {
	name, err := os.Hostname()
	if err != nil || name == "" || strings.ContainsAny(name, " \r\n") {
		return "[127.0.0.1]"
	}
	return name
}

func (s *session) encrypt(c *channel) error {
	offered, _ := s.client.Extension("STARTTLS")
	switch security := c.settings.Security; {
	case security == "tls", security == "none", security == "opportunistic" && !offered:
		return nil
	case !offered:
		return fmt.Errorf(`the server does not offer STARTTLS; if it speaks TLS from the first byte, say security = "tls"`)
	}
	if err := s.client.StartTLS(c.tls.Clone()); err != nil {
		return fmt.Errorf("STARTTLS: %w", err)
	}
	return nil
}

// logIn logs in if the settings say as whom, and never in clear unless they say so.
func (s *session) logIn(settings *Settings) error {
	if settings.Username == "" {
		return nil
	}
	if _, err := s.client.GetTLSConnectionState(); err != nil && !settings.AuthInClear {
		return fmt.Errorf("no login, for the connection is not encrypted and auth_in_clear is not set")
	}
	_, offered := s.client.Extension("AUTH")
	auth, err := mechanism(settings, strings.Fields(offered), s.host)
	if err != nil {
		return err
	}
	if err := s.client.Auth(auth); err != nil {
		return fmt.Errorf("login: %w", err)
	}
	return nil
}

// mechanism is the best that is offered, or the one that the settings name.
func mechanism(s *Settings, offered []string, host string) (smtp.Auth, error) {
	user, password := s.Username, s.Password.Reveal()
	for _, m := range []struct {
		name string
		make func() smtp.Auth
	}{
		{"SCRAM-SHA-256", func() smtp.Auth { return smtp.ScramSHA256Auth(user, password) }},
		{"CRAM-MD5", func() smtp.Auth { return smtp.CRAMMD5Auth(user, password) }},
		{"PLAIN", func() smtp.Auth { return smtp.PlainAuth("", user, password, host, true) }},
		{"LOGIN", func() smtp.Auth { return smtp.LoginAuth(user, password, host, true) }},
	} {
		wanted := s.Auth == "auto" || strings.EqualFold(s.Auth, m.name)
		if wanted && slices.Contains(offered, m.name) {
			return m.make(), nil
		}
	}
	return nil, fmt.Errorf("the server offers no login of kind %q, but %q", s.Auth, strings.Join(offered, " "))
}

// close says goodbye and closes.
func (s *session) close() {
	_ = s.client.Quit()
	_ = s.client.Close()
	s.stop()
}
