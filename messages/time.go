package messages

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/keizoku-bcp/keizoku/plan"
)

// Span writes a length of time as people say it, in its two largest units: 2日3時間, 3時間12分,
// 45秒. A negative span is written without its sign: the words around it say what it means.
func (w *Words) Span(d time.Duration) string {
	d = d.Abs().Truncate(time.Second)
	if d == 0 {
		return "0" + w.Word("unit_s")
	}
	var b strings.Builder
	parts := 0
	for _, u := range spanUnits {
		n := d / u.size
		d -= n * u.size
		if n == 0 && parts == 0 {
			continue
		}
		if n > 0 {
			b.WriteString(strconv.Itoa(int(n)) + w.Word(u.word))
		}
		if parts++; parts == 2 {
			break
		}
	}
	return b.String()
}

var spanUnits = []struct {
	size time.Duration
	word string
}{
	{24 * time.Hour, "unit_d"}, {time.Hour, "unit_h"}, {time.Minute, "unit_m"}, {time.Second, "unit_s"},
}

// inDays is from where a countdown is said in days.
const inDays = 48 * time.Hour

// Countdown writes a length of time as a number that ticks: hours and minutes, and apart from them
// the seconds ("03:12", ":45"); from 48 hours on days and hours without seconds (2日3時間). A negative
// one has its sign. The script of the console writes the same.
func (w *Words) Countdown(d time.Duration) (text, seconds string) {
	sign := ""
	if d < 0 {
		sign, d = "−", -d
	}
	s := int(d / time.Second)
	switch {
	case d >= inDays:
		return sign + strconv.Itoa(s/86400) + w.Word("unit_d") + strconv.Itoa(s/3600%24) + w.Word("unit_h"), ""
	case s == 0:
		sign = ""
	}
	return fmt.Sprintf("%s%02d:%02d", sign, s/3600, s/60%60), fmt.Sprintf(":%02d", s%60)
}

// Moment writes an instant in its own zone: the clock time alone when it is on the day of now,
// else with the date and the day of the week, and with the year where that is not the one that a
// reader would take it for. Without now, it is the date and the time without a year.
func (w *Words) Moment(t, now time.Time) string { return w.moment(t, now, "15:04:05") }

// Clock is [Words.Moment] without seconds, for pages on which they are noise.
func (w *Words) Clock(t, now time.Time) string {
	if !t.IsZero() {
		t = t.In(now.Location())
	}
	return w.moment(t, now, "15:04")
}

func (w *Words) moment(t, now time.Time, sameDay string) string {
	if t.IsZero() {
		return w.Word("not_known")
	}
	now = now.In(t.Location())
	if t.YearDay() == now.YearDay() && t.Year() == now.Year() {
		return t.Format(sameDay)
	}
	return w.date(t, !now.IsZero() && t.Sub(now).Abs() > halfYear)
}

// Office writes an instant as the head of a document does: 2026年11月23日(月)15:04.
func (w *Words) Office(t time.Time) string {
	if t.IsZero() {
		return w.Word("not_known")
	}
	return w.date(t, true)
}

// Date writes the day of an instant with its year: 2026年11月23日(月).
func (w *Words) Date(t time.Time) string {
	return strings.TrimSpace(strings.TrimSuffix(w.date(t, true), t.Format("15:04")))
}

// date writes date, day of the week and time.
func (w *Words) date(t time.Time, year bool) string {
	switch {
	case w.locale == plan.English && year:
		return t.Format("Mon 2 Jan 2006 15:04")
	case w.locale == plan.English:
		return t.Format("Mon 2 Jan 15:04")
	}
	date := t.Format("1月2日")
	if year {
		date = t.Format("2006年1月2日")
	}
	return date + "(" + w.Word("weekday_"+strconv.Itoa(int(t.Weekday()))) + ")" + t.Format("15:04")
}

// halfYear is the distance from which a date without its year is ambiguous.
const halfYear = 182 * 24 * time.Hour

// Stamp writes an instant in full, for records.
func (w *Words) Stamp(t time.Time) string {
	if t.IsZero() {
		return w.Word("not_known")
	}
	return t.Format("2006-01-02 15:04:05")
}
