package demo

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/keizoku-bcp/keizoku/plan"
)

// People is what the city's staff do in the story. The caller binds it to the agent that watches
// the hall. An action that the agent refuses is told, and the story goes on.
type People interface {
	// Declare makes the threat named the active one; End returns to the default threat.
	Declare(ctx context.Context, threat, note string) error
	End(ctx context.Context, note string) error
	// Ack takes the system's outage on; ETA estimates its end.
	Ack(ctx context.Context, system, why string) error
	ETA(ctx context.Context, system string, at time.Time, why string) error
	// Note adds a line to the chronology.
	Note(ctx context.Context, text string) error

	// What follows is the response. By names who decided or did it.

	// Stage moves the stage of the response.
	Stage(ctx context.Context, by string, to plan.Stage, why string) error
	// Step says that a step of a checklist, PROCEDURE.STEP, is done.
	Step(ctx context.Context, by, step, note string) error
	// Call records what came of calling somebody; Survey what a person saw.
	Call(ctx context.Context, by string, c Called) error
	Survey(ctx context.Context, by string, s Seen) error
	// Report issues the next situation report.
	Report(ctx context.Context, by, remarks string) error
}

// Called is what came of calling a person of a role. In is how long from now the person needs to
// come; zero: not said.
type Called struct {
	Role, Person, Result string
	In                   time.Duration
}

// Seen is what a person saw of one line of a site's damage survey.
type Seen struct{ Site, Item, Finding, Note string }

// Telling says how the story is told.
type Telling struct {
	// Out receives the narration, in plain lines.
	Out io.Writer
	// Lang is the language of the narration; empty tells it in Japanese and English.
	Lang plan.Locale
	// People acts for the staff.
	People People
	// Agent is the base URL of the agent: where to look, and where the backup job reports.
	Agent string
	// Command is how readers call keizoku, with what they need to find the agent
	// ("KEIZOKU_URL=… ./keizoku"); empty means "keizoku".
	Command string
	// Operator is the same for commands that the agent answers for its operators alone, through
	// its socket; empty means Command.
	Operator string
	// Zone is what the narration's clock times are in; nil means the machine's.
	Zone *time.Location
	// Rounds is how often the story is told; zero repeats it until the context ends.
	Rounds int
	// Wait passes the time between two steps; nil waits in real time. It returns an error when ctx
	// ended first.
	Wait func(ctx context.Context, d time.Duration) error
}

// Step is one moment of the story.
type Step struct {
	// At is when, after the beginning of a round.
	At time.Duration
	// Do happens at the same moment; nil for a step that only tells.
	Do func(ctx context.Context, h *Hall, p People) error
	// Text is what has happened, and what it means.
	Text Line
	// Look is where to see it: a path on the agent ("/"), or a subcommand ("status"). May be empty.
	Look string
}

// Line is a line of narration in both languages.
type Line struct{ Japanese, English string }

// Tell plays the story, round after round, and returns nil when ctx ends or the rounds are done.
// Meanwhile the hall's backup job reports to the agent. Tell must not be called twice at a time.
func (h *Hall) Tell(ctx context.Context, t Telling) error {
	if t.Wait == nil {
		t.Wait = pass
	}
	ctx, cancel := context.WithCancel(ctx)
	silent := h.ReportBackups(ctx, t.Agent)
	defer silent()
	defer cancel()

	for round := 1; ; round++ {
		if err := h.tellRound(ctx, t); err != nil {
			return ignoreEnd(ctx, err)
		}
		if round == t.Rounds {
			return nil
		}
		if err := t.Wait(ctx, Intermission); err != nil {
			return ignoreEnd(ctx, err)
		}
	}
}

func (h *Hall) tellRound(ctx context.Context, t Telling) error {
	var now time.Duration
	for _, step := range Story() {
		if err := t.Wait(ctx, step.At-now); err != nil {
			return err
		}
		now = step.At
		if err := h.tellStep(ctx, t, step); err != nil {
			return err
		}
	}
	return nil
}

// tellStep speaks first and acts then, so that a slow action does not hold its line back.
func (h *Hall) tellStep(ctx context.Context, t Telling, step Step) error {
	if err := t.say(step); err != nil || step.Do == nil {
		return err
	}
	if err := step.Do(ctx, h, t.People); err != nil && ctx.Err() == nil {
		_, err = fmt.Fprintf(t.Out, "%s! %v\n", margin, err)
		return err
	}
	return nil
}

// margin is as wide as the clock time before a line's first row.
const margin = "          "

func (t Telling) say(step Step) error {
	var rows []string
	if t.Lang != plan.English {
		rows = append(rows, step.Text.Japanese)
	}
	if t.Lang != plan.Japanese {
		rows = append(rows, step.Text.English)
	}
	if step.Look != "" {
		rows = append(rows, "→ "+t.place(step.Look))
	}
	lead := time.Now().In(cmp.Or(t.Zone, time.Local)).Format("15:04:05  ")
	for _, row := range rows {
		if _, err := fmt.Fprintln(t.Out, lead+row); err != nil {
			return fmt.Errorf("telling the story: %w", err)
		}
		lead = margin
	}
	return nil
}

// place completes a path to a URL, and a subcommand to a command line.
func (t Telling) place(look string) string {
	if strings.HasPrefix(look, "/") {
		return t.Agent + look
	}
	command := cmp.Or(t.Command, "keizoku")
	if slices.Contains([]string{"stage", "callout", "sitrep"}, look) {
		command = cmp.Or(t.Operator, command)
	}
	return command + " " + look
}

// pass waits for d in real time.
func pass(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// ignoreEnd returns nil for an error that only says that ctx ended: that is how a story stops.
func ignoreEnd(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}
