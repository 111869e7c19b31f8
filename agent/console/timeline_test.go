package console

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/agent/access"
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/rules"
)

func situationJSON(t *testing.T, s *rules.Situation) json.RawMessage {
	t.Helper()
	data, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

var rowID = regexp.MustCompile(`<tr id="event-(\d+)"`)

// seqs are the numbers of the records on a page, in its order.
func seqs(body string) []string {
	var all []string
	for _, m := range rowID.FindAllStringSubmatch(body, -1) {
		all = append(all, m[1])
	}
	return all
}

// noisy is a hall whose journal has so many notes more.
func noisy(t *testing.T, notes int) *hall {
	t.Helper()
	h := calmHall(t)
	for i := range notes {
		h.now = h.now.Add(time.Second)
		h.write(journal.NoteAdded{Text: fmt.Sprintf("メモ%d", i+1)})
	}
	return h
}

// follow goes from page to page by a link with the text, and returns the numbers on each.
func follow(t *testing.T, h *hall, path, text string) [][]string {
	t.Helper()
	link := regexp.MustCompile(`<a href="([^"]*)">` + regexp.QuoteMeta(text) + `</a>`)
	var pages [][]string
	for range 20 {
		body := h.page("", path, "ja")
		pages = append(pages, seqs(body))
		m := link.FindStringSubmatch(body)
		if m == nil {
			return pages
		}
		path = strings.ReplaceAll(m[1], "&amp;", "&")
	}
	t.Fatal("the pages do not end")
	return nil
}

func countDown(from, to int) []string {
	var all []string
	for i := from; i >= to; i-- {
		all = append(all, fmt.Sprint(i))
	}
	return all
}

// Every record stands on one page, in either direction, and the last page is not empty.
func TestTimelinePageByPage(t *testing.T) {
	t.Parallel()
	h := noisy(t, 248) // and two records of the agent
	if len(h.log) != 250 {
		t.Fatalf("%d records", len(h.log))
	}
	down := follow(t, h, "/timeline", "古い記録 →")
	if diff := cmp.Diff([][]string{countDown(250, 151), countDown(150, 51), countDown(50, 1)}, down); diff != "" {
		t.Errorf("newest first (-want +got):\n%s", diff)
	}
	up := follow(t, h, "/timeline?before=51", "← 新しい記録")
	if diff := cmp.Diff([][]string{countDown(50, 1), countDown(150, 51), countDown(250, 151)}, up); diff != "" {
		t.Errorf("back (-want +got):\n%s", diff)
	}
	oldest := follow(t, h, "/timeline?order=oldest", "← 新しい記録")
	for _, page := range oldest {
		slices.Reverse(page)
	}
	if diff := cmp.Diff([][]string{countDown(100, 1), countDown(200, 101), countDown(250, 201)}, oldest); diff != "" {
		t.Errorf("oldest first (-want +got):\n%s", diff)
	}
	h.now = h.now.Add(time.Second)
	h.write(journal.NoteAdded{Text: "later"})
	if got := len(follow(t, noisy(t, 198), "/timeline", "古い記録 →")); got != 2 {
		t.Errorf("200 records have %d pages", got)
	}
}

// A page reads little more than it shows, however long the journal is.
func TestTimelineReadsLittle(t *testing.T) {
	t.Parallel()
	h := noisy(t, 12_000)
	h.read = 0
	h.page("", "/timeline?before=9000", "ja")
	if h.read > 1500 {
		t.Errorf("%d records were read for a page", h.read)
	}
	h.read = 0
	body := h.page("", "/timeline?q=%E3%83%A1%E3%83%A21", "ja") // in half the lines
	if got := len(seqs(body)); got != timelineLines {
		t.Errorf("%d lines found", got)
	}
	h.read = 0
	body = h.page("", "/timeline?q=nowhere", "ja")
	if h.read > timelineSearch+2*maxBatch {
		t.Errorf("%d records were read for nothing", h.read)
	}
	lacks(t, "a search that was broken off", body, "該当する記録はありません", "まで探しました", "before=", "q=nowhere")
}

func TestTimelineFilters(t *testing.T) {
	t.Parallel()
	h := quakeHall(t)
	h.do("", rules.AddNote{Text: "ＬＡＮケーブルを交換", System: "tax", About: h.clock("16:00")})
	note := h.last(journal.KindNoteAdded)
	for _, c := range []struct {
		query string
		all   func(journal.Event) bool
		least int
	}{
		{"kind=outages", func(e journal.Event) bool {
			return e.Kind == journal.KindOutageOpened || e.Kind == journal.KindCheckFailed
		}, 3},
		{"kind=decisions", func(e journal.Event) bool {
			return slices.Contains([]journal.Kind{journal.KindStageMoved, journal.KindThreatDeclared, journal.KindRecommendationChanged}, e.Kind)
		}, 5},
		{"kind=people", func(e journal.Event) bool { return e.Actor != nil }, 12},
		{"kind=agent", func(e journal.Event) bool {
			return e.Kind == journal.KindAgentStarted || e.Kind == journal.KindPlanLoaded
		}, 2},
		{"kind=reports", func(e journal.Event) bool { return e.Kind == journal.KindReportIssued }, 1},
		{"system=tax", func(e journal.Event) bool { return e.Subject == "tax" }, 2},
		{"from=2026-11-20T16:05&to=2026-11-20T16:08", func(e journal.Event) bool { return e.At.Equal(h.clock("16:05")) }, 1},
		{"q=lan%E3%82%B1%E3%83%BC%E3%83%96%E3%83%AB", func(e journal.Event) bool { return e.ID == note.ID }, 1},
		{"q=%E8%AA%A4%E5%A0%B1+%E4%BD%90%E8%97%A4", func(e journal.Event) bool { m, ok := e.Payload.(journal.StageMoved); return ok && m.Undoes != "" }, 1},
		{"q=%E8%AA%A4%E5%A0%B1+%E4%BA%95%E4%B8%8A", func(journal.Event) bool { return false }, 0},
	} {
		found := seqs(h.page("", "/timeline?"+c.query, "ja"))
		if len(found) < c.least || c.least == 0 && len(found) > 0 {
			t.Errorf("%s: %d found", c.query, len(found))
		}
		for _, e := range h.log {
			if in := slices.Contains(found, fmt.Sprint(e.Seq)); in && !c.all(e) {
				t.Errorf("%s: %s #%d is found", c.query, e.Kind, e.Seq)
			}
		}
	}
	body := h.page("", "/timeline?kind=people&system=tax&from=2026-11-20T08%3A00&q=x", "ja")
	lacks(t, "a filter", body, `<option value="people" selected>`, `<option value="tax" selected>`, `name="from" value="2026-11-20T08:00"`, `name="q" value="x"`,
		"表示の条件: ", "職員の操作、2026年11月20日(金)08:00から、「x」を含む", `href="/timeline">条件を外す`)
	wrong := h.page("", "/timeline?kind=nonsense&from=yesterday&before=-3", "ja")
	lacks(t, "a filter that cannot be read", wrong, "「nonsense」は読み取れない", "「yesterday」は読み取れない", "「-3」は読み取れない", `id="event-1"`)
}

// Every kind of record belongs to a group by which it can be found.
func TestEveryKindIsInAGroup(t *testing.T) {
	t.Parallel()
	grouped := map[journal.Kind]bool{}
	for _, g := range kindGroups() {
		for _, kind := range g.kinds {
			grouped[kind] = true
		}
	}
	for _, kind := range journal.Kinds() {
		if !grouped[kind] {
			t.Errorf("no group has %s", kind)
		}
	}
}

// Lines stand where they happened, and say when they were noted if that was late; corrections and
// what they correct lead to each other, estimated times and exercises are marked.
func TestTimelineMarks(t *testing.T) {
	t.Parallel()
	h := quakeHall(t)
	h.do("伊藤 実", rules.AddNote{Text: "復電", About: h.clock("16:00")})
	old := h.last(journal.KindNoteAdded)
	h.do("", rules.AddNote{Text: "復電は誤り", Corrects: old.ID})
	correction := h.last(journal.KindNoteAdded)
	h.append(journal.Event{Kind: journal.KindNoteAdded, Payload: journal.NoteAdded{Text: "訓練のメモ"}, Drill: true, Estimated: true})
	body := h.page("", "/timeline", "ja")
	row := func(seq int64) string {
		return regexp.MustCompile(fmt.Sprintf(`(?s)<tr id="event-%d".*?</tr>`, seq)).FindString(body)
	}
	lacks(t, "what was corrected", row(old.Seq), `class="corrected"`, "2026-11-20 16:00:00", "(記録 16:30:00)", fmt.Sprintf("(#%dで訂正済)", correction.Seq), `href="/timeline/`+correction.ID+`"`, "伊藤 実 / u501")
	lacks(t, "the correction", row(correction.Seq), fmt.Sprintf("(#%dを訂正)", old.Seq), `href="/timeline/`+old.ID+`"`)
	lacks(t, "an exercise", row(int64(len(h.log))), "【訓練】", "(推定)")
	if newest := seqs(body); newest[len(newest)-1] != "1" || slices.Index(newest, fmt.Sprint(old.Seq)) < slices.Index(newest, fmt.Sprint(h.last(journal.KindStageMoved).Seq)) {
		t.Errorf("the order is %v", newest)
	}
	// the correction may stand on another page
	alone := h.page("", fmt.Sprintf("/timeline?before=%d", old.Seq+1), "ja")
	lacks(t, "a page without the correction", alone, fmt.Sprintf("(#%dで訂正済)", correction.Seq))
	holds(t, "a page without the correction", alone, fmt.Sprintf(`id="event-%d"`, correction.Seq))
}

func TestTimelineNoteForm(t *testing.T) {
	t.Parallel()
	h := quakeHall(t)
	body := h.page(access.Operator, "/timeline", "ja")
	lacks(t, "the page", body, `action="/act/note"`, `name="text" required`, `name="about"`, `<option value="tax">`)
	id := h.last(journal.KindThreatDeclared).ID
	lacks(t, "a record", h.page(access.Operator, "/timeline/"+id, "ja"), `action="/act/note"`, `name="corrects" value="`+id+`"`)
}

func TestEventPage(t *testing.T) {
	t.Parallel()
	h := quakeHall(t)
	moved := h.last(journal.KindStageMoved)
	body := h.page("", "/timeline/"+moved.ID, "ja")
	lacks(t, "a move", body, fmt.Sprintf("記録 #%d", moved.Seq), "誤報でした", "<code>undoes</code>", "<code>stage_moved</code>", "<code>"+moved.ID+"</code>",
		"判断した時点の状況", "初動対応", "ICT業務継続体制の確立", "住民記録システム", "佐藤 一郎 / u501", "<code>socket</code>", "1時間22分")
	holds(t, "a move", body, "<code>situation", `"at":`)
	lacks(t, "a short record", body, "<details open><summary>")
	long := "/timeline/" + h.log[slices.IndexFunc(h.log, func(e journal.Event) bool { return e.Kind == journal.KindStageMoved })].ID
	lacks(t, "a long record", h.page("", long, "ja"), "<details><summary>", "項目(システムが記録した形のまま)")
	lacks(t, "a long record on paper", h.page("", long+"?print", "ja"), "<details open><summary>")
	undone := moved.Payload.(journal.StageMoved).Undoes
	lacks(t, "a move", body, `href="/timeline/`+undone+`"`)
	lacks(t, "what it took back", h.page("", "/timeline/"+undone, "ja"), `href="/timeline/`+moved.ID+`"`, `class="verdict corrected"`)

	declared := h.page("", "/timeline/"+h.last(journal.KindThreatDeclared).ID, "en")
	lacks(t, "a declaration", declared, "<code>moved[0].to.deadline</code>", "2026-11-20 14:46:00 <small><code>2026-11-20T14:46:00&#43;09:00</code></small>")
	holds(t, "a declaration", declared, `id="then"`)
	started := h.page("", "/timeline/"+h.log[0].ID, "ja")
	lacks(t, "what the agent wrote", started, "監視エージェント(自動)", "<code>hostname</code>")
	lacks(t, "a report", h.page("", "/timeline/"+h.last(journal.KindReportIssued).ID, "ja"), "/response/report/")
	if w := h.ask("", "/timeline/01KAPX8Q8S3Z6V2N4W0B7C9DEF", "ja"); w.Code != http.StatusNotFound {
		t.Errorf("a record that there is not: %d", w.Code)
	}
}

// What a newer version wrote is shown as far as it can be, and no payload drowns the page.
func TestStrangePayloads(t *testing.T) {
	t.Parallel()
	v := hallView(t)
	unknown := func(text string) journal.Payload {
		p, err := journal.DecodePayload("from_the_future", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	fields, more := fieldsOf(v, unknown(`{"a":{"b":[1,{"c":null}],"d":"x"},"e":true,"f":{},"g":12345678901234567890}`))
	want := []field{{Name: "a.b[0]", Value: "1"}, {Name: "a.b[1].c"}, {Name: "a.d", Value: "x"}, {Name: "e", Value: "true"}, {Name: "g", Value: "12345678901234567890"}}
	if diff := cmp.Diff(want, fields); diff != "" || more {
		t.Errorf("more: %t (-want +got):\n%s", more, diff)
	}
	deep := unknown(strings.Repeat("[", 500) + strings.Repeat("]", 500))
	if _, more := fieldsOf(v, deep); !more {
		t.Error("a deep payload is shown whole")
	}
	long := unknown("[" + strings.Repeat("1,", 999) + "1]")
	if fields, more := fieldsOf(v, long); !more || len(fields) != maxFields {
		t.Errorf("%d fields of a long payload, more: %t", len(fields), more)
	}
}

func TestTimelineFiles(t *testing.T) {
	t.Parallel()
	h := quakeHall(t)
	page := h.page("", "/timeline?kind=people", "en")
	lacks(t, "the page", page, `href="/timeline.csv?kind=people&amp;lang=en"`, `href="/timeline.md?kind=people&amp;lang=en"`)
	w := h.ask("", "/timeline.csv?kind=people&lang=en", "ja")
	if got := w.Header().Get("Content-Disposition"); w.Code != http.StatusOK || got != `attachment; filename="keizoku-20261120-1630.csv"` ||
		w.Header().Get("Content-Type") != "text/csv; charset=utf-8" || w.Header().Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(w.Body.String(), "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows)-1 != len(seqs(page)) || rows[0][0] != "No." || rows[1][4] != "threat_declared" {
		t.Errorf("%d rows for %d lines, the first %v", len(rows)-1, len(seqs(page)), rows[1])
	}
	md := h.ask("", "/timeline.md?q=%E8%AA%A4%E5%A0%B1", "ja")
	if lines := strings.Count(md.Body.String(), "\n"); lines != 3 || md.Header().Get("Content-Type") != "text/markdown; charset=utf-8" {
		t.Errorf("%d lines: %s", lines, md.Body)
	}
	h.fails = errDisk
	if w := h.ask("", "/timeline.csv", "ja"); w.Code != http.StatusInternalServerError || w.Header().Get("Content-Disposition") != "" {
		t.Errorf("a journal that cannot be read: %d %v", w.Code, w.Header())
	}
}

// A file holds the newest records, in the order in which they happened.
func TestTimelineFileIsBounded(t *testing.T) {
	t.Parallel()
	h := noisy(t, maxTimeline+10)
	body := h.ask("", "/timeline.csv?order=oldest&before=5", "ja").Body.String()
	lines := strings.Split(strings.TrimSpace(body), "\r\n")
	if len(lines) != maxTimeline+1 || !strings.HasPrefix(lines[1], "13,") || !strings.HasPrefix(lines[maxTimeline], fmt.Sprint(len(h.log))+",") {
		t.Errorf("%d lines from %.20s to %.20s", len(lines)-1, lines[1], lines[len(lines)-1])
	}
}
