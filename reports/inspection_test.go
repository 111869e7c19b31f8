package reports

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

// inspection is the report of a morning on which nothing is the matter.
func (l tongue) inspection(checks int) InspectionInput {
	return InspectionInput{
		Plan:  rules.PlanFacts{Name: "musashino", Title: l.of("武蔵野市ICT業務継続計画", "Musashino ICT continuity plan"), Version: "3.1"},
		Agent: "main", Zone: jst,
		Done: journal.InspectionDone{
			Name: "opening", Title: l.of("始業前点検", "Inspection before opening"), Trigger: journal.Scheduled,
			DueAt: clock("24 07:30:00"), StartedAt: clock("24 07:30:00"), EndedAt: clock("24 07:30:09"),
			Counts: journal.InspectionCounts{Checks: checks, Good: checks},
			Certificates: []journal.InspectedCertificate{
				{System: "mail", Title: l.of("庁内メール", "Mail"), Check: "tls", NotAfter: clock("24 12:00:00").AddDate(0, 3, 0), Days: 92},
			},
			Disks: []journal.InspectedDisk{
				{System: "watch", Title: l.of("監視サーバ", "Watch server"), Check: "server", Disk: "var_lib", UsedRatio: 0.719, FreeBytes: new(41.5e9)},
				{System: "watch", Title: l.of("監視サーバ", "Watch server"), Check: "server", Disk: "root", UsedRatio: 0.305},
			},
			Batteries: []journal.InspectedBattery{{
				UPS: "rack_a", Title: l.of("UPS(ラックA)", "UPS rack A"), ChargeRatio: new(1.0), RuntimeSeconds: new(int64(2760)), LoadRatio: new(0.314),
				TestResult: "passed", TestedAt: clock("1 03:00:00"), BatteryDate: "2024-05-20", ReadingAt: clock("24 07:30:02"),
			}},
			Fuel: []journal.InspectedFuel{
				{Generator: "roof", Title: l.of("屋上発電機", "Roof generator"), Liters: new(948.6), RuntimeSeconds: new(int64(79 * 3600)), Measured: true},
			},
		},
	}
}

// trouble is the report of the morning after a night of trouble.
func (l tongue) trouble() InspectionInput {
	in := l.inspection(142)
	d := &in.Done
	d.StartedAt, d.EndedAt, d.Missed = clock("24 07:41:10"), clock("24 07:41:31"), 2
	d.Counts = journal.InspectionCounts{Checks: 142, Good: 134, Failed: 5, Planned: 1, Unjudged: 2, Slow: 1}
	d.Failed = []journal.InspectedCheck{
		{
			System: "records", Title: l.of("住民記録システム", "Resident records"), Priority: 1, Check: "login", Kind: "http", Reason: "timeout",
			Text: "no answer from 10.1.0.11:443 within 5s", Attempts: 1, Since: clock("23 22:14:05"), Deadline: clock("24 08:30:00"), Acknowledged: true,
		},
		{System: "tax", Title: l.of("税務システム", "Tax"), Priority: 4, Check: "port", Kind: "tcp", Reason: "refused", Text: "connection refused by 10.1.0.14:1521", Attempts: 2},
		{System: "backup", Check: "nightly", Kind: "heartbeat", Reason: "silent", Text: "no heartbeat for 1d3h (the last at 2026-11-23T04:12:00+09:00)"},
	}
	d.Unjudged = []journal.InspectedCheck{
		{System: "watch", Title: l.of("監視サーバ", "Watch server"), Check: "service", Kind: "host", Reason: "error_local", Text: "service postgresql: permission denied", Attempts: 2},
		{System: "school", Title: l.of("学校系ネットワーク", "School network"), Check: "gateway", Kind: "icmp", Reason: "no_route", Text: "network is unreachable", Attempts: 2},
	}
	d.Planned = []journal.InspectedCheck{{
		System: "library", Title: l.of("図書館システム", "Library"), Priority: 12, Check: "port", Kind: "tcp", Reason: "timeout", Attempts: 2, Until: clock("24 09:00:00"),
	}}
	d.Slow = []journal.InspectedCheck{
		{System: "gis", Title: l.of("地図情報システム", "Maps"), Check: "front", Kind: "http", Reason: "ok", Attempts: 1, Seconds: 4.21},
	}
	d.Certificates = append([]journal.InspectedCertificate{
		{System: "portal", Title: l.of("市民ポータル", "Citizens' portal"), Check: "tls", NotAfter: clock("22 09:00:00"), Days: -2, Soon: true},
		{System: "bids", Title: l.of("電子入札", "Bids"), Check: "login", NotAfter: clock("25 09:00:00"), Days: 1, Soon: true},
	}, d.Certificates...)
	d.Disks[0].UsedRatio, d.Disks[0].Full = 0.967, true
	d.UtilityLostAt = clock("24 07:12:40")
	d.Batteries = append(d.Batteries,
		journal.InspectedBattery{
			UPS: "rack_b", Title: l.of("UPS(ラックB)", "UPS rack B"), ChargeRatio: new(0.62), RuntimeSeconds: new(int64(540)), TestResult: "failed: insufficient battery capacity",
			BatteryDate: "2019-04-02", ReadingAt: clock("24 07:41:30"),
			Doubts:  []string{"gives 540 s, where its battery should hold 3600 s by the plan: is it aged?"},
			Doubted: []journal.PowerDoubt{{Code: "aged", Values: map[string]any{"SaidSeconds": float64(540), "HeldSeconds": float64(3600)}}},
			Trouble: []journal.UPSAlarm{journal.AlarmBattery, journal.AlarmReplace, journal.AlarmTest},
		},
		journal.InspectedBattery{UPS: "branch", ChargeRatio: new(1.0), ReadingAt: clock("23 21:00:00"), Trouble: []journal.UPSAlarm{journal.AlarmSilent}},
	)
	d.Fuel[0].Liters, d.Fuel[0].RuntimeSeconds, d.Fuel[0].Measured = new(210.0), new(int64(17*3600)), false
	d.Fuel[0].Trouble = []journal.UPSAlarm{journal.AlarmFuel}
	d.Reviews = []journal.InspectedReview{
		{Rule: plan.RuleReviewOverdue, Count: 1, DueAt: clock("1 00:00:00")}, {Rule: plan.RuleUnconfirmed, Count: 3}, {Rule: plan.RuleYearEndOpen, Count: 1},
	}
	return in
}

