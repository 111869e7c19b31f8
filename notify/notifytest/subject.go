package notifytest

import (
	"io"
	"log/slog"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/keizoku-bcp/keizoku/block"
	"github.com/keizoku-bcp/keizoku/internal/conform"
	"github.com/keizoku-bcp/keizoku/notify"
	"github.com/keizoku-bcp/keizoku/plan"
)

// subject is one channel under test with all that it may write to.
type subject struct {
	target  Target
	channel notify.Channel
	secrets *conform.Secrets
	log     *conform.Buffer
}

func newSubject(t *testing.T, c Case, target Target) *subject {
	t.Helper()
	s := &subject{target: target, secrets: new(conform.Secrets), log: new(conform.Buffer)}
	file, diags := hclsyntax.ParseConfig([]byte(target.Settings), "notifytest.hcl", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatalf("settings do not parse: %v", diags.Errs())
	}
	redactor := new(plan.Redactor)
	settings, diags := c.Kind.Decode(file.Body, &block.Context{Eval: s.secrets.Eval(environment), Secrets: redactor})
	for _, d := range diags {
		s.secrets.Check(t, "a diagnostic", d.Error())
	}
	if diags.HasErrors() {
		t.Fatalf("settings are not accepted: %v", diags.Errs())
	}
	s.open(t, c, settings, redactor)
	return s
}

// open makes the channel.
func (s *subject) open(t *testing.T, c Case, settings any, redactor *plan.Redactor) {
	t.Helper()
	env := &notify.Env{
		Name: "staff", Agent: "main", AllowExec: true, Link: "https://keizoku.example", Secrets: redactor,
		Log: slog.New(slog.NewTextHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	if c.Env != nil {
		c.Env(env)
	}
	channel, err := c.Kind.New(settings, env)
	if err != nil {
		s.secrets.Check(t, "the error of New", err.Error())
		t.Fatalf("New: %v", err)
	}
	s.channel = channel
}

func (s *subject) received() []string {
	if s.target.Received == nil {
		return nil
	}
	return s.target.Received()
}

// close closes the channel twice, as an agent that stops during a reload may, and reads what it
// left behind in the log.
func (s *subject) close(t *testing.T) {
	t.Helper()
	if closer, ok := s.channel.(io.Closer); ok {
		for range 2 {
			if err := closer.Close(); err != nil {
				t.Errorf("Close: %v", err)
			}
		}
	}
	s.secrets.Check(t, "the log", s.log.String())
}
