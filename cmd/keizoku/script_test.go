package main

import (
	"database/sql"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/keizoku-bcp/keizoku/agent"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"keizoku": main})
}

// TestScripts runs the program as people do, in processes of its own: see testdata/script. It is
// built as it is for them, for with the race detector each of some hundred starts takes as long as
// twenty without.
func TestScripts(t *testing.T) {
	bin := t.TempDir()
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-buildvcs=false", "-o", bin, ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	testscript.Run(t, testscript.Params{
		Dir:                filepath.Join("testdata", "script"),
		RequireUniqueNames: true,
		Setup: func(env *testscript.Env) error {
			state := filepath.Join(env.WorkDir, "state")
			env.Setenv("PATH", bin+string(filepath.ListSeparator)+env.Getenv("PATH"))
			env.Setenv("STATE", state)
			env.Setenv("XDG_STATE_HOME", filepath.Join(env.WorkDir, "xdg"))
			env.Setenv("KEIZOKU_SOCKET", filepath.Join(state, "keizoku.sock"))
			env.Setenv("KEIZOKU_URL", "unix://"+filepath.Join(state, "keizoku.sock"))
			env.Setenv("REAL", realState(env.WorkDir))
			env.Setenv("TZ", "UTC")
			env.Setenv("YESTERDAY", time.Now().AddDate(0, 0, -1).Format(time.DateOnly)) // contacts go stale
			open := listeners{}
			env.Values[listenersKey{}] = open
			env.Defer(open.closeAll)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"listen": listen, "hangup": hangup, "expand": expand, "await": await, "lines": lines, "code": code, "same": same, "sighup": sighup, "tamper": tamper,
		},
	})
}

// listeners are the sockets of a script by name; listenersKey finds them.
type (
	listeners    map[string]net.Listener
	listenersKey struct{}
)

func (l listeners) closeAll() {
	for _, s := range l {
		_ = s.Close()
	}
}

func listenersOf(ts *testscript.TestScript) listeners { return ts.Value(listenersKey{}).(listeners) }

// listen NAME: accepts TCP connections on a free port of 127.0.0.1, or on the one it had before
// hangup, and sets $NAME to host:port.
func listen(ts *testscript.TestScript, _ bool, args []string) {
	name := args[0]
	addr := ts.Getenv(name)
	if addr == "" {
		addr = "127.0.0.1:0"
	}
	l, err := net.Listen("tcp", addr)
	ts.Check(err)
	listenersOf(ts)[name] = l
	ts.Setenv(name, l.Addr().String())
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_ = c.Close()
		}
	}()
}

// hangup NAME: closes a listener, so that its port refuses connections.
func hangup(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(listenersOf(ts)[args[0]].Close())
}

// expand FILE...: replaces $VARIABLES in files.
func expand(ts *testscript.TestScript, _ bool, args []string) {
	for _, file := range args {
		path := ts.MkAbs(file)
		data, err := os.ReadFile(path)
		ts.Check(err)
		ts.Check(os.WriteFile(path, []byte(os.Expand(string(data), ts.Getenv)), 0o600))
	}
}

// lines N PATTERN FILE: exactly N lines of a file match.
func lines(ts *testscript.TestScript, _ bool, args []string) {
	pattern := regexp.MustCompile(args[1])
	n := 0
	for line := range strings.SplitSeq(ts.ReadFile(args[2]), "\n") {
		if pattern.MatchString(line) {
			n++
		}
	}
	if fmt.Sprint(n) != args[0] {
		ts.Fatalf("%d lines of %s match %s, want %s", n, args[2], args[1], args[0])
	}
}

// Bounds of await: far longer than anything takes on a machine that is not stuck.
const (
	awaitFor   = time.Minute
	awaitEvery = 200 * time.Millisecond
)

// await PATTERN keizoku ARGS...: runs the program again and again until its output matches; with a
// leading !, until it does not. Only the last run is part of the script's log.
func await(ts *testscript.TestScript, neg bool, args []string) {
	pattern := regexp.MustCompile("(?m)" + args[0])
	give := time.After(awaitFor)
	again := time.NewTicker(awaitEvery)
	defer again.Stop()
	for pattern.MatchString(quietly(ts, args[1:])) == neg {
		select {
		case <-again.C:
		case <-give:
			err := ts.Exec(args[1], args[2:]...)
			ts.Fatalf("still not so after %v: %s (%v)", awaitFor, args[0], err)
		}
	}
	ts.Check(ts.Exec(args[1], args[2:]...))
}

// quietly is what a program prints.
func quietly(ts *testscript.TestScript, args []string) string {
	program := filepath.Join(filepath.SplitList(ts.Getenv("PATH"))[0], args[0])
	cmd := exec.Command(program, args[1:]...)
	for _, name := range []string{"PATH", "HOME", "KEIZOKU_SOCKET", "KEIZOKU_URL", "TZ"} {
		cmd.Env = append(cmd.Env, name+"="+ts.Getenv(name))
	}
	out, err := cmd.CombinedOutput()
	if err != nil {
		return err.Error()
	}
	return string(out)
}

// code N PROGRAM ARGS...: the program ends with exit code N.
func code(ts *testscript.TestScript, _ bool, args []string) {
	err := ts.Exec(args[1], args[2:]...)
	have := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		have = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if fmt.Sprint(have) != args[0] {
		ts.Fatalf("exit code %d, want %s", have, args[0])
	}
}

// realState is where an agent of this user keeps its state in a script.
func realState(work string) string {
	if os.Geteuid() == 0 {
		return agent.DefaultStateDir()
	}
	return filepath.Join(work, "xdg", "keizoku")
}

// same PATTERN FILE FILE: what the pattern matches is in both files, and the same.
func same(ts *testscript.TestScript, _ bool, args []string) {
	pattern := regexp.MustCompile(args[0])
	a, b := pattern.FindString(ts.ReadFile(args[1])), pattern.FindString(ts.ReadFile(args[2]))
	if a == "" || a != b {
		ts.Fatalf("%s is %q in %s and %q in %s", args[0], a, args[1], b, args[2])
	}
}

// tamper FILE SQL: changes a journal behind its agent's back, as somebody would who knows how.
func tamper(ts *testscript.TestScript, _ bool, args []string) {
	db, err := sql.Open("sqlite", ts.MkAbs(args[0]))
	ts.Check(err)
	_, err = db.Exec("DROP TRIGGER IF EXISTS events_keep; DROP TRIGGER IF EXISTS events_hold; " + args[1])
	ts.Check(errors.Join(err, db.Close()))
}

// sighup sends SIGHUP to the agent of the script, whose process number the journal's lock tells.
func sighup(ts *testscript.TestScript, _ bool, _ []string) {
	var pid int
	_, err := fmt.Sscanf(ts.ReadFile(filepath.Join(ts.Getenv("STATE"), "journal.lock")), "process %d", &pid)
	ts.Check(err)
	agent, err := os.FindProcess(pid)
	ts.Check(err)
	ts.Check(agent.Signal(syscall.SIGHUP))
}
