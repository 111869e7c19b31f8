package schedule

import (
	"time"

	"golang.org/x/sys/unix"
)

// Uptime returns the time since boot with the time asleep in it (CLOCK_BOOTTIME), which Go's
// monotonic clock leaves out on Linux: a machine that slept must not look like a wall clock that
// jumped. Where the kernel does not tell, it is the time since the process began.
func Uptime() time.Duration {
	var ts unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &ts); err != nil {
		return time.Since(processStart)
	}
	return time.Duration(ts.Nano())
}
