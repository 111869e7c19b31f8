package main

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/keizoku-bcp/keizoku/agent"
	"github.com/keizoku-bcp/keizoku/demo"
	"github.com/keizoku-bcp/keizoku/plan"
)

// until collects what is written and cancels once it holds text.
type until struct {
	bytes.Buffer
	text   string
	cancel context.CancelFunc
}

func (u *until) Write(b []byte) (int, error) {
	n, err := u.Buffer.Write(b)
	if strings.Contains(u.String(), u.text) {
		u.cancel()
	}
	return n, err
}

func TestDemoTellsWhereToLookAndEndsOnInterrupt(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	dir := t.TempDir()
	hall, err := demo.Start(ctx, demo.Options{Dir: dir, FreePorts: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = hall.Close() }()
	out := &until{text: "City Hall is being watched", cancel: cancel}
	c := demoCmd{Listen: "127.0.0.1:0", Lang: "both"}
	if err := c.watch(ctx, hall, dir, slog.New(slog.DiscardHandler), streams{out, os.Stderr}); err != nil {
		t.Errorf("an interrupt is how a demo ends, and yet: %v", err)
	}
	for _, want := range []string{"http://127.0.0.1:", filepath.Join(dir, agent.SocketName), "Ctrl+C", "見守りを始めます"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not told:\n%s", want, out.String())
		}
	}
}

func TestDemoKeepsItsStateApart(t *testing.T) {
	fresh := demoCmd{}
	dir, remove, err := fresh.directory()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir); err != nil || dir == agent.DefaultStateDir() {
		t.Errorf("directory %s: %v", dir, err)
	}
	remove()
	if _, err := os.Stat(dir); err == nil {
		t.Errorf("%s was left behind", dir)
	}

	given := demoCmd{StateDir: filepath.Join(t.TempDir(), "kept")}
	dir, remove, err = given.directory()
	if err != nil {
		t.Fatal(err)
	}
	remove()
	if _, err := os.Stat(dir); err != nil {
		t.Errorf("a directory that was asked for is removed: %v", err)
	}
}

func TestCommandForCanBePasted(t *testing.T) {
	if got := commandFor(plan.DefaultListen); strings.Contains(got, "KEIZOKU_URL") {
		t.Errorf("the default address needs no telling: %s", got)
	}
	if got := commandFor("127.0.0.1:4711"); !strings.HasPrefix(got, "KEIZOKU_URL=http://127.0.0.1:4711 ") {
		t.Errorf("another address must be told: %s", got)
	}
}
