package schedule

import "time"

// A tick that comes this late means that the process did not run: looks under way may have
// timed out for that alone, so their failures are not believed.
const stallLimit = 2 * time.Second

// gapFloor is the shortest stretch without looks that is reported; see [Options.Gap].
const gapFloor = 5 * time.Second

// longestNap bounds the time between two ticks, so that a stall is noticed soon after it ended.
const longestNap = wideSlot

// processStart is the origin of [Uptime] where the kernel offers none.
var processStart = time.Now()

// clock gives the engine's instants: durations that began at the wall time since 1970 of the
// start and run monotonically from there. Anchored so, a check's phase is the same place on the
// wall clock in every run of the agent, and a step of the wall clock moves nothing.
type clock struct {
	origin time.Time // with its monotonic reading
	anchor time.Duration
}

func startClock(wall time.Time) clock {
	return clock{origin: time.Now(), anchor: time.Duration(wall.UnixNano())}
}

func (c *clock) now() time.Duration { return c.anchor + time.Since(c.origin) }

// pulse remembers the newest sign of life, to tell how long the process or the machine stood
// still before the next.
type pulse struct {
	at      time.Duration // on the engine's clock
	planned time.Duration // when the next was to come
	up      time.Duration // time since boot, time asleep in it
	wall    time.Time     // on the agent's clock
}

// stalled returns for how long nothing ran: the lateness of the tick (the process was stopped),
// or the time that passed for the machine but not for the monotonic clock (it was asleep).
func (p *pulse) stalled(now, up time.Duration) time.Duration {
	late := max(now-p.planned, 0)
	asleep := max((up-p.up)-(now-p.at), 0)
	return late + asleep
}
