package plan

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Midnight at the end of a day: "24:00".
const endOfDay ClockTime = 24 * 60

// ParseClockTime reads a time of day, "08:30" or "8:30"; "24:00" is the end of the day.
func ParseClockTime(text string) (ClockTime, error) {
	hours, minutes, found := strings.Cut(text, ":")
	h, okHours := digits(hours, 1, 2)
	m, okMinutes := digits(minutes, 2, 2)
	c := ClockTime(h*60 + m)
	if !found || !okHours || !okMinutes || m > 59 || c > endOfDay {
		return 0, fmt.Errorf("%q is not a time of day: expected hours and minutes from \"00:00\" to \"24:00\", as \"08:30\"", text)
	}
	return c, nil
}

// digits reads text as a number if it is shortest to longest digits long and nothing else.
func digits(text string, shortest, longest int) (int, bool) {
	if len(text) < shortest || len(text) > longest || strings.Trim(text, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.Atoi(text)
	return n, err == nil
}

// String returns the form that [ParseClockTime] reads: "08:30".
func (c ClockTime) String() string { return fmt.Sprintf("%02d:%02d", int(c)/60, int(c)%60) }

// on returns the instant at which the clocks of loc read c on the day (year, month, day), which
// is normalized as by [time.Date]. A reading that the clocks show twice, when they go back, is
// the first of the two. A reading that they skip, when they go forward, is the moment of the
// skip. time.Date alone would decide both by the sign of the zone's offset.
func (c ClockTime) on(year int, month time.Month, day int, loc *time.Location) time.Time {
	t := time.Date(year, month, day, 0, int(c), 0, 0, loc)
	zoneStart, zoneEnd := t.ZoneBounds()
	_, offset := t.Zone()
	wanted := time.Date(year, month, day, 0, int(c), 0, 0, time.UTC).Unix()
	switch read := t.Unix() + int64(offset); {
	case read < wanted:
		return zoneEnd
	case read > wanted:
		return zoneStart
	case zoneStart.IsZero():
		return t
	}
	_, before := zoneStart.Add(-1).Zone()
	if first := t.Add(time.Duration(offset-before) * time.Second); first.Before(zoneStart) && before > offset {
		return first
	}
	return t
}
