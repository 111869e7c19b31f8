package journal

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// errLocked is what a lock held by another handle answers.
var errLocked = windows.ERROR_LOCK_VIOLATION

// lockFile locks one byte far behind the end, since locked bytes cannot be read by others and
// they shall see who holds it.
func lockFile(f *os.File) error {
	const flags = windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY
	at := &windows.Overlapped{OffsetHigh: 1}
	return windows.LockFileEx(windows.Handle(f.Fd()), flags, 0, 1, 0, at)
}

// syncDir has nothing to do: NTFS keeps its own journal of names.
func syncDir(string) error { return nil }

// RefusesWrites tells whether the file system takes nothing more, though it can be read.
func RefusesWrites(err error) bool {
	return errors.Is(err, windows.ERROR_WRITE_PROTECT) || errors.Is(err, windows.ERROR_DISK_FULL) ||
		errors.Is(err, windows.ERROR_HANDLE_DISK_FULL)
}
