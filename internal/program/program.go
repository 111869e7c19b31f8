// Package program runs programs that a plan names: directly, without a shell, in a process group
// of their own that ends with them, with nothing of the agent's own environment.
//
// It exists because checks and channels may both run programs, and a mistake here lets a hanging
// one outlive its time-out or hands it the passwords of everything else.
package program

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	osexec "os/exec"
	"path/filepath"
	"strings"
	"time"
)

const (
	// maxOutput is how much of a program's output is kept; the rest is read and dropped, so that
	// a talkative program does not block.
	maxOutput = 16 << 10
	// holdout is how long the program's pipes may stay open after it has ended: something that
	// it started may have inherited them.
	holdout = 250 * time.Millisecond
)

// Program is a program and how to run it. It is safe for concurrent use.
type Program struct {
	Command []string // the program and its arguments
	Dir     string   // empty: the agent's
	Environ []string // see [Environ]
	// Warn is told that what the program starts may outlive it; may be nil.
	Warn func(error)
}

// Output is what a program left.
type Output struct {
	Stdout, Stderr string
	Code           int // -1: it did not exit by itself
}

// Run runs the program once and kills it, with all that it started, when ctx ends. input is its
// standard input. It returns an error, a [StartError] among them, when the program could not be
// started or did not end by itself.
func (p *Program) Run(ctx context.Context, input []byte) (Output, error) {
	var stdout, stderr capture
	cmd := osexec.CommandContext(ctx, p.Command[0], p.Command[1:]...)
	cmd.Dir, cmd.Env = p.Dir, p.Environ
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if input != nil {
		cmd.Stdin = bytes.NewReader(input)
	}
	cmd.WaitDelay = holdout
	family := newFamily(cmd)
	cmd.Cancel = family.kill
	if err := cmd.Start(); err != nil {
		return Output{}, &StartError{p, err}
	}
	if err := family.started(); err != nil && p.Warn != nil {
		p.Warn(err)
	}
	err := cmd.Wait()
	family.release()
	out := Output{string(stdout), string(stderr), cmd.ProcessState.ExitCode()}
	return out, wayOut(err, out.Code)
}

// wayOut returns nil for a program that ended by itself, whatever its exit code, and whoever
// still held its pipes.
func wayOut(err error, code int) error {
	var exit *osexec.ExitError
	if errors.Is(err, osexec.ErrWaitDelay) || errors.As(err, &exit) && code >= 0 {
		return nil
	}
	return err
}

// Name is the name for texts, without the path and the arguments, which only the plan's reader
// needs.
func (p *Program) Name() string { return filepath.Base(p.Command[0]) }

// Said quotes the first line of what the program wrote, errors first, after a colon; empty when it
// wrote nothing.
func (o Output) Said() string {
	for _, text := range []string{o.Stderr, o.Stdout} {
		line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
		if line = strings.TrimSpace(line); line != "" {
			return ": " + line
		}
	}
	return ""
}

// StartError tells that the program did not even begin.
type StartError struct {
	program *Program
	cause   error
}

func (e *StartError) Unwrap() error { return e.cause }

// Error says what to do about the ordinary reasons.
func (e *StartError) Error() string {
	name := e.program.Command[0]
	switch {
	case e.program.Dir != "" && !isDir(e.program.Dir):
		return fmt.Sprintf("%s was not started: there is no directory %s (dir)", name, e.program.Dir)
	case errors.Is(e.cause, osexec.ErrNotFound):
		return fmt.Sprintf("there is no program %s in the agent's PATH: install it, or give its full path in command", name)
	case errors.Is(e.cause, fs.ErrNotExist):
		return fmt.Sprintf("there is no program %s on this machine, or the interpreter that its first line names", name)
	case errors.Is(e.cause, fs.ErrPermission):
		return fmt.Sprintf("the agent's user may not run %s: make it executable for that user", name)
	default:
		return fmt.Sprintf("%s was not started: %v", name, e.cause)
	}
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// capture keeps the first [maxOutput] bytes written to it and takes the rest.
type capture []byte

func (c *capture) Write(data []byte) (int, error) {
	room := min(maxOutput-len(*c), len(data))
	*c = append(*c, data[:room]...)
	return len(data), nil
}
