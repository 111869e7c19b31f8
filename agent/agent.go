// Package agent is the running Keizoku: it wires schedule, journal, rules and outputs together
// and owns every goroutine.
//
//	            plan (Options.Load)
//	               │
//	vantage ──▶ schedule ──looks──▶ state.Live ─────────────┐
//	(cut off?)     │                                        ▼
//	    │          └─transitions─▶ record ─▶ journal ─▶ state ─▶ Situation ─▶ api, metrics, console
//	    ▼                            ▲  ▲
//	supplies ──readings, in order────┘  │
//	(UPS, generators)                   │
//	people (socket, gate) ─actions──────┤       (what is durable wakes the event streams, and the
//	clock (wall against uptime) ────────┤        judge: is continuity in danger?)
//	judge (the recommendation) ─────────┤
//	inspections (when due, or by hand) ─┘
//
//	Situation ─▶ alert.Derive ─▶ alert.Next ─▶ reports ─▶ outbox ─▶ channels (mail, Alertmanager, …)
//	                              ▲    │                   │  ▲
//	                    account ──┘    └─ what is told ────┘  ├── heartbeats, of the same loop
//	                   (of the outbox) and that it is told,   ├── reports of inspections
//	                                   in one transaction     └── tests, by people
//
// Everything that happens goes through record (record.go): it is judged against the present,
// made durable, folded into the state, and only then told. What is told is a view of a Situation,
// and what has to be told is found by comparing it with what was told before (tell.go).
package agent

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/keizoku-bcp/keizoku/agent/access"
	"github.com/keizoku-bcp/keizoku/agent/access/webfile"
	"github.com/keizoku-bcp/keizoku/agent/api"
	"github.com/keizoku-bcp/keizoku/agent/inspect"
	"github.com/keizoku-bcp/keizoku/agent/metrics"
	"github.com/keizoku-bcp/keizoku/agent/outbox"
	"github.com/keizoku-bcp/keizoku/agent/schedule"
	"github.com/keizoku-bcp/keizoku/agent/vantage"
	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/checks/heartbeat"
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/notify"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/power"
	"github.com/keizoku-bcp/keizoku/rules"
)

// Options is what an agent is made from.
type Options struct {
	// Load reads the plan, at the start and at each reload. Its error's text holds the
	// diagnostics, as people should read them.
	Load func() (*plan.Plan, error)
	// Keeper keeps the plan in force for a start at which Load fails. Nil: such a start fails.
	Keeper Keeper
	// Kinds is the table of check kinds.
	Kinds map[string]*checks.Kind
	// Protocols is the table of ways to read UPS and generators.
	Protocols map[string]*power.Protocol
	// Channels is the table of kinds of channel.
	Channels map[string]*notify.Kind
	// Name chooses the agent block of the plan. Empty: the only block, or the one that bears the
	// host's name; a plan without agent blocks has one agent that bears the host's name.
	Name string
	// Listen and StateDir go over the agent block's.
	Listen   string
	StateDir string
	Version  string
	Log      *slog.Logger
	// Views are the pages that the agent serves beside its API, by pattern of http.ServeMux.
	Views func(*Agent) map[string]http.Handler
	// Wall and Uptime are the clocks; nil means the machine's.
	Wall   func() time.Time
	Uptime func() time.Duration
}

// Agent watches what its plan names. It is safe for concurrent use.
type Agent struct {
	opts     Options
	log      logger
	settings *plan.Agent
	run      string // ULID of this run

	clock   *clock
	journal *journal.Store
	door    *door
	gate    *access.Gate
	shared  checks.Shared
	inbox   *heartbeat.Inbox
	engine  *schedule.Engine
	vantage *vantage.Vantage
	// supplies is the schedule of UPS and generators; supplyLooks holds what waits to be judged.
	supplies    *schedule.Engine
	supplyLooks chan supplyLook
	metrics     *metrics.Registry
	// news wakes the judge, judged whoever tells people; they have room for one, since one look
	// sees all that has happened.
	news, judged chan struct{}

	outbox      *outbox.Outbox
	inspections *inspect.Scheduler
	reached     string // where others find the console; empty: nowhere. See linkUnder
	account     atomic.Pointer[account]
	lookedAt    atomic.Int64  // end of the newest turn of telling, in milliseconds of Unix time
	beatAt      time.Duration // uptime of the newest heartbeat; the telling loop's own

	// writing admits one decision at a time; reading guards what follows. See record.
	writing   sync.Mutex
	reading   sync.Mutex
	plan      *plan.Plan
	state     *rules.State
	situation *rules.Situation
	channels  *channels
	stepped   time.Duration // by how much the clock has stepped since people were last told

	// reloading admits one reload at a time: plan, checks and vantage change together.
	reloading sync.Mutex

	// rejected is why this run began with a plan that was kept; nil: it did not.
	rejected error
	// missedFrom is where the stretch before this run began; zero in the journal's first run.
	missedFrom time.Time

	started  atomic.Bool // watches and serves
	stopping sync.Once
	why      string // of the stop
	cancel   context.CancelFunc
	loops    sync.WaitGroup
	teardown []func()
}

