package messages

import (
	"io/fs"
	"strings"
	"testing"
	"time"

	"github.com/BurntSushi/toml"
	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
	"github.com/keizoku-bcp/keizoku/rules/supply"
)

// load returns every text of a language; a key that stands twice is a fault.
func load(t *testing.T, locale plan.Locale) map[string]string {
	t.Helper()
	texts := map[string]string{}
	for subject := range subjects(t, locale) {
		for id, text := range read(t, subject, locale) {
			if texts[id] != "" {
				t.Errorf("%s stands twice, the second time in %s", id, subject)
			}
			texts[id] = text
		}
	}
	return texts
}

// subjects are those that the catalogue has a file for in the language.
func subjects(t *testing.T, locale plan.Locale) map[string]bool {
	t.Helper()
	end := "." + string(locale) + ".toml"
	files, err := fs.Glob(catalogue, "catalogue/*"+end)
	if err != nil || len(files) == 0 {
		t.Fatal("no catalogue", err)
	}
	names := map[string]bool{}
	for _, file := range files {
		names[strings.TrimSuffix(strings.TrimPrefix(file, "catalogue/"), end)] = true
	}
	return names
}

func read(t *testing.T, subject string, locale plan.Locale) map[string]string {
	t.Helper()
	data, err := catalogue.ReadFile("catalogue/" + subject + "." + string(locale) + ".toml")
	if err != nil {
		t.Fatal(err)
	}
	var texts map[string]string
	if err := toml.Unmarshal(data, &texts); err != nil {
		t.Fatal(subject, err)
	}
	return texts
}

func TestBothLanguagesHaveTheSameTexts(t *testing.T) {
	if ja, en := subjects(t, plan.Japanese), subjects(t, plan.English); !cmp.Equal(ja, en) {
		t.Fatal(cmp.Diff(ja, en))
	}
	for subject := range subjects(t, plan.Japanese) {
		ja, en := read(t, subject, plan.Japanese), read(t, subject, plan.English)
		for id := range ja {
			if en[id] == "" {
				t.Errorf("%s.en.toml lacks %s", subject, id)
			}
		}
		for id := range en {
			if ja[id] == "" {
				t.Errorf("%s.ja.toml lacks %s", subject, id)
			}
		}
	}
}

func TestClosedListsHaveWords(t *testing.T) {
	var ids []string
	for _, s := range rules.States {
		ids = append(ids, "state_"+string(s))
	}
	for _, r := range checks.Reasons {
		ids = append(ids, "reason_"+string(r))
	}
	for _, k := range journal.Kinds() {
		ids = append(ids, "event_"+string(k))
	}
	for _, c := range journal.PowerConditions {
		ids = append(ids, "power_"+string(c))
	}
	for _, c := range supply.DoubtCodes {
		ids = append(ids, "doubt_"+string(c))
	}
	ids = append(ids, responseIDs()...)
	for _, locale := range Locales {
		texts := load(t, locale)
		for _, id := range ids {
			if texts[id] == "" {
				t.Errorf("the catalogue lacks %s in %s", id, locale)
			}
		}
	}
}

func TestSpan(t *testing.T) {
	ja, en := For(plan.Japanese), For(plan.English)
	for _, c := range []struct {
		d      time.Duration
		ja, en string
	}{
		{0, "0秒", "0s"},
		{45*time.Second + 900*time.Millisecond, "45秒", "45s"},
		{3*time.Hour + 12*time.Minute + 59*time.Second, "3時間12分", "3h12m"},
		{-90 * time.Second, "1分30秒", "1m30s"},
		{48 * time.Hour, "2日", "2d"},
		{24*time.Hour + 5*time.Minute, "1日", "1d"},
	} {
		if diff := cmp.Diff([]string{c.ja, c.en}, []string{ja.Span(c.d), en.Span(c.d)}); diff != "" {
			t.Errorf("Span(%v): %s", c.d, diff)
		}
	}
}

