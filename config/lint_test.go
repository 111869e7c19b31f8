package config_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/config"
	"github.com/keizoku-bcp/keizoku/plan"
)

var lintMark = regexp.MustCompile(`LINT: ([a-z-]+)`)

// TestDoubtful holds every file of testdata/doubtful to the rules that its comments name: what
// is found stands on those lines, and nothing else is found.
func TestDoubtful(t *testing.T) {
	files, err := filepath.Glob("testdata/doubtful/*.hcl")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	now := time.Date(2026, time.April, 1, 10, 0, 0, 0, time.UTC)
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
			src, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var want, got []string
			for i, line := range strings.Split(string(src), "\n") {
				for _, m := range lintMark.FindAllStringSubmatch(line, -1) {
					want = append(want, fmt.Sprintf("%d %s", i+1, m[1]))
				}
			}
			p, sources, diags := config.LoadBytes(filepath.Base(path), src, kinds, options)
			if p == nil {
				t.Fatal(written(sources, diags))
			}
			for _, f := range plan.Lint(p, now) {
				got = append(got, fmt.Sprintf("%d %s", f.Range.Start.Line, f.Rule))
			}
			slices.Sort(want)
			slices.Sort(got)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-comments +findings):\n%s", diff)
			}
		})
	}
}
