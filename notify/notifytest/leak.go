package notifytest

import (
	"os"
	"runtime"
	"testing"
	"time"
)

// usage is what a process holds that a channel may leak.
type usage struct {
	goroutines int
	files      int // open file descriptors, sockets among them; 0 where /proc is not
}

func resources() usage {
	entries, _ := os.ReadDir("/proc/self/fd") // no such directory: only goroutines count
	return usage{goroutines: runtime.NumGoroutine(), files: len(entries)}
}

// within reports whether u is no more than before.
func (u usage) within(before usage) bool {
	return u.goroutines <= before.goroutines && u.files <= before.files
}

// settle waits until the process holds no more than before. Goroutines and the servers' ends of
// connections need a little while to go; a leak stays until the deadline.
func settle(t *testing.T, before usage) {
	t.Helper()
	deadline := time.Now().Add(moment)
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	now := resources()
	for ; !now.within(before); now = resources() {
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
