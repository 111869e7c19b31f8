package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/keizoku-bcp/keizoku/config"
	"github.com/keizoku-bcp/keizoku/plan"
)

// What is kept is the plan as it was read: with its hash and its paths, from one file or from many,
// whatever became of the files.
func TestKeptPlanIsThePlan(t *testing.T) {
	for name, in := range map[string]string{"a file": "p.hcl", "a directory": "."} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path, file := filepath.Join(dir, in), filepath.Join(dir, "p.hcl")
			if err := os.WriteFile(file, []byte("plan \"p\" {}\nagent \"a\" {\n  state_dir = \"state\"\n}\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			before, sources, diags := config.Load(path, nil, config.Options{})
			kept := keep(t, path, before, sources, diags.Error())
			if err := os.Remove(file); err != nil {
				t.Fatal(err)
			}
			k, err := config.ReadKept(path, kept)
			if err != nil {
				t.Fatal(err)
			}
			after, _, diags := k.Load(nil, config.Options{})
			if diags.HasErrors() {
				t.Fatal(diags)
			}
			if after.Hash != before.Hash || after.Agents[0].StateDir != filepath.Join(dir, "state") {
				t.Errorf("hash %s, was %s; state directory %s", after.Hash, before.Hash, after.Agents[0].StateDir)
			}
		})
	}
}

func TestKeptPlanOfAnotherIsRefused(t *testing.T) {
	p, sources, diags := config.LoadBytes("p.hcl", []byte(`plan "p" {}`), nil, config.Options{})
	kept := string(keep(t, "p.hcl", p, sources, diags.Error()))
	for name, c := range map[string]struct{ path, text, want string }{
		"another path": {"q.hcl", kept, "q.hcl"},
		"half a file":  {"p.hcl", kept[:len(kept)/2], "damaged"},
	} {
		if _, err := config.ReadKept(c.path, []byte(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// keep keeps a plan that must be good.
func keep(t *testing.T, path string, p *plan.Plan, sources *config.Sources, diags string) []byte {
	t.Helper()
	if p == nil {
		t.Fatal(diags)
	}
	kept, err := sources.Keep(path)
	if err != nil {
		t.Fatal(err)
	}
	return kept
}
