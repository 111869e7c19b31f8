package netdial

import (
	"time"

	"github.com/keizoku-bcp/keizoku/checks"
)

// Stopwatch measures the phases of one probe, one after the other. It is not safe for
// concurrent use.
type Stopwatch struct {
	last   time.Time
	phases []checks.Phase
}

// Start returns a running Stopwatch.
func Start() *Stopwatch {
	return &Stopwatch{last: time.Now(), phases: make([]checks.Phase, 0, 5)}
}

// Lap ends the phase that runs and names it. Laps of one name add up.
func (w *Stopwatch) Lap(name string) {
	now := time.Now()
	w.Add(name, now.Sub(w.last))
	w.last = now
}

// Restart drops the time since the last lap: it belonged to no phase.
func (w *Stopwatch) Restart() { w.last = time.Now() }

// Add adds d to the phase named.
func (w *Stopwatch) Add(name string, d time.Duration) {
	for i := range w.phases {
		if w.phases[i].Name == name {
			w.phases[i].Duration += d
			return
		}
	}
	w.phases = append(w.phases, checks.Phase{Name: name, Duration: d})
}

// Phases returns the phases in the order in which they first ran.
func (w *Stopwatch) Phases() []checks.Phase { return w.phases }
