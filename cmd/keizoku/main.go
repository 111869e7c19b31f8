// Command keizoku watches a city office's priority systems and keeps the clock that matters after
// something breaks: how much of the allowable downtime is left.
//
// It holds flags, signals and exit codes; each subcommand has a file of its name (those that only
// record what a person decides share act.go), and none has logic of its own. Exit codes: 0 good, 1 the thing asked about is not good, 2 wrong usage.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"
	kongcompletion "github.com/jotaen/kong-completion"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
)

// cli is the command line. A command is a struct of its flags and arguments, whose Run is called when
// it is asked for.
type cli struct {
	Run  runCmd  `cmd:"" group:"watch" help:"Run the agent on a plan."`
	Demo demoCmd `cmd:"" group:"watch" help:"Run a simulated city hall on loopback and the real agent that watches it."`

	Plan              planCmd              `cmd:"" group:"plan" help:"Check, show or begin a plan."`
	Probe             probeCmd             `cmd:"" group:"plan" help:"Run every check of a plan once, now. Exits 1 when one fails."`
	Power             powerCmd             `cmd:"" group:"plan" help:"Show from a plan what stays on in a blackout, for how long, and what must be shed when. Exits 1 when the horizon is not held."`
	PrometheusRules   prometheusRulesCmd   `cmd:"" group:"plan" help:"Write rules for Prometheus from a plan: how all agents see each system, and the alerts of the fleet."`
	GrafanaDashboards grafanaDashboardsCmd `cmd:"" group:"plan" help:"Write Grafana dashboards for a plan: priority systems, system, emergency power, response, fleet."`

	Status   statusCmd   `cmd:"" group:"look" help:"Show how things stand: what is down, and how much time is left."`
	Outages  outagesCmd  `cmd:"" group:"look" help:"List outages, the newest first."`
	Alerts   alertsCmd   `cmd:"" group:"look" help:"List the open alerts: what people are told of, on which channels, and what is silenced."`
	Timeline timelineCmd `cmd:"" group:"look" help:"Show what happened, in order."`
	Open     openCmd     `cmd:"" group:"look" help:"Print a link that opens the console and signs in once, without a password."`
	Print    printCmd    `cmd:"" group:"look" help:"Write pages for paper into one file: how things stand, the plan, the call list, or all of it for the emergency binder."`
	Steps    stepsCmd    `cmd:"" group:"look" help:"Show the checklists that run: what is done, what is due when, what is overdue. Tick with step."`
	Callout  calloutCmd  `cmd:"" group:"look" help:"Show whom to call, in which order and by which means. Record each result with call."`

	Declare declareCmd `cmd:"" group:"act" help:"Declare a threat: its allowances hold from now on. Then: callout, and stage initial_response."`
	End     endCmd     `cmd:"" group:"act" help:"End the declared threat."`
	Stage   stageCmd   `cmd:"" group:"act" help:"Move the stage of the response, or choose ordinary_failure. Without a name: show the stage, the recommendation and its reasons."`
	Step    stepCmd    `cmd:"" group:"act" help:"Say that a step of a checklist is done, or take that back."`
	Call    callCmd    `cmd:"" group:"act" help:"Record what came of calling somebody; the next deputy is then proposed."`
	Survey  surveyCmd  `cmd:"" group:"act" help:"Show or fill in the damage survey of each site."`
	Sitrep  sitrepCmd  `cmd:"" group:"act" help:"Show a draft of the next situation report; with --issue, issue it under its number."`
	ETA     etaCmd     `cmd:"" group:"act" name:"eta" help:"Say when a system is expected back."`
	Ack     ackCmd     `cmd:"" group:"act" help:"Take an outage or an alert on: somebody is at work on it."`
	Note    noteCmd    `cmd:"" group:"act" help:"Add a line to the chronology."`
	Outage  outageCmd  `cmd:"" group:"act" help:"Correct an outage."`
	Notify  notifyCmd  `cmd:"" group:"act" help:"Try a channel, or show which messages wait."`
	Inspect inspectCmd `cmd:"" group:"act" help:"Have the agent look at everything now, and print the report of the inspection. Exits 1 when something is not good."`
	Reload  reloadCmd  `cmd:"" group:"act" help:"Make the agent read its plan anew."`

	Journal    journalCmd                `cmd:"" group:"other" help:"Prove that the record is as it was written."`
	Version    versionCmd                `cmd:"" group:"other" help:"Print the version."`
	Completion kongcompletion.Completion `cmd:"" group:"other" help:"Print how to set up completion for bash, zsh or fish."`
	Reference  referenceCmd              `cmd:"" hidden:"" help:"Write the generated reference pages."`

	ShowVersion kong.VersionFlag `name:"version" help:"Print the version and exit."`
}

