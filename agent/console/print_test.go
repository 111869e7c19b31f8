package console

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/keizoku-bcp/keizoku/agent/access"
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
	"github.com/keizoku-bcp/keizoku/rules/alert"
)

func (h *hall) OpenAlerts() []alert.Standing { return nil }
func (h *hall) Outages() []rules.PastOutage  { return nil }

// papers are the pages that people print.
var papers = [...]string{
	"/", "/systems", "/systems/resident_records", "/power", "/response", "/response/callout", "/response/survey", "/response/report",
	"/timeline", "/inspection", "/plan", "/print/all",
}

// What is printed says when, runs no script, counts nothing down, and has nothing folded in but what
// only a screen can use.
func TestPagesForPaper(t *testing.T) {
	t.Parallel()
	h := quakeHall(t)
	folds := regexp.MustCompile(`<details[^>]*>`)
	for _, path := range papers {
		for lang, printed := range map[string]string{"ja": "令和8年11月20日(金)16時30分", "en": "Fri 20 Nov 2026 16:30"} {
			body := h.page(access.Operator, path+"?print=1", lang)
			lacks(t, path, body, printed, `<link rel="stylesheet" href="/print/foot.css?at=`, `media="all"`)
			holds(t, path, body, "<script", "http-equiv", "data-until", "data-since", "<no value>")
			for _, fold := range folds.FindAllString(body, -1) {
				if !strings.Contains(fold, " open") && !strings.Contains(fold, "screen") && !strings.Contains(fold, "<details>") {
					t.Errorf("%s: %s is folded", path, fold)
				}
			}
		}
	}
}

// Paper is read on other days: a time without its day would be taken for one of them.
func TestTimesOnPaperHaveTheirDay(t *testing.T) {
	t.Parallel()
	h := quakeHall(t)
	row := between(t, h.page("", "/?print=1", "ja"), `id="system-virtual_base"`, "</tr>")
	lacks(t, "a system on paper", row, `<td class="time">11月20日(金)14:45</td>`, "11月20日(金)20:45")
	holds(t, "a system on paper", row, "<progress")
	screen := between(t, h.page("", "/", "ja"), `id="system-virtual_base"`, "</tr>")
	lacks(t, "a system on the screen", screen, "data-until", "<progress")
}

// What is left of emergency power is told on paper as until when, with the day.
func TestPowerOnPaperTellsUntilWhen(t *testing.T) {
	t.Parallel()
	h := quakeHall(t)
	h.blackout()
	for lang, want := range map[string][2]string{"ja": {"、非常用電源の残り ", "、非常用電源は 11月"}, "en": {", emergency power left ", ", emergency power until "}} {
		screen, printed := h.page("", "/power", lang), h.page("", "/power?print=1", lang)
		lacks(t, lang+" on the screen", screen, want[0])
		lacks(t, lang+" on paper", printed, want[1])
		holds(t, lang+" on paper", printed, want[0])
	}
}

// The binder has every part of the plan and of how things stand, and its contents name them.
func TestBinder(t *testing.T) {
	t.Parallel()
	h := quakeHall(t)
	body := h.page(access.Operator, "/print/all", "ja")
	contents := between(t, body, `<ol class="contents">`, "</ol>")
	anchors := regexp.MustCompile(`href="#([^"]+)"`).FindAllStringSubmatch(contents, -1)
	if len(anchors) != 11 {
		t.Errorf("%d parts: %s", len(anchors), contents)
	}
	for _, anchor := range anchors {
		if strings.Count(body, `id="`+anchor[1]+`"`) != 1 {
			t.Errorf("the contents lead to %s, which is not there", anchor[1])
		}
	}
	lacks(t, "the cover", between(t, body, `class="cover"`, "</section>"), "朝霧市 ICT業務継続計画 第3.1版", "2026年4月1日", "令和8年11月20日(金)16時30分", "個人情報を含みます", "main_hall")
	for _, threat := range []string{"disaster", "incident"} {
		lacks(t, threat, body, `id="part-call-`+threat+`"`, `id="`+threat+`-role-it_lead"`)
	}
	for _, role := range h.plan.Roles {
		for _, person := range role.People {
			for _, contact := range person.Contacts {
				lacks(t, person.Name, body, contact.Address)
			}
		}
	}
	for _, q := range h.plan.Procedures {
		list := between(t, body, `id="procedure-`+q.Name+`"`, "</section>")
		if boxes := strings.Count(list, "☐"); boxes != len(q.Steps)+2 {
			t.Errorf("%s has %d boxes for %d steps", q.Name, boxes, len(q.Steps))
		}
	}
	for _, s := range h.plan.Systems {
		lacks(t, s.Name, body, `id="plan-`+s.Name+`"`, `id="system-`, s.Title)
	}
	lacks(t, "the binder", body, "単線結線図", "切る順", "優先業務", "判断基準", "業務継続の判断", `<td class="time">11月20日(金)14:45</td>`)
	ids := map[string]bool{}
	for _, id := range regexp.MustCompile(` id="([^"]*)"`).FindAllStringSubmatch(body, -1) {
		if ids[id[1]] {
			t.Errorf("two elements are %s", id[1])
		}
		ids[id[1]] = true
	}
	if strings.Count(body, "<h1") != 1 || strings.Count(body, "<main") != 1 {
		t.Error("the binder has more than one heading of the first order, or main part")
	}
}

