package checks

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
	"testing"
)

// The agent's own trouble makes a system unknown, never down, and what the target did is never
// called the agent's.
func TestReasonOf(t *testing.T) {
	t.Parallel()
	dialing := func(err error) error {
		return &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", err)}
	}
	for _, test := range []struct {
		name    string
		err     error
		reached bool
		want    Reason
	}{
		{"nothing", nil, false, OK},
		{"refused", dialing(syscall.ECONNREFUSED), false, Refused},
		{"no network", dialing(syscall.ENETUNREACH), false, NoRoute},
		{"interface down", dialing(syscall.ENETDOWN), false, NoRoute},
		{"no address of its own", dialing(syscall.EADDRNOTAVAIL), false, NoRoute},
		{"no such host on the network", dialing(syscall.EHOSTUNREACH), false, Unreachable},
		{"host down", dialing(syscall.EHOSTDOWN), false, Unreachable},
		{"no descriptors", dialing(syscall.EMFILE), false, ErrorLocal},
		{"no descriptors on the machine", dialing(syscall.ENFILE), false, ErrorLocal},
		{"no buffers", dialing(syscall.ENOBUFS), false, ErrorLocal},
		{"no memory", dialing(syscall.ENOMEM), false, ErrorLocal},
		{"not allowed", dialing(syscall.EACCES), false, ErrorLocal},
		{"forbidden by a filter", dialing(syscall.EPERM), false, ErrorLocal},
		{"out of time", fmt.Errorf("reading: %w", context.DeadlineExceeded), true, Timeout},
		{"deadline of a connection", os.ErrDeadlineExceeded, true, Timeout},
		{"out of time in the kernel", dialing(syscall.ETIMEDOUT), false, Timeout},
		{"stopped by the agent", context.Canceled, true, ErrorLocal},
		{"not the certificate of a known authority", &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}, true, TLSInvalid},
		{"another name", x509.HostnameError{Certificate: &x509.Certificate{}}, true, TLSInvalid},
		{"authority", x509.UnknownAuthorityError{}, true, TLSInvalid},
		{"too old", x509.CertificateInvalidError{Cert: &x509.Certificate{}, Reason: x509.Expired}, true, TLSInvalid},
		{"no TLS", tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake"}, true, TLSInvalid},
		{"refused in the handshake", tls.AlertError(42), true, TLSInvalid},
		{"reset", dialing(syscall.ECONNRESET), true, Reset},
		{"broken pipe", dialing(syscall.EPIPE), true, Reset},
		{"hung up", io.EOF, true, Reset},
		{"hung up half way", io.ErrUnexpectedEOF, true, Reset},
		{"something else before it answered", errors.New("x"), false, Unreachable},
		{"something else of what it answered", errors.New("x"), true, WrongAnswer},
	} {
		if got := ReasonOf(test.err, test.reached); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}

// The name of a system whose agent cannot even ask for it is not one that does not resolve. The
// errors are those of the resolver itself, which keeps the words of the kernel alone.
func TestReasonOfLookups(t *testing.T) {
	t.Parallel()
	for number, want := range map[syscall.Errno]Reason{
		syscall.ENETUNREACH: NoRoute, syscall.EMFILE: ErrorLocal, syscall.EPERM: ErrorLocal, syscall.ECONNREFUSED: DNSFailure,
	} {
		resolver := &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
			return nil, &net.OpError{Op: "dial", Net: "udp", Err: os.NewSyscallError("socket", number)}
		}}
		_, err := resolver.LookupHost(t.Context(), "records.city.example.")
		if got := ReasonOf(err, false); got != want {
			t.Errorf("%v: %s, want %s", err, got, want)
		}
	}
	for _, err := range []*net.DNSError{{Err: "no such host", IsNotFound: true}, {Err: "i/o timeout", IsTimeout: true}, {Err: "server misbehaving"}} {
		if got := ReasonOf(err, false); got != DNSFailure {
			t.Errorf("%v: %s", err, got)
		}
	}
}
