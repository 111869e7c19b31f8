package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"time"

	"github.com/keizoku-bcp/keizoku/agent"
	"github.com/keizoku-bcp/keizoku/checks/all"
	"github.com/keizoku-bcp/keizoku/demo"
	"github.com/keizoku-bcp/keizoku/journal"
	channels "github.com/keizoku-bcp/keizoku/notify/all"
	"github.com/keizoku-bcp/keizoku/plan"
	powers "github.com/keizoku-bcp/keizoku/power/all"
	"github.com/keizoku-bcp/keizoku/rules"
)

type demoCmd struct {
	Listen   string `default:"${listen}" help:"host:port that the agent serves on."`
	Lang     string `enum:"ja,en,both" default:"both" help:"Language of the story: ${enum}."`
	StateDir string `type:"path" help:"Where the demo keeps its journal, plan and log. Default: a fresh directory that is removed at the end."`
	Rounds   int    `default:"0" help:"End after so many rounds of the story; 0 goes on until Ctrl+C."`
}

// demoLog is the agent's log in the state directory: on the terminal it would drown the story.
const demoLog = "agent.log"

func (c *demoCmd) Run(ctx context.Context, out streams) error {
	if c.Rounds < 0 {
		return usagef("--rounds cannot be negative")
	}
	dir, remove, err := c.directory()
	if err != nil {
		return err
	}
	defer remove()
	file, err := os.Create(filepath.Join(dir, demoLog))
	if err != nil {
		return fmt.Errorf("the demo's log: %w", err)
	}
	defer func() { _ = file.Close() }()
	log := slog.New(slog.NewTextHandler(file, nil))

	hall, err := demo.Start(ctx, demo.Options{Dir: dir, Log: log})
	if err != nil {
		return err
	}
	defer func() { _ = hall.Close() }()
	return c.watch(ctx, hall, dir, log, out)
}

// watch runs the agent on the hall's plan and tells the story until it ends.
func (c *demoCmd) watch(ctx context.Context, hall *demo.Hall, dir string, log *slog.Logger, out streams) error {
	a, err := agent.New(ctx, agent.Options{
		Load:  (&planFile{path: hall.PlanDir(), locale: plan.Japanese}).Load,
		Kinds: all.Kinds(), Protocols: powers.Protocols(), Channels: channels.Kinds(), Listen: c.Listen, StateDir: dir,
		Version: version(), Log: log, Views: views(log),
	})
	if err != nil {
		return err
	}
	if err := a.Start(ctx); err != nil {
		a.Stop("could not start")
		return err
	}
	defer a.Stop("demo ended")
	telling := demo.Telling{
		Out: out.out, Lang: storyLang(c.Lang), People: staff{a, journal.Actor{User: login(), Via: "demo"}},
		Agent: "http://" + a.Addr(), Command: commandFor(a.Addr()), Rounds: c.Rounds,
		Operator: "KEIZOKU_SOCKET=" + a.SocketPath() + " " + program(), Zone: a.Plan().Location,
	}
	if _, err := fmt.Fprint(out.out, welcome(telling, hall.BoardURL(), dir)); err != nil {
		return err
	}
	return hall.Tell(ctx, telling)
}

// directory returns the state directory and how to leave it behind.
func (c *demoCmd) directory() (dir string, remove func(), err error) {
	if c.StateDir == "" {
		dir, err = os.MkdirTemp("", "keizoku-demo-")
		return dir, func() { _ = os.RemoveAll(dir) }, err
	}
	if filepath.Clean(c.StateDir) == filepath.Clean(agent.DefaultStateDir()) {
		return "", nil, usagef("%s is where a real agent keeps its journal; a demo must not write there", c.StateDir)
	}
	return c.StateDir, func() {}, os.MkdirAll(c.StateDir, 0o700)
}

func storyLang(flag string) plan.Locale {
	if flag == "both" {
		return ""
	}
	return plan.Locale(flag)
}

