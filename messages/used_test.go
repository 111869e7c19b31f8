package messages

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/keizoku-bcp/keizoku/plan"
)

// quoted is a text that stands in code or in a template; begun is one that is completed there, by
// code or by a template's printf.
var (
	quoted = regexp.MustCompile(`"([a-z][a-z0-9_]*)"`)
	begun  = regexp.MustCompile(`"([a-z][a-z0-9_]*_)(?:"\s*\+|%[sv]")`)
)

// A text that nobody shows is one that somebody translates in vain.
func TestEveryTextIsUsed(t *testing.T) {
	used, prefixes := map[string]bool{}, []string{}
	for _, source := range sources(t) {
		for _, m := range quoted.FindAllStringSubmatch(source, -1) {
			used[m[1]] = true
		}
		for _, m := range begun.FindAllStringSubmatch(source, -1) {
			prefixes = append(prefixes, m[1])
		}
	}
	for id := range load(t, plan.Japanese) {
		begins := slices.ContainsFunc(prefixes, func(prefix string) bool { return strings.HasPrefix(id, prefix) })
		if !used[id] && !begins && !strings.HasPrefix(id, "change_") { // reports completes those in one place
			t.Errorf("nobody says %s", id)
		}
	}
}

// Every change that a report tells has words, and every one with words is told.
func TestChangesHaveWords(t *testing.T) {
	told := map[string]bool{}
	said := regexp.MustCompile(`d\.say\("([a-z_]+)"`)
	for path, source := range sources(t) {
		if strings.Contains(path, "reports") {
			for _, m := range said.FindAllStringSubmatch(source, -1) {
				told["change_"+m[1]] = true
			}
		}
	}
	texts := load(t, plan.Japanese)
	for id := range texts {
		if strings.HasPrefix(id, "change_") && !told[id] {
			t.Errorf("nobody tells %s", id)
		}
	}
	for id := range told {
		if texts[id] == "" {
			t.Errorf("no words for %s", id)
		}
	}
}

// sources are the code and templates that show texts, by path; tests are left out.
func sources(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		switch ext := filepath.Ext(path); {
		case entry.IsDir() && path != ".." && strings.HasPrefix(entry.Name(), "."):
			return filepath.SkipDir
		case entry.IsDir() || strings.HasSuffix(path, "_test.go") || ext != ".go" && ext != ".html":
			return nil
		}
		data, err := os.ReadFile(path)
		all[path] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
