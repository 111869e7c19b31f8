// Package agent is the running Keizoku: it wires schedule, journal, rules and outputs together
// and owns every goroutine.
//
//	            plan (Options.Load)
//	               │
//	vantage ──▶ schedule ──looks──▶ state.Live ─────────────┐
//	(cut off?)     │                                        ▼
//	               └─transitions─▶ record ─▶ journal ─▶ state ─▶ Situation ─▶ api, metrics, console
//	people (socket, HTTP) ─actions─▶ record     │ durable first
//	clock (wall against uptime) ──▶ record      └─▶ wake-ups for event streams
//
// Everything that happens goes through record (record.go): it is judged against the present,
// made durable, folded into the state, and only then told. What is told is a view of a Situation.
package agent

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/keizoku-bcp/keizoku/agent/metrics"
	"github.com/keizoku-bcp/keizoku/agent/schedule"
	"github.com/keizoku-bcp/keizoku/agent/vantage"
	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/checks/heartbeat"
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

// Options is what an agent is made from.
type Options struct {
	// Load reads the plan, at the start and at each reload. Its error's text holds the
	// diagnostics, as people should read them.
	Load func() (*plan.Plan, error)
	// Kinds is the table of check kinds.
	Kinds map[string]*checks.Kind
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
	shared  checks.Shared
	inbox   *heartbeat.Inbox
	engine  *schedule.Engine
	vantage *vantage.Vantage
	metrics *metrics.Registry

	// writing admits one decision at a time; reading guards what follows. See record.
	writing   sync.Mutex
	reading   sync.Mutex
	plan      *plan.Plan
	state     *rules.State
	situation *rules.Situation

	started  bool
	cancel   context.CancelFunc
	loops    sync.WaitGroup
	teardown []func()
}

// New reads the plan, opens the journal, folds it, and binds the listeners; nothing runs yet.
// Stop must be called even when Start is not.
func New(ctx context.Context, opts Options) (*Agent, error) {
	a := &Agent{opts: opts.withDefaults()}
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
		o.Uptime = uptime
	}
	return o
}

func (a *Agent) open(ctx context.Context) error {
	p, err := a.opts.Load()
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
	a.metrics = metrics.New(a.Situation, a.opts.Version)
	a.door, err = openDoor(settings.Listen, settings.StateDir, settings.WebConfigFile, settings.Insecure)
	return err
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
	a.state = rules.NewState()
	for e, err := range store.Read(ctx, journal.Query{}) {
		if err != nil {
			return fmt.Errorf("read the journal: %w", err)
		}
		a.state.Apply(e)
	}
	floor := a.state.LastAt
	if alive, ok := store.LastAlive(); ok && alive.At.After(floor) {
		floor = alive.At
	}
	a.clock = newClock(a.opts.Wall, a.opts.Uptime, floor)
	return nil
}

// Start begins to watch and to serve, and returns. It must be called once.
func (a *Agent) Start(ctx context.Context) error {
	ctx, a.cancel = context.WithCancel(context.WithoutCancel(ctx))
	if err := a.beginRun(ctx); err != nil {
		return err
	}
	a.vantage = a.newVantage(a.settings.Vantage)
	a.engine = schedule.New(schedule.Options{
		Now: a.clock.Now, Uptime: a.opts.Uptime, Isolated: a.vantage.Isolated,
		Look: a.look, Changed: a.changed, Gap: a.gap,
		Log: a.log.Logger, Redact: a.redact,
	})
	a.engine.Set(a.jobs(a.plan))
	a.engine.Start(ctx)
	a.onStop(a.engine.Close)
	a.vantage.Start(ctx)
	a.onStop(a.vantage.Close)
	a.loop(ctx, aliveEvery, a.keepAlive)
	a.loop(ctx, clockEvery, a.watchClock)
	a.onStop(a.loops.Wait)
	a.door.serve(ctx, a.handler(), a.log)
	a.onStop(a.closeDoor)
	a.started = true
	a.log.Info("agent started", "agent", a.settings.Name, "plan", a.plan.Name, "systems", len(a.plan.Systems),
		"url", "http://"+a.door.tcp.Addr().String(), "socket", a.SocketPath())
	return nil
}

// Stop ends everything in reverse order and waits for it. The journal gets its last word.
func (a *Agent) Stop(why string) {
	if a.started {
		a.cancel()
		a.beforeStop(why)
	} else if a.door != nil {
		a.door.close(context.Background())
	}
	a.undo()
}

// beforeStop quiets what makes events, then writes the last of them.
func (a *Agent) beforeStop(why string) {
	ctx := context.Background()
	a.engine.Close()
	a.keepAlive(ctx)
	a.recordPayload(ctx, a.settings.Name, journal.AgentStopped{Why: why})
	a.log.Info("agent stopped", "why", why)
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

// Ready reports whether the agent watches already.
func (a *Agent) Ready() error {
	if !a.started {
		return errors.New("the agent is starting")
	}
	return nil
}

// settingsOf chooses the agent block and fills in what it leaves open.
func settingsOf(p *plan.Plan, opts Options) (*plan.Agent, error) {
	settings, err := Settings(p, opts.Name)
	if err != nil {
		return nil, err
	}
	if opts.Listen != "" {
		settings.Listen = opts.Listen
	}
	if settings.Listen == "" {
		settings.Listen = plan.DefaultListen
	}
	if opts.StateDir != "" {
		settings.StateDir = opts.StateDir
	}
	if settings.StateDir == "" {
		settings.StateDir = DefaultStateDir()
	}
	if err := os.MkdirAll(settings.StateDir, 0o700); err != nil {
		return nil, fmt.Errorf("state directory: %w (choose another with --state-dir)", err)
	}
	return settings, nil
}

// Settings returns the agent block of the plan that an agent takes: the one named; for an empty
// name the only one, or the one that bears the host's name. A plan without agent blocks has one
// agent that bears the host's name.
func Settings(p *plan.Plan, name string) (*plan.Agent, error) {
	host, err := os.Hostname()
	if err != nil {
		host = "agent"
	}
	settings, err := chooseAgent(p, name, host)
	return &settings, err
}

func chooseAgent(p *plan.Plan, name, host string) (plan.Agent, error) {
	if name == "" && len(p.Agents) == 1 {
		return *p.Agents[0], nil
	}
	want := name
	if want == "" {
		want = host
	}
	if block := p.Agent(want); block != nil {
		return *block, nil
	}
	if name == "" && len(p.Agents) == 0 {
		return plan.Agent{Name: host}, nil
	}
	names := make([]string, len(p.Agents))
	for i, block := range p.Agents {
		names[i] = block.Name
	}
	return plan.Agent{}, fmt.Errorf("the plan has no agent %q, only %v: name one with --agent", want, names)
}

// DefaultStateDir is where an agent keeps its journal when nobody says: the system's place for
// root, the user's own otherwise.
func DefaultStateDir() string {
	if os.Geteuid() == 0 {
		return "/var/lib/keizoku"
	}
	if dir := os.Getenv("XDG_STATE_HOME"); dir != "" {
		return filepath.Join(dir, "keizoku")
	}
	if home, err := os.UserHomeDir(); err == nil {
		return filepath.Join(home, ".local", "state", "keizoku")
	}
	return "keizoku-state"
}
