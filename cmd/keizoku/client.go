package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"github.com/mattn/go-isatty"

	"github.com/keizoku-bcp/keizoku/agent"
	"github.com/keizoku-bcp/keizoku/agent/api"
	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

const defaultURL = "http://" + plan.DefaultListen

// defaultSocket is the socket of an agent that keeps its state where nobody said otherwise.
func defaultSocket() string { return filepath.Join(agent.DefaultStateDir(), agent.SocketName) }

// reader are the flags of commands that ask an agent.
type reader struct {
	URL  string `default:"${url}" env:"KEIZOKU_URL" help:"Address of the agent; unix:///PATH asks through its socket."`
	Lang string `env:"KEIZOKU_LANG" enum:"ja,en," default:"" help:"Language of the answer: ja or en. Default: the plan's."`
}

func (r reader) client() (*api.Client, error) {
	if path, ok := strings.CutPrefix(r.URL, "unix://"); ok {
		return api.NewSocketClient(path), nil
	}
	c, err := api.NewClient(r.URL)
	if err != nil {
		return nil, usagef("%v", err)
	}
	return c, nil
}

// ask returns the agent's client and how things stand there.
func (r reader) ask(ctx context.Context) (*api.Client, *rules.Situation, error) {
	client, err := r.client()
	if err != nil {
		return nil, nil, err
	}
	s, err := client.Situation(ctx)
	return client, s, err
}

// words returns the language asked for, else the plan's.
func (r reader) words(s *rules.Situation) *messages.Words {
	if r.Lang != "" {
		return messages.For(plan.Locale(r.Lang))
	}
	return messages.For(s.Plan.Locale)
}

// actor are the flags of commands that act. They go through the socket, which proves who acts;
// with a URL given, over HTTP as a user of the web configuration file.
type actor struct {
	Socket string `default:"${socket}" env:"KEIZOKU_SOCKET" type:"path" help:"Unix socket of the agent, in its state directory."`
	URL    string `env:"KEIZOKU_ACT_URL" help:"Act over HTTP instead, as https://USER:PASSWORD@host:port."`
	By     string `help:"Name of the deciding person; the login is recorded beside it."`
}

func (a actor) client() (*api.Client, error) {
	if a.URL == "" {
		return api.NewSocketClient(a.Socket), nil
	}
	c, err := api.NewClient(a.URL)
	if err != nil {
		return nil, usagef("%v", err)
	}
	return c, nil
}

// act carries out one action and tells what was recorded.
func (a actor) act(ctx context.Context, io streams, name string, build func(now *rules.Situation) (rules.Action, error)) error {
	c, err := a.client()
	if err != nil {
		return err
	}
	now, err := c.Situation(ctx)
	if err != nil {
		return err
	}
	action, err := build(now)
	if err != nil {
		return err
	}
	event, err := c.Act(ctx, name, action, a.By)
	if err != nil {
		return err
	}
	return tellEvent(io.out, event, now, messages.For(now.Plan.Locale))
}

// isTerminal reports whether w is a terminal that people look at.
func isTerminal(w any) bool {
	f, ok := w.(*os.File)
	return ok && isatty.IsTerminal(f.Fd())
}

// colourful reports whether to colour what goes to w.
func colourful(w any) bool { return isTerminal(w) && os.Getenv("NO_COLOR") == "" }