// missed is the report of an inspection that did not take place.
func (l tongue) missed() InspectionInput {
	in := l.inspection(0)
	in.Done = journal.InspectionDone{Name: in.Done.Name, Title: in.Done.Title, Trigger: journal.Scheduled, DueAt: clock("24 07:30:00"), Missed: 3}
	return in
}

// inspections are pages of inspections by the name of their golden file.
func inspections(w *messages.Words) map[string]string {
	l := tongue(w.Locale())
	pages := map[string]string{}
	for name, in := range map[string]InspectionInput{
		"inspection_well": l.inspection(142), "inspection_trouble": l.trouble(), "inspection_missed": l.missed(),
	} {
		pages[name] = InspectionSubject(w, in) + "\n\n" + Inspection(w, in)
	}
	return pages
}

func TestInspectionGolden(t *testing.T) {
	for _, locale := range messages.Locales {
		for name, text := range inspections(messages.For(locale)) {
			golden(t, name+"."+string(locale)+".txt", text)
		}
	}
}

// A record from before doubts had codes has them in English.
func TestInspectionTellsOldDoubts(t *testing.T) {
	in := tongue(plan.Japanese).trouble()
	in.Done.Batteries[1].Doubted = nil
	if text := Inspection(messages.For(plan.Japanese), in); !strings.Contains(text, "gives 540 s") {
		t.Errorf("the doubt is lost:\n%s", text)
	}
}

// The words of NUT's drivers for a self-test read like those of the other readers.
func TestInspectionPutsSelfTestsIntoWords(t *testing.T) {
	for said, want := range map[string]string{
		"Done and passed": "自己診断 正常(2026-12-01)", "passed": "自己診断 正常(2026-12-01)", "Done and error": "自己診断 異常(2026-12-01)",
		"In progress": "自己診断 実施中(2026-12-01)", "failed: insufficient battery capacity": "自己診断 異常: insufficient battery capacity(2026-12-01)",
		"Selbsttest gut": "自己診断 Selbsttest gut(2026-12-01)",
	} {
		p := newPage(messages.For(plan.Japanese), nil, clock("24 07:30:00"))
		if got := p.tested(&journal.InspectedBattery{TestResult: said, TestedAt: clock("1 03:00:00").AddDate(0, 1, 0)}); got != want {
			t.Errorf("%q reads %q, want %q", said, got, want)
		}
		if got := p.tested(&journal.InspectedBattery{TestResult: "No test initiated"}); got != "自己診断 記録なし" {
			t.Errorf("none reads %q", got)
		}
	}
}

func TestInspectionPagesAreSound(t *testing.T) {
	for _, locale := range messages.Locales {
		w := messages.For(locale)
		for name, text := range inspections(w) {
			for _, broken := range []string{"<no value>", "inspection_", "page_", "reason_", "0001-01"} {
				if strings.Contains(text, broken) {
					t.Errorf("%s.%s has %q", name, locale, broken)
				}
			}
			for line := range strings.Lines(text) {
				line = strings.TrimSuffix(line, "\n")
				if n := columnsOf(w).StringWidth(line); n > pageWidth || strings.TrimRight(line, " ") != line {
					t.Errorf("%s.%s: %d columns: %q", name, locale, n, line)
				}
			}
		}
	}
}

// A page of a thousand checks, two hundred disks and fifty UPS is one sheet when all is well.
func TestInspectionFitsOneSheetWhenAllIsWell(t *testing.T) {
	const sheet = 60 // lines
	for _, locale := range messages.Locales {
		in := tongue(locale).inspection(1000)
		for n := range journal.MaxInspected {
			disk := in.Done.Disks[0]
			disk.Disk = fmt.Sprintf("disk%d", n)
			in.Done.Disks = append(in.Done.Disks, disk)
		}
		for range 50 {
			in.Done.Batteries = append(in.Done.Batteries, in.Done.Batteries[0])
			in.Done.Fuel = append(in.Done.Fuel, in.Done.Fuel[0])
			in.Done.Certificates = append(in.Done.Certificates, in.Done.Certificates[0])
		}
		text := Inspection(messages.For(locale), in)
		if n := strings.Count(text, "\n"); n > sheet {
			t.Errorf("%s: %d lines:\n%s", locale, n, text)
		}
	}
}

