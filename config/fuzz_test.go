package config_test

import (
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/keizoku-bcp/keizoku/config"
)

// FuzzLoad holds that no text, in either syntax, makes reading or printing panic, and that there
// is a plan exactly when there is no error.
func FuzzLoad(f *testing.F) {
	for _, pattern := range []string{"testdata/invalid/*", "testdata/valid/*.json", "testdata/valid/*/*.hcl"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			f.Fatal(pattern, err)
		}
		for _, name := range files {
			src, err := os.ReadFile(name)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(src)
		}
	}
	for _, src := range []string{
		"", "\x00", "{", "[]", "null", `{"plan": null}`, `{"plan": [{"p": [{}, {}]}]}`, `{"system": {"s": {"check": []}}}`,
		`plan "p" { timezone = null }`, `system "s" { up_when = 1e999999 }`, `system "s" { depends_on = [for s in system : s] }`,
		`system "s" { depends_on = system.*.x }`, `system "s" { allowable_downtime = { for k, v in threat : k => "1h" } }`,
		`{"system": {"s": {"allowable_downtime": {"${env(\"X_PASSWORD\")}": "1h"}}}}`, `plan "p" { title = "${}" }`,
		`plan "p" { title = env("X_PASSWORD")[0] }`, `plan "p" { title = "%{ for a in env("X_PASSWORD") }${a}%{ endfor }" }`,
	} {
		f.Add([]byte(src))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		for _, name := range []string{"p.hcl", "p.hcl.json"} {
			p, sources, diags := config.LoadBytes(name, src, kinds, options)
			if (p == nil) != diags.HasErrors() {
				t.Errorf("plan %v with diagnostics %v", p, diags)
			}
			config.WriteDiagnostics(io.Discard, sources, diags, config.PrintOptions{Width: 60, Color: true})
		}
	})
}
