package main

import (
	"regexp"
	"strconv"
	"time"
)

// How Japanese offices write times, once they are half-width. In a date the year may be missing; a
// day of the week behind it, as the screens show it, says nothing more.
var (
	officeClocks    = regexp.MustCompile(`^([0-9]{1,2})時(?:([0-9]{1,2})分|(半))?$`)
	officeDistances = regexp.MustCompile(`^(?:([0-9]{1,4})日)?(?:([0-9]{1,4})時間)?(?:([0-9]{1,4})分)?(前|後)$`)
	officeDates     = regexp.MustCompile(`^(?:([0-9]{4})[-/年])?([0-9]{1,2})[-/月]([0-9]{1,2})日?(?:\([日月火水木金土]\))?\s*(.*)$`)
	officeDays      = regexp.MustCompile(`^(昨日|今日|明日)の?\s*(.+)$`)
)

// officeClock reads "14時46分", "14時" and "14時半".
func officeClock(text string) (time.Time, bool) {
	found := officeClocks.FindStringSubmatch(text)
	if found == nil {
		return time.Time{}, false
	}
	n := numbers(found[1:3])
	if found[3] != "" {
		n[1] = 30
	}
	return time.Date(0, 1, 1, n[0], n[1], 0, 0, time.UTC), n[0] < 24 && n[1] < 60
}

// officeDate reads "2026/3/11 14:46", "3月11日(水)14時46分" and "昨日 23:50". Without a year it is the
// date nearest to now, whatever the tense: a slip of minutes must not become one of a year.
func officeDate(text string, now time.Time) (time.Time, bool) {
	if found := officeDays.FindStringSubmatch(text); found != nil {
		clock, ok := clockTime(found[2])
		days := map[string]int{"昨日": -1, "今日": 0, "明日": 1}[found[1]]
		return onDay(now.AddDate(0, 0, days), clock), ok
	}
	found := officeDates.FindStringSubmatch(text)
	if found == nil {
		return time.Time{}, false
	}
	clock, ok := time.Time{}, true
	if found[4] != "" {
		clock, ok = clockTime(found[4])
	}
	n := numbers(found[1:4])
	year, month, day := n[0], time.Month(n[1]), n[2]
	if found[1] == "" {
		year = nearestYear(month, day, now)
	}
	date := time.Date(year, month, day, 0, 0, 0, 0, now.Location())
	return onDay(date, clock), ok && date.Month() == month && date.Day() == day
}

// nearestYear is the year in which the month and day lie nearest to now.
func nearestYear(month time.Month, day int, now time.Time) int {
	const half = 183 * 24 * time.Hour
	switch away := time.Date(now.Year(), month, day, 0, 0, 0, 0, now.Location()).Sub(now); {
	case away > half:
		return now.Year() - 1
	case away < -half:
		return now.Year() + 1
	default:
		return now.Year()
	}
}

// onDay is the clock time on the day.
func onDay(day, clock time.Time) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day(), clock.Hour(), clock.Minute(), clock.Second(), 0, day.Location())
}

// numbers reads what a pattern found; nothing counts as 0.
func numbers(texts []string) []int {
	out := make([]int, len(texts))
	for i, text := range texts {
		out[i], _ = strconv.Atoi(text) // digits alone, and few
	}
	return out
}
