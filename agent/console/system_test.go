package console

import (
	"context"
	"fmt"
	"iter"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/agent/access"
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
	"github.com/keizoku-bcp/keizoku/rules/supply"
)

// archive is a hall that also has the account of all outages. others are outages beside those that
// the hall's rules know; asked are the queries that a page made.
type archive struct {
	*hall
	others []rules.PastOutage
	sit    func(*rules.Situation)
	asked  *[]journal.Query
}

func (a archive) Outages() []rules.PastOutage {
	return append(rules.Outages(a.plan, a.state, a.now), a.others...)
}

func (a archive) Situation() *rules.Situation {
	s := a.hall.Situation()
	if a.sit != nil {
		a.sit(s)
	}
	return s
}

func (a archive) Events(ctx context.Context, q journal.Query) iter.Seq2[journal.Event, error] {
	if a.asked != nil {
		*a.asked = append(*a.asked, q)
	}
	return a.hall.Events(ctx, q)
}

func (a archive) get(role access.Role, path, language string) *httptest.ResponseRecorder {
	a.t.Helper()
	r := httptest.NewRequestWithContext(a.t.Context(), http.MethodGet, path, nil)
	r.Header.Set("Accept-Language", language)
	if role != "" {
		r = r.WithContext(access.With(r.Context(), access.Identity{Actor: journal.Actor{User: "sato", Via: "http"}, Role: role}))
	}
	w := httptest.NewRecorder()
	Handler(a, slog.New(slog.NewTextHandler(a.t.Output(), nil))).ServeHTTP(w, r)
	return w
}

func (a archive) body(role access.Role, path, language string) string {
	a.t.Helper()
	w := a.get(role, path, language)
	if w.Code != http.StatusOK {
		a.t.Fatalf("%s: %d %s", path, w.Code, w.Body)
	}
	return w.Body.String()
}

// storied is the hall of the quake with a past: an outage in the morning that was reopened, a
// stretch without sight, and looks with phases, values and a certificate.
func storied(t *testing.T) archive {
	t.Helper()
	h := calmHall(t)
	h.subject(journal.Unobserved{From: h.clock("14:10"), To: h.clock("14:20"), Why: "suspended"}, "main_hall")
	h.at("14:46")
	h.fail("core_switch", "virtual_base", "resident_records")
	h.at("15:00")
	h.do("佐藤 一郎", rules.Acknowledge{System: "resident_records", Why: "業者へ連絡済み"})
	h.do("佐藤 一郎", rules.GiveETA{System: "resident_records", At: h.clock("16:00"), Why: "業者の見立て"})
	h.do("佐藤 一郎", rules.CorrectStart{System: "resident_records", Start: h.clock("14:30"), Why: "窓口の申告"})
	h.do("佐藤 一郎", rules.Declare{Threat: "disaster", Onset: h.clock("14:46")})
	h.at("15:10")
	h.state.Live.Look(rules.CheckKey{System: "resident_records", Check: "service"}, rules.Look{
		At: h.now.Add(-3 * time.Second), Duration: 1250 * time.Millisecond, Reason: "tls_invalid", Text: "x509: certificate has expired",
		Phases: []rules.PhaseFacts{{Name: "resolve", Seconds: .002}, {Name: "connect", Seconds: .25}, {Name: "tls", Seconds: .998}},
		Values: map[string]float64{"certificate_days": 9.5, "loss_ratio": .125, "disk_free_bytes_root": 1 << 30}, NotAfter: h.now.Add(9*24*time.Hour + 12*time.Hour),
	})
	return archive{hall: h, others: []rules.PastOutage{{
		ID: "01OLD", System: "resident_records", LastOKAt: h.clock("14:02"), FirstBadAt: h.clock("14:03"), Start: h.clock("14:02"), EndedAt: h.clock("14:06"),
		LastBadAt: h.clock("14:05"), Elapsed: 240, Allowance: "3m", Deadline: h.clock("14:05"), Met: new(false), Threat: "incident",
		Check: "service", Reason: "timeout", Text: "no answer within 5s", Reopened: 2, Estimated: true,
	}}}
}

// subject journals what is about something.
func (h *hall) subject(payload journal.Payload, subject string) {
	h.t.Helper()
	h.append(journal.Event{Kind: payload.Kind(), Subject: subject, Payload: payload})
}

