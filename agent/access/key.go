package access

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
)

// KeyFile is the file in the state directory with the key that signs sessions. It outlives the
// agent: a restart in the worst hour signs nobody out. To sign everybody out, remove it and restart.
const KeyFile = "session.key"

// keySize is that of HMAC-SHA256, in bytes.
const keySize = 32

// readKey returns the key in the state directory. Where there is none that can be relied on, it
// makes one; a disk that refuses it costs the sessions at the next start, and nothing else.
func readKey(dir string, log *slog.Logger) []byte {
	path := filepath.Join(dir, KeyFile)
	key, err := loadKey(path)
	if err == nil {
		return key
	}
	if !errors.Is(err, fs.ErrNotExist) {
		log.Warn("the key of the sessions is made anew: whoever was signed in must sign in again", "file", path, "err", err)
	}
	key = make([]byte, keySize)
	_, _ = rand.Read(key) // never fails, says crypto/rand
	if err := saveKey(path, key); err != nil {
		log.Error("the key of the sessions cannot be kept: a restart will sign everybody out", "file", path, "err", err)
	}
	return key
}

func loadKey(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 && runtime.GOOS != "windows" { // which has no such bits
		return nil, fmt.Errorf("others may have read it: its mode is %#o", mode)
	}
	key, err := os.ReadFile(path)
	if err == nil && len(key) != keySize {
		err = fmt.Errorf("it has %d bytes, not %d", len(key), keySize)
	}
	return key, err
}

// saveKey puts the whole key in place at once.
func saveKey(path string, key []byte) error {
	fresh, err := os.CreateTemp(filepath.Dir(path), KeyFile+".*") // mode 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(fresh.Name()) }() // gone when it was renamed
	_, err = fresh.Write(key)
	if err = errors.Join(err, fresh.Sync(), fresh.Close()); err != nil {
		return err
	}
	return os.Rename(fresh.Name(), path)
}
