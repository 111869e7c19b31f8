package checktest

import (
	"io"
	"log/slog"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/keizoku-bcp/keizoku/block"
	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/internal/conform"
	"github.com/keizoku-bcp/keizoku/plan"
)

// subject is one prober under test with all that it may write to.
type subject struct {
	target   Target
	prober   checks.Prober
	settings any
	shared   *checks.Shared
	secrets  *conform.Secrets
	log      *conform.Buffer
}

func newSubject(t *testing.T, c Case, target Target) *subject {
	t.Helper()
	s := &subject{target: target, shared: new(checks.Shared), secrets: new(conform.Secrets), log: new(conform.Buffer)}
	body, diags := parse(target.Settings)
	if diags.HasErrors() {
		t.Fatalf("settings do not parse: %v", diags.Errs())
	}
	ctx := &block.Context{Eval: s.secrets.Eval(environment), Secrets: new(plan.Redactor)}
	s.settings, diags = c.Kind.Decode(body, ctx)
	for _, d := range diags {
		s.secrets.Check(t, "a diagnostic", d.Error())
	}
	if diags.HasErrors() {
		t.Fatalf("settings are not accepted: %v", diags.Errs())
	}
	s.open(t, c, ctx.Secrets)
	return s
}

// open makes the prober.
func (s *subject) open(t *testing.T, c Case, redactor *plan.Redactor) {
	t.Helper()
	env := &checks.Env{
		Agent:  &plan.Agent{Name: "checktest", AllowExec: true, StateDir: t.TempDir()},
		System: "system", Check: "check",
		Timeout: probeTimeout, Interval: 3 * probeTimeout,
		Shared: s.shared, Secrets: redactor,
		Log: slog.New(slog.NewTextHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	if c.Env != nil {
		c.Env(env)
	}
	prober, err := c.Kind.New(s.settings, env)
	if err != nil {
		s.secrets.Check(t, "the error of New", err.Error())
		t.Fatalf("New: %v", err)
	}
	s.prober = prober
}

// close closes the prober twice, as an agent that stops during a reload may, and reads what it
// left behind in the log.
func (s *subject) close(t *testing.T) {
	t.Helper()
	if closer, ok := s.prober.(io.Closer); ok {
		for range 2 {
			if err := closer.Close(); err != nil {
				t.Errorf("Close: %v", err)
			}
		}
	}
	if err := s.shared.Close(); err != nil {
		t.Errorf("closing what it shared: %v", err)
	}
	s.secrets.Check(t, "the log", s.log.String())
}

// parse reads attributes and blocks as they stand inside a check block.
func parse(settings string) (hcl.Body, hcl.Diagnostics) {
	file, diags := hclsyntax.ParseConfig([]byte(settings), "checktest.hcl", hcl.InitialPos)
	if diags.HasErrors() {
		return nil, diags
	}
	return file.Body, diags
}