// New reads the plan, opens the journal, folds it, and binds the listeners; nothing runs yet.
// Stop must be called even when Start is not.
func New(ctx context.Context, opts Options) (*Agent, error) {
	a := &Agent{
		opts: opts.withDefaults(), news: make(chan struct{}, 1), judged: make(chan struct{}, 1), channels: &channels{},
		beatAt: -noBeatYet,
	}
	a.log = logger{a.opts.Log}
	if err := a.open(ctx); err != nil {
		a.undo()
		return nil, err
	}
	return a, nil
}

func (o Options) withDefaults() Options {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Wall == nil {
		o.Wall = wallTime
	}
	if o.Uptime == nil {
		o.Uptime = schedule.Uptime
	}
	return o
}

func (a *Agent) open(ctx context.Context) error {
	p, err := a.firstPlan()
	if err != nil {
		return err
	}
	settings, err := settingsOf(p, a.opts)
	if err != nil {
		return err
	}
	a.plan, a.settings = p, settings
	if err := a.openJournal(ctx); err != nil {
		return err
	}
	a.onStop(func() { _ = a.shared.Close() })
	a.inbox = heartbeat.InboxOf(&a.shared)
	a.metrics = metrics.New(a.Situation, a.telling, a.opts.Version)
	return a.openDoor()
}

// openDoor binds the listeners and sets the gate before them.
func (a *Agent) openDoor() error {
	web, err := webfile.Open(a.settings.WebConfigFile, a.log.Logger)
	if err != nil {
		return err
	}
	a.door, err = openDoor(a.settings.Listen, a.settings.StateDir, web, a.settings.Insecure)
	if err != nil {
		return err
	}
	a.onStop(a.closeDoor)
	a.reached = a.door.reach()
	a.gate = access.New(access.Options{
		Web: web, StateDir: a.settings.StateDir, Viewers: a.viewers, Now: a.clock.Now, Refuse: api.Refuse, Log: a.log.Logger,
	})
	return nil
}

// openJournal opens the journal, folds it into the state, and starts the clock where it ends.
func (a *Agent) openJournal(ctx context.Context) error {
	a.run = journal.NewID(a.opts.Wall())
	store, err := journal.Open(ctx, journal.Options{
		Dir: a.settings.StateDir, Agent: a.settings.Name, Log: a.log.Logger, Run: a.run, Boot: bootID(),
	})
	if err != nil {
		return err
	}
	a.journal = store
	a.onStop(func() { a.logError("close the journal", store.Close()) })
	if err := a.fold(ctx); err != nil {
		return err
	}
	floor := a.state.LastAt
	if alive, ok := store.LastAlive(); ok && alive.At.After(floor) {
		floor = alive.At
	}
	a.clock = newClock(a.opts.Wall, a.opts.Uptime, floor)
	return a.openOutbox(ctx)
}

// openOutbox takes up what the run before has left to be sent; nothing goes out yet.
func (a *Agent) openOutbox(ctx context.Context) error {
	box, err := outbox.Open(ctx, a.journal, outbox.Options{Now: a.clock.Now, Keep: a.keep, Late: a.late, Log: a.log.Logger})
	if err != nil {
		return fmt.Errorf("read what has to be sent: %w", err)
	}
	a.outbox = box
	a.onStop(func() { a.logError("keep all that has to be sent", box.Close()) })
	return nil
}

// longFold is from how many events on the fold takes seconds, so that whoever waits wants to know why.
const longFold = 200_000

// fold makes the state of what the journal holds. An event that is damaged is passed over: an
// agent that watches with a hole in its memory is better than none.
func (a *Agent) fold(ctx context.Context) error {
	if n := a.journal.Status().Events; n >= longFold {
		a.log.Info("reading the journal; the agent watches when that is done", "state_dir", a.settings.StateDir, "events", n)
	}
	a.state = rules.NewState()
	for e, err := range a.journal.Read(ctx, journal.Query{}) {
		switch {
		case err != nil && e.Seq == 0:
			return fmt.Errorf("read the journal: %w", err)
		case err != nil:
			a.log.Error("a damaged event is passed over", "seq", e.Seq, "kind", e.Kind, "err", err)
		}
		a.state.Apply(e)
	}
	return nil
}

