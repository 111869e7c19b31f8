package agent

import (
	"net"

	"golang.org/x/sys/unix"
)

// peerUser asks the kernel who is at the other end of a Unix socket (SO_PEERCRED).
func peerUser(c net.Conn) string {
	conn, ok := c.(*net.UnixConn)
	if !ok {
		return "unknown"
	}
	raw, err := conn.SyscallConn()
	if err != nil {
		return "unknown"
	}
	name := "unknown"
	_ = raw.Control(func(fd uintptr) {
		if cred, err := unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED); err == nil {
			name = userName(cred.Uid)
		}
	})
	return name
}
