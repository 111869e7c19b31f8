package vantage

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"
)

// every is the pace of the watch's own looks: a cut-off begins and ends also when no check fails.
const every = 5 * time.Second

// freshFor is how long what a look found is good for a question.
const freshFor = 2 * time.Second

// Options is what a vantage is made with. Only Now is required; without Targets the agent is
// never cut off.
type Options struct {
	// Targets are hosts, which are pinged, and sockets (host:port), which are connected to.
	Targets []string
	// Ping asks a host. Without it, targets that are hosts tell nothing.
	Ping Asker
	// Dial asks a socket; nil means [Dial].
	Dial Asker
	// Now is the agent's clock.
	Now func() time.Time
	// Changed is told when a cut-off begins and ends, one call at a time and in order, while
	// Start lasts. At a begin, since is the last instant at which the agent is known to have
	// seen (when it never did: when the vantage was made), at an end the first. Text says what
	// each target did.
	Changed func(isolated bool, since time.Time, text string)
	Log     *slog.Logger
}

// change is the begin or the end of a cut-off, on its way to Options.Changed.
type change struct {
	isolated bool
	since    time.Time
	text     string
}

// Vantage looks at the vantage targets. Its methods may be called from any goroutine.
type Vantage struct {
	opts Options

	mu      sync.Mutex // guards all below
	targets []target
	current *look // the newest
	last    *look // the newest that has a verdict
	// isolated is the state, seenAt the start of the newest look that saw, backAt of the one that
	// ended the newest cut-off.
	isolated       bool
	seenAt, backAt time.Time
	changes        []change // not told yet
	warned         bool     // that nothing can be asked

	ctx    context.Context // of the looks
	cancel context.CancelFunc
	posted chan struct{}
	looks  sync.WaitGroup
	loop   sync.WaitGroup
}

// New makes a vantage that can be asked; [Vantage.Start] lets it look by itself.
func New(opts Options) *Vantage {
	if opts.Dial == nil {
		opts.Dial = Dial
	}
	if opts.Ping == nil {
		opts.Ping = cannotPing
	}
	if opts.Changed == nil {
		opts.Changed = func(bool, time.Time, string) {}
	}
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	v := &Vantage{opts: opts, posted: make(chan struct{}, 1), seenAt: opts.Now()}
	v.ctx, v.cancel = context.WithCancel(context.Background())
	v.Set(opts.Targets)
	return v
}

// Set makes targets all that are looked at, for a reload. What looks at others find is of no
// more interest; a cut-off lasts until one of the new answers, or there are none.
func (v *Vantage) Set(targets []string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if slices.EqualFunc(targets, v.targets, func(name string, t target) bool { return name == t.name }) {
		return
	}
	v.targets = make([]target, len(targets))
	for n, name := range targets {
		v.targets[n] = newTarget(name, v.opts.Ping, v.opts.Dial)
	}
	v.current, v.last, v.warned = nil, nil, false
	if len(targets) == 0 && v.isolated {
		v.see(v.opts.Now(), "the plan names no vantage target any more")
	}
}

// Start begins to look every 5 s and to tell changes, until ctx ends or Close. Call it once.
func (v *Vantage) Start(ctx context.Context) {
	v.loop.Go(func() { v.run(ctx) })
}

// Close ends all looks and waits for them.
func (v *Vantage) Close() {
	v.mu.Lock()
	v.cancel() // under the lock: no look begins after it
	v.mu.Unlock()
	v.loop.Wait()
	v.looks.Wait()
}

func (v *Vantage) run(ctx context.Context) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	v.begin()
	for {
		select {
		case <-ctx.Done():
			return
		case <-v.ctx.Done():
			return
		case <-ticker.C:
			v.begin()
		case <-v.posted:
			v.tell()
		}
	}
}

func (v *Vantage) tell() {
	v.mu.Lock()
	changes := v.changes
	v.changes = nil
	v.mu.Unlock()
	for _, c := range changes {
		v.opts.Changed(c.isolated, c.since, c.text)
	}
}

// Isolated reports whether the agent is cut off, or was at any time since since. The knowledge
// is newer than since and at most two seconds old; callers at the same time share one look. When
// ctx ends first, it answers with what was known before.
func (v *Vantage) Isolated(ctx context.Context, since time.Time) bool {
	if l := v.lookFor(since); l != nil {
		select {
		case <-ctx.Done():
		case <-v.ctx.Done():
		case <-l.verdict:
		}
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.isolated || v.backAt.After(since)
}
