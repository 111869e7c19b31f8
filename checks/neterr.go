package checks

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"os"
	"slices"
	"strings"
	"syscall"
)

// ReasonOf classifies an error of the net, tls and os packages. Kinds use it for the ordinary
// failures and decide only their own; an error it does not know is a [WrongAnswer] if the peer
// had been reached, which the caller must say, and [Unreachable] otherwise.
func ReasonOf(err error, reached bool) Reason {
	var (
		dns      *net.DNSError
		verify   *tls.CertificateVerificationError
		record   tls.RecordHeaderError
		alert    tls.AlertError
		hostname x509.HostnameError
		unknown  x509.UnknownAuthorityError
		invalid  x509.CertificateInvalidError
	)
	switch {
	case err == nil:
		return OK
	case errors.As(err, &dns):
		return reasonOfLookup(dns)
	case errors.Is(err, syscall.ECONNREFUSED):
		return Refused
	case isAny(err, noRoute[:]):
		return NoRoute
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.EHOSTDOWN):
		return Unreachable
	case isAny(err, local[:]):
		return ErrorLocal
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, syscall.ETIMEDOUT), isTimeout(err):
		return Timeout
	case errors.Is(err, context.Canceled):
		return ErrorLocal
	case errors.As(err, &verify), errors.As(err, &record), errors.As(err, &alert),
		errors.As(err, &hostname), errors.As(err, &unknown), errors.As(err, &invalid):
		return TLSInvalid
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return Reset
	case reached:
		return WrongAnswer
	default:
		return Unreachable
	}
}

// What the kernel answers for want of a route, and for want of what the agent itself needs.
var (
	noRoute = [...]syscall.Errno{syscall.ENETUNREACH, syscall.ENETDOWN, syscall.EADDRNOTAVAIL}
	local   = [...]syscall.Errno{syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM, syscall.EACCES, syscall.EPERM}
)

func isAny(err error, numbers []syscall.Errno) bool {
	return slices.ContainsFunc(numbers, func(n syscall.Errno) bool { return errors.Is(err, n) })
}

// reasonOfLookup tells a name that does not resolve from an agent that cannot ask. Of what kept it
// from asking, net keeps the words alone ([net.DNSError] wraps nothing but the end of a context).
func reasonOfLookup(err *net.DNSError) Reason {
	said := func(n syscall.Errno) bool { return strings.HasSuffix(err.Err, ": "+n.Error()) }
	switch {
	case slices.ContainsFunc(noRoute[:], said):
		return NoRoute
	case slices.ContainsFunc(local[:], said):
		return ErrorLocal
	default:
		return DNSFailure
	}
}

// Wording takes the addresses and system calls out of net's errors, for texts that name the peer
// themselves.
func Wording(err error) string {
	var (
		dns   *net.DNSError
		errno syscall.Errno
	)
	switch {
	case errors.As(err, &dns):
		return dns.Err
	case errors.As(err, &errno):
		return errno.Error()
	default:
		return err.Error()
	}
}

func isTimeout(err error) bool {
	var ne net.Error
	return errors.As(err, &ne) && ne.Timeout()
}
