package host

import (
	"strconv"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/keizoku-bcp/keizoku/block"
	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/checks/checktest"
	"github.com/keizoku-bcp/keizoku/plan"
)

// Not parallel: it counts goroutines and file descriptors.
func TestConformance(t *testing.T) {
	dir := strconv.Quote(t.TempDir())
	checktest.Run(t, checktest.Case{
		Kind: Kind(),
		Targets: []checktest.Target{
			{Name: "healthy", Want: checks.OK, Settings: `
				memory { max_used = 1 }
				load { max_per_core = 1000000 }
				process { pattern = "." }
				disk {
					path     = ` + dir + `
					max_used = 1
				}`},
			{Name: "full", Want: checks.Limit, Settings: `
				disk {
					path           = ` + dir + `
					min_free_bytes = 9000000000000000000
				}`},
			{Name: "not running", Want: checks.NotRunning, Settings: `
				process { name = "no-such-program-runs-here" }`},
			{Name: "sensor not there", Want: checks.ErrorLocal, Settings: `
				temperature {
					sensor      = "^no such sensor$"
					max_celsius = 40
				}`},
		},
	})
}

func TestValidate(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		config string
		want   string // the summary
		onLine int
	}{
		"nothing":              {"", "Nothing to look at", 1},
		"disk without limit":   {"\ndisk {\n  path = \"/\"\n}", "Disk without a limit", 2},
		"memory without limit": {"\n\nmemory {}", "Memory without a limit", 3},
		"no process":           {"process {\n  min = 2\n}", "Which process?", 1},
		"pattern":              {"process {\n  pattern = \"(\"\n}", "Not a regular expression", 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file, diags := hclsyntax.ParseConfig([]byte(test.config), "test.hcl", hcl.InitialPos)
			if diags.HasErrors() {
				t.Fatal(diags)
			}
			_, diags = Kind().Decode(file.Body, &block.Context{Secrets: new(plan.Redactor)})
			if len(diags) != 1 || diags[0].Summary != test.want || diags[0].Subject == nil || diags[0].Subject.Start.Line != test.onLine {
				t.Errorf("got %v, want %q on line %d alone", diags, test.want, test.onLine)
			}
		})
	}
}

// BenchmarkProbe looks at the memory, load and a disk of this machine, which is what most plans do.
func BenchmarkProbe(b *testing.B) {
	settings := &Settings{
		Memory: &Memory{MaxUsed: 1}, Load: &Load{MaxPerCore: 1e6}, Disks: []Disk{{Path: b.TempDir(), MaxUsed: 1}},
	}
	probers := make([]checks.Prober, 1000)
	for i := range probers {
		p, err := newProber(settings, thisMachine{})
		if err != nil {
			b.Fatal(err)
		}
		probers[i] = p
	}
	checktest.BenchProbes(b, probers)
}