// Start begins to watch and to serve, and returns. It must be called once; when it fails, Stop
// gives back what New has taken.
func (a *Agent) Start(ctx context.Context) error {
	ctx, a.cancel = context.WithCancel(context.WithoutCancel(ctx))
	if err := a.watch(ctx); err != nil {
		return err
	}
	a.warnOfViewers()
	a.door.serve(ctx, a.gate, a.handler(), a.log)
	a.onStop(a.closeDoor) // first of all: nobody acts on an agent that goes
	p := a.Plan()         // from here on people may reload it
	a.log.Info("agent started", "agent", a.settings.Name, "plan", p.Name, "systems", len(p.Systems),
		"url", a.door.url(), "socket", a.SocketPath())
	return nil
}

// watch is all of Start but for the door: from here on the agent looks, judges and journals.
func (a *Agent) watch(ctx context.Context) error {
	if err := a.beginRun(ctx); err != nil {
		return err
	}
	a.onStop(a.endRun)
	a.vantage = a.newVantage(a.settings.Vantage)
	a.engine = schedule.New(schedule.Options{
		Now: a.clock.Now, Uptime: a.opts.Uptime, Isolated: a.vantage.Isolated,
		Look: a.look, Changed: a.changed, Gap: a.gap,
		Limits: a.limits(), Log: a.log.Logger, Redact: a.redact,
	})
	before, _ := a.journal.LastAlive()
	a.engine.Set(a.jobs(a.plan, before.LastOK))
	a.observe(ctx, nil) // by a plan that may have changed since the last run
	a.engine.Start(ctx)
	a.onStop(a.engine.Close)
	a.startSupplies(ctx)
	a.vantage.Start(ctx) // it calls on both engines
	a.onStop(a.vantage.Close)
	a.loop(ctx, aliveEvery, a.keepAlive)
	a.loop(ctx, clockEvery, a.watchClock)
	a.startTelling()
	a.startInspecting()
	a.loops.Go(func() { a.verify(ctx) })
	a.loops.Go(func() { a.judge(ctx) })
	a.loops.Go(func() { a.tell(ctx) })
	a.loops.Go(func() { a.inspections.Run(ctx) })
	a.onStop(a.loops.Wait)
	a.started.Store(true)
	return nil
}

// Stop ends everything in reverse order and waits for it. The journal gets its last word: that
// the agent stopped, after all that makes events has ended. A second Stop waits for the first.
func (a *Agent) Stop(why string) {
	a.stopping.Do(func() {
		a.why = why
		a.started.Store(false)
		if a.cancel != nil {
			a.cancel()
		}
		a.undo()
	})
}

// endRun writes the last of what this run knows.
func (a *Agent) endRun() {
	ctx := context.Background()
	a.keepAlive(ctx)
	a.recordPayload(ctx, a.settings.Name, journal.AgentStopped{Why: a.why})
	a.log.Info("agent stopped", "why", a.why)
}

func (a *Agent) closeDoor() {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	a.door.close(ctx)
}

// onStop registers a teardown on the line that made the thing; they run in reverse order.
func (a *Agent) onStop(f func()) { a.teardown = append(a.teardown, f) }

func (a *Agent) undo() {
	for i := len(a.teardown) - 1; i >= 0; i-- {
		a.teardown[i]()
	}
	a.teardown = nil
}

// loop calls f every d until ctx ends.
func (a *Agent) loop(ctx context.Context, d time.Duration, f func(context.Context)) {
	a.loops.Go(func() {
		ticker := time.NewTicker(d)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
				f(ctx)
			}
		}
	})
}

func (a *Agent) logError(doing string, err error) {
	if err != nil {
		a.log.Error("could not "+doing, "err", err)
	}
}

// Name is the agent's name in the plan.
func (a *Agent) Name() string { return a.settings.Name }

// Addr is the address that it serves on, with the real port.
func (a *Agent) Addr() string { return a.door.tcp.Addr().String() }

// SocketPath is the Unix socket for people's actions.
func (a *Agent) SocketPath() string { return filepath.Join(a.settings.StateDir, SocketName) }

// Ready reports whether the agent watches.
func (a *Agent) Ready() error {
	if !a.started.Load() {
		return errNotRunning
	}
	return nil
}

var errNotRunning = errors.New("the agent is starting, or stops")
