//go:build unix

package exec

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/checks/checktest"
	"github.com/keizoku-bcp/keizoku/plan"
)

// sh runs script in a shell: the plugin of these tests.
func sh(script string) Settings { return Settings{Command: []string{"/bin/sh", "-c", script}} }

func open(t *testing.T, s Settings) *prober {
	t.Helper()
	p, err := newProber(&s, &checks.Env{Agent: &plan.Agent{AllowExec: true}})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestProbe(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	plain := filepath.Join(dir, "plain.txt")
	if err := os.WriteFile(plain, []byte("no program"), 0o600); err != nil {
		t.Fatal(err)
	}
	strict := sh("echo 'WARNING - half full'; exit 1")
	strict.WarningIs = "failure"
	inDir := sh("pwd -P")
	inDir.Dir = dir
	realDir, err := filepath.EvalSymlinks(dir)
	if err != nil {
		t.Fatal(err)
	}
	noDir := sh("exit 0")
	noDir.Dir = filepath.Join(dir, "gone")
	secret := sh(`echo "CRITICAL password $PW refused"; exit 2`)
	secret.Env = map[string]plan.Secret{"PW": plan.NewSecret("hunter2hunter2")}

	tests := map[string]struct {
		settings Settings
		want     checks.Result
	}{
		"ok": {
			sh("echo 'OK - lag 12ms | lag=12ms;100 slots=2'"),
			checks.Result{Reason: checks.OK, Text: "OK - lag 12ms", Values: map[string]float64{"lag_seconds": 0.012, "slots": 2}},
		},
		"warning is ok":             {sh("echo 'WARNING - half full'; exit 1"), checks.Result{Reason: checks.OK, Text: "WARNING - half full"}},
		"warning is failure":        {strict, checks.Result{Reason: checks.BadStatus, Text: "WARNING - half full"}},
		"critical":                  {sh("echo 'CRITICAL - full'; exit 2"), checks.Result{Reason: checks.BadStatus, Text: "CRITICAL - full"}},
		"unknown":                   {sh("echo 'UNKNOWN - no config'; exit 3"), checks.Result{Reason: checks.ErrorLocal, Text: "UNKNOWN - no config"}},
		"critical without a word":   {sh("exit 2"), checks.Result{Reason: checks.BadStatus, Text: "sh ended with exit code 2"}},
		"critical on stderr":        {sh("echo oh dear >&2; exit 2"), checks.Result{Reason: checks.BadStatus, Text: "sh ended with exit code 2: oh dear"}},
		"no code of Nagios":         {sh("echo lost >&2; exit 127"), checks.Result{Reason: checks.ErrorLocal, Text: "sh ended with exit code 127, which is none of Nagios's 0 to 3: lost"}},
		"killed by a signal":        {sh("kill -SEGV $$"), checks.Result{Reason: checks.ErrorLocal, Text: "sh: signal: segmentation fault"}},
		"control characters":        {sh(`printf 'OK \033[31mred\007 \377\n'`), checks.Result{Reason: checks.OK, Text: "OK  [31mred  �"}},
		"in a directory":            {inDir, checks.Result{Reason: checks.OK, Text: realDir}},
		"directory not there":       {noDir, checks.Result{Reason: checks.ErrorLocal, Text: "/bin/sh was not started: there is no directory " + noDir.Dir + " (dir)"}},
		"secret in the output":      {secret, checks.Result{Reason: checks.BadStatus, Text: "CRITICAL password (secret) refused"}},
		"no such program":           {Settings{Command: []string{"no-such-plugin"}}, checks.Result{Reason: checks.ErrorLocal, Text: "there is no program no-such-plugin in the agent's PATH: install it, or give its full path in command"}},
		"no such file":              {Settings{Command: []string{dir + "/nothing"}}, checks.Result{Reason: checks.ErrorLocal, Text: "there is no program " + dir + "/nothing on this machine, or the interpreter that its first line names"}},
		"not executable":            {Settings{Command: []string{plain}}, checks.Result{Reason: checks.ErrorLocal, Text: "the agent's user may not run " + plain + ": make it executable for that user"}},
		"arguments go unread":       {Settings{Command: []string{"/bin/echo", "$HOME", "a b", ";", "*"}}, checks.Result{Reason: checks.OK, Text: "$HOME a b ; *"}},
		"talkative":                 {sh("echo first; yes | head -c 3000000; exit 2"), checks.Result{Reason: checks.BadStatus, Text: "first"}},
		"grandchild holds the pipe": {sh("sleep 600 & echo 'OK - left one behind'"), checks.Result{Reason: checks.OK, Text: "OK - left one behind"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := open(t, test.settings).Probe(t.Context())
			if diff := cmp.Diff(test.want, got, cmpopts.IgnoreFields(checks.Result{}, "Phases")); diff != "" {
				t.Errorf("Probe (-want +got):\n%s", diff)
			}
		})
	}
}

func TestOnlyPathAndLangGoAlong(t *testing.T) {
	t.Setenv("KEIZOKU_TEST_PASSWORD", "geheim")
	p := open(t, Settings{Command: []string{"env"}})
	out, err := p.run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for line := range strings.Lines(out.Stdout) {
		name, _, _ := strings.Cut(line, "=")
		names = append(names, name)
	}
	if diff := cmp.Diff([]string{"LANG", "PATH"}, names); diff != "" {
		t.Errorf("variables (-want +got):\n%s", diff)
	}
}

// At the end of its time the program goes with all its descendants.
func TestKillsTheWholeGroup(t *testing.T) {
	t.Parallel()
	pidFile := filepath.Join(t.TempDir(), "pid")
	// The inner shell writes its number under another name first, so that the file is never seen half written.
	p := open(t, sh(`(sh -c 'echo $$ > "$0.new"; mv "$0.new" "$0"; exec sleep 600' `+pidFile+`); echo never`))
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan checks.Result, 1)
	go func() { done <- p.Probe(ctx) }()
	pid := waitForPid(t, pidFile)
	cancel()
	if r := <-done; r.Reason != checks.ErrorLocal || r.Text != "sh was stopped before its end" {
		t.Errorf("got %s %q", r.Reason, r.Text)
	}
	waitForEnd(t, pid)
}