// commandFor is how a reader calls this program so that it finds the demo's agent.
func commandFor(addr string) string {
	if addr == plan.DefaultListen {
		return program()
	}
	return "KEIZOKU_URL=http://" + addr + " " + program()
}

// program is how this program was called.
func program() string {
	if strings.Contains(os.Args[0], string(filepath.Separator)+"go-build") {
		return "go run ./cmd/keizoku" // what go run built is gone when it ends
	}
	return os.Args[0]
}

// welcome tells where to look, how to act and how to stop.
func welcome(t demo.Telling, board, dir string) string {
	return fmt.Sprintf(`A small city hall is simulated on loopback addresses. The agent that watches it is the real one.

  look   %s/   (or: %s status --watch)
  told   %s   (what its chat and its Alertmanager were told)
  act    %s note "hello"
  log    %s
  stop   Ctrl+C

`, t.Agent, t.Command, board, t.Operator, filepath.Join(dir, demoLog))
}

// login is the name of the operating-system user.
func login() string {
	u, err := user.Current()
	if err != nil {
		return "demo"
	}
	return u.Username
}

// staff acts on the agent for the people of the story.
type staff struct {
	agent *agent.Agent
	actor journal.Actor
}

var _ demo.People = staff{}

func (s staff) act(ctx context.Context, action rules.Action) error {
	_, err := s.agent.Act(ctx, action, s.actor)
	return err
}

// Declare declares a threat.
func (s staff) Declare(ctx context.Context, threat, note string) error {
	return s.act(ctx, rules.Declare{Threat: threat, Note: note})
}

// End ends whatever threat is declared.
func (s staff) End(ctx context.Context, note string) error {
	threat := s.agent.Situation().Threat
	if threat.Default {
		return errors.New("no threat is declared")
	}
	return s.act(ctx, rules.End{Threat: threat.Name, Note: note})
}

// Ack takes an outage on.
func (s staff) Ack(ctx context.Context, system, why string) error {
	return s.act(ctx, rules.Acknowledge{System: system, Why: why})
}

// ETA estimates when a system is back.
func (s staff) ETA(ctx context.Context, system string, at time.Time, why string) error {
	return s.act(ctx, rules.GiveETA{System: system, At: at, Why: why})
}

// Stage moves the stage of the response.
func (s staff) Stage(ctx context.Context, by string, to plan.Stage, why string) error {
	return s.as(by).act(ctx, rules.MoveStage{To: to, Why: why})
}

// Step ticks a step of a checklist.
func (s staff) Step(ctx context.Context, by, step, note string) error {
	return s.as(by).act(ctx, rules.MarkStep{Step: step, Note: note})
}

// Call records a call.
func (s staff) Call(ctx context.Context, by string, c demo.Called) error {
	call := rules.RecordCall{Role: c.Role, Person: c.Person, Medium: plan.Mobile, Result: journal.CallResult(c.Result)}
	if c.In > 0 {
		call.ComingAt = time.Now().Add(c.In)
	}
	return s.as(by).act(ctx, call)
}

// Survey answers one line of the damage survey.
func (s staff) Survey(ctx context.Context, by string, seen demo.Seen) error {
	return s.as(by).act(ctx, rules.AnswerSurvey{
		Site: seen.Site, Item: seen.Item, Finding: journal.Finding(seen.Finding), Note: seen.Note,
	})
}

// Report issues the next situation report.
func (s staff) Report(ctx context.Context, by, remarks string) error {
	return s.as(by).act(ctx, rules.IssueReport{Remarks: remarks})
}

// as is the same login acting for another deciding person.
func (s staff) as(by string) staff {
	s.actor.By = by
	return s
}

// Note adds a line to the chronology.
func (s staff) Note(ctx context.Context, text string) error {
	return s.act(ctx, rules.AddNote{Text: text})
}
