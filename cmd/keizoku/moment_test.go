package main

import (
	"strings"
	"testing"
	"time"
)

func TestParseMoment(t *testing.T) {
	tokyo := zone(t, "Asia/Tokyo")
	// A Friday afternoon. UTC is still on the same day, so a zone that was ignored shows in the hour.
	now := time.Date(2026, 3, 13, 15, 30, 0, 0, tokyo)
	tests := []struct {
		text  string
		tense tense
		want  string // RFC 3339 in Tokyo
	}{
		{"now", past, "2026-03-13T15:30:00+09:00"},
		{"14:46", past, "2026-03-13T14:46:00+09:00"},
		{"14:46:18", past, "2026-03-13T14:46:18+09:00"},
		{"9:05", past, "2026-03-13T09:05:00+09:00"},
		{"15:30", past, "2026-03-13T15:30:00+09:00"},
		{"16:00", past, "2026-03-12T16:00:00+09:00"},   // not yet today: yesterday's
		{"16:00", future, "2026-03-13T16:00:00+09:00"}, // today
		{"14:46", future, "2026-03-14T14:46:00+09:00"}, // over for today: tomorrow's
		{"15:30", future, "2026-03-13T15:30:00+09:00"},
		{"2026-03-11 14:46", past, "2026-03-11T14:46:00+09:00"},
		{"2026-03-11T14:46", past, "2026-03-11T14:46:00+09:00"},
		{"2026-03-11 14:46:18", past, "2026-03-11T14:46:18+09:00"},
		{"2026-03-11", past, "2026-03-11T00:00:00+09:00"},
		{"2026-03-11T05:46:18Z", past, "2026-03-11T14:46:18+09:00"},
		{"2026-03-11T14:46:18+09:00", past, "2026-03-11T14:46:18+09:00"},
		{"20m ago", past, "2026-03-13T15:10:00+09:00"},
		{"1d ago", past, "2026-03-12T15:30:00+09:00"},
		{"-1h30m", past, "2026-03-13T14:00:00+09:00"},
		{"+2h", future, "2026-03-13T17:30:00+09:00"},
		{" 14:46 ", past, "2026-03-13T14:46:00+09:00"},
	}
	for _, tt := range tests {
		got, err := parseMoment(tt.text, now, tt.tense)
		if err != nil {
			t.Errorf("%q: %v", tt.text, err)
			continue
		}
		if text := got.In(tokyo).Format(time.RFC3339); text != tt.want {
			t.Errorf("%q (tense %d) is %s, want %s", tt.text, tt.tense, text, tt.want)
		}
	}
}

// For what is yet to come, a clock time that is over for today is refused with the date to give;
// early in the morning, seen from the night before, is tomorrow's.
func TestAheadMoment(t *testing.T) {
	tokyo := zone(t, "Asia/Tokyo")
	now := time.Date(2026, 3, 13, 15, 30, 0, 0, tokyo)
	for text, want := range map[string]string{
		"15:30": "2026-03-13T15:30:00+09:00", "16:00": "2026-03-13T16:00:00+09:00", "03:30": "2026-03-14T03:30:00+09:00",
		"+45m": "2026-03-13T16:15:00+09:00", "2026-03-14 14:00": "2026-03-14T14:00:00+09:00", "2026-03-13 14:00": "2026-03-13T14:00:00+09:00",
	} {
		got, err := aheadMoment(text, now)
		if err != nil || got.Format(time.RFC3339) != want {
			t.Errorf("%q is %s (%v), want %s", text, got.Format(time.RFC3339), err, want)
		}
	}
	for _, text := range []string{"14:00", " 15:29:59 ", "03:30:01"} {
		got, err := aheadMoment(text, now)
		if err == nil || !strings.Contains(err.Error(), "2026-03-14 ") {
			t.Errorf("%q is taken for %s: %v", text, got, err)
		}
	}
	if got, err := aheadMoment("23:00", now.Add(9*time.Hour+time.Minute)); err != nil || got.Format(time.RFC3339) != "2026-03-14T23:00:00+09:00" {
		t.Errorf("after midnight, 23:00 is %v, %v", got, err)
	}
	if _, err := aheadMoment("14:00", now); err.Error() != `14:00 is over for today: if you mean tomorrow, give the date too: "2026-03-14 14:00"` {
		t.Error(err)
	}
	if got, err := aheadMoment("", now); err != nil || !got.IsZero() {
		t.Errorf("nothing is %v, %v", got, err)
	}
}

// For what has happened, a clock time that is yet to come today is refused with the date to give;
// late in the evening, seen from the night after, is yesterday's.
func TestBehindMoment(t *testing.T) {
	tokyo := zone(t, "Asia/Tokyo")
	now := time.Date(2026, 3, 13, 3, 30, 0, 0, tokyo)
	for text, want := range map[string]string{
		"03:30": "2026-03-13T03:30:00+09:00", "03:00": "2026-03-13T03:00:00+09:00", "23:50": "2026-03-12T23:50:00+09:00",
		"03:31": "2026-03-13T03:31:00+09:00", "15:30": "2026-03-12T15:30:00+09:00", "2026-03-12 04:00": "2026-03-12T04:00:00+09:00",
	} {
		got, err := behindMoment(text, now)
		if err != nil || got.Format(time.RFC3339) != want {
			t.Errorf("%q is %s (%v), want %s", text, got.Format(time.RFC3339), err, want)
		}
	}
	for _, text := range []string{"03:32", " 05:03 ", "15:29:59"} {
		got, err := behindMoment(text, now)
		if err == nil || !strings.Contains(err.Error(), "2026-03-12 ") {
			t.Errorf("%q is taken for %s: %v", text, got, err)
		}
	}
	if got, err := behindMoment("", now); err != nil || !got.IsZero() {
		t.Errorf("nothing is %v, %v", got, err)
	}
}

func TestParseMomentKeepsTheClockTimeAcrossAChangeOfTheClocks(t *testing.T) {
	berlin := zone(t, "Europe/Berlin")
	// The day after the clocks went forward: yesterday at 16:00 is 23 hours before today at 16:00.
	now := time.Date(2026, 3, 29, 12, 0, 0, 0, berlin)
	got, err := parseMoment("16:00", now, past)
	if err != nil {
		t.Fatal(err)
	}
	if want := "2026-03-28T16:00:00+01:00"; got.Format(time.RFC3339) != want {
		t.Errorf("got %s, want %s", got.Format(time.RFC3339), want)
	}
}

func TestParseMomentRefusesWhatIsNoTime(t *testing.T) {
	for _, text := range []string{"soon", "25:00", "14.46", "2026-13-01", "+", "-", " ago", "+2", "two hours ago", "2026-03-11 14"} {
		if got, err := parseMoment(text, time.Unix(0, 0), past); err == nil {
			t.Errorf("%q was read as %s", text, got)
		}
	}
}

func TestOptionalMomentLeavesNothingZero(t *testing.T) {
	got, err := optionalMoment("", time.Unix(0, 0), past)
	if err != nil || !got.IsZero() {
		t.Errorf("got %v, %v", got, err)
	}
}

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	l, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return l
}
