package checks

import (
	"context"
	"net"
	"time"
)

// Interrupt makes reads and writes of conn end with ctx, which net.Conn knows nothing of. release
// lets go of ctx; it returns false when ctx has ended before: then a deadline in the past is set,
// or about to be, and conn must not be used again.
func Interrupt(ctx context.Context, conn net.Conn) (release func() bool) {
	deadline, _ := ctx.Deadline()  // the zero time is none
	_ = conn.SetDeadline(deadline) // fails on a closed connection only, as the read will
	return context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
}
