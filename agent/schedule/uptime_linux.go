package schedule

import (
	"time"

	"golang.org/x/sys/unix"
)

// uptime returns the time since boot with the time asleep in it, which Go's monotonic clock
// leaves out on Linux (it is CLOCK_MONOTONIC).
func uptime() time.Duration {
	var ts unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &ts); err != nil {
		return 0
	}
	return time.Duration(ts.Nano())
}
