package main

import (
	"strings"
	"time"

	"golang.org/x/text/width"

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
	if err != nil || !otherDay(text, at, now) {
		return at, err
	}
	if today := at.AddDate(0, 0, -1); now.Sub(today) < justPassed {
		return time.Time{}, slipped("command_over_today", map[string]any{"Given": plain(text), "Date": at.Format("2006-01-02 15:04")})
	}
	return at, nil
}

// behindMoment is optionalMoment for what has happened. A clock time that is yet to come today is
// more likely a mistake than meant for yesterday, so that it needs its date; for a moment ahead, the
// clock of who types it is.
func behindMoment(text string, now time.Time) (time.Time, error) {
	at, err := optionalMoment(text, now, past)
	if err != nil || !otherDay(text, at, now) {
		return at, err
	}
	today := at.AddDate(0, 0, 1)
	switch ahead := today.Sub(now); {
	case ahead <= time.Minute:
		return today, nil
	case ahead < justPassed:
		return time.Time{}, slipped("command_yet_to_come", map[string]any{"Given": plain(text), "Date": at.Format("2006-01-02 15:04")})
	}
	return at, nil
}

// otherDay reports whether text is a clock time that was taken for a neighbouring day's.
func otherDay(text string, at, now time.Time) bool {
	_, isClock := clockTime(plain(text))
	return isClock && at.YearDay() != now.YearDay()
}

// justPassed is how long after a clock time nobody who types it means tomorrow's, and how long
// before it nobody means yesterday's: at 23:00, 06:00 is tomorrow's; at 01:00, 23:00 is yesterday's.
const justPassed = 12 * time.Hour

// parseMoment reads a point in time as people type it: a clock time ("14:46"), the nearest in the
// tense; a date with or without one; a distance from now ("+2h", "20m ago", "-20m", "now"); or RFC 3339. The
// zone is now's, which is the plan's. Japanese writing and full-width characters (全角) will do, as
// an input method leaves them: "14:46", "14時46分", "3月11日14時", "20分前".
func parseMoment(text string, now time.Time, t tense) (time.Time, error) {
	text = plain(text)
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
	if at, ok := officeDate(text, now); ok {
		return at, nil
	}
	return time.Time{}, slipped("command_not_a_time", map[string]any{"Given": text})
}

// plain is a text as the layouts have it: half-width, without spaces around it.
func plain(text string) string { return strings.TrimSpace(width.Fold.String(text)) }

// clockTime reads a time of day.
func clockTime(text string) (clock time.Time, ok bool) {
	for _, layout := range []string{"15:04:05", "15:04"} {
		if clock, err := time.Parse(layout, text); err == nil {
			return clock, true
		}
	}
	return officeClock(text)
}

// distance reads "+2h", "-20m", "20m ago", "20分前" and "2時間後".
func distance(text string, now time.Time) (time.Time, bool) {
	if found := officeDistances.FindStringSubmatch(text); found != nil && found[0] != found[4] {
		n := numbers(found[1:4])
		away := time.Duration(n[0])*24*time.Hour + time.Duration(n[1])*time.Hour + time.Duration(n[2])*time.Minute
		if found[4] == "前" {
			away = -away
		}
		return now.Add(away), true
	}
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