func TestSystemTellsAll(t *testing.T) {
	t.Parallel()
	a := storied(t)
	body := a.body("", "/systems/resident_records", "ja")
	lacks(t, "the page", body,
		`<title>`, "住民記録", `class="state down"`, "14:30:00", "(訂正済)", "佐藤 一郎", `data-until=`, `<progress max="100"`,
		"証明書異常", "x509: certificate has expired", "resolve 2 ms", "250 ms", "998 ms", "12.5 %", "1.0 GiB", "証明書 残り9日", "1.25 s",
		"再停止2回", "期限超過", "(推定)", "未観測", `href="/systems/virtual_base"`, "災害", "UPS-A", "仮想化基盤",
	)
	holds(t, "the page for a reader", body, `action="/act/`, "<no value>", "ZgotmplZ")
	lacks(t, "the page for a reader", body, "keizoku open")
	english := a.body("", "/systems/resident_records", "en")
	lacks(t, "the English page", english, `<html lang="en">`, "(corrected)", "certificate not valid", "ends in 9 days", "failed again 2 times", "not observed")
	for _, page := range []string{body, english} {
		if missing := regexp.MustCompile(`\bconsole_[a-z_]+|supply_reason_\w+`).FindString(page); missing != "" {
			t.Errorf("a text without words: %s", missing)
		}
		if n := strings.Count(page, "<h1"); n != 1 {
			t.Errorf("%d first headings", n)
		}
	}
}

// Every system of the plan has a page, in both languages, for readers and operators, in each range.
func TestEverySystemHasItsPage(t *testing.T) {
	t.Parallel()
	a := storied(t)
	for _, sys := range a.plan.Systems {
		for _, path := range []string{"", "?range=7d", "?range=90d&print", "?range=nonsense&page=-5", "?page=99999999999999999999"} {
			body := a.body(access.Operator, "/systems/"+sys.Name+path, "en")
			if strings.Contains(body, "<no value>") || !strings.Contains(body, sys.Title) {
				t.Errorf("%s%s: %s", sys.Name, path, body)
			}
			ids := map[string]bool{}
			for _, m := range regexp.MustCompile(` id="([^"]*)"`).FindAllStringSubmatch(body, -1) {
				if ids[m[1]] {
					t.Errorf("%s: the id %s stands twice", sys.Name, m[1])
				}
				ids[m[1]] = true
			}
		}
	}
}

