package icmp

import (
	"errors"
	"fmt"
	"net"
	"os"
	"runtime"

	xicmp "golang.org/x/net/icmp"
)

// networks names, for each family, the datagram and the raw sockets of x/net/icmp.
func (f family) networks() (datagram, raw, local string) {
	if f == ip4 {
		return "udp4", "ip4:icmp", "0.0.0.0"
	}
	return "udp6", "ip6:ipv6-icmp", "::"
}

// open makes a transport on the socket that needs the least rights: datagram where the kernel
// lets this user have one, raw otherwise.
func open(f family) (transport, error) {
	datagram, raw, local := f.networks()
	var refused error
	if hasDatagram() {
		conn, err := xicmp.ListenPacket(datagram, local)
		if err == nil {
			return newTransport(f, conn, false)
		}
		refused = err
	}
	conn, err := xicmp.ListenPacket(raw, local)
	if err == nil {
		return newTransport(f, conn, true)
	}
	if errors.Is(err, os.ErrPermission) || runtime.GOOS == "windows" {
		return nil, fmt.Errorf("no ICMP socket is permitted to this user (%w): %s", err, mend(runtime.GOOS))
	}
	return nil, fmt.Errorf("no %s ICMP socket: datagram: %v; raw: %w", f, refused, err) //nolint:errorlint // refused is nil where the system has no datagram sockets
}

// hasDatagram reports whether the system has ICMP datagram sockets at all.
func hasDatagram() bool { return runtime.GOOS == "linux" || runtime.GOOS == "darwin" }

// mend says what to do when the system refuses ICMP sockets.
func mend(system string) string {
	switch system {
	case "linux":
		return `either allow datagram sockets: sysctl -w net.ipv4.ping_group_range="0 2147483647"; ` +
			"or grant the capability for raw ones: setcap cap_net_raw+ep on the keizoku binary, " +
			"or AmbientCapabilities=CAP_NET_RAW in its systemd unit"
	case "windows":
		return "run the keizoku service as LocalSystem or as an administrator"
	default:
		return "run keizoku as root"
	}
}

// identifier is what the echoes on conn bear: on Linux the kernel writes the port of a datagram
// socket into them.
func identifier(conn *xicmp.PacketConn, raw bool, random uint16) uint16 {
	if runtime.GOOS == "linux" && !raw {
		if a, ok := conn.LocalAddr().(*net.UDPAddr); ok {
			return uint16(a.Port)
		}
	}
	return random
}
