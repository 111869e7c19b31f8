package console

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/agent/access"
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

// responsePaths are the pages of the response and of the chronology, at a response in full swing.
func responsePaths(h *hall) []string {
	return []string{
		"/response", "/response?print", "/response/callout", "/response/callout?threat=incident", "/response/callout?print",
		"/response/survey", "/response/survey?site=main_hall&item=building", "/response/survey?print",
		"/response/report", "/response/report/" + h.last(journal.KindReportIssued).ID, "/response/report?print",
		"/timeline", "/timeline?order=oldest&kind=people", "/timeline?print",
		"/timeline/" + h.last(journal.KindStageMoved).ID, "/timeline/" + h.last(journal.KindPlanLoaded).ID,
	}
}

// Every page says all that it says in both languages, and nothing twice: an id names one thing.
func TestResponsePagesInBothLanguages(t *testing.T) {
	t.Parallel()
	h := quakeHall(t)
	for _, path := range responsePaths(h) {
		for _, lang := range []string{"ja", "en"} {
			for _, role := range []access.Role{access.Operator, access.Viewer} {
				w := h.ask(role, path, lang)
				body, what := w.Body.String(), lang+" "+path
				if refused := role != access.Operator && strings.Contains(path, "callout"); (w.Code == http.StatusForbidden) != refused || w.Code >= 500 {
					t.Errorf("%s for a %s: %d", what, role, w.Code)
				}
				if found := regexp.MustCompile(`\b(console|sitrep|steps|survey|csv|calls)_[a-z_]+\b`).FindString(stripNames(body)); found != "" {
					t.Errorf("%s says %s", what, found)
				}
				holds(t, what, body, "<no value>", "%!", "style=", "ZgotmplZ")
				if n := strings.Count(body, "<h1"); n != 1 {
					t.Errorf("%s has %d headings of the first order", what, n)
				}
				onlyOnce(t, what, body)
			}
		}
	}
}

// stripNames takes out of a page what is no text: attributes, and names of fields of records.
func stripNames(body string) string {
	return regexp.MustCompile(`<code[^>]*>[^<]*</code>|<[^>]*>`).ReplaceAllString(body, " ")
}

func onlyOnce(t *testing.T, what, body string) {
	t.Helper()
	seen := map[string]bool{}
	for _, m := range regexp.MustCompile(`\sid="([^"]*)"`).FindAllStringSubmatch(body, -1) {
		if seen[m[1]] {
			t.Errorf("%s names two things %q", what, m[1])
		}
		seen[m[1]] = true
	}
}

// contact is a telephone number or an address of mail of the plan.
var contact = regexp.MustCompile(`090-?0000|000-000-00|8816|@city\.asagiri|takahashi|管財1`)

// Contacts are personal data: nobody but an operator finds one anywhere, and nobody but an operator
// finds a form.
func TestReadersSeeNeitherContactsNorForms(t *testing.T) {
	t.Parallel()
	h := quakeHall(t)
	paths := append(responsePaths(h), "/timeline.csv", "/timeline.md", "/response/callout?threat=nonsense")
	for _, e := range h.log {
		paths = append(paths, "/timeline/"+e.ID)
	}
	for _, role := range []access.Role{"", access.Viewer} {
		for _, path := range paths {
			body := h.ask(role, path, "ja").Body.String()
			if found := contact.FindString(body); found != "" {
				t.Errorf("%s shows %s to a %q", path, found, role)
			}
			for _, form := range regexp.MustCompile(`<form[^>]*action="/act/[^>]*>`).FindAllString(body, -1) {
				t.Errorf("%s shows %s to a %q", path, form, role)
			}
		}
	}
	reader := h.ask("", "/response/callout", "ja")
	if reader.Code != http.StatusForbidden {
		t.Errorf("a reader of the call list gets %d", reader.Code)
	}
	lacks(t, "what a reader of the call list gets", reader.Body.String(), "個人情報", "keizoku open", "/signin?return=")
	for _, path := range responsePaths(h) { // to an operator, the call list alone
		found := contact.FindString(h.ask(access.Operator, path, "ja").Body.String())
		if (found != "") != strings.HasPrefix(path, "/response/callout") {
			t.Errorf("%s shows an operator %q", path, found)
		}
	}
}

