package agent

import (
	"context"
	"hash/crc32"
	"sync"
	"time"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/power"
)

// world is what a story's checks and supplies see. There are no sockets in it, so that it can
// stand in a synctest bubble, where six hours take no time.
type world struct {
	mu     sync.Mutex
	down   map[string]checks.Result // systems that do not answer
	supply map[string]power.Reading
}

func newWorld() *world {
	return &world{down: make(map[string]checks.Result), supply: make(map[string]power.Reading)}
}

func (w *world) fail(reason checks.Reason, text string, systems ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, s := range systems {
		w.down[s] = checks.Failed(reason, text)
	}
}

func (w *world) mend(systems ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, s := range systems {
		delete(w.down, s)
	}
}

func (w *world) say(supply string, r power.Reading) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.supply[supply] = r
}

// kinds and protocols are the tables with the one kind that asks the world.
func (w *world) kinds() map[string]*checks.Kind {
	return map[string]*checks.Kind{"scripted": {
		Name: "scripted", Settings: struct{}{},
		New: func(_ any, env *checks.Env) (checks.Prober, error) { return scriptedCheck{w, env.System}, nil },
	}}
}

func (w *world) protocols() map[string]*power.Protocol {
	return map[string]*power.Protocol{"scripted": {
		Name: "scripted", Settings: struct{}{},
		New: func(_ any, env *power.Env) (power.Reader, error) { return scriptedSupply{w, env.Supply}, nil },
	}}
}

type scriptedCheck struct {
	world  *world
	system string
}

// Probe takes a time of its own for each system, so that of what fails together one thing is
// always the first to be known.
func (c scriptedCheck) Probe(ctx context.Context) checks.Result {
	select {
	case <-ctx.Done():
		return checks.Failed(checks.Timeout, "the agent gave up")
	case <-time.After(time.Duration(crc32.ChecksumIEEE([]byte(c.system))%1000) * time.Millisecond):
	}
	c.world.mu.Lock()
	defer c.world.mu.Unlock()
	if r, down := c.world.down[c.system]; down {
		return r
	}
	return checks.Result{Reason: checks.OK}
}

type scriptedSupply struct {
	world  *world
	supply string
}

func (s scriptedSupply) Read(context.Context) power.Result {
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	r := s.world.supply[s.supply]
	r.At = time.Now()
	return power.Result{Reason: checks.OK, Reading: r}
}

// onUtility, onBattery and so on are what the UPS and the generator of the story say.
func onUtility() power.Reading {
	return power.Reading{
		Source: power.Utility, BatteryState: power.BatteryNormal, ChargeRatio: new(1.0),
		OutputWatts: new(3600.0), RuntimeSeconds: new(1900.0),
	}
}

func onBattery(charge float64) power.Reading {
	r := onUtility()
	r.Source, r.ChargeRatio, r.RuntimeSeconds = power.Battery, new(charge), new(1900*charge)
	return r
}

func generatorAtRest(fuel float64) power.Reading {
	return power.Reading{Source: power.Unknown, Running: new(false), FuelLiters: new(fuel)}
}

func generatorRuns(fuel float64) power.Reading {
	return power.Reading{Source: power.Unknown, Running: new(true), FuelLiters: new(fuel)}
}