// The sheets of the binder are to be filled in: what was seen today stands elsewhere.
func TestSheetsOfTheBinderAreBlank(t *testing.T) {
	t.Parallel()
	h := quakeHall(t)
	sheet := between(t, h.page(access.Operator, "/print/all", "ja"), `id="sheet-main_hall"`, "</section>")
	holds(t, "the sheet", sheet, "ラックが10cm移動", "一部支障</b>", "監視で分かること", "未確認")
	lacks(t, "the sheet", sheet, "□異常なし", "□一部支障", "確認者 ____", "屋上発電機", "住民記録システム")
}

// Contacts are for operators alone, on paper too.
func TestBinderOfAReaderHasNoContacts(t *testing.T) {
	t.Parallel()
	h := quakeHall(t)
	for _, role := range []access.Role{"", access.Viewer} {
		body := h.page(role, "/print/all", "ja")
		for _, r := range h.plan.Roles {
			for _, person := range r.People {
				lacks(t, "the plan", body, person.Name)
				for _, contact := range person.Contacts {
					holds(t, "the binder of a reader", body, contact.Address)
				}
			}
		}
		lacks(t, "the binder of a reader", body, "連絡先は含みません")
		holds(t, "the binder of a reader", body, "part-call-", "個人情報を含みます")
	}
}

// A small plan has a small binder.
func TestBinderWithoutPowerAndPostures(t *testing.T) {
	t.Parallel()
	f := city(t)
	f.situation.Power = nil
	w := ask(t, f, "/print/all", "ja")
	if w.Code != http.StatusOK {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	holds(t, "the binder", w.Body.String(), "part-power", "part-postures", "part-procedures", "part-loads")
	lacks(t, "the binder", w.Body.String(), "題:records", "part-systems", "part-survey")
}

// Every sheet bears at its foot which plan it is, whose, and when it was printed.
func TestFootOfSheets(t *testing.T) {
	t.Parallel()
	h := quakeHall(t)
	address := regexp.MustCompile(`/print/foot\.css\?[^"]*`).FindString(h.page("", "/plan?print=1&lang=en", "ja"))
	w := h.ask("", strings.ReplaceAll(address, "&amp;", "&"), "ja")
	if kind := w.Header().Get("Content-Type"); w.Code != http.StatusOK || kind != "text/css; charset=utf-8" {
		t.Fatalf("%d %s", w.Code, kind)
	}
	lacks(t, "the foot", w.Body.String(), "@bottom-left", `3\2e 1`, `printed Fri 20 Nov 2026 16\3a 30`, `main\5f hall`)
	for _, at := range []string{"", "0", "99999999999999", "-1", "x"} { // no time of another day can be put there
		lacks(t, at, h.ask("", "/print/foot.css?lang=ja&at="+at, "").Body.String(), `令和8年11月20日\28 金\29 16時30分`)
	}
}

// No text can leave the string that it stands in.
func TestFootOfAHostilePlan(t *testing.T) {
	t.Parallel()
	f := city(t)
	f.situation.Plan.Title = `";} body{display:none} @import url(//evil.example) \` + "\n</style><script>" + hostile
	f.situation.Agent.Name = "\\\"\n}*/"
	css := ask(t, f, "/print/foot.css", "ja").Body.String()
	inner := between(t, css, `content: "`, `"; font-size`)
	if !regexp.MustCompile(`^(?:[^"\\<\n]|\\[0-9a-f]+ )*$`).MatchString(inner) || strings.Count(css, `"`) != 2 || strings.Contains(css, "{display") {
		t.Errorf("a text has got out: %s", css)
	}
}

// The binder's style has that of each of its parts, for that part alone.
func TestStyleOfTheBinder(t *testing.T) {
	t.Parallel()
	files := readAssets()
	css := string(files.byAddress[files.Of("print_all.css")].plain)
	for _, part := range printParts["print_all"] {
		lacks(t, "the style", css, ":where(.of-"+part+") {\n")
	}
	if strings.Count(css, "{") != strings.Count(css, "}") || strings.Contains(css, "@page") {
		t.Error("the style of the binder is broken")
	}
}

func TestHostileBinder(t *testing.T) {
	t.Parallel()
	h := quakeHall(t)
	nasty := hostile + strings.Repeat("長", 900)
	h.do("", rules.RecordCall{Role: "server_team", Person: "高橋 健", Result: journal.Reached, Note: nasty})
	h.plan.Title, h.plan.Owner, h.plan.Version, h.plan.Roles[0].Title, h.plan.Procedures[0].Title = nasty, nasty, nasty, nasty, nasty
	h.plan.Procedures[0].Steps[0].Links = []plan.Link{{Title: nasty, To: "javascript:alert(1)"}}
	h.plan.Postures[0].Conditions = []string{nasty}
	body := h.page(access.Operator, "/print/all", "ja")
	if tags := regexp.MustCompile(`<(script|img)[^>]*>`).FindAllString(body, -1); len(tags) > 0 {
		t.Errorf("a text has become markup: %q", tags)
	}
	if len(body) > 300<<10 || strings.ContainsAny(body, "\u202e\x1b\x00") || regexp.MustCompile(`href="javascript`).MatchString(body) {
		t.Errorf("a text is not inert, or not cut: %d bytes", len(body))
	}
}

// The binder is wanted most on the worst day: a disk that refuses keeps nothing else from it.
func TestBinderWithoutJournal(t *testing.T) {
	t.Parallel()
	h := quakeHall(t)
	h.fails = errDisk
	lacks(t, "the binder", h.page(access.Operator, "/print/all", "ja"), "part-call-disaster", "part-power", "住民記録システム")
}
