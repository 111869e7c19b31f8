package agent

import (
	"testing"
	"time"
)

// machine is a pair of clocks that a test sets: the wall clock, which lies, and the time since
// boot, which does not.
type machine struct {
	wall time.Time
	up   time.Duration
}

func (m *machine) clock(floor time.Time) *clock {
	return newClock(func() time.Time { return m.wall }, func() time.Duration { return m.up }, floor)
}

// pass lets real time pass, and jump moves the wall clock alone.
func (m *machine) pass(d time.Duration) { m.wall, m.up = m.wall.Add(d), m.up+d }
func (m *machine) jump(d time.Duration) { m.wall = m.wall.Add(d) }

var nine = time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC)

func TestClockFollowsTheWall(t *testing.T) {
	const day = 24 * time.Hour
	var never time.Duration
	tests := []struct {
		name  string
		boot  time.Duration // of the wall against the truth when the run begins
		floor time.Duration // of the journal's end against the truth
		jump  time.Duration // of the wall, an hour into the run
		event time.Duration // into the run, when the last event was journaled

		step          time.Duration
		lost, trusted bool
		late          time.Duration // of the agent's time against the truth, afterwards
		estimated     bool
	}{
		{"nothing happens", 0, -day, never, 0, 0, false, false, 0, false},
		{"slewing is no step", 0, -day, 900 * time.Millisecond, 0, 0, false, false, 0, false},
		{"NTP mends a slow clock", -3 * time.Hour, -day, 3 * time.Hour, 0, 3 * time.Hour, false, false, 0, false},
		{"NTP mends a fast clock", 10 * time.Minute, -day, -10 * time.Minute, 0, -10 * time.Minute, false, false, 0, false},
		{"a fast clock is mended behind an event", 10 * time.Minute, -day, -10 * time.Minute, 65 * time.Minute, 0, true, false, 10 * time.Minute, true},
		{"thirty days are followed", 0, -day, 30 * day, 0, 30 * day, false, false, 30 * day, false},
		{"a leap of years is not", 0, -day, 73 * 365 * day, 0, 0, true, false, 0, true},
		{"dead battery, mended by NTP", -9000 * day, -time.Minute, 9000 * day, 0, time.Minute, false, true, 0, false},
		{"dead battery, never mended", -9000 * day, -time.Minute, never, 0, 0, false, false, -time.Minute, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m := &machine{wall: nine.Add(test.boot), up: 17 * time.Hour}
			c := m.clock(nine.Add(test.floor))
			m.pass(time.Hour)
			m.jump(test.jump)
			floor := nine.Add(test.floor)
			if test.event > 0 {
				floor = nine.Add(test.event)
			}
			change, changed := c.compare(floor)
			if change.Step != test.step || change.Lost != test.lost || change.Trusted != test.trusted {
				t.Errorf("compare = %+v", change)
			}
			if want := test.step != 0 || test.lost || test.trusted; changed != want {
				t.Errorf("changed = %v, want %v", changed, want)
			}
			if got := c.Now().Sub(nine.Add(time.Hour)); got != test.late {
				t.Errorf("the agent's time is %v off, want %v", got, test.late)
			}
			if c.Estimated() != test.estimated {
				t.Errorf("Estimated = %v, want %v", c.Estimated(), test.estimated)
			}
		})
	}
}

func TestClockNeverBeginsBeforeTheJournal(t *testing.T) {
	for _, behind := range []time.Duration{0, 500 * time.Millisecond, time.Hour, 30 * 365 * 24 * time.Hour} {
		m := &machine{wall: nine.Add(-behind)}
		c := m.clock(nine)
		if c.Now().Before(nine) {
			t.Errorf("%v behind: begins at %v, before the journal's end", behind, c.Now())
		}
		if want := behind > clockTolerance; c.Estimated() != want {
			t.Errorf("%v behind: Estimated = %v", behind, c.Estimated())
		}
	}
}

func TestClockComesBackFromALeap(t *testing.T) {
	const years = 40 * 365 * 24 * time.Hour
	m := &machine{wall: nine}
	c := m.clock(nine)
	m.pass(settling)
	m.jump(years)
	c.compare(nine)
	m.pass(time.Hour)
	if change, changed := c.compare(nine); changed {
		t.Errorf("still ahead: %+v, want silence", change)
	}
	m.jump(-years)
	if change, _ := c.compare(nine); !change.Trusted || change.Step != 0 || c.Estimated() {
		t.Errorf("back: %+v, estimated %v; want trust and no step", change, c.Estimated())
	}
}

// A leap that ends in the past is a dead battery's: the next jump forward is believed again.
func TestClockFollowsOutOfThePastAfterALeap(t *testing.T) {
	const years = 40 * 365 * 24 * time.Hour
	m := &machine{wall: nine}
	c := m.clock(nine)
	m.pass(settling)
	m.jump(years)
	c.compare(nine)
	m.jump(-2 * years)
	c.compare(nine)
	if !c.Estimated() {
		t.Error("the past is believed")
	}
	m.jump(years + 60*24*time.Hour)
	if change, _ := c.compare(nine.Add(settling)); !change.Trusted || change.Step != 60*24*time.Hour {
		t.Errorf("out of the past: %+v", change)
	}
}

// A machine that was never on the right time, and had nothing in its journal to know it by.
func TestClockFollowsAnyLeapOfAYoungRun(t *testing.T) {
	const years = 26 * 365 * 24 * time.Hour
	m := &machine{wall: nine}
	c := m.clock(time.Time{})
	m.pass(settling - time.Second)
	m.jump(years)
	if change, _ := c.compare(time.Time{}); change.Step != years || c.Estimated() {
		t.Errorf("compare = %+v, estimated %v", change, c.Estimated())
	}
}

func TestClockCountsSleep(t *testing.T) {
	m := &machine{wall: nine}
	c := m.clock(nine)
	m.pass(8 * time.Hour) // the time since boot counts time asleep, so that waking is no step
	if change, changed := c.compare(nine); changed {
		t.Errorf("waking up looks like a step: %+v", change)
	}
	if got := c.Now().Sub(nine); got != 8*time.Hour {
		t.Errorf("%v passed, want 8h", got)
	}
}
