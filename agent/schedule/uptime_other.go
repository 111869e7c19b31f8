//go:build !linux

package schedule

import "time"

// Uptime returns the monotonic time since the process began. Whether the time asleep is in it is
// up to the platform; where it is not, the late tick tells, as it does on Windows.
func Uptime() time.Duration { return time.Since(processStart) }
