package icmp

import (
	"encoding/binary"
	"net/netip"
)

// family is an address family with its ICMP: 4 or 6.
type family uint8

const (
	ip4 family = 4
	ip6 family = 6
)

func familyOf(addr netip.Addr) family {
	if addr.Is4() {
		return ip4
	}
	return ip6
}

func (f family) String() string {
	if f == ip4 {
		return "IPv4"
	}
	return "IPv6"
}

// Types of messages: RFC 792 for IPv4; RFC 4443 for IPv6.
const (
	echoReply4, unreachable4, echo4, exceeded4               = 0, 3, 8, 11
	unreachable6, tooBig6, exceeded6, echo6, echoReply6 byte = 1, 2, 3, 128, 129
)

const (
	headerBytes = 8 // of an echo message: type, code, checksum, identifier, sequence
	tokenBytes  = 8 // the payload begins with the token
	nextICMP4   = 1
	nextICMP6   = 58
)

// putEcho writes an echo request over b, whose length is the header's and the payload's. The
// payload after the token stays as it is. IPv6 checksums are left to the kernel, which alone
// knows the source address that they cover.
func putEcho(b []byte, f family, id, seq uint16, token uint64) {
	b[0], b[1], b[2], b[3] = echo4, 0, 0, 0
	if f == ip6 {
		b[0] = echo6
	}
	binary.BigEndian.PutUint16(b[4:], id)
	binary.BigEndian.PutUint16(b[6:], seq)
	binary.BigEndian.PutUint64(b[headerBytes:], token)
	if f == ip4 {
		binary.BigEndian.PutUint16(b[2:], ^checksum(b))
	}
}

// checksum is the ones' complement sum of RFC 1071: 0xffff over a message that holds its own.
func checksum(b []byte) uint16 {
	var sum uint64
	for ; len(b) >= 4; b = b[4:] {
		sum += uint64(binary.BigEndian.Uint32(b))
	}
	if len(b) >= 2 {
		sum += uint64(binary.BigEndian.Uint16(b))
		b = b[2:]
	}
	if len(b) == 1 {
		sum += uint64(b[0]) << 8
	}
	for sum > 0xffff {
		sum = sum>>16 + sum&0xffff
	}
	return uint16(sum)
}

// message is what a received packet says about one of our echoes: that it was answered, or,
// with a notice, that somebody on the way gave it up.
type message struct {
	id, seq uint16
	// token is the payload's; a notice may quote too little of our echo to hold it.
	token    uint64
	hasToken bool
	payload  int // bytes after the header, the token included; of an answer only
	notice   notice
	// to is where the echo that a notice quotes was going; unset for an answer.
	to netip.Addr
}

// notice is an ICMP error message. Its zero value means none.
type notice struct {
	from       netip.Addr
	family     family
	kind, code byte
}

// parse reads one ICMP message, without its IP header, that came from the address given. It
// returns false for whatever cannot concern an echo of ours.
func parse(f family, b []byte, from netip.Addr) (message, bool) {
	if len(b) < headerBytes {
		return message{}, false
	}
	switch kind := b[0]; {
	case f == ip4 && kind == echoReply4, f == ip6 && kind == echoReply6:
		return parseEcho(b)
	case f == ip4 && (kind == unreachable4 || kind == exceeded4):
		return parseQuote4(b[headerBytes:], notice{from, f, kind, b[1]})
	case f == ip6 && (kind == unreachable6 || kind == tooBig6 || kind == exceeded6):
		return parseQuote6(b[headerBytes:], notice{from, f, kind, b[1]})
	}
	return message{}, false
}

// parseEcho reads an echo message, ours as quoted or its answer.
func parseEcho(b []byte) (message, bool) {
	if len(b) < headerBytes || b[1] != 0 {
		return message{}, false
	}
	m := message{
		id:      binary.BigEndian.Uint16(b[4:]),
		seq:     binary.BigEndian.Uint16(b[6:]),
		payload: len(b) - headerBytes,
	}
	if m.payload >= tokenBytes {
		m.token, m.hasToken = binary.BigEndian.Uint64(b[headerBytes:]), true
	}
	return m, true
}

// parseQuote4 reads the start of our own packet as an IPv4 error message quotes it.
func parseQuote4(b []byte, n notice) (message, bool) {
	const shortest, protocolAt, targetAt = 20, 9, 16
	if len(b) < shortest || b[0]>>4 != 4 || b[protocolAt] != nextICMP4 {
		return message{}, false
	}
	header := int(b[0]&0x0f) * 4
	if header < shortest || len(b) < header+headerBytes {
		return message{}, false
	}
	to := netip.AddrFrom4([4]byte(b[targetAt : targetAt+4]))
	return parseOwn(b[header:], to, n)
}

// parseQuote6 is parseQuote4 for IPv6. Our echoes carry no extension headers, except that of
// fragments, whose first part alone holds the echo's header and is not worth the search.
func parseQuote6(b []byte, n notice) (message, bool) {
	const header, nextAt, targetAt = 40, 6, 24
	if len(b) < header+headerBytes || b[0]>>4 != 6 || b[nextAt] != nextICMP6 {
		return message{}, false
	}
	to := netip.AddrFrom16([16]byte(b[targetAt : targetAt+16]))
	return parseOwn(b[header:], to, n)
}

// parseOwn reads the quoted echo request that was going to an address.
func parseOwn(b []byte, to netip.Addr, n notice) (message, bool) {
	m, ok := parseEcho(b)
	if !ok || (n.family == ip4 && b[0] != echo4) || (n.family == ip6 && b[0] != echo6) {
		return message{}, false
	}
	m.to, m.notice = to, n
	return m, true
}

// stripIPv4 returns the message inside an IPv4 packet as raw sockets deliver it, or nil. With a
// wrong checksum it returns nil too: raw sockets get packets before the kernel has verified it.
// A packet that did not fit b whole cannot be verified and is let through.
func stripIPv4(b []byte) []byte {
	if len(b) < 20 || b[0]>>4 != 4 {
		return nil
	}
	header, total := int(b[0]&0x0f)*4, int(binary.BigEndian.Uint16(b[2:]))
	if header < 20 || len(b) < header+headerBytes {
		return nil
	}
	if len(b) >= total && checksum(b[header:]) != 0xffff {
		return nil
	}
	return b[header:]
}
