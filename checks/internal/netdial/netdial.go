// Package netdial resolves names and opens connections for the kinds of check, and words what
// went wrong on the way.
//
// It exists because probers want what net.Dialer hides: how long resolving and connecting took,
// each by itself, and a failure that names the step, the peer and a reason of package checks.
package netdial

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// Family restricts the addresses of a name: "" takes both, [IPv4] or [IPv6] one.
type Family string

// The families, as plans write them.
const (
	IPv4 Family = "ip4"
	IPv6 Family = "ip6"
)

// Address is a host and port as written in a plan.
type Address struct {
	Host string
	Port uint16
	ip   netip.Addr // valid when Host is a literal address
}

// ParseAddress parses "host:port", "192.0.2.1:443", "[2001:db8::1]:443" and, when defaultPort
// is not zero, the same without a port.
func ParseAddress(text string, defaultPort uint16) (Address, error) {
	host, port, err := net.SplitHostPort(text)
	if err != nil && defaultPort != 0 {
		host, port, err = strings.TrimSuffix(strings.TrimPrefix(text, "["), "]"), strconv.Itoa(int(defaultPort)), nil
	}
	if err != nil {
		return Address{}, fmt.Errorf("%q is not of the form host:port", text)
	}
	return NewAddress(host, port)
}

// NewAddress makes an Address of its two parts; the port is a number from 1 to 65535.
func NewAddress(host, port string) (Address, error) {
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil || n == 0 {
		return Address{}, fmt.Errorf("%q is not a port number from 1 to 65535", port)
	}
	a := Address{Host: host, Port: uint16(n)}
	if ip, err := netip.ParseAddr(host); err == nil {
		a.ip = ip.Unmap()
		return a, nil
	}
	if host == "" || strings.ContainsAny(host, ":/ \t") {
		return Address{}, fmt.Errorf("%q is not a host name or address", host)
	}
	return a, nil
}

// String returns "host:port".
func (a Address) String() string { return net.JoinHostPort(a.Host, strconv.Itoa(int(a.Port))) }

// Dialer opens connections. The zero value is ready; it is safe for concurrent use.
type Dialer struct {
	Family Family
	// Resolver is the system's when nil.
	Resolver *net.Resolver
	dialer   net.Dialer
}

// New returns a Dialer for the family. Its TCP connections send no keep-alive probes: they live
// for one probe, and four system calls are saved.
func New(family Family) *Dialer {
	return &Dialer{Family: family, dialer: net.Dialer{KeepAlive: -1}}
}

// Resolve returns the addresses to try for a, in order, and adds the phase "resolve" to watch
// when there was something to resolve.
func (d *Dialer) Resolve(ctx context.Context, a Address, watch *Stopwatch) ([]netip.AddrPort, error) {
	if a.ip.IsValid() {
		return d.literal(a)
	}
	resolver := d.Resolver
	if resolver == nil {
		resolver = net.DefaultResolver
	}
	ips, err := resolver.LookupNetIP(ctx, d.network(), a.Host)
	watch.Lap("resolve")
	if err != nil {
		return nil, fail(ctx, Resolving, a.Host, err)
	}
	addrs := make([]netip.AddrPort, len(ips))
	for i, ip := range ips {
		addrs[i] = netip.AddrPortFrom(ip.Unmap(), a.Port)
	}
	return addrs, nil
}

func (d *Dialer) literal(a Address) ([]netip.AddrPort, error) {
	if (d.Family == IPv4 && !a.ip.Is4()) || (d.Family == IPv6 && a.ip.Is4()) {
		err := &net.DNSError{Err: "is not an address of family " + string(d.Family), Name: a.Host, IsNotFound: true}
		return nil, fail(context.Background(), Resolving, a.Host, err)
	}
	return []netip.AddrPort{netip.AddrPortFrom(a.ip, a.Port)}, nil
}

// network is what LookupNetIP takes: "ip", "ip4" or "ip6".
func (d *Dialer) network() string {
	if d.Family == "" {
		return "ip"
	}
	return string(d.Family)
}

// TCP connects to a, trying its addresses in turn, and adds the phases "resolve" and "connect"
// to watch. The error is a [*Failure]; of several addresses it tells of the first.
func (d *Dialer) TCP(ctx context.Context, a Address, watch *Stopwatch) (net.Conn, error) {
	addrs, err := d.Resolve(ctx, a, watch)
	if err != nil {
		return nil, err
	}
	defer watch.Lap("connect")
	return d.inTurn(ctx, addrs)
}

// inTurn connects to the first address that lets it.
func (d *Dialer) inTurn(ctx context.Context, addrs []netip.AddrPort) (net.Conn, error) {
	var first error
	for i, addr := range addrs {
		conn, err := d.tcp(ctx, addr, len(addrs)-i)
		if err == nil {
			return conn, nil
		}
		if first == nil {
			first = fail(ctx, Connecting, addr.String(), err)
		}
		if ctx.Err() != nil {
			break
		}
	}
	return nil, first
}

// tcp connects to one of the addresses left, with its share of the time left: a first address
// that is silent must not use up what the second would need.
func (d *Dialer) tcp(ctx context.Context, addr netip.AddrPort, left int) (net.Conn, error) {
	if deadline, ok := ctx.Deadline(); ok && left > 1 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Until(deadline)/time.Duration(left))
		defer cancel()
	}
	return d.dial(ctx, "tcp", addr)
}

// dial does not use net.Dialer's DialTCP and DialUDP: they bind the socket before they connect
// it (Go 1.26), and so run out of local ports after some 28,000 probes a minute.
func (d *Dialer) dial(ctx context.Context, network string, addr netip.AddrPort) (net.Conn, error) {
	return d.dialer.DialContext(ctx, network, addr.String())
}

// UDP opens a socket connected to the first address of a. The error is a [*Failure].
func (d *Dialer) UDP(ctx context.Context, a Address, watch *Stopwatch) (net.Conn, error) {
	addrs, err := d.Resolve(ctx, a, watch)
	if err != nil {
		return nil, err
	}
	conn, err := d.dial(ctx, "udp", addrs[0])
	if err != nil {
		return nil, fail(ctx, Connecting, addrs[0].String(), err)
	}
	return conn, nil
}
