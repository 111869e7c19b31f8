package agent

import "time"

// processStart is the origin of uptime where the kernel offers none.
var processStart = time.Now()

// wallTime reads the wall clock alone, without Go's monotonic part.
func wallTime() time.Time { return time.Now().Round(0) }
