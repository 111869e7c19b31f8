package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/keizoku-bcp/keizoku/agent"
	"github.com/keizoku-bcp/keizoku/agent/console"
	"github.com/keizoku-bcp/keizoku/checks/all"
	"github.com/keizoku-bcp/keizoku/config"
	channels "github.com/keizoku-bcp/keizoku/notify/all"
	"github.com/keizoku-bcp/keizoku/plan"
	powers "github.com/keizoku-bcp/keizoku/power/all"
)

// runCmd runs the agent until a signal ends it. SIGHUP reloads the plan.
type runCmd struct {
	Plan     string   `arg:"" type:"path" help:"A plan file, or a directory of *.hcl and *.hcl.json."`
	Agent    string   `help:"Name of the agent block to be. Default: the only one, or the one named like this host."`
	Listen   string   `help:"host:port to serve on; goes over the plan's agent block."`
	StateDir string   `type:"path" help:"Where the journal is kept; goes over the plan's agent block."`
	Log      logFlags `embed:"" prefix:"log-"`
}

// logFlags say how to log, to standard error.
type logFlags struct {
	Format string `enum:"text,json" default:"text" help:"Form of the log: ${enum}."`
	Level  string `enum:"debug,info,warn,error" default:"info" help:"Least level that is logged: ${enum}."`
}

func (f logFlags) logger(io streams) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(f.Level)) // the enum admits only good ones
	opts := &slog.HandlerOptions{Level: level}
	if f.Format == "json" {
		return slog.New(slog.NewJSONHandler(io.err, opts))
	}
	return slog.New(slog.NewTextHandler(io.err, opts))
}

func (c *runCmd) Run(ctx context.Context, io streams) error {
	log := c.Log.logger(io)
	adoptStandardLog(log)
	hangup := make(chan os.Signal, 1) // before the agent is made: a reload at that moment must not end it
	signal.Notify(hangup, syscall.SIGHUP)
	defer signal.Stop(hangup)
	a, err := agent.New(ctx, agent.Options{
		Load:  planLoader(c.Plan, localeOf(os.Getenv("KEIZOKU_LANG"), os.Getenv)),
		Kinds: all.Kinds(), Protocols: powers.Protocols(), Channels: channels.Kinds(), Name: c.Agent, Listen: c.Listen, StateDir: c.StateDir,
		Version: version(), Log: log, Views: views(log),
	})
	if err != nil {
		return err
	}
	if err := a.Start(ctx); err != nil {
		a.Stop("could not start")
		return err
	}
	reloadOnHangup(ctx, hangup, a, func(err error) { c.tellRejected(io, log, err) })
	a.Stop("signal")
	return nil
}

// tellRejected says why a plan was not taken. In a log for people the diagnostics keep their
// lines; in one for programs they are a field.
func (c *runCmd) tellRejected(io streams, log *slog.Logger, err error) {
	const text = "reload failed, the old plan stays in force"
	var rejected *rejectedPlan
	if c.Log.Format == "json" || !errors.As(err, &rejected) {
		log.Error(text, "err", err)
		return
	}
	log.Error(text, "plan", c.Plan)
	_, _ = fmt.Fprintln(io.err, rejected.diagnostics) // standard error has nobody behind it to tell
}

// reloadOnHangup reloads the plan at each signal until ctx ends.
func reloadOnHangup(ctx context.Context, hangup <-chan os.Signal, a *agent.Agent, failed func(error)) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-hangup:
			if err := a.Reload(ctx); err != nil {
				failed(err)
			}
		}
	}
}

// views are the pages beside the API.
func views(log *slog.Logger) func(*agent.Agent) map[string]http.Handler {
	return func(a *agent.Agent) map[string]http.Handler {
		return map[string]http.Handler{"/": console.Handler(a, log)}
	}
}

// planLoader reads a plan for running it, again and again. Warnings are for `plan check`; errors come
// back as the text of diagnostics, explained in the language of the plan that was good last: its
// staff read them in the console. It may not be called twice at once.
func planLoader(path string, locale plan.Locale) func() (*plan.Plan, error) {
	return func() (*plan.Plan, error) {
		p, sources, diags := config.Load(path, all.Kinds(), planOptions())
		if !diags.HasErrors() {
			locale = p.Locale
			return p, nil
		}
		var text strings.Builder
		config.WriteDiagnostics(&text, sources, diags, config.PrintOptions{Explain: explained(locale)})
		return nil, &rejectedPlan{strings.TrimRight(text.String(), "\n")}
	}
}

// rejectedPlan is a plan with errors. Its text is for people and has many lines.
type rejectedPlan struct{ diagnostics string }

func (r *rejectedPlan) Error() string { return r.diagnostics }