const description = "Watches the priority systems of an ICT business continuity plan and keeps the one clock that matters " +
	"after something breaks: how much of the allowable downtime is left."

// groups are the headings of the list of commands, in its order.
func groups() []kong.Group {
	return []kong.Group{
		{Key: "watch", Title: "Watch:"},
		{Key: "plan", Title: "Plan:"},
		{Key: "look", Title: "Look (asks a running agent):"},
		{Key: "act", Title: "Act (recorded with who, when and why):"},
		{Key: "other", Title: "Other:"},
	}
}

// newParser reads the command line. socket is shown as the default of commands that act.
func newParser(socket string, more ...kong.Option) (*kong.Kong, error) {
	options := []kong.Option{
		kong.Name("keizoku"), kong.Description(description), kong.ExplicitGroups(groups()),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
		kong.Vars{
			"listen": plan.DefaultListen, "url": defaultURL, "socket": socket, "version": versionLine(),
			"stages": listed(plan.Stages[:]), "ordinary": string(plan.OrdinaryFailure), "media": listed(plan.Media[:]),
			"kinds":       listed(journal.Kinds()),
			"print_pages": listed(printPages()), "call_results": listed(journal.CallResults[:]), "findings": listed(journal.Findings[:]),
		},
	}
	return kong.New(&cli{}, append(options, more...)...)
}

// listed writes the words of a closed list as an enum of the command line.
func listed[T ~string](all []T) string {
	texts := make([]string, len(all))
	for i, a := range all {
		texts[i] = string(a)
	}
	return strings.Join(texts, ", ")
}

// streams are where a command reads and writes: data on out, diagnostics on err.
type streams struct {
	out, err io.Writer
}

// The exit codes.
const (
	exitGood    = 0
	exitNotGood = 1
	exitUsage   = 2
)

// errNotGood ends a command whose output has said already what is not good.
var errNotGood = errors.New("not good")

func main() { os.Exit(run(os.Args[1:], streams{os.Stdout, os.Stderr})) }

// run is main without the process: it returns the exit code.
func run(args []string, io streams) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends what does not heed the first
	exited, code := false, exitGood
	parser, err := newParser(defaultSocket(),
		kong.Writers(io.out, io.err), kong.Bind(io), kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Exit(func(c int) { exited, code = true, c }),
	)
	if err != nil {
		_, _ = fmt.Fprintln(io.err, "keizoku:", err)
		return exitUsage
	}
	kongcompletion.Register(parser)
	parsed, err := parser.Parse(args)
	switch {
	case exited: // --help has printed what was asked for
		return code
	case err != nil:
		said := strings.Replace(err.Error(), `,"" but got`, " but got", 1) // that it may be left out is no choice
		_, _ = fmt.Fprintf(io.err, "keizoku: %s\n  %s\n", said, whereHelpIs(err))
		return exitUsage
	}
	return exitCode(parsed.Run(), io.err)
}

// whereHelpIs points at the help of the command that was meant, as far as it was understood.
func whereHelpIs(err error) string {
	var misread *kong.ParseError
	if errors.As(err, &misread) && misread.Context != nil && misread.Context.Selected() != nil {
		return misread.Context.Selected().FullPath() + " --help tells what it takes"
	}
	return "keizoku --help lists the commands"
}

func exitCode(err error, w io.Writer) int {
	var usage *usageError
	var rejected *rejectedPlan
	switch {
	case err == nil:
		return exitGood
	case errors.Is(err, errNotGood):
		return exitNotGood
	case errors.As(err, &usage):
		_, _ = fmt.Fprintln(w, "keizoku:", err)
		return exitUsage
	case errors.As(err, &rejected):
		_, _ = fmt.Fprintln(w, rejected.diagnostics)
		return exitNotGood
	default:
		_, _ = fmt.Fprintln(w, "keizoku:", err)
		return exitNotGood
	}
}

// usageError is a mistake in the arguments that the parser cannot see.
type usageError struct{ text string }

func (e *usageError) Error() string { return e.text }

func usagef(format string, args ...any) error { return &usageError{fmt.Sprintf(format, args...)} }
