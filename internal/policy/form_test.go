package policy

import (
	"go/ast"
	"go/token"
	"strings"
	"testing"
)

// Who opens a folder for the first time is told why it exists.
func TestPackagesSayWhyTheyExist(t *testing.T) {
	for dir, files := range readTree(t).byDir() {
		if !anySays(files) {
			t.Errorf("%s: no package comment", dir)
		}
	}
}

// anySays reports whether one of the files has a comment that begins as godoc wants it.
func anySays(files []source) bool {
	for _, s := range files {
		text := s.file.Doc.Text()
		if strings.HasPrefix(text, "Package "+s.file.Name.Name+" ") || strings.HasPrefix(text, "Command ") {
			return true
		}
	}
	return false
}

// maxLines is what one sitting can take in. A longer file holds more than one thing.
const maxLines = 500

func TestFilesHoldOneThing(t *testing.T) {
	for _, s := range readTree(t).files {
		if !s.isTest() && s.lines > maxLines {
			t.Errorf("%s has %d lines, more than %d: which noun can move to a file of its own?", s.path, s.lines, maxLines)
		}
	}
}

// An init function runs in every program and test that imports the package, cannot fail, and
// cannot be left out. Tables are variables; the rest is for constructors.
func TestNothingRunsOnImport(t *testing.T) {
	tr := readTree(t)
	for _, s := range tr.files {
		for _, decl := range s.file.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
				t.Errorf("%s: an init function", tr.at(f))
			}
		}
	}
}

// A test that skips is green on the machine that lacks what it needs, and so never noticed.
func TestNoTestSkips(t *testing.T) {
	tr := readTree(t)
	for _, s := range tr.files {
		ast.Inspect(s.file, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok || !s.isTest() {
				return true
			}
			if x, ok := sel.X.(*ast.Ident); ok && (x.Name == "t" || x.Name == "b" || x.Name == "f") &&
				(sel.Sel.Name == "Skip" || sel.Sel.Name == "Skipf" || sel.Sel.Name == "SkipNow") {
				t.Errorf("%s: fail with the command that installs what is missing", tr.at(sel))
			}
			return true
		})
	}
}

// A sleep on the real clock is too long on one machine and too short on the next. In a synctest
// bubble it takes no time at all and is exact.
func TestTestsSleepInBubblesOnly(t *testing.T) {
	tr := readTree(t)
	for _, s := range tr.files {
		if !s.isTest() || importsPath(s, "testing/synctest") {
			continue
		}
		s.calls("time", "Sleep", func(call *ast.CallExpr) {
			t.Errorf("%s: time.Sleep outside a synctest bubble: wait for what is to happen", tr.at(call))
		})
	}
}

func importsPath(s source, path string) bool {
	for _, p := range s.imports() {
		if p == path {
			return true
		}
	}
	return false
}

// "localhost" is ::1 on one machine, 127.0.0.1 on another, and a question to a DNS server on a
// third.
func TestTestsNameAddresses(t *testing.T) {
	// Where it is the word itself that is tested, and nobody connects to it.
	subjects := map[string]string{
		"block/block_test.go":                "a word in a plan that somebody forgot to quote",
		"agent/door_test.go":                 "an address that needs no TLS",
		"power/nut/upsd_integration_test.go": "the name in a certificate",
		"internal/policy/form_test.go":       "this rule",
	}
	tr := readTree(t)
	for _, s := range tr.files {
		if !s.isTest() || subjects[s.path] != "" {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING && strings.Contains(lit.Value, "localhost") {
				t.Errorf("%s: localhost: write 127.0.0.1", tr.at(lit))
			}
			return true
		})
	}
}