// The forms send what the actions take, and come back to the page.
func TestFormsOfASystem(t *testing.T) {
	t.Parallel()
	a := storied(t)
	body := a.body(access.Operator, "/systems/resident_records?range=7d", "ja")
	names := regexp.MustCompile(`name="(\w+)"`)
	got := map[string][]string{}
	for _, form := range regexp.MustCompile(`(?s)<form class="act" method="post" action="/act/([\w-]+)"(.*?)</form>`).FindAllStringSubmatch(body, -1) {
		var fields []string
		for _, m := range names.FindAllStringSubmatch(form[2], -1) {
			fields = append(fields, m[1])
		}
		slices.Sort(fields)
		got[form[1]] = fields
		lacks(t, form[1], form[2], `name="system" value="resident_records"`, `name="return" value="/systems/resident_records?range=7d"`)
	}
	want := map[string][]string{
		"ack": {"by", "return", "system", "why"}, "eta": {"at", "by", "return", "system", "why"}, "note": {"by", "return", "system", "text"},
		"outage-start": {"by", "return", "start", "system", "why"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	lacks(t, "the page", body, `name="at" required value="2026-11-20T16:00"`, `name="start" step="1" required value="2026-11-20T14:30"`, `id="form-no-eta"`)
	calm := a.body(access.Operator, "/systems/mail", "ja")
	holds(t, "the page of a system that is up", calm, "/act/ack", "/act/eta", "/act/outage-start")
	lacks(t, "the page of a system that is up", calm, "/act/note")
	viewer := a.body(access.Viewer, "/systems/resident_records", "ja")
	holds(t, "the page of a viewer", viewer, "/act/")
}

// written is a condition of which only the text matters.
type written string

func (written) Judge(*plan.Facts) plan.Judgement { return plan.Judgement{} }
func (w written) Text() string                   { return string(w) }

// The plan ties businesses, steps, people, power and maintenance to a system. Contacts are for those
// who may act.
func TestWhatThePlanTies(t *testing.T) {
	t.Parallel()
	a := storied(t)
	p, sys := a.plan, a.plan.System("resident_records")
	p.Businesses = append(p.Businesses, &plan.Business{
		Name: "certificates", Title: "証明書の交付", Division: "市民課窓口", Needs: []string{sys.Name}, RecoverWithin: map[string]plan.Allowance{"disaster": plan.For(36 * time.Hour)},
	})
	p.Roles = append(p.Roles, &plan.Role{Name: "window", Title: "窓口班", People: []*plan.Person{{Name: "西 花子", Position: "係長", Contacts: []plan.Contact{{Medium: plan.Mobile, Address: "090-0000-1234"}}}}})
	p.Procedures = append(p.Procedures, &plan.Procedure{Name: "paper", Title: "紙による受付", Stage: plan.InitialResponse, Steps: []*plan.Step{
		{Name: "begin", Title: "紙台帳を出す", Role: "window", Due: 30 * time.Minute, OnlyIf: written("system.resident_records.down && power.lost"), Links: []plan.Link{
			{Title: "手引き", To: "https://intra.example/paper"}, {Title: "台帳", To: "3番の棚"}, {Title: "罠", To: "javascript:alert(1)"},
		}},
		{Name: "other", Title: "別の手順", OnlyIf: written("system.resident_records_test.down")},
	}})
	sys.Maintenance = append(sys.Maintenance, &plan.Maintenance{Name: "yearly", Title: "法定停電", Starts: a.now.Add(24 * time.Hour), Ends: a.now.Add(26 * time.Hour)})
	reader, operator := a.body("", "/systems/resident_records", "ja"), a.body(access.Operator, "/systems/resident_records", "ja")
	lacks(t, "the page", reader, "証明書の交付", "市民課窓口", "1日12時間", "紙台帳を出す", "30分以内", "窓口班", "西 花子", "係長", "3番の棚",
		`href="https://intra.example/paper"`, "法定停電", "11月21日(土)15:10", "UPS-A", "200 W / 220 VA")
	holds(t, "the page", reader, "別の手順", "090-0000-1234", `href="javascript`)
	lacks(t, "the page of an operator", operator, "携帯", "090-0000-1234")
	a.sit = func(s *rules.Situation) {
		s.Power.UtilityLost, s.Power.UtilityLostAt = true, a.now.Add(-time.Hour)
		for _, l := range s.Power.Loads {
			l.EndsAt, l.EndsReason = a.now.Add(2*time.Hour), supply.ForHorizon
		}
	}
	lacks(t, "the page in a blackout", a.body("", "/systems/resident_records", "ja"), "17:10:00(停電から3時間)。理由: 燃料節約")
}

// Nobody is promised what nobody knows.
func TestVerdictInWords(t *testing.T) {
	t.Parallel()
	a := storied(t)
	soon, late := a.now.Add(time.Hour), a.now.Add(3*time.Hour)
	for want, o := range map[string]rules.OutageFacts{
		"期限はありません。":                          {Verdict: rules.OnTrack},
		"期限 18:10:00 までに復旧する見込みです。":          {Verdict: rules.OnTrack, Deadline: late, ProjectedEnd: soon},
		"期限は 18:10:00 です。いつ復旧するかは分かっていません。":  {Verdict: rules.OnTrack, Deadline: late},
		"復旧見込み 18:10:00 が期限 16:10:00 より後です。": {Verdict: rules.AtRisk, Risk: rules.RiskLate, Deadline: soon, ProjectedEnd: late},
		"復旧見込みより先、16:10:00 に電源が切れます。":        {Verdict: rules.AtRisk, Risk: rules.RiskPower, SupplyEndsAt: soon, ProjectedEnd: late, Deadline: late},
		"期限 14:10:00 を過ぎています。":               {Verdict: rules.Missed, Deadline: a.now.Add(-time.Hour)},
	} {
		a.sit = func(s *rules.Situation) {
			o.FirstBadAt, o.Start, o.Reason = a.now, a.now, "timeout"
			s.System("mail").State, s.System("mail").Outage = rules.Down, &o
		}
		lacks(t, want, a.body("", "/systems/mail", "ja"), want)
	}
}

func TestUnknownSystem(t *testing.T) {
	t.Parallel()
	a := storied(t)
	for path, want := range map[string]string{"resident_recods": "住民記録", "..%2Fplan": "", "%00%ff": "", strings.Repeat("x", 5000): ""} {
		w := a.get("", "/systems/"+path, "ja")
		if w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), want) || !strings.Contains(w.Body.String(), "<h1") {
			t.Errorf("%.40s: %d %.400s", path, w.Code, w.Body)
		}
	}
}

