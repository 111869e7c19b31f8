package config_test

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/keizoku-bcp/keizoku/config"
	"github.com/keizoku-bcp/keizoku/plan"
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

// FuzzCondition holds that no expression makes checking or judging panic, and that what passes
// the check can be judged, or says why not.
func FuzzCondition(f *testing.F) {
	for _, src := range []string{
		"power.lost && power.runtime_hours < 72", "any([for s in system : s.left_hours < 2])", "null && power.lost", "!null",
		"within([for p in down.priorities : p % 2], 3) >= 1", "{for n, s in system : n => s.down...}.mail[0]", "system[*].down", "system.*.down[0]",
		"stage == \"monitoring\" ? power.lost : threat.declared", "\"${down.count}\" == \"3\"", "1e9 * down.count > 1e99999999", "min(down.priorities...) > 0",
		"down.count / (missed.count - missed.count) > 1e9 % 0", "[for s in [for t in site : t] : s][0].all_down", "known(power) && known(system.mail)",
		"\"%{ for s in down.systems }${s}%{ endfor }\" == \"\"", "(power.lost ? [1] : [true])[0]", "a::b(1)", "<<A\nx\nA\n == stage", "contains([power], threat)",
		"length(known(1)...)", "max([1, stage]...) > 1", "-power.runtime_hours < 0", "{(stage) = 1}[stage] > 0", "down[stage] > 0", "power[\"lost\"]",
	} {
		f.Add(src)
	}
	p, facts := theHall(), []*plan.Facts{theFacts(), {}, nil}
	f.Fuzz(func(t *testing.T, src string) {
		c, err := config.ParseCondition(src, p)
		if err != nil {
			return
		}
		for _, known := range facts {
			if j := c.Judge(known); j.Holds && j.Unjudged != "" {
				t.Errorf("%s holds, and cannot be judged: %s", src, j.Unjudged)
			} else if strings.Contains(j.Unjudged, "Evaluating it failed") {
				t.Errorf("%s: %s", src, j.Unjudged)
			}
		}
	})
}
