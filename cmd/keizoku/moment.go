package main

import (
	"strings"
	"time"

	"github.com/prometheus/common/model"
)

// tense says where a clock time without a date is looked for.
type tense int

const (
	past   tense = -1
	future tense = 1
)

// optionalMoment is parseMoment, with the zero time for an empty text.
func optionalMoment(text string, now time.Time, t tense) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	return parseMoment(text, now, t)
}

// aheadMoment is optionalMoment for a time to come. A clock time that has just passed is more likely
// a mistake than meant for tomorrow, so that it needs its date.
func aheadMoment(text string, now time.Time) (time.Time, error) {
	at, err := optionalMoment(text, now, future)
	if _, isClock := clockTime(strings.TrimSpace(text)); err != nil || !isClock || at.YearDay() == now.YearDay() {
		return at, err
	}
	if today := at.AddDate(0, 0, -1); now.Sub(today) < justPassed {
		return time.Time{}, usagef("%s is over for today: if you mean tomorrow, give the date too: %q", strings.TrimSpace(text), at.Format("2006-01-02 15:04"))
	}
	return at, nil
}

// behindMoment is optionalMoment for what has happened. A clock time that is yet to come today is
// more likely a mistake than meant for yesterday, so that it needs its date; for a moment ahead, the
// clock of who types it is.
func behindMoment(text string, now time.Time) (time.Time, error) {
	at, err := optionalMoment(text, now, past)
	if _, isClock := clockTime(strings.TrimSpace(text)); err != nil || !isClock || at.YearDay() == now.YearDay() {
		return at, err
	}
	today := at.AddDate(0, 0, 1)
	switch ahead := today.Sub(now); {
	case ahead <= time.Minute:
		return today, nil
	case ahead < justPassed:
		return time.Time{}, usagef("%s is yet to come today: if you mean yesterday, give the date too: %q", strings.TrimSpace(text), at.Format("2006-01-02 15:04"))
	}
	return at, nil
}

// justPassed is how long after a clock time nobody who types it means tomorrow's, and how long
// before it nobody means yesterday's: at 23:00, 06:00 is tomorrow's; at 01:00, 23:00 is yesterday's.
const justPassed = 12 * time.Hour

// parseMoment reads a point in time as people type it: a clock time ("14:46"), the nearest in the
// tense; a date with or without one; a distance from now ("+2h", "20m ago", "-20m", "now"); or RFC 3339. The
// zone is now's, which is the plan's.
func parseMoment(text string, now time.Time, t tense) (time.Time, error) {
	text = strings.TrimSpace(text)
	zone := now.Location()
	if text == "now" {
		return now, nil
	}
	if at, ok := distance(text, now); ok {
		return at, nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02T15:04", "2006-01-02"} {
		if at, err := time.ParseInLocation(layout, text, zone); err == nil {
			return at, nil
		}
	}
	if clock, ok := clockTime(text); ok {
		return nearest(clock, now, t), nil
	}
	return time.Time{}, usagef("%q is not a time: write 14:46, 2026-03-11 14:46, 20m ago, +2h or RFC 3339", text)
}

// clockTime reads a time of day.
func clockTime(text string) (clock time.Time, ok bool) {
	for _, layout := range []string{"15:04:05", "15:04"} {
		if clock, err := time.Parse(layout, text); err == nil {
			return clock, true
		}
	}
	return time.Time{}, false
}

// distance reads "+2h", "-20m" and "20m ago".
func distance(text string, now time.Time) (time.Time, bool) {
	sign := time.Duration(1)
	length, forward := strings.CutPrefix(text, "+")
	if !forward {
		sign = -1
		var back bool
		if length, back = strings.CutPrefix(text, "-"); !back {
			if length, back = strings.CutSuffix(text, " ago"); !back {
				return time.Time{}, false
			}
		}
	}
	d, err := model.ParseDuration(length)
	return now.Add(sign * time.Duration(d)), err == nil
}

// nearest is the clock time of today, or of the neighbouring day that the tense allows.
func nearest(clock, now time.Time, t tense) time.Time {
	at := time.Date(now.Year(), now.Month(), now.Day(), clock.Hour(), clock.Minute(), clock.Second(), 0, now.Location())
	if (t == past && at.After(now)) || (t == future && at.Before(now)) {
		at = at.AddDate(0, 0, int(t))
	}
	return at
}
