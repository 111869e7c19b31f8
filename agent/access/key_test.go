package access

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestSessionsOutliveTheAgent(t *testing.T) {
	t.Parallel()
	w := newWorld(t, people)
	q := request{path: "/", cookie: w.signIn("duty", "correct horse")}
	w.restart()
	if have := w.says(q); have != dutyByPassword {
		t.Errorf("after a restart: %s", have)
	}
	if err := os.Remove(filepath.Join(w.state, KeyFile)); err != nil {
		t.Fatal(err)
	}
	w.restart()
	if have := w.says(q); have != "401" {
		t.Errorf("with another key: %s", have)
	}
}

func TestKeyFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, KeyFile)
	var logged strings.Builder
	log := slog.New(slog.NewTextHandler(&logged, nil))
	first := readKey(dir, log)
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 || info.Size() != keySize || len(first) != keySize {
		t.Fatalf("%v %v", info, err)
	}
	if !bytes.Equal(readKey(dir, log), first) || logged.Len() > 0 {
		t.Errorf("a good key is not kept, or complained of: %s", &logged)
	}
	for says, spoil := range map[string]func() error{
		"it has 0 bytes":    func() error { return os.WriteFile(path, nil, 0o600) },
		"it has 31 bytes":   func() error { return os.WriteFile(path, first[1:], 0o600) },
		"it has 1024 bytes": func() error { return os.WriteFile(path, make([]byte, 1024), 0o600) },
		"mode is 0644":      func() error { return os.Chmod(path, 0o644) }, //nolint:gosec // this is what is wrong with it
	} {
		before := readKey(dir, log)
		logged.Reset()
		if err := spoil(); err != nil {
			t.Fatal(err)
		}
		after := readKey(dir, log)
		if bytes.Equal(before, after) || len(after) != keySize || !strings.Contains(logged.String(), says) {
			t.Errorf("%s: a new key: %t; the log: %s", says, !bytes.Equal(before, after), &logged)
		}
		if !bytes.Equal(readKey(dir, log), after) {
			t.Errorf("%s: the new key was not kept", says)
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Errorf("files are left behind: %v, %v", left, err)
	}
}

// A disk that refuses must not keep anybody from signing in.
func TestKeyThatCannotBeKept(t *testing.T) {
	t.Parallel()
	var logged strings.Builder
	key := readKey(filepath.Join(t.TempDir(), "gone"), slog.New(slog.NewTextHandler(&logged, nil)))
	if len(key) != keySize || bytes.Equal(key, make([]byte, keySize)) || !strings.Contains(logged.String(), "cannot be kept") {
		t.Errorf("%x, %s", key, &logged)
	}
}
