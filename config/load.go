package config

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/hashicorp/hcl/v2"

	"github.com/keizoku-bcp/keizoku/block"
	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/plan"
)

// Kinds are the kinds of checks that a plan may use, by name.
type Kinds map[string]*checks.Kind

// Options are what reading a plan takes from its surroundings.
type Options struct {
	// Env looks up a variable for env(); nil means os.LookupEnv.
	Env func(name string) (value string, ok bool)
	// Protocols are those that source blocks may name; nil knows none.
	Protocols Protocols
	// Channels are the kinds of channel that notify blocks may name; nil knows none.
	Channels Channels
}

func (o Options) env(name string) (string, bool) {
	if o.Env == nil {
		return os.LookupEnv(name)
	}
	return o.Env(name)
}

// Load reads the plan at path: one file, or every *.hcl and *.hcl.json file of a directory, not
// those of directories in it. The plan is nil when a diagnostic is an error. Sources are never
// nil; [WriteDiagnostics] takes its snippets from them.
//
// Relative paths in the plan (file(), state_dir, web_config_file) count from the plan's
// directory.
func Load(path string, kinds Kinds, opts Options) (*plan.Plan, *Sources, hcl.Diagnostics) {
	dir, files, err := readOS(path)
	return load(onDisk(dir, files), err, kinds, opts)
}

// LoadFS is [Load] for files that are embedded in a program, or made up by a test. file() reads
// from fsys too.
func LoadFS(fsys fs.FS, name string, kinds Kinds, opts Options) (*plan.Plan, *Sources, hcl.Diagnostics) {
	files, err := readFS(fsys, name)
	in := input{files: files, readFile: func(file string) ([]byte, error) {
		return readSecretFile(fsys, path.Join(dirOf(fsys, name), filepath.ToSlash(file)))
	}}
	return load(in, err, kinds, opts)
}

// LoadBytes is [Load] for a single file in memory. Its name tells the syntax; relative paths
// count from the working directory.
func LoadBytes(name string, src []byte, kinds Kinds, opts Options) (*plan.Plan, *Sources, hcl.Diagnostics) {
	return load(onDisk("", []file{{name: name, base: path.Base(name), src: src}}), nil, kinds, opts)
}

func load(in input, err error, kinds Kinds, opts Options) (*plan.Plan, *Sources, hcl.Diagnostics) {
	l := newLoader(in, kinds, opts)
	if err != nil {
		l.diags = append(l.diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "The plan cannot be read", Detail: err.Error() + unreadHint(err)})
	} else if l.parse() {
		l.read()
	}
	l.diags = tidy(l.diags, l.plan.Secrets)
	if l.diags.HasErrors() {
		return nil, l.sources, l.diags
	}
	return l.plan, l.sources, l.diags
}

// unreadHint is a line that says what to do about a plan that cannot be read, as far as that is known.
func unreadHint(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "\nGive a file, or a directory of *.hcl files. `keizoku plan new --out plan.hcl` writes one to begin with."
	case errors.Is(err, fs.ErrPermission):
		return "\nRead it as a user who may (sudo), or give this one the right to."
	default:
		return ""
	}
}

// Verify reports the first kind, by name, that cannot be read as it should: its settings break
// the rules of package block, or an attribute of its own has the name of one that every check
// has and would never reach it.
func (k Kinds) Verify() error {
	common := make(map[string]bool)
	for _, a := range block.Describe(checkBlock{}) {
		common[a.Name] = true
	}
	for _, name := range slices.Sorted(maps.Keys(k)) {
		if err := block.Verify(k[name].Settings); err != nil {
			return fmt.Errorf("kind %s: %w", name, err)
		}
		for _, a := range block.Describe(k[name].Settings) {
			if common[a.Name] {
				return fmt.Errorf("kind %s: every check has %q, so the kind cannot have its own", name, a.Name)
			}
		}
	}
	return nil
}
