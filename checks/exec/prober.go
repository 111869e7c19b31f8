package exec

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	osexec "os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/checks/internal/netdial"
	"github.com/keizoku-bcp/keizoku/plan"
)

const (
	// maxOutput is how much of the program's output is kept; the rest is read and dropped, so
	// that a talkative program does not block.
	maxOutput = 16 << 10
	// holdout is how long the program's pipes may stay open after it has ended: something that
	// it started may have inherited them.
	holdout = 250 * time.Millisecond
)

// prober runs one program.
type prober struct {
	command          []string
	dir              string
	environ          []string
	warningIsFailure bool
	secrets          *plan.Redactor
	own              plan.Redactor // the values of env, which need not have come from env()
	log              *slog.Logger
}

// Probe runs the program once.
func (p *prober) Probe(ctx context.Context) checks.Result {
	began := time.Now()
	out, err := p.run(ctx)
	r := p.judge(ctx, out, err)
	r.Text = netdial.Clean(p.redact(r.Text))
	r.Phases = []checks.Phase{{Name: "run", Duration: time.Since(began)}}
	return r
}

// output is what a program left, without secrets.
type output struct {
	stdout, stderr string
	code           int // -1: it did not exit by itself
}

// run returns an error when the program could not be started or did not end by itself.
func (p *prober) run(ctx context.Context) (output, error) {
	var stdout, stderr capture
	cmd := osexec.CommandContext(ctx, p.command[0], p.command[1:]...)
	cmd.Dir, cmd.Env = p.dir, p.environ
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	cmd.WaitDelay = holdout
	family := newFamily(cmd)
	cmd.Cancel = family.kill
	if err := cmd.Start(); err != nil {
		return output{}, &startError{err}
	}
	if err := family.started(); err != nil && p.log != nil {
		p.log.Warn("programs that a check starts may outlive it", "program", p.program(), "error", err)
	}
	err := cmd.Wait()
	family.release()
	out := output{p.redact(string(stdout)), p.redact(string(stderr)), cmd.ProcessState.ExitCode()}
	return out, wayOut(err, out.code)
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

// startError tells that the program did not even begin.
type startError struct{ cause error }

func (e *startError) Error() string { return e.cause.Error() }
func (e *startError) Unwrap() error { return e.cause }

// judge makes a result of how the program ended.
func (p *prober) judge(ctx context.Context, out output, err error) checks.Result {
	var start *startError
	switch {
	case ctx.Err() != nil:
		return checks.Failed(checks.ReasonOf(ctx.Err(), true), p.program()+" was stopped before its end"+p.said(out))
	case errors.As(err, &start):
		return checks.Failed(checks.ErrorLocal, p.notStarted(start.cause))
	case err != nil:
		return checks.Failed(checks.ErrorLocal, fmt.Sprintf("%s: %v%s", p.program(), err, p.said(out)))
	}
	text, perfdata := splitOutput(out.stdout)
	r := checks.Result{Reason: p.reason(out.code), Text: text, Values: parsePerfdata(perfdata)}
	switch {
	case out.code < 0 || out.code > 3:
		r.Text = fmt.Sprintf("%s ended with exit code %d, which is none of Nagios's 0 to 3%s", p.program(), out.code, p.said(out))
	case r.Text == "":
		r.Text = fmt.Sprintf("%s ended with exit code %d%s", p.program(), out.code, p.said(out))
	}
	return r
}

func (p *prober) reason(code int) checks.Reason {
	switch {
	case code == 0, code == 1 && !p.warningIsFailure:
		return checks.OK
	case code == 1, code == 2:
		return checks.BadStatus
	default:
		return checks.ErrorLocal
	}
}

// notStarted says what to do about the ordinary reasons.
func (p *prober) notStarted(err error) string {
	name := p.command[0]
	switch {
	case p.dir != "" && !isDir(p.dir):
		return fmt.Sprintf("%s was not started: there is no directory %s (dir)", name, p.dir)
	case errors.Is(err, osexec.ErrNotFound):
		return fmt.Sprintf("there is no program %s in the agent's PATH: install it, or give its full path in command", name)
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Sprintf("there is no program %s on this machine, or the interpreter that its first line names", name)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Sprintf("the agent's user may not run %s: make it executable for that user", name)
	default:
		return fmt.Sprintf("%s was not started: %v", name, err)
	}
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// program is the name for texts, without the path and the arguments, which only the plan's
// reader needs.
func (p *prober) program() string { return filepath.Base(p.command[0]) }

// said quotes the first line of what the program wrote, errors first.
func (p *prober) said(out output) string {
	for _, text := range []string{out.stderr, out.stdout} {
		line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
		if line = strings.TrimSpace(line); line != "" {
			return ": " + line
		}
	}
	return ""
}

func (p *prober) redact(text string) string { return p.secrets.Redact(p.own.Redact(text)) }

// capture keeps the first [maxOutput] bytes written to it and takes the rest.
type capture []byte

func (c *capture) Write(data []byte) (int, error) {
	room := min(maxOutput-len(*c), len(data))
	*c = append(*c, data[:room]...)
	return len(data), nil
}
