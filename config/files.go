package config

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Limits that no honest plan meets: they keep a wrong path (a disk image, a log) from taking the
// memory of a machine whose agent is asked to reload. A parsed file takes up to 160 times its size;
// a thousand systems have 1.5 MB.
const (
	maxFileSize   = 4 << 20
	maxSecretSize = 64 << 10
	maxNesting    = 500 // brackets inside brackets
)

// input is a plan before it is parsed.
type input struct {
	files    []file
	dir      string // of the plan; empty when it is not on disk
	readFile func(name string) ([]byte, error)
}

// onDisk is a plan whose file() reads from the disk.
func onDisk(dir string, files []file) input {
	return input{files: files, dir: dir, readFile: func(name string) ([]byte, error) {
		return readSecretFile(os.DirFS(filepath.Dir(name)), filepath.Base(name))
	}}
}

// file is one file of a plan: its name as a person would give it, its name in the plan's
// directory, and its text.
type file struct {
	name, base string
	src        []byte
}

func (f file) isJSON() bool { return strings.HasSuffix(f.base, ".json") }

func isPlanFile(name string) bool {
	return !strings.HasPrefix(name, ".") && (strings.HasSuffix(name, ".hcl") || strings.HasSuffix(name, ".hcl.json"))
}

// readOS reads the file or directory at name and returns the directory that it is in.
func readOS(name string) (dir string, files []file, err error) {
	info, err := os.Stat(name)
	if err != nil {
		return "", nil, err
	}
	dir, inside := name, "."
	if !info.IsDir() {
		dir, inside = filepath.Dir(name), filepath.Base(name)
	}
	files, err = readFS(os.DirFS(dir), inside)
	for i := range files {
		files[i].name = filepath.Join(dir, files[i].base)
	}
	return dir, files, under(dir, err)
}

// under completes the path in an error of the files of a directory; nil stays nil.
func under(dir string, err error) error {
	var at *fs.PathError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &at):
		return &fs.PathError{Op: at.Op, Path: filepath.Join(dir, at.Path), Err: at.Err}
	default:
		return fmt.Errorf("%s: %w", dir, err)
	}
}

func readFS(fsys fs.FS, name string) ([]file, error) {
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		f, err := readPlanFile(fsys, name)
		return []file{f}, err
	}
	entries, err := fs.ReadDir(fsys, name)
	if err != nil {
		return nil, err
	}
	var files []file
	for _, e := range entries {
		if !isPlanFile(e.Name()) || e.IsDir() {
			continue
		}
		f, err := readPlanFile(fsys, path.Join(name, e.Name()))
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	if len(files) == 0 {
		return nil, errors.New("the directory holds no plan: no file ends in .hcl or .hcl.json")
	}
	slices.SortFunc(files, func(a, b file) int { return strings.Compare(a.base, b.base) })
	return files, nil
}

func dirOf(fsys fs.FS, name string) string {
	if info, err := fs.Stat(fsys, name); err == nil && info.IsDir() {
		return name
	}
	return path.Dir(name)
}

func readPlanFile(fsys fs.FS, name string) (file, error) {
	src, err := readLimited(fsys, name, maxFileSize)
	// Windows editors begin a file with a byte order mark, which is no part of the text.
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	return file{name: name, base: path.Base(name), src: src}, err
}

// readSecretFile reads a file for file(). It waits for nobody: a pipe is refused.
func readSecretFile(fsys fs.FS, name string) ([]byte, error) {
	return readLimited(fsys, name, maxSecretSize)
}

func readLimited(fsys fs.FS, name string, limit int64) ([]byte, error) {
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "read", Path: name, Err: errors.New("it is not an ordinary file")} // a pipe would be waited for
	}
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	src, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(src)) > limit {
		err = &fs.PathError{Op: "read", Path: name, Err: fmt.Errorf("it is larger than %d KB", limit>>10)}
	}
	return src, err
}

// hash identifies the text of a plan: the SHA-256 of the names and contents of its files, each
// with its length before it so that no two plans run together.
func hash(files []file) string {
	h := sha256.New()
	for _, f := range files {
		fmt.Fprintf(h, "%d %s %d\n", len(f.base), f.base, len(f.src))
		h.Write(f.src)
	}
	return hex.EncodeToString(h.Sum(nil))
}
