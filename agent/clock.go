package agent

import (
	"sync"
	"time"
)

// clock is the agent's time: the wall clock at an anchor, plus the monotonic time since. Inside
// one run it never goes backwards and what has elapsed is always right, whatever happens to the
// wall clock, which lies after a power cut: a dead RTC battery starts in the past, and NTP then
// jumps it forward.
//
// While the wall clock is behind the journal's last event, the anchor is that event, times are
// estimated, and the clock is not trusted until the wall has caught up.
//
// A wall clock that was good for an hour and jumps ahead by more than maxLeap is not followed
// either: the journal never goes backwards, so one event from the year 2099 would hold all later
// ones there. It is trusted again when it comes back, or by a person who restarts the agent. In a
// run's first hour every jump ahead is followed: that is when NTP mends the clock of a machine
// that lay in a cupboard, or has no battery at all.
type clock struct {
	// wall reads the wall clock without a monotonic part; uptime is the time since some fixed
	// moment, counting suspended time too where the platform can.
	wall   func() time.Time
	uptime func() time.Duration

	mu        sync.Mutex
	anchor    time.Time
	anchored  time.Duration // uptime at the anchor
	begun     time.Duration // uptime at the beginning of the run
	untrusted bool
	ahead     bool // untrusted for a leap, not for being behind
}

// wallTime reads the wall clock alone, without Go's monotonic part.
func wallTime() time.Time { return time.Now().Round(0) }

// clockTolerance is how far wall and agent may part before it counts as a step. Slewing by NTP
// moves the monotonic clock too and stays below it.
const clockTolerance = time.Second

// maxLeap is the longest jump ahead that a clock which was good a moment ago can be believed. NTP
// mends hours, a person who sets the date may mend days.
const maxLeap = 31 * 24 * time.Hour

// settling is how long after the beginning of a run a leap is the mending of a clock.
const settling = time.Hour

// newClock starts a clock that never reads before floor, the last instant the journal knows.
func newClock(wall func() time.Time, uptime func() time.Duration, floor time.Time) *clock {
	c := &clock{wall: wall, uptime: uptime, anchor: wall(), anchored: uptime()}
	c.begun = c.anchored
	if c.anchor.Before(floor.Add(-clockTolerance)) {
		c.untrusted = true
	}
	if c.anchor.Before(floor) {
		c.anchor = floor
	}
	return c
}

// Now returns the agent's time.
func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now()
}

// at is the time that the clock, as it is now, gives an uptime.
func (c *clock) at(uptime time.Duration) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.anchor.Add(uptime - c.anchored)
}

// now is anchor plus elapsed; c.mu is held.
func (c *clock) now() time.Time { return c.anchor.Add(c.uptime() - c.anchored) }

// Estimated reports whether times taken now are estimates.
func (c *clock) Estimated() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.untrusted
}

// clockChange is what a comparison with the wall clock has found.
type clockChange struct {
	Wall    time.Time
	Step    time.Duration // by how much the agent's time has moved; zero: not at all
	Lost    bool          // trust ended: the wall fell behind the floor, or leapt
	Trusted bool          // trust came back
}

// compare looks at the wall clock and follows it where it can: forward unless it leaps, backward
// only down to floor. It says what changed, for the journal.
func (c *clock) compare(floor time.Time) (change clockChange, changed bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	change.Wall = c.wall()
	now := c.now()
	off := change.Wall.Sub(now)
	settled := c.uptime()-c.begun >= settling
	leap := off > maxLeap && (c.ahead || settled && !c.untrusted)
	switch {
	case off.Abs() <= clockTolerance:
		change.Trusted = c.untrusted
	case leap:
		change.Lost = !c.untrusted
	case off > 0 || !change.Wall.Before(floor):
		change.Step, change.Trusted = off, c.untrusted
		c.anchor, c.anchored = now.Add(off), c.uptime()
	case !c.untrusted:
		change.Lost = true
	}
	if change.Trusted {
		c.untrusted = false
	}
	if change.Lost {
		c.untrusted = true
	}
	c.ahead = leap
	return change, change.Step != 0 || change.Lost || change.Trusted
}