// A reload makes the plan newer than the Situation, or a system go.
func TestPlanAndSituationDiffer(t *testing.T) {
	t.Parallel()
	a := storied(t)
	a.sit = func(s *rules.Situation) {
		s.Systems = slices.DeleteFunc(s.Systems, func(f *rules.SystemFacts) bool { return f.Name == "resident_records" })
		s.Systems = append(s.Systems, &rules.SystemFacts{
			Name: "gone", Title: "廃止システム", State: rules.Down, DependsOn: []string{"missing"}, Causes: []string{"missing"}, Affects: []string{"tax"},
			Outage: &rules.OutageFacts{Start: a.now.Add(-time.Hour), FirstBadAt: a.now.Add(-time.Hour), Verdict: rules.OnTrack, Reason: "timeout"},
			Checks: []*rules.CheckFacts{{Name: "old", State: rules.Down}},
		})
	}
	lacks(t, "a new system", a.body(access.Operator, "/systems/resident_records", "ja"), "まもなく判定します", "確認前")
	lacks(t, "a system that went", a.body(access.Operator, "/systems/gone", "ja"), "現在の計画にはない", "廃止システム", "/act/ack")
	lacks(t, "the list", a.body("", "/systems", "ja"), "廃止システム")
}

// A name that the plan's own language would not allow stays one segment of the path.
func TestNamesAreEscaped(t *testing.T) {
	t.Parallel()
	a := storied(t)
	name := `a/b?c#d"<e>`
	a.sit = func(s *rules.Situation) {
		s.Systems = append(s.Systems, &rules.SystemFacts{Name: name, Title: "odd", State: rules.Up})
	}
	body := a.body("", "/systems", "ja")
	href := "/systems/" + url.PathEscape(name)
	lacks(t, "the list", body, `href="`+strings.ReplaceAll(href, "&", "&amp;")+`"`)
	lacks(t, "its page", a.body("", href, "ja"), "odd")
}

func TestHostileSystem(t *testing.T) {
	t.Parallel()
	a := storied(t)
	long := strings.Repeat(hostile, 4000)
	a.others[0].Text, a.others[0].Check, a.others[0].Reason = long, long, hostile
	a.sit = func(s *rules.Situation) {
		sys := s.System("resident_records")
		sys.Title, sys.Owner, sys.Site, sys.Alternative = long, long, long, long
		sys.Checks[0].Error, sys.Checks[0].Kind, sys.Checks[0].Reason = long, long, hostile
		sys.Checks[0].Values = map[string]float64{}
		for i := range 500 {
			sys.Checks[0].Values[fmt.Sprint(hostile, i)] = 1
			sys.Checks[0].Phases = append(sys.Checks[0].Phases, rules.PhaseFacts{Name: long, Seconds: 1})
		}
		sys.Outage.Text, sys.Outage.AcknowledgedBy, sys.Outage.AcknowledgedWhy, sys.Outage.Allowance = long, long, long, long
		sys.Maintenance = &rules.Window{Title: long, To: a.now}
	}
	for _, path := range []string{"/systems/resident_records?range=" + url.QueryEscape(hostile), "/systems?q=" + url.QueryEscape(hostile) + "&site=%3Cb%3E", "/systems/core_switch"} {
		body := a.body(access.Operator, path, "ja")
		if len(body) > 200<<10 {
			t.Errorf("%.30s has %d bytes", path, len(body))
		}
		for _, tag := range regexp.MustCompile(`<(script|img|b>)[^>]*>`).FindAllString(body, -1) {
			if !regexp.MustCompile(`^<script src="/assets/[a-z]+\.[0-9a-f]{8}\.js" defer>$|^<b>`).MatchString(tag) {
				t.Errorf("a text has become markup: %s", tag)
			}
		}
		if strings.Contains(body, "style=") || regexp.MustCompile(`\son[a-z]+="`).MatchString(body) {
			t.Errorf("%.30s has inline style or script", path)
		}
	}
}

