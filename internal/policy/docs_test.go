package policy

import (
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
)

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Decisions are cited by number; a gap or a double number is a decision that nobody finds.
func TestDecisionsAreNumbered(t *testing.T) {
	files, err := os.ReadDir(filepath.Join(root, "docs/decisions"))
	if err != nil {
		t.Fatal(err)
	}
	next := 1
	index := read(t, "docs/decisions/README.md")
	for _, file := range files {
		name := file.Name()
		if name == "README.md" {
			continue
		}
		if want := fmt.Sprintf("%04d-", next); !strings.HasPrefix(name, want) || !strings.HasSuffix(name, ".md") {
			t.Errorf("docs/decisions/%s: want a name that begins with %s and ends with .md", name, want)
		}
		next++
		if !strings.Contains(index, "("+name+")") {
			t.Errorf("docs/decisions/README.md does not list %s", name)
		}
		for _, part := range []string{"\n## Context\n", "\n## Decision\n", "\n## Consequences\n"} {
			if !strings.Contains(read(t, "docs/decisions/"+name), part) {
				t.Errorf("docs/decisions/%s has no %q", name, strings.TrimSpace(part))
			}
		}
	}
	if next == 1 {
		t.Error("no decisions")
	}
}

// consoleBlock is a fenced block of lines as typed, which begin with "$ " or "# ", and of answers.
var consoleBlock = regexp.MustCompile("(?ms)^```console\n(.*?)^```")

// typed returns the commands of a document's console blocks that begin with the program's name.
func typed(t *testing.T, doc, program string) []string {
	t.Helper()
	var commands []string
	for _, block := range consoleBlock.FindAllStringSubmatch(read(t, doc), -1) {
		for line := range strings.Lines(block[1]) {
			line = strings.TrimSpace(line)
			command, ok := strings.CutPrefix(line, "$ ")
			if !ok {
				continue
			}
			command = strings.TrimPrefix(command, "sudo ")
			if first, _, _ := strings.Cut(command, " "); path.Base(first) == program {
				commands = append(commands, command)
			}
		}
	}
	return commands
}

// A command that the documents show and the program does not know costs a newcomer their trust.
func TestDocumentedCommandsExist(t *testing.T) {
	keizoku := buildKeizoku(t)
	seen := 0
	for _, doc := range filesNamed(t, ".md") {
		for _, command := range typed(t, doc, "keizoku") {
			seen++
			arguments := words(command)[1:]
			out, err := exec.CommandContext(t.Context(), keizoku, append(arguments, "--help")...).CombinedOutput()
			if err != nil {
				t.Errorf("%s: %s: %v\n%s", doc, command, err, out)
			}
		}
	}
	if seen == 0 {
		t.Error("no document shows a command: has the form of console blocks changed?")
	}
}

func TestDocumentedTargetsExist(t *testing.T) {
	makefile := read(t, "Makefile")
	for _, doc := range filesNamed(t, ".md") {
		for _, command := range typed(t, doc, "make") {
			for _, target := range words(command)[1:] {
				if !strings.Contains(target, "=") && !strings.Contains(makefile, "\n"+target+":") {
					t.Errorf("%s: %s: the Makefile has no %s", doc, command, target)
				}
			}
		}
	}
}

// buildKeizoku builds the program as it stands.
func buildKeizoku(t *testing.T) string {
	t.Helper()
	exe := filepath.Join(t.TempDir(), "keizoku")
	if runtime.GOOS == "windows" {
		exe += ".exe"
	}
	out, err := exec.CommandContext(t.Context(), "go", "build", "-buildvcs=false", "-o", exe, module+"/cmd/keizoku").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return exe
}

// words splits a command line as a shell does with plain words and quoted ones, up to a pipe,
// a redirection or a comment.
func words(command string) []string {
	var out []string
	for _, w := range regexp.MustCompile(`"[^"]*"|'[^']*'|\S+`).FindAllString(command, -1) {
		if slices.Contains([]string{"|", ">", ">>", "#", "&", "&&", ";", "<", "2>"}, w) {
			break
		}
		out = append(out, strings.Trim(w, `"'`))
	}
	return out
}

// People who report a fault say which release they run; the changelog says what it can do.
func TestChangelogHasAnOpenSection(t *testing.T) {
	if !strings.Contains(read(t, "CHANGELOG.md"), "\n## [Unreleased]\n") {
		t.Error("CHANGELOG.md has no section [Unreleased]")
	}
}
