package main

import (
	"context"
	"errors"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
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
	URL string `default:"${url}" env:"KEIZOKU_URL" help:"Address of the agent; unix:///PATH asks through its socket."`
	tongue
}

// tongue is the flag for the language of an answer.
type tongue struct {
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
func (t tongue) words(s *rules.Situation) *messages.Words {
	if t.Lang != "" {
		return messages.For(plan.Locale(t.Lang))
	}
	return messages.For(s.Plan.Locale)
}

// operator are the flags of commands for those who may act. They go through the socket, which
// proves who acts; with a URL given, over HTTP as a user of the web configuration file.
type operator struct {
	Socket string `default:"${socket}" env:"KEIZOKU_SOCKET" type:"path" help:"Unix socket of the agent, in its state directory."`
	URL    string `env:"KEIZOKU_ACT_URL" help:"Act over HTTP instead, as https://USER:PASSWORD@host:port."`
}

func (o operator) client() (*api.Client, error) {
	if o.URL == "" {
		return api.NewSocketClient(o.Socket), nil
	}
	c, err := api.NewClient(o.URL)
	if err != nil {
		return nil, usagef("%v", err)
	}
	return c, nil
}

// ask returns the agent's client and how things stand there.
func (o operator) ask(ctx context.Context) (*api.Client, *rules.Situation, error) {
	client, err := o.client()
	if err != nil {
		return nil, nil, err
	}
	s, err := client.Situation(ctx)
	return client, s, err
}

// actor are the flags of commands that act.
type actor struct {
	operator
	By string `help:"Name of the deciding person; the login is recorded beside it."`
}

// mustBy refuses an action for which a person has to answer and none is named.
func (a actor) mustBy() error {
	if a.By == "" {
		return slipped("command_no_name", nil)
	}
	return nil
}

// recorder are the flags of commands whose action is recorded.
type recorder struct {
	actor
	tongue
	JSON bool `name:"json" help:"Print what was recorded as JSON."`
}

// eventID turns the number of a record, as the timeline shows it (#12), into its ID; an ID stays as
// it is.
func (r recorder) eventID(ctx context.Context, text string) (string, error) {
	seq, ok := recordNumber(text)
	if !ok {
		return text, nil
	}
	client, err := r.client()
	if err != nil {
		return "", err
	}
	found, err := client.Events(ctx, url.Values{"after": {strconv.FormatInt(seq-1, 10)}, "limit": {"1"}})
	if err != nil {
		return "", err
	}
	if len(found) == 0 || found[0].Seq != seq {
		s, err := client.Situation(ctx)
		if err != nil {
			return "", err
		}
		return "", errors.New(r.words(s).Say("command_no_record", map[string]any{"Number": seq}))
	}
	return found[0].ID, nil
}

// recordNumber reads "#12" or "12"; false for anything else.
func recordNumber(text string) (seq int64, ok bool) {
	seq, err := strconv.ParseInt(strings.TrimPrefix(text, "#"), 10, 64)
	return seq, err == nil && seq > 0
}

// record carries out one action.
func (r recorder) record(ctx context.Context, name string, build func(now *rules.Situation) (rules.Action, error)) (recorded, error) {
	client, now, err := r.ask(ctx)
	if err != nil {
		return recorded{}, err
	}
	words := r.words(now)
	action, err := build(now)
	if err != nil {
		return recorded{}, told(words, err)
	}
	event, err := client.Act(ctx, name, action, r.By)
	number := func(id string) int64 { return numberOf(ctx, client, id) }
	return recorded{event, now, words, number}, refusedIn(words, err)
}

// refuse tells a slip in the language of the answers, without which it is told in English.
func (r recorder) refuse(ctx context.Context, slip error) error {
	if _, now, err := r.ask(ctx); err == nil {
		return told(r.words(now), slip)
	}
	return told(messages.For(plan.English), slip)
}

// refusedIn says why the agent refused an action in the language of its answers: who acts in a
// crisis reads no other. What a newer agent refuses for a reason unknown here keeps its own words.
func refusedIn(words *messages.Words, err error) error {
	var refused *api.Problem
	if !errors.As(err, &refused) || !slices.Contains(rules.ProblemCodes[:], refused.Code) {
		return err
	}
	said := *refused
	said.Detail, said.Hint = words.Problem(&rules.Problem{Code: refused.Code, Data: refused.Data})
	return &said
}

// warn asks whether what was just recorded is on disk, and says so when it is not.
func (r recorder) warn(ctx context.Context, w io.Writer, words *messages.Words) {
	if _, after, err := r.ask(ctx); err == nil {
		warnOfDisk(w, after.Journal, words)
	}
}

// act carries out one action and tells what was recorded.
func (r recorder) act(ctx context.Context, out streams, name string, build func(now *rules.Situation) (rules.Action, error)) error {
	done, err := r.record(ctx, name, build)
	if err != nil {
		return err
	}
	r.warn(ctx, out.err, done.words)
	if r.JSON {
		return printJSON(out.out, done.Event)
	}
	return done.tell(out.out)
}

// isTerminal reports whether w is a terminal that people look at.
func isTerminal(w any) bool {
	f, ok := w.(*os.File)
	return ok && isatty.IsTerminal(f.Fd())
}

// colourful reports whether to colour what goes to w.
func colourful(w any) bool { return isTerminal(w) && os.Getenv("NO_COLOR") == "" }
