//go:build !unix

package checktest

import "time"

// cpuTime is not measured here: benchmarks report 0 µs of CPU per probe.
func cpuTime() time.Duration { return 0 }
