package agent

import (
	"net"
	"os"

	"golang.org/x/sys/unix"
)

// peerUser asks the kernel who is at the other end of a Unix socket (SO_PEERCRED), and whether
// it is one who may act: the user that the agent runs as, or root.
func peerUser(c net.Conn) (name string, trusted bool) {
	conn, ok := c.(*net.UnixConn)
	if !ok {
		return "", false
	}
	raw, err := conn.SyscallConn()
	if err != nil {
		return "", false
	}
	_ = raw.Control(func(fd uintptr) {
		if cred, err := unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED); err == nil {
			name, trusted = userName(cred.Uid), cred.Uid == 0 || int64(cred.Uid) == int64(os.Geteuid())
		}
	})
	return name, trusted
}
