package main

import (
	"strings"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/plan"
)

// What Japanese staff type, and what an input method leaves of it, is read.
func TestParseMomentReadsWhatOfficesWrite(t *testing.T) {
	now := time.Date(2026, 3, 13, 15, 30, 0, 0, zone(t, "Asia/Tokyo"))
	for text, want := range map[string]string{
		"14:46": "03-13 14:46", "　９：０５": "03-13 09:05", "2026-03-11 14:46": "03-11 14:46",
		"14時46分": "03-13 14:46", "14時": "03-13 14:00", "１４時半": "03-13 14:30", "16時": "03-12 16:00",
		"2026/3/11 14:46": "03-11 14:46", "2026年3月11日14時46分": "03-11 14:46", "3月11日(水)14:46": "03-11 14:46",
		"3/11 14:46": "03-11 14:46", "3月11日": "03-11 00:00", "3月13日 16:00": "03-13 16:00",
		"昨日 23:50": "03-12 23:50", "今日の14時": "03-13 14:00", "明日9時": "03-14 09:00",
		"20分前": "03-13 15:10", "1時間30分前": "03-13 14:00", "2時間後": "03-13 17:30", "1日前": "03-12 15:30",
	} {
		got, err := parseMoment(text, now, past)
		if err != nil || got.Format("01-02 15:04") != want || got.Year() != 2026 {
			t.Errorf("%q is %s (%v), want %s", text, got.Format("2006-01-02 15:04"), err, want)
		}
	}
	for _, text := range []string{"24時", "14時60分", "3月32日", "2月29日", "13/1", "明日", "前", "分前", "3月11日 25:00", "14時46", "令和8年3月11日"} {
		if got, err := parseMoment(text, now, past); err == nil {
			t.Errorf("%q was read as %s", text, got)
		}
	}
}

// A date without its year is the nearest one: just after New Year, December is last year's.
func TestDatesWithoutAYear(t *testing.T) {
	tokyo := zone(t, "Asia/Tokyo")
	for text, want := range map[string]string{"12月31日 23:00": "2026-12-31", "1/2 9:00": "2027-01-02", "6月1日": "2027-06-01"} {
		got, err := parseMoment(text, time.Date(2027, 1, 1, 8, 0, 0, 0, tokyo), past)
		if err != nil || got.Format(time.DateOnly) != want {
			t.Errorf("%q is %s (%v), want %s", text, got.Format(time.DateOnly), err, want)
		}
	}
	got, err := parseMoment("1/2 9:00", time.Date(2026, 12, 31, 8, 0, 0, 0, tokyo), future)
	if err != nil || got.Format(time.DateOnly) != "2027-01-02" {
		t.Errorf("on New Year's Eve, 1/2 is %s (%v)", got, err)
	}
}

// A clock time of the wrong side of now needs its date however it is written, and the answer is in
// the reader's language.
func TestSlipsAreToldInTheReadersLanguage(t *testing.T) {
	now := time.Date(2026, 3, 13, 15, 30, 0, 0, zone(t, "Asia/Tokyo"))
	_, err := aheadMoment("１４時", now)
	for locale, want := range map[plan.Locale]string{
		plan.Japanese: `今日の14時はもう過ぎています。明日のことなら、日付も付けてください: "2026-03-14 14:00"`,
		plan.English:  `14時 is over for today: if you mean tomorrow, give the date too: "2026-03-14 14:00"`,
	} {
		if got := told(messages.For(locale), err); got == nil || got.Error() != want {
			t.Errorf("%s: %v", locale, got)
		}
	}
	var stage stageCmd
	both := told(messages.For(plan.Japanese), stage.slips())
	if !strings.Contains(both.Error(), "--by") || !strings.Contains(both.Error(), "--why") {
		t.Errorf("one of two slips is not told: %v", both)
	}
	if err := told(messages.For(plan.Japanese), nil); err != nil {
		t.Error(err)
	}
}
