package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
	"time"
)

// A command that computes, or whose reader has fallen asleep, sees no cancelled context. Whoever
// presses Ctrl+C again must get the prompt back.
func TestSecondInterruptEndsWhatDoesNotHeedTheFirst(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // there, programs cannot send it
	}
	var large bytes.Buffer // more warnings than a pipe holds
	large.WriteString("plan \"p\" {}\nthreat \"t\" {}\n")
	for i := range 1000 {
		fmt.Fprintf(&large, "system \"s%d\" {}\n", i)
	}
	file := filepath.Join(t.TempDir(), "plan.hcl")
	if err := os.WriteFile(file, large.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "keizoku", "plan", "check", "--json", file)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(out, make([]byte, 1)); err != nil { // now it writes, and nobody reads on
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_, _ = cmd.Process.Wait()
	}()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for range 500 {
		select {
		case <-ended:
			return
		case <-again.C:
			_ = cmd.Process.Signal(os.Interrupt)
		}
	}
	_ = cmd.Process.Kill()
	t.Error("it cannot be interrupted")
}
