//go:build !linux

package agent

import "time"

// uptime is the monotonic time of this process; whether it counts suspended time is up to the
// platform.
func uptime() time.Duration { return time.Since(processStart) }

// bootID is not known on this platform.
func bootID() string { return "" }
