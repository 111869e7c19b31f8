package inspect

import (
	"cmp"
	"context"
	"io"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/plan"
)

// Round is a look at every check of an agent, or of some systems, at once.
type Round struct {
	Plan *plan.Plan
	// Agent is as whom to probe: the checks that it runs, by its settings.
	Agent *plan.Agent
	Kinds map[string]*checks.Kind
	// Shared lends what a kind opens once per agent; nil: the round opens its own, and closes it.
	Shared *checks.Shared
	// Systems are the systems to look at; empty: all.
	Systems []string
	// Timeout is of each attempt; zero: the check's own.
	Timeout time.Duration
	// Retries is how often a check that failed is tried again, once all have been tried: a moment
	// of trouble is over by then.
	Retries int
	// Confirm lets a kind that can make sure of a failure do so; see [checks.Confirmer].
	Confirm bool
	// Settled says of a check that its failure is known and has been confirmed: one attempt is
	// enough. Nil: of none.
	Settled func(system, check string) bool
	// Progress is told how many checks are through, one call at a time; nil: nobody.
	Progress func(done, total int)
}

// Look is what a round saw of one check.
type Look struct {
	System *plan.System
	Check  *plan.Check
	// Attempts is how often it was tried. Zero: it was not asked, for whoever is watched reports
	// by itself (Pushed), or the check could not be made, or the round was ended before.
	Attempts int
	Pushed   bool
	Local    bool // its failures do not depend on the network
	Result   checks.Result
	Duration time.Duration // of the attempt that Result is of
}

// Probes of a kind run at once up to limit: half of a large city hall may be silent at once, and
// each such probe waits for its whole timeout. A kind that costs more than a socket says so itself.
// Starts are spread, burst every gap, so that a thousand handshakes at once are not measured as slow.
const (
	limit = 1024
	burst = 10
	gap   = 10 * time.Millisecond
)

// Probe looks at all, and returns when all have answered or ctx has ended, in the plan's order.
func (r Round) Probe(ctx context.Context) []Look {
	g := r.begin()
	defer g.close()
	open := g.visits
	for try := 0; len(open) > 0 && ctx.Err() == nil; try++ {
		g.pass(ctx, open, try >= r.Retries)
		open = slices.DeleteFunc(slices.Clone(open), func(v *visit) bool { return v.done })
	}
	looks := make([]Look, len(g.all))
	for i, v := range g.all {
		looks[i] = v.Look
	}
	return looks
}

// tour is a round under way.
type tour struct {
	Round
	all, visits []*visit // visits are those that can be asked
	own         *checks.Shared
	lanes       map[string]chan struct{}

	mu      sync.Mutex // guards through
	through int
}

func (r Round) begin() *tour {
	g := &tour{Round: r, lanes: make(map[string]chan struct{})}
	if g.Shared == nil {
		g.own = new(checks.Shared)
		g.Shared = g.own
	}
	for _, s := range r.Plan.Systems {
		if len(r.Systems) > 0 && !slices.Contains(r.Systems, s.Name) {
			continue
		}
		for _, c := range s.Checks {
			if c.RunsOn(r.Agent.Name) {
				g.add(s, c)
			}
		}
	}
	g.through = len(g.all) - len(g.visits)
	g.progress(0)
	return g
}

// add makes the prober of a check. One that cannot be made has its reason already.
func (g *tour) add(s *plan.System, c *plan.Check) {
	v := &visit{Look: Look{System: s, Check: c}, secrets: g.Plan.Secrets}
	g.all = append(g.all, v)
	kind := g.Kinds[c.Kind]
	switch {
	case kind == nil:
		v.Result = checks.Failed(checks.ErrorLocal, "this agent has no kind of check "+c.Kind)
		return
	case kind.Pushed:
		v.Pushed = true
		return
	}
	v.Local = kind.Local
	v.timeout = c.Timeout
	if g.Timeout > 0 {
		v.timeout = g.Timeout
	}
	var err error
	v.prober, err = kind.New(c.Settings, &checks.Env{
		Agent: g.Agent, System: s.Name, Check: c.Name, Timeout: v.timeout, Interval: c.Interval,
		Shared: g.Shared, Secrets: g.Plan.Secrets, Log: slog.New(slog.DiscardHandler), // the result says it all
	})
	if err != nil {
		v.Result = v.tidy(checks.Failed(checks.ErrorLocal, err.Error()))
		return
	}
	g.visits = append(g.visits, v)
	if g.lanes[c.Kind] == nil {
		g.lanes[c.Kind] = make(chan struct{}, cmp.Or(kind.AtOnce, limit))
	}
}

// pass tries each of the visits once. It returns when all have come back.
func (g *tour) pass(ctx context.Context, visits []*visit, last bool) {
	var running sync.WaitGroup
	defer running.Wait()
	for i, v := range visits {
		if i > 0 && i%burst == 0 && !pause(ctx, gap) {
			return
		}
		running.Go(func() {
			lane := g.lanes[v.Check.Kind]
			select {
			case <-ctx.Done():
				return
			case lane <- struct{}{}:
			}
			defer func() { <-lane }()
			g.visit(ctx, v, last)
		})
	}
}

func (g *tour) visit(ctx context.Context, v *visit, last bool) {
	v.attempt(ctx)
	settled := g.Settled != nil && g.Settled(v.System.Name, v.Check.Name)
	if last && g.Confirm && !settled {
		v.confirm(ctx)
	}
	if v.done = last || settled || v.lost || v.Result.OK(); v.done && ctx.Err() == nil {
		g.progress(1)
	}
}

// progress tells that n more checks are through.
func (g *tour) progress(n int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.through += n
	if g.Progress != nil {
		g.Progress(g.through, len(g.all))
	}
}

// close gives back what the probers opened.
func (g *tour) close() {
	for _, v := range g.visits {
		if !v.lost { // else it closes itself once it is back
			closeProber(v.prober)
		}
	}
	if g.own != nil {
		_ = g.own.Close()
	}
}

func closeProber(p checks.Prober) {
	if c, ok := p.(io.Closer); ok {
		_ = c.Close()
	}
}

// pause waits for d; false when ctx ended before.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
