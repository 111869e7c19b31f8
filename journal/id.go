package journal

import (
	"crypto/rand"
	"io"
	"time"

	"github.com/oklog/ulid/v2"
)

// NewID returns a fresh ULID with the time given. It is safe for concurrent use. Two ids of one
// millisecond sort in any order: the order of events is their Seq, never their ID.
func NewID(at time.Time) string { return newID(at, rand.Reader) }

// newIDSource returns entropy that keeps ids of one millisecond in order. Not safe for
// concurrent use.
func newIDSource() io.Reader { return ulid.Monotonic(rand.Reader, 0) }

func newID(at time.Time, entropy io.Reader) string {
	ms := milliseconds(at)
	id, err := ulid.New(ms, entropy)
	if err != nil { // the monotonic source has used up its millisecond: plain chance will do
		id, _ = ulid.New(ms, rand.Reader) // fails on a time out of range alone, which ms is not
	}
	return id.String()
}

// milliseconds is the time part of a ULID, held within what it can say (1970 to 10889).
func milliseconds(at time.Time) uint64 {
	return uint64(min(max(at.UnixMilli(), 0), int64(ulid.MaxTime())))
}

func validID(id string) bool {
	_, err := ulid.ParseStrict(id)
	return err == nil
}
