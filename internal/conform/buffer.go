package conform

import (
	"strings"
	"sync"
)

// Buffer is a log that several goroutines write and the test reads.
type Buffer struct {
	mu   sync.Mutex
	text strings.Builder
}

// Write appends p; it never fails.
func (b *Buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

// String returns all that was written.
func (b *Buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}