func TestEventLines(t *testing.T) {
	jst := time.FixedZone("JST", 9*3600)
	at := time.Date(2026, 11, 20, 18, 5, 30, 0, jst)
	titles := func(name string) string { return map[string]string{"records": "住民記録システム"}[name] }
	opened := journal.OutageOpened{
		System: "records", LastOKAt: at.Add(-90 * time.Second), FirstBadAt: at.Add(-time.Minute), Reason: "timeout",
		Terms: journal.Terms{Deadline: time.Date(2026, 11, 24, 8, 30, 0, 0, jst)},
	}
	e := journal.Event{At: at, Kind: opened.Kind(), Subject: "records", Payload: opened}
	want := "住民記録システムが停止(最終正常 18:04:00、検知 18:04:30、応答なし)、期限 11月24日(火)08:30"
	if got := For(plan.Japanese).Event(e, titles, jst); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	want = "住民記録システム is down (last good 18:04:00, first bad 18:04:30, no answer), deadline Tue 24 Nov 08:30"
	if got := For(plan.English).Event(e, titles, jst); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestDoubts(t *testing.T) {
	jst := time.FixedZone("JST", 9*3600)
	now := time.Date(2026, 11, 20, 18, 5, 30, 0, jst)
	facts := &supply.SupplyFacts{Doubted: []supply.Doubt{
		{Code: supply.DoubtAged, Values: map[string]any{"SaidSeconds": int64(300), "HeldSeconds": float64(3600)}},
		{Code: supply.DoubtSilent, Values: map[string]any{"At": now.Add(-time.Minute).Format(time.RFC3339)}}, // as read from JSON
		{Code: supply.DoubtNoAnswer, Values: map[string]any{"Text": "connection refused"}},
	}}
	want := []string{"持続 5分と報告(計画では 1時間)。バッテリー劣化の疑い", "18:04:30から応答なし", "応答なし(connection refused)"}
	if diff := cmp.Diff(want, For(plan.Japanese).Doubts(facts, now)); diff != "" {
		t.Error(diff)
	}
}

func TestMomentSaysTheYearOnlyWhereItIsNeeded(t *testing.T) {
	now := time.Date(2026, 12, 28, 18, 5, 0, 0, time.UTC)
	for _, c := range []struct {
		at     time.Time
		ja, en string
	}{
		{now.Add(time.Hour), "19:05:00", "19:05:00"},
		{now.AddDate(0, 0, 7), "1月4日(月)18:05", "Mon 4 Jan 18:05"},
		{now.AddDate(-1, 0, 0), "2025年12月28日(日)18:05", "Sun 28 Dec 2025 18:05"},
		{now.AddDate(1, 0, 0), "2027年12月28日(火)18:05", "Tue 28 Dec 2027 18:05"},
		{time.Time{}, For(plan.Japanese).Word("not_known"), For(plan.English).Word("not_known")},
	} {
		got := []string{For(plan.Japanese).Moment(c.at, now), For(plan.English).Moment(c.at, now)}
		if diff := cmp.Diff([]string{c.ja, c.en}, got); diff != "" {
			t.Errorf("%v (-want +got):\n%s", c.at, diff)
		}
	}
}

func TestMomentWithoutNowHasTheDateAndNoYear(t *testing.T) {
	at := time.Date(2026, 12, 28, 18, 5, 0, 0, time.UTC)
	if got := For(plan.English).Moment(at, time.Time{}); got != "Mon 28 Dec 18:05" {
		t.Error(got)
	}
}

func TestOneSystemIsNotPlural(t *testing.T) {
	en := For(plan.English)
	for _, c := range []struct {
		id           string
		one, several string
	}{
		{"console_healthy", "1 system up", "2 systems up"},
		{"console_affects", "affects 1 system", "affects 2 systems"},
		{"all_up", "The one system is up", "All 2 systems are up"},
	} {
		got := []string{en.Say(c.id, map[string]any{"Count": 1}), en.Say(c.id, map[string]any{"Count": 2})}
		if diff := cmp.Diff([]string{c.one, c.several}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.id, diff)
		}
	}
}
