//go:build !linux

package icmp

import (
	"errors"
	"math/rand/v2"
	"net"
	"net/netip"
	"time"

	xicmp "golang.org/x/net/icmp"
)

// plainTransport uses what every system has. A datagram socket hears of no ICMP errors here:
// an unreachable host is a timeout.
type plainTransport struct {
	conn   *xicmp.PacketConn
	family family
	ident  uint16
	isRaw  bool

	deliver func([]byte, netip.Addr)
}

func newTransport(f family, conn *xicmp.PacketConn, raw bool) (transport, error) {
	random := uint16(rand.Uint32()) // any number does
	return &plainTransport{conn: conn, family: f, ident: identifier(conn, raw, random), isRaw: raw}, nil
}

func (t *plainTransport) id() uint16 { return t.ident }
func (t *plainTransport) raw() bool  { return t.isRaw }

func (t *plainTransport) send(b []byte, to netip.Addr) error {
	var address net.Addr = &net.UDPAddr{IP: to.AsSlice(), Zone: to.Zone()}
	if t.isRaw {
		address = &net.IPAddr{IP: to.AsSlice(), Zone: to.Zone()}
	}
	_, err := t.conn.WriteTo(b, address)
	return err
}

func (t *plainTransport) bind(deliver func([]byte, netip.Addr), _ func(message)) { t.deliver = deliver }

func (t *plainTransport) receive() {
	buffer := make([]byte, 1<<16) // the longest packet: Windows fails on a longer one than asked for
	for {
		n, from, err := t.conn.ReadFrom(buffer)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			time.Sleep(time.Millisecond) // not for this packet alone, perhaps
			continue
		}
		t.deliver(buffer[:n], senderOf(from))
	}
}

func senderOf(from net.Addr) netip.Addr {
	var ip net.IP
	switch a := from.(type) {
	case *net.UDPAddr:
		ip = a.IP
	case *net.IPAddr:
		ip = a.IP
	}
	address, _ := netip.AddrFromSlice(ip)
	return address.Unmap()
}

func (t *plainTransport) Close() error { return t.conn.Close() }