// 25 outages stand on three pages, the newest first.
func TestOutagesArePaged(t *testing.T) {
	t.Parallel()
	a := storied(t)
	a.others = nil
	for i := range 25 {
		at := a.clock("14:00").Add(-time.Duration(i) * time.Hour)
		a.others = append(a.others, rules.PastOutage{ID: fmt.Sprintf("o%02d", i), System: "mail", Start: at, FirstBadAt: at, EndedAt: at.Add(time.Minute), Elapsed: 60, Met: new(true), Reason: "timeout"})
	}
	ids := regexp.MustCompile(`id="outage-(o\d+)"`)
	for page, want := range map[string][2]string{"1": {"o00", "o09"}, "2": {"o10", "o19"}, "3": {"o20", "o24"}, "4": {"o20", "o24"}, "x": {"o00", "o09"}} {
		found := ids.FindAllStringSubmatch(a.body("", "/systems/mail?page="+page, "ja"), -1)
		if len(found) == 0 || found[0][1] != want[0] || found[len(found)-1][1] != want[1] {
			t.Errorf("page %s has %v", page, found)
		}
	}
	lacks(t, "page 2", a.body("", "/systems/mail?page=2&range=7d", "ja"), `href="/systems/mail?page=1&amp;range=7d#outages"`, `href="/systems/mail?page=3&amp;range=7d#outages"`, "2 / 3")
}

// What a page reads of the journal is bounded, and picked by subject and kind.
func TestPastIsReadBySubject(t *testing.T) {
	t.Parallel()
	a := storied(t)
	a.plan.System("resident_records").UpWhen = 1
	a.plan.System("resident_records").Checks = append(a.plan.System("resident_records").Checks, &plan.Check{Name: "second", Kind: "scripted"})
	a.asked = &[]journal.Query{}
	a.body("", "/systems/resident_records?range=90d", "ja")
	if len(*a.asked) != 4 {
		t.Errorf("%d queries", len(*a.asked))
	}
	for _, q := range *a.asked {
		if q.Limit == 0 || q.Limit > 1 && (q.Subject == "" || len(q.Kinds) == 0) {
			t.Errorf("%+v", q)
		}
	}
}

func TestUnreadableJournal(t *testing.T) {
	t.Parallel()
	a := storied(t)
	a.fails = errDisk
	body := a.body("", "/systems/resident_records", "ja")
	lacks(t, "the page", body, "記録を読めない", "x509", "再停止2回")
	holds(t, "the page", body, `class="strip"`)
}

func TestValueText(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		v    float64
		want string
	}{
		{"rtt_avg_seconds", .0123, "12 ms"}, {"rtt_avg_seconds", .00081, "0.8 ms"}, {"lag_seconds", 1.5, "1.5 s"}, {"heartbeat_age_seconds", 3600, "3600 s"},
		{"loss_ratio", .3333, "33.3 %"}, {"disk_used_ratio_root", .91, "91 %"}, {"disk_used_ratio/var", .5, "50 %"}, {"memory_available_bytes", 1536, "1.5 KiB"},
		{"certificate_days", 9.04, "9 d"}, {"files_total", 3, "3"}, {"temperature", 41.25, "41.25"}, {"free_bytes", -1, "-1"}, {"huge", 1e20, "1e+20"},
	} {
		if got := valueText(test.name, test.v); got != test.want {
			t.Errorf("%s = %v reads %q, want %q", test.name, test.v, got, test.want)
		}
	}
}

// 99.9999 % is not all of it.
func TestPercentIsRoundedDown(t *testing.T) {
	t.Parallel()
	for ratio, want := range map[float64]string{1: "100 %", .999999: "99.999 %", .99: "99 %", 0: "0 %", 1. / 3: "33.333 %"} {
		if got := percentText(ratio); got != want {
			t.Errorf("%v reads %q, want %q", ratio, got, want)
		}
	}
}

func TestPhaseBars(t *testing.T) {
	t.Parallel()
	bars := phaseBars([]rules.PhaseFacts{{Name: "a", Seconds: 1}, {Name: "b", Seconds: 3}})
	want := []phaseBar{{"phase0", "a", "1 s", 0, 25}, {"phase1", "b", "3 s", 25, 75}}
	if diff := cmp.Diff(want, bars); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if none := phaseBars([]rules.PhaseFacts{{Name: "a"}}); none[0].Width != 0 {
		t.Errorf("%+v", none)
	}
}
