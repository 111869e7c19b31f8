package policy

import (
	"errors"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// dutyPages are read under pressure, by people who type what stands there.
var dutyPages = []string{"docs/duty-officer.md", "docs/duty-officer.ja.md"}

// inline is a command within a sentence or a table.
var inline = regexp.MustCompile("`(keizoku [^`]+)`")

// asking are the commands that ask a running agent. Without one they fail all the same; but words
// and flags that the program does not know fail as wrong usage.
var asking = []string{
	"status", "outages", "timeline", "steps", "callout", "declare", "end", "stage", "step", "call", "survey", "sitrep",
	"eta", "ack", "note", "outage", "reload",
}

const wrongUsage = 2 // exit code

// What the duty officer's pages say must be understood as it stands: flags, their values, the names
// of stages and results, and that what needs a person or a reason names one.
func TestDutyOfficerCommandsAreUnderstood(t *testing.T) {
	keizoku := buildKeizoku(t)
	for _, page := range dutyPages {
		seen := map[string]bool{}
		for _, command := range commandsOf(t, page) {
			arguments := words(command)[1:]
			if !slices.Contains(asking, arguments[0]) || slices.Contains(arguments, "--watch") { // watching needs a terminal
				continue
			}
			seen[arguments[0]] = true
			cmd := exec.CommandContext(t.Context(), keizoku, arguments...)
			cmd.Env = append(os.Environ(), "KEIZOKU_SOCKET="+t.TempDir()+"/none.sock", "KEIZOKU_URL=unix://"+t.TempDir()+"/none.sock")
			out, err := cmd.CombinedOutput()
			var exit *exec.ExitError
			if !errors.As(err, &exit) || exit.ExitCode() == wrongUsage {
				t.Errorf("%s: %s: %v\n%s", page, command, err, out)
			}
		}
		for _, needed := range []string{"status", "declare", "callout", "call", "stage", "steps", "step", "survey", "sitrep", "note", "timeline"} {
			if !seen[needed] {
				t.Errorf("%s does not show keizoku %s", page, needed)
			}
		}
	}
}

// commandsOf returns the program's commands of a page, in its console blocks and in its text.
func commandsOf(t *testing.T, page string) []string {
	t.Helper()
	commands := typed(t, page, "keizoku")
	for _, found := range inline.FindAllStringSubmatch(read(t, page), -1) {
		commands = append(commands, found[1])
	}
	return commands
}

// Both pages are one: a command that stands in one language alone was forgotten in the other.
func TestDutyOfficerPagesShowTheSame(t *testing.T) {
	shown := make([][]string, len(dutyPages))
	for i, page := range dutyPages {
		for _, command := range commandsOf(t, page) {
			arguments := words(command)
			shown[i] = append(shown[i], strings.Join(arguments[:min(2, len(arguments))], " "))
		}
	}
	if !slices.Equal(shown[0], shown[1]) {
		t.Errorf("%s shows\n%s\nand %s shows\n%s", dutyPages[0], strings.Join(shown[0], "\n"), dutyPages[1], strings.Join(shown[1], "\n"))
	}
}