func TestDecisionAndItsReasons(t *testing.T) {
	t.Parallel()
	h := quakeHall(t)
	body := h.page(access.Operator, "/response", "ja")
	lacks(t, "the page", body,
		`<section id="decision" class="establish_posture">`, "<b>ICT業務継続体制の確立</b>",
		"優先システム3件が停止(基準は3件以上): ", "住民記録システム", `id="criterion-short_power" class="not"`, "threat.declared = true",
		`id="outlook-resident_records"`, "市内で震度6弱以上を観測したとき", "安藤 務",
	)
	if strings.Index(body, `id="criterion-threat_declared"`) > strings.Index(body, `id="criterion-short_power"`) {
		t.Error("what does not hold comes before what holds")
	}
	h.at("16:31")
	h.state.Judged.Since = h.clock("14:46")
	if !strings.Contains(h.page("", "/response", "en"), "(since 14:46)") {
		t.Error("the page does not say since when it is recommended")
	}
}

// A reason of the plan's own is told with its expression and numbers; one that cannot be judged, or
// has just ceased, says so.
func TestReasonsThatAreNoPlainYes(t *testing.T) {
	t.Parallel()
	p := &responsePage{view: hallView(t)}
	for _, c := range []struct {
		name string
		r    rules.ReasonFacts
		want string
	}{
		{"holds", rules.ReasonFacts{Holds: true}, "該当"},
		{"does not", rules.ReasonFacts{}, "非該当"},
		{"unjudged", rules.ReasonFacts{Holds: true, Unjudged: "power.lost is not known"}, "判定不能"},
		{"kept", rules.ReasonFacts{Holds: true, KeptUntil: p.At.Add(time.Minute)}, "解消直後"},
	} {
		if got := p.Verdict(&c.r); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	used := []plan.Used{{Name: "a.hours", Value: 31.50}, {Name: "a.lost", Value: nil}, {Name: "a.on", Value: true}, {Name: "a.all", Value: []any{"x", 2.0}}}
	want := []string{"a.hours = 31.5", "a.lost = 不明", "a.on = true", "a.all = [x 2]"}
	if got := p.Used(&rules.ReasonFacts{Used: used}); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// hallView is the view of an ordinary page of the hall.
func hallView(t *testing.T) *view {
	t.Helper()
	h := quakeHall(t)
	var seen *view
	c := &console{agent: h}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "/response", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept-Language", "ja")
	seen = c.view(r, page{name: "response", title: "console_response_title"})
	return seen
}

// The moves of the stage are told newest first, with who, when and why; the one that was taken back
// is marked, and the one to take back next is the newest that stands.
func TestMovesAndTheirUndoing(t *testing.T) {
	t.Parallel()
	h := quakeHall(t)
	body := h.page(access.Operator, "/response", "ja")
	lacks(t, "the page", body, "誤報でした", "停止許容時間を超えるおそれ", "佐藤 一郎 / u501", `class="taken"`, "(推奨と異なる判断)", "(取消済)")
	if strings.Index(body, "誤報でした") > strings.Index(body, "震度6弱。停電") {
		t.Error("the moves do not begin with the newest")
	}
	undo := regexp.MustCompile(`(?s)<details class="screen" id="undo">.*?</details>`).FindString(body)
	lacks(t, "the form of undoing", undo, "停止許容時間を超えるおそれ", `name="undo" value="true"`, `name="from" value="continuity_response"`, `name="by" required`, `name="why" required`)
	holds(t, "the form of undoing", undo, "誤報でした", "復旧したとの報告")
}

func TestNextStages(t *testing.T) {
	t.Parallel()
	for _, stage := range plan.Stages {
		for _, establish := range []bool{false, true} {
			next := nextStages(stage, establish)
			if slices.Contains(next, stage) || len(next) < 2 || stage == plan.Monitoring && slices.Contains(next, plan.StoodDown) {
				t.Errorf("from %s one moves to %v", stage, next)
			}
		}
	}
	for _, c := range []struct {
		stage plan.Stage
		r     plan.Recommendation
		want  plan.Stage
	}{
		{"", plan.Normal, ""},
		{plan.Monitoring, plan.OrdinaryFailure, ""},
		{plan.Monitoring, plan.EstablishPosture, plan.InitialResponse},
		{plan.InitialResponse, plan.EstablishPosture, plan.ContinuityResponse},
		{plan.InitialResponse, plan.OrdinaryFailure, ""},
		{plan.ContinuityResponse, plan.EstablishPosture, ""},
		{plan.ContinuityResponse, plan.Normal, plan.StoodDown},
		{plan.StoodDown, plan.EstablishPosture, plan.InitialResponse},
		{plan.StoodDown, plan.Normal, ""},
	} {
		p := &responsePage{view: &view{Situation: &rules.Situation{Stage: c.stage, Decision: rules.DecisionFacts{Recommendation: c.r}}}}
		if got := p.Calling(); got != c.want {
			t.Errorf("%q, %s: %q, want %q", c.stage, c.r, got, c.want)
		}
	}
}

// The forms send what the actions read, and nothing that cannot be.
func TestFormsOfTheResponse(t *testing.T) {
	t.Parallel()
	calm := calmHall(t)
	body := calm.page(access.Operator, "/response", "ja")
	lacks(t, "an ordinary day", body, `action="/act/stage"`, `action="/act/declare"`, `type="datetime-local" name="onset"`, "まだ段階を動かしていません", "進行中の手順はありません")
	holds(t, "an ordinary day", body, `action="/act/ordinary"`, `action="/act/end"`, `id="undo"`, `action="/act/step"`)
	calm.at("14:10")
	calm.fail("tax")
	calling := regexp.MustCompile(`(?s)<select name="to" required>.*?</select>`)
	if to := calling.FindString(calm.page(access.Operator, "/response", "ja")); !strings.Contains(to, `<option value=""></option>`) {
		t.Errorf("an ordinary failure chooses a stage: %s", to)
	}
	lacks(t, "an ordinary failure", calm.page(access.Operator, "/response", "ja"), `action="/act/ordinary"`, "通常のシステム障害として扱う")
	calm.do("井上 誠", rules.ChooseOrdinary{Why: "一台だけ"})
	body = calm.page(access.Operator, "/response", "ja")
	lacks(t, "a choice", body, `name="withdraw" value="true"`, "一台だけ")
	holds(t, "a choice", body, `id="ordinary"`)

	body = quakeHall(t).page(access.Operator, "/response", "ja")
	lacks(t, "the response", body, `action="/act/end"`, `name="threat" value="disaster"`)
	holds(t, "the response", body, `id="ordinary"`) // the posture is established
	to := calling.FindString(body)
	// nothing is to be moved now, so nothing is chosen beforehand
	if !strings.HasPrefix(to, `<select name="to" required><option value=""></option><option value="stood_down">`) || strings.Contains(to, "continuity") {
		t.Errorf("to move to: %s", to)
	}
}

func TestChecklists(t *testing.T) {
	t.Parallel()
	h := quakeHall(t)
	for _, s := range []string{"quake_initial.generator", "quake_initial.machine_room"} {
		h.plan = dropStep(t, h.plan, s)
	}
	body := h.page(access.Operator, "/response", "ja")
	row := func(id string) string {
		t.Helper()
		found := regexp.MustCompile(`(?s)<tr id="step-` + regexp.QuoteMeta(id) + `".*?</tr>`).FindString(body)
		if found == "" {
			t.Fatalf("no step %s", id)
		}
		return found
	}
	done := row("quake_initial.safety")
	lacks(t, "a step that is done", done, `class="done"`, "☑", "15:05", "u501", "負傷者なし", `name="undo" value="true"`, "職員と来庁者の安全確認")
	holds(t, "a step that is done", done, "overdue", "data-until", "完了にする")
	late := row("quake_initial.contractors")
	lacks(t, "an overdue step", late, `class="open overdue"`, "☐", "期限超過", "15:25", "data-until=", "−01:05", "保守業者連絡先一覧", "緊急持出ファイル 第5章", "サーバー・ネットワーク班", `name="note_only" value="true"`)
	undone := row("quake_continuity.order")
	lacks(t, "a step that was taken back", undone, `class="open overdue"`, "まだでした", "16:12")
	lacks(t, "a step that the plan has lost", row("quake_initial.machine_room"), "その後計画から削除されました")
	lacks(t, "a step with a condition", row("quake_continuity.shedding"), "条件 power.lost")
	lacks(t, "the page", body, "完了 1、未完了", "うち期限超過")
	reader := h.page("", "/response", "ja")
	lacks(t, "the page of a reader", reader, `class="open overdue"`, "☑")
	holds(t, "the page of a reader", reader, "完了にする", "<button>")
}

// dropStep is the plan without one of its steps.
func dropStep(t *testing.T, p *plan.Plan, id string) *plan.Plan {
	t.Helper()
	dropped := *p
	dropped.Procedures = nil
	for _, q := range p.Procedures {
		less := *q
		less.Steps = slices.DeleteFunc(slices.Clone(q.Steps), func(s *plan.Step) bool { return q.ID(s) == id })
		dropped.Procedures = append(dropped.Procedures, &less)
	}
	return &dropped
}

// A plan that comes into force while people respond is told; one that was only loaded again is not.
func TestPlanThatChangesDuringTheResponse(t *testing.T) {
	t.Parallel()
	h := quakeHall(t)
	h.write(journal.PlanLoaded{Name: "asagiri", Version: "3.1", Hash: h.plan.Hash})
	if strings.Contains(h.page("", "/response", "ja"), `id="plan-changes"`) {
		t.Error("a plan that was only loaded again is told as a change")
	}
	h.write(journal.PlanLoaded{Name: "asagiri", Version: "3.2", Hash: "beef"})
	lacks(t, "the page", h.page("", "/response", "ja"), `id="plan-changes"`, "対応中に計画が変わりました", "3.2")
}

// The journal may fail while people respond: what the Situation knows is still shown.
func TestResponseWithoutJournal(t *testing.T) {
	t.Parallel()
	h := quakeHall(t)
	h.fails = errDisk
	for _, path := range []string{"/response", "/response/callout", "/response/survey", "/response/report"} {
		lacks(t, path, h.page(access.Operator, path, "ja"), "朝霧市")
	}
	if w := h.ask("", "/timeline", "ja"); w.Code != http.StatusInternalServerError || !strings.Contains(w.Body.String(), "表示できません") {
		t.Errorf("the chronology answers %d", w.Code)
	}
}

func TestHostileTextsInTheResponse(t *testing.T) {
	t.Parallel()
	h := quakeHall(t)
	nasty := hostile + strings.Repeat("長", 900)
	h.do(nasty[:150], rules.AddNote{Text: nasty})
	h.do("", rules.MarkStep{Step: "contractors", Note: nasty})
	h.do("", rules.AnswerSurvey{Site: "main_hall", Item: "photo", Note: nasty})
	h.do("", rules.RecordCall{Role: "server_team", Person: "高橋 健", Result: journal.Reached, Note: nasty})
	h.do("佐藤 一郎", rules.IssueReport{Remarks: nasty, Text: nasty})
	h.plan.Title, h.plan.Threats[0].Title, h.plan.Roles[0].Title, h.plan.Procedures[0].Title = nasty, nasty, nasty, nasty
	h.plan.Systems[0].Title, h.plan.Sites[0].Title, h.plan.Roles[0].People[0].Contacts[0].Address = nasty, nasty, `1"><script>alert(1)</script>`
	h.plan.Postures[0].Title, h.plan.Postures[0].Conditions = nasty, []string{nasty}
	paths := append(responsePaths(h), "/timeline/"+h.last(journal.KindNoteAdded).ID, "/timeline?q=%3Cscript%3Ealert(9)%3C/script%3E&from=%3Cimg%3E&system=%22%3E")
	for _, path := range paths {
		body := h.ask(access.Operator, path, "ja").Body.String()
		for _, tag := range regexp.MustCompile(`<(script|img)[^>]*>`).FindAllString(body, -1) {
			if !regexp.MustCompile(`^<script src="/assets/[a-z]+\.[0-9a-f]{8}\.js" defer>$`).MatchString(tag) {
				t.Errorf("%s: a text has become markup: %s", path, tag)
			}
		}
		for _, r := range body {
			if r == '\u202e' || r == '\x1b' || r == 0 {
				t.Fatalf("%s: %U reaches the page", path, r)
			}
		}
		holds(t, path, body, "javascript:", `href="tel:1"`)
	}
}
