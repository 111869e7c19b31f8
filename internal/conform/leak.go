package conform

import (
	"os"
	"runtime"
	"testing"
	"time"
)

// Usage is what a process holds that a test may leak.
type Usage struct {
	goroutines int
	files      int // open file descriptors, sockets among them; 0 where /proc is not
}

// Resources returns what the process holds now.
func Resources() Usage {
	entries, _ := os.ReadDir("/proc/self/fd") // no such directory: only goroutines count
	return Usage{goroutines: runtime.NumGoroutine(), files: len(entries)}
}

// within reports whether u is no more than before.
func (u Usage) within(before Usage) bool {
	return u.goroutines <= before.goroutines && u.files <= before.files
}

// Settle waits until the process holds no more than before, and fails the test when that takes
// longer than patience. Goroutines and the servers' ends of connections need a little while to
// go; a leak stays.
func Settle(t *testing.T, before Usage, patience time.Duration) {
	t.Helper()
	deadline := time.Now().Add(patience)
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	now := Resources()
	for ; !now.within(before); now = Resources() {
		if time.Now().After(deadline) {
			t.Errorf("leak: %d goroutines and %d files before, %d and %d after\n%s",
				before.goroutines, before.files, now.goroutines, now.files, stacks())
			return
		}
		<-tick.C
	}
}

func stacks() []byte {
	buf := make([]byte, 1<<20)
	return buf[:runtime.Stack(buf, true)]
}
