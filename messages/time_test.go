package messages

import (
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/plan"
)

// The script of the console writes the same: count in agent/console/assets/live.js.
func TestCountdown(t *testing.T) {
	for _, test := range []struct {
		d             time.Duration
		text, seconds string
	}{
		{0, "00:00", ":00"},
		{59*time.Second + 999*time.Millisecond, "00:00", ":59"},
		{-time.Millisecond, "00:00", ":00"},
		{-time.Second, "−00:00", ":01"},
		{-61 * time.Minute, "−01:01", ":00"},
		{48*time.Hour - time.Nanosecond, "47:59", ":59"},
		{48 * time.Hour, "2d0h", ""},
		{-51*time.Hour - 59*time.Minute, "−2d3h", ""},
		{400 * 24 * time.Hour, "400d0h", ""},
	} {
		text, seconds := For(plan.English).Countdown(test.d)
		if text != test.text || seconds != test.seconds {
			t.Errorf("%s: %s%s, want %s%s", test.d, text, seconds, test.text, test.seconds)
		}
	}
	if text, _ := For(plan.Japanese).Countdown(51 * time.Hour); text != "2日3時間" {
		t.Errorf("in Japanese: %s", text)
	}
}

func TestDate(t *testing.T) {
	at := time.Date(2026, 11, 23, 15, 4, 0, 0, time.UTC)
	for locale, want := range map[plan.Locale]string{plan.Japanese: "2026年11月23日(月)", plan.English: "Mon 23 Nov 2026"} {
		if got := For(locale).Date(at); got != want {
			t.Errorf("Date = %q, want %q", got, want)
		}
	}
}
