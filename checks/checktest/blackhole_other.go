//go:build !linux

package checktest

import "testing"

// BlackHole needs a kernel that drops what does not fit into a listening socket's queue.
func BlackHole(t testing.TB) string {
	t.Helper()
	t.Fatal("black holes are made on Linux only")
	return ""
}
