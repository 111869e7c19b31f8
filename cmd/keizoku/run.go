package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"syscall"

	"github.com/keizoku-bcp/keizoku/agent"
	"github.com/keizoku-bcp/keizoku/agent/console"
	"github.com/keizoku-bcp/keizoku/checks/all"
	channels "github.com/keizoku-bcp/keizoku/notify/all"
	powers "github.com/keizoku-bcp/keizoku/power/all"
)

// runCmd runs the agent until a signal ends it. SIGHUP reloads the plan.
type runCmd struct {
	Plan     string   `arg:"" type:"path" help:"A plan file, or a directory of *.hcl and *.hcl.json."`
	Agent    string   `help:"Name of the agent block to be. Default: the only one, or the one named like this host."`
	Listen   string   `help:"host:port to serve on; goes over the plan's agent block."`
	StateDir string   `type:"path" help:"Where the journal is kept; goes over the plan's agent block."`
	LastGood bool     `name:"last-good-plan" help:"When the plan has mistakes at the start, watch by the one that was in force last, and say so. It is kept in the state directory, which --state-dir must name unless it is the default."`
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
	file := &planFile{path: c.Plan, keeps: c.LastGood, locale: localeOf(os.Getenv("KEIZOKU_LANG"), os.Getenv)}
	a, err := agent.New(ctx, agent.Options{
		Load: file.Load, Keeper: c.keeper(file),
		Kinds: all.Kinds(), Protocols: powers.Protocols(), Channels: channels.Kinds(), Name: c.Agent, Listen: c.Listen, StateDir: c.StateDir,
		Version: version(), Log: log, Views: views(log),
	})
	if err != nil {
		return err
	}
	if file.rejected != nil {
		c.tellRejected(io, log, "the plan cannot be used; the one that was in force last holds until a reload succeeds", file.rejected)
	}
	if err := a.Start(ctx); err != nil {
		a.Stop("could not start")
		return err
	}
	reloadOnHangup(ctx, hangup, a, func(err error) { c.tellRejected(io, log, "reload failed, the old plan stays in force", err) })
	a.Stop("signal")
	return nil
}

// keeper is who keeps the plan in force; nil: nobody is asked to.
func (c *runCmd) keeper(file *planFile) agent.Keeper {
	if !c.LastGood {
		return nil
	}
	return file
}

// tellRejected says why a plan was not taken. In a log for people the diagnostics keep their
// lines; in one for programs they are a field.
func (c *runCmd) tellRejected(io streams, log *slog.Logger, text string, err error) {
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

// rejectedPlan is a plan with errors. Its text is for people and has many lines.
type rejectedPlan struct{ diagnostics string }

func (r *rejectedPlan) Error() string { return r.diagnostics }
