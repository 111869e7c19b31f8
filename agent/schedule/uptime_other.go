//go:build !linux

package schedule

import "time"

// uptime is not needed where the monotonic clock goes on while the machine sleeps, as on
// Windows: the late tick tells.
func uptime() time.Duration { return 0 }
