package schedule

import (
	"context"
	"log/slog"
	"time"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/plan"
)

// Job is one check to run.
type Job struct {
	System string
	Check  *plan.Check
	// Prober is the engine's from [Engine.Set] on: it closes a Prober that is an io.Closer once
	// the job has left or has got another one.
	Prober checks.Prober
	// Local is [checks.Kind.Local]: failures stand even while the agent is cut off.
	Local bool
	// Known is used only when the engine does not know the check yet.
	Known Known
}

// Key names a check within an agent, as in [Engine.LastOK].
func Key(system, check string) string { return system + "/" + check }

// Options is what an engine is made with. Only Now is required.
type Options struct {
	// Now is the agent's clock, which never goes backwards. All noted times come from it;
	// waiting goes by the monotonic clock.
	Now func() time.Time
	// Isolated reports whether the agent is cut off from its network, or was at any time since
	// since, by knowledge newer than since. It is asked at most twice for all doubtful failures
	// of a batch (for the newest, then for the oldest), never concurrently with itself, and must
	// return soon after ctx ends. Nil means never cut off.
	Isolated func(ctx context.Context, since time.Time) bool
	// Look is told every result, from many goroutines at once; it must not block.
	Look func(Look)
	// Changed is told confirmed changes in order, one call at a time. What is confirmed while a
	// call lasts comes together in the next one. Its context outlives [Engine.Close]'s begin.
	Changed func(context.Context, []Transition)
	// Gap is told that nothing ran from from to to: the process was stopped or the machine
	// slept, for more than twice the shortest interval (and 5 s). It comes in order with Changed.
	Gap func(from, to time.Time)
	// Limits is how many probes run at once, by kind; "" is for kinds not named. A kind without
	// an entry has [DefaultLimit].
	Limits map[string]int
	Log    *slog.Logger
	// Redact blots out secrets from texts; nil leaves them as they are.
	Redact func(string) string
	// Uptime is the time since boot including time asleep; nil means the machine's own, [Uptime].
	Uptime func() time.Duration
}

// Look is one result.
type Look struct {
	System, Check, Kind string
	// At is the start of the probe.
	At       time.Time
	Duration time.Duration
	Result   checks.Result
}

func (o Options) withDefaults() Options {
	if o.Look == nil {
		o.Look = func(Look) {}
	}
	if o.Changed == nil {
		o.Changed = func(context.Context, []Transition) {}
	}
	if o.Gap == nil {
		o.Gap = func(_, _ time.Time) {}
	}
	if o.Isolated == nil {
		o.Isolated = func(context.Context, time.Time) bool { return false }
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Uptime == nil {
		o.Uptime = Uptime
	}
	return o
}