func TestTimeout(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if r := open(t, sh("exec sleep 600")).Probe(ctx); r.Reason != checks.Timeout || r.Text != "sh was stopped before its end" {
		t.Errorf("got %s %q, want a timeout", r.Reason, r.Text)
	}
}

// What a plugin leaves in the background does not pile up.
func TestLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	pidFile := filepath.Join(t.TempDir(), "pid")
	p := open(t, sh(`sleep 600 >/dev/null 2>&1 & echo $! > `+pidFile+`; exit 2`))
	if r := p.Probe(t.Context()); r.Reason != checks.BadStatus {
		t.Errorf("got %s %q", r.Reason, r.Text)
	}
	waitForEnd(t, waitForPid(t, pidFile))
}

// waitForPid waits until the file holds a process number.
func waitForPid(t *testing.T, path string) int {
	t.Helper()
	for range ticks(t) {
		if data, err := os.ReadFile(path); err == nil {
			pid, err := strconv.Atoi(strings.TrimSpace(string(data)))
			if err != nil {
				t.Fatal(err)
			}
			return pid
		}
	}
	t.Fatal("the program did not start")
	return 0
}

// waitForEnd waits until the process is gone, or dead and waiting for whoever inherits it.
func waitForEnd(t *testing.T, pid int) {
	t.Helper()
	for range ticks(t) {
		if errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) || isZombie(pid) {
			return
		}
	}
	t.Errorf("process %d still runs", pid)
}

func isZombie(pid int) bool {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	_, state, found := strings.Cut(string(stat), ") ")
	return err == nil && found && strings.HasPrefix(state, "Z")
}

// ticks ticks often, for as long as a busy machine may need.
func ticks(t *testing.T) <-chan time.Time {
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(cancel)
	out := make(chan time.Time)
	go func() {
		defer close(out)
		ticker := time.NewTicker(2 * time.Millisecond)
		defer ticker.Stop()
		for {
			select {
			case now := <-ticker.C:
				select {
				case out <- now:
				case <-ctx.Done():
					return
				}
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}

// Not parallel: it counts goroutines and file descriptors.
func TestConformance(t *testing.T) {
	command := func(script string) string {
		return `command = ["/bin/sh", "-c", ` + strconv.Quote(script) + "]\nenv = { PW = secret(\"sesame-open-up\") }"
	}
	checktest.Run(t, checktest.Case{
		Kind: Kind(),
		Targets: []checktest.Target{
			{Name: "ok", Settings: command("echo OK $PW '|' time=1ms"), Want: checks.OK},
			{Name: "critical", Settings: command("echo CRITICAL $PW; exit 2"), Want: checks.BadStatus},
			{Name: "critical on stderr", Settings: command("echo $PW >&2; exit 2"), Want: checks.BadStatus},
			{Name: "unknown", Settings: command("echo UNKNOWN; exit 3"), Want: checks.ErrorLocal},
			{Name: "not there", Settings: `command = ["/no/such/plugin"]`, Want: checks.ErrorLocal},
			{Name: "hangs", Settings: command("echo $PW; sleep 600"), Want: checks.Timeout},
		},
	})
}

// BenchmarkProbe measures what it costs the agent to start a program and to read what it says; the
// program's own time is not in it.
func BenchmarkProbe(b *testing.B) {
	probers := make([]checks.Prober, 1000)
	for i := range probers {
		p, err := newProber(&Settings{Command: []string{"/bin/true"}}, &checks.Env{Agent: &plan.Agent{AllowExec: true}})
		if err != nil {
			b.Fatal(err)
		}
		probers[i] = p
	}
	checktest.BenchProbes(b, probers)
}
