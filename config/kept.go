package config

import (
	"encoding/json"
	"fmt"
	"path/filepath"

	"github.com/hashicorp/hcl/v2"

	"github.com/keizoku-bcp/keizoku/plan"
)

// Kept is a plan as [Load] has read it, to be read again when its files say something else.
type Kept struct {
	Path   string     `json:"path"`   // absolute: whose plan it is
	Folder bool       `json:"folder"` // Path holds the files, and is not the only one itself
	Files  []KeptFile `json:"files"`
}

// KeptFile is one file of it, by its name in the folder.
type KeptFile struct {
	Base string `json:"base"`
	Text []byte `json:"text"`
}

// Keep returns the files that [Load] has read from path, as JSON for [ReadKept]. It holds the secrets
// that stand in them, and none that env() and file() name.
func (s *Sources) Keep(path string) ([]byte, error) {
	whole, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	k := Kept{Path: whole, Folder: filepath.Clean(path) == filepath.Clean(s.in.dir)}
	for _, f := range s.in.files {
		k.Files = append(k.Files, KeptFile{f.base, f.src})
	}
	return json.Marshal(k)
}

// ReadKept reads what [Sources.Keep] returned. It is an error when that is another path's plan.
func ReadKept(path string, text []byte) (*Kept, error) {
	whole, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	k := new(Kept)
	if err := json.Unmarshal(text, k); err != nil {
		return nil, fmt.Errorf("what was kept is damaged: %w", err)
	}
	if k.Path != whole {
		return nil, fmt.Errorf("what was kept is the plan of %s, not of %s", k.Path, whole)
	}
	return k, nil
}

// Load is [Load] of the plan as it was kept. What env() and file() name is read anew.
func (k *Kept) Load(kinds Kinds, opts Options) (*plan.Plan, *Sources, hcl.Diagnostics) {
	dir := k.Path
	if !k.Folder {
		dir = filepath.Dir(k.Path)
	}
	files := make([]file, len(k.Files))
	for i, f := range k.Files {
		files[i] = file{name: filepath.Join(dir, f.Base), base: f.Base, src: f.Text}
	}
	return load(onDisk(dir, files), nil, kinds, opts)
}