func TestInspectionSubject(t *testing.T) {
	ja, en := tongue(plan.Japanese), tongue(plan.English)
	well := func(l tongue, change func(*journal.InspectionDone)) InspectionInput {
		in := l.inspection(142)
		change(&in.Done)
		return in
	}
	for _, c := range []struct {
		name   string
		change func(*journal.InspectionDone)
		ja, en string
	}{
		{"well", func(*journal.InspectionDone) {}, "始業前点検 異常なし(142件)", "Inspection before opening: all well (142 checks)"},
		{
			"failed", func(d *journal.InspectionDone) { d.Counts.Failed, d.Counts.Good = 2, 140 },
			"始業前点検 2件異常", "Inspection before opening: 2 failed",
		},
		{
			"well, and a battery to see to", func(d *journal.InspectionDone) { d.Batteries[0].Trouble = []journal.UPSAlarm{journal.AlarmReplace} },
			"始業前点検 異常なし、要確認1件(142件)", "Inspection before opening: all well, 1 to see to (142 checks)",
		},
		{
			"not known", func(d *journal.InspectionDone) { d.Counts.Unjudged, d.Counts.Good = 1, 141 },
			"始業前点検 1件判定不能", "Inspection before opening: 1 not known",
		},
		{
			"cut off", func(d *journal.InspectionDone) { d.Blind, d.Counts.Unjudged, d.Counts.Good = true, 140, 2 },
			"始業前点検 判定不能(監視側の孤立)", "Inspection before opening: cannot tell (the agent is cut off)",
		},
		{
			"missed", func(d *journal.InspectionDone) { d.EndedAt, d.Missed = time.Time{}, 1 },
			"始業前点検 未実施(1回)", "Inspection before opening: not run (1 time)",
		},
		{
			"missed often", func(d *journal.InspectionDone) { d.EndedAt, d.Missed = time.Time{}, plan.MaxInspectionsDue },
			"始業前点検 未実施(1000回以上)", "Inspection before opening: not run (at least 1000 times)",
		},
		{"no name", func(d *journal.InspectionDone) { d.Name, d.Title = "", "" }, "点検 異常なし(142件)", "Inspection: all well (142 checks)"},
		{"nothing to look at", func(d *journal.InspectionDone) { d.Counts = journal.InspectionCounts{} }, "始業前点検 確認項目なし", "Inspection before opening: no checks"},
	} {
		got := []string{InspectionSubject(messages.For(plan.Japanese), well(ja, c.change)), InspectionSubject(messages.For(plan.English), well(en, c.change))}
		if diff := cmp.Diff([]string{c.ja, c.en}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
	drill := ja.inspection(142)
	drill.Drill = true
	if got := Inspection(messages.For(plan.Japanese), drill); !strings.HasPrefix(got, "【訓練】") {
		t.Errorf("an exercise begins with %.40s", got)
	}
}

// A report that went through the journal reads the same, and texts from outside do not break it.
func TestInspectionFromTheJournalAndInert(t *testing.T) {
	for _, locale := range messages.Locales {
		w, in := messages.For(locale), tongue(locale).trouble()
		want := Inspection(w, in)
		data, err := json.Marshal(in.Done)
		if err != nil {
			t.Fatal(err)
		}
		payload, err := journal.DecodePayload(journal.KindInspectionDone, data)
		if err != nil {
			t.Fatal(err)
		}
		in.Done = payload.(journal.InspectionDone)
		if diff := cmp.Diff(want, Inspection(w, in)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", locale, diff)
		}
		const bad = "\x1b[2J\u202e\r\n■ 偽の見出し"
		in.Done.Title, in.Agent, in.Done.Failed[0].Text, in.Done.Batteries[0].TestResult = bad, bad, bad, bad
		for line := range strings.Lines(Inspection(w, in)) {
			if line = strings.TrimSuffix(line, "\n"); inert(line) != line || strings.HasPrefix(line, "■ 偽") {
				t.Errorf("%s: %q", locale, line)
			}
		}
	}
}

func TestEveryAlarmHasWords(t *testing.T) {
	for _, locale := range messages.Locales {
		w := messages.For(locale)
		for _, a := range journal.UPSAlarms {
			if text := w.UPSAlarm(a); strings.HasPrefix(text, "inspection_") {
				t.Errorf("%s: no words for %s", locale, a)
			}
		}
	}
}

func TestEmptyInspection(t *testing.T) {
	for _, locale := range messages.Locales {
		if text := Inspection(messages.For(locale), InspectionInput{}); text == "" || strings.Contains(text, "<no value>") {
			t.Errorf("%s: %q", locale, text)
		}
	}
}
