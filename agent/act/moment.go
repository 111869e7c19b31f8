package act

import (
	"strings"
	"time"

	"golang.org/x/text/width"
)

// The ways of writing a time without a zone: those of the input "datetime-local" (HTML, 2.3.5.5),
// and a clock time of today.
var (
	dated   = [...]string{"2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02 15:04:05"}
	undated = [...]string{"15:04", "15:04:05"}
)

// ReadMoment reads a time as [Read] does. The error is a [*Fault] that names no field.
func ReadMoment(text string, now time.Time) (time.Time, error) {
	at, fault := readMoment(text, now)
	if fault != nil {
		fault.Given = text
		return time.Time{}, fault
	}
	return at, nil
}

// Local writes a time for the input "datetime-local", in its own zone. Where that zone's clocks show
// it twice, false: only RFC 3339 can say which is meant.
func Local(at time.Time) (text string, ok bool) {
	_, twice := otherOf(at)
	if at.Second() != 0 {
		return at.Format(dated[1]), !twice
	}
	return at.Format(dated[0]), !twice
}

// readMoment reads a time as people and browsers write it; the zone is now's. Digits may be the wide
// ones of a Japanese keyboard.
func readMoment(text string, now time.Time) (time.Time, *Fault) {
	text = strings.TrimSpace(width.Narrow.String(text))
	if text == "" {
		return time.Time{}, nil
	}
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at, nil
	}
	for _, layout := range dated {
		if wall, err := time.Parse(layout, text); err == nil {
			return inZone(wall, now.Location())
		}
	}
	for _, layout := range undated {
		if clock, err := time.Parse(layout, text); err == nil {
			year, month, day := now.Date()
			hour, minute, second := clock.Clock()
			return inZone(time.Date(year, month, day, hour, minute, second, 0, time.UTC), now.Location())
		}
	}
	return time.Time{}, &Fault{Why: NoTime}
}

// inZone is the instant at which the clocks of a zone show what wall, in UTC, shows. It refuses a
// time that they never show, and one that they show twice: a person must say which is meant.
func inZone(wall time.Time, zone *time.Location) (time.Time, *Fault) {
	year, month, day := wall.Date()
	hour, minute, second := wall.Clock()
	at := time.Date(year, month, day, hour, minute, second, wall.Nanosecond(), zone)
	if !sameClock(at, wall) {
		return time.Time{}, &Fault{Why: Skipped}
	}
	if other, ok := otherOf(at); ok {
		if other.Before(at) {
			at, other = other, at
		}
		return time.Time{}, &Fault{Why: Repeated, Meant: [2]time.Time{at, other}}
	}
	return at, nil
}

// otherOf is the other instant at which the clocks show the same, if there is one: with the offset
// that holds before or after the stretch in which at lies.
func otherOf(at time.Time) (time.Time, bool) {
	var beyond []time.Time
	start, end := at.ZoneBounds()
	if !start.IsZero() { // zero: it has always been so
		beyond = append(beyond, start.Add(-1))
	}
	if !end.IsZero() { // zero: it will always be so
		beyond = append(beyond, end)
	}
	for _, other := range beyond {
		_, here := at.Zone()
		_, there := other.Zone()
		other = at.Add(time.Duration(here-there) * time.Second)
		if !other.Equal(at) && sameClock(other, at) {
			return other, true
		}
	}
	return time.Time{}, false
}

// sameClock reports whether two instants, each in its own zone, have the same date and clock time.
func sameClock(a, b time.Time) bool {
	return a.Format(time.DateTime) == b.Format(time.DateTime)
}
