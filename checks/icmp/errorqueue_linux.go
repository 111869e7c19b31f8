package icmp

import (
	"encoding/binary"
	"errors"
	"net/netip"

	"golang.org/x/sys/unix"
)

// queueErrors lets a datagram socket hear of ICMP errors (ip(7), IP_RECVERR).
func (t *linuxTransport) queueErrors() error {
	level, option := unix.SOL_IP, unix.IP_RECVERR
	if t.family == ip6 {
		level, option = unix.SOL_IPV6, unix.IPV6_RECVERR
	}
	var set error
	err := t.fd.Control(func(fd uintptr) { set = unix.SetsockoptInt(int(fd), level, option, 1) })
	return errors.Join(err, set)
}

// readError takes one message off the error queue: the start of our echo, the address it was
// going to, and beside it who complained of what.
func (t *linuxTransport) readError(fd int) bool {
	n, rest, _, to, err := unix.Recvmsg(fd, t.buffer[:], t.control[:], unix.MSG_ERRQUEUE|unix.MSG_DONTWAIT)
	if err != nil {
		return err == unix.EINTR
	}
	controls, err := unix.ParseSocketControlMessage(t.control[:rest])
	if err != nil {
		return true
	}
	for _, c := range controls {
		if notice, ok := t.complaint(c); ok {
			if m, ok := parseOwn(t.buffer[:n], address(to), notice); ok && m.id == t.ident {
				t.settle(m)
			}
		}
	}
	return true
}

// complaint decodes struct sock_extended_err and the offender's address behind it (ip(7)).
func (t *linuxTransport) complaint(c unix.SocketControlMessage) (notice, bool) {
	const originAt, kindAt, codeAt, offenderAt = 4, 5, 6, 16
	v4 := c.Header.Level == unix.SOL_IP && c.Header.Type == unix.IP_RECVERR
	v6 := c.Header.Level == unix.SOL_IPV6 && c.Header.Type == unix.IPV6_RECVERR
	if !v4 && !v6 || len(c.Data) < offenderAt {
		return notice{}, false
	}
	if origin := c.Data[originAt]; origin != unix.SO_EE_ORIGIN_ICMP && origin != unix.SO_EE_ORIGIN_ICMP6 {
		return notice{}, false
	}
	return notice{offender(c.Data[offenderAt:]), t.family, c.Data[kindAt], c.Data[codeAt]}, true
}

// offender reads a sockaddr_in or sockaddr_in6.
func offender(b []byte) netip.Addr {
	const at4, at6 = 4, 8
	if len(b) < at4+4 {
		return netip.Addr{}
	}
	switch binary.NativeEndian.Uint16(b) {
	case unix.AF_INET:
		return netip.AddrFrom4([4]byte(b[at4 : at4+4]))
	case unix.AF_INET6:
		if len(b) >= at6+16 {
			return netip.AddrFrom16([16]byte(b[at6 : at6+16]))
		}
	}
	return netip.Addr{}
}
