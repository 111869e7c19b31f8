package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// replaceFile puts a file in the place of an old one at once: a server that reads it meanwhile
// gets the one or the other, and never a half.
func replaceFile(path, text string) error {
	// A rule file is no secret, and the server that reads it is another user.
	return putFile(path, text, 0o644)
}

// replacePrivateFile is [replaceFile] for what only its owner may read.
func replacePrivateFile(path, text string) error { return putFile(path, text, 0o600) }

func putFile(path, text string, mode os.FileMode) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".keizoku-*")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	_, err = f.WriteString(text)
	if err = errors.Join(err, f.Chmod(mode), f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("write %s: %w", path, err), os.Remove(f.Name()))
	}
	return nil
}
