package reports

import (
	"bytes"
	"encoding/csv"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/plan"
)

func asNamed(name string) string { return name }

// An entry stands where it happened, not where it was noted.
func TestWhenThingsHappened(t *testing.T) {
	noted, then := clock("12:00:00"), clock("10:00:00")
	for _, c := range []struct {
		payload journal.Payload
		want    time.Time
	}{
		{journal.OutageOpened{LastOKAt: clock("09:00:00"), FirstBadAt: then}, then},
		{journal.OutageReopened{FirstBadAt: then}, then},
		{journal.OutageClosed{EndedAt: then}, then},
		{journal.CheckFailed{FirstBadAt: then}, then},
		{journal.CheckRecovered{FirstOKAt: then}, then},
		{journal.NoteAdded{About: then}, then},
		{journal.NoteAdded{}, noted},
		{journal.ThreatDeclared{Onset: then}, noted},
		{journal.SurveyAnswered{SeenAt: then}, then},
		{journal.SurveyAnswered{}, noted},
		{journal.PowerBegan{FirstAt: then}, then},
		{journal.PowerEnded{EndedAt: then}, then},
		{journal.Unobserved{From: then, To: clock("11:00:00")}, then},
		{journal.BlindBegan{Since: then}, then},
		{journal.BlindEnded{From: clock("09:00:00"), To: then}, then},
		{journal.ETAGiven{ETA: clock("14:00:00")}, noted},
		{journal.StageMoved{}, noted},
	} {
		got := Lines(messages.For(plan.Japanese), []journal.Event{{At: noted, Kind: c.payload.Kind(), Payload: c.payload}}, asNamed, jst)[0]
		if !got.At.Equal(c.want) || !got.NotedAt.Equal(noted) {
			t.Errorf("%T: %v, noted %v", c.payload, got.At, got.NotedAt)
		}
	}
}

func TestLinesStayInOrderAtOneTime(t *testing.T) {
	var events []journal.Event
	for seq := range int64(50) {
		events = append(events, journal.Event{Seq: 50 - seq, At: clock("12:00:00"), Kind: journal.KindNoteAdded, Payload: journal.NoteAdded{}})
	}
	lines := Lines(messages.For(plan.Japanese), events, asNamed, nil)
	if !slices.IsSortedFunc(lines, func(a, b Line) int { return int(a.Seq - b.Seq) }) {
		t.Error("not in the order of noting")
	}
	if lines[0].At.Location() != time.UTC {
		t.Errorf("without a zone: %v", lines[0].At.Location())
	}
}

// Every correction points at what it corrects, which points back at the newest.
func TestCorrectionsPointAtEachOther(t *testing.T) {
	for _, correction := range []journal.Payload{
		journal.NoteAdded{Corrects: "old"}, journal.CallMade{Corrects: "old"}, journal.SurveyAnswered{Corrects: "old"},
		journal.StepUndone{Undoes: "old"}, journal.StageMoved{Undoes: "old"}, journal.OrdinaryChosen{Withdraws: "old"}, journal.StartCorrected{Outage: "old"},
	} {
		events := []journal.Event{
			{ID: "old", Seq: 1, At: clock("10:00:00"), Payload: journal.NoteAdded{}},
			{ID: "new", Seq: 2, At: clock("10:01:00"), Payload: correction},
			{ID: "newer", Seq: 3, At: clock("10:02:00"), Payload: journal.NoteAdded{Corrects: "old"}},
		}
		lines := Lines(messages.For(plan.Japanese), events, asNamed, jst)
		got := []Ref{lines[0].Corrects, lines[0].CorrectedBy, lines[1].Corrects, lines[1].CorrectedBy}
		if diff := cmp.Diff([]Ref{{}, {"newer", 3}, {"old", 1}, {}}, got); diff != "" {
			t.Errorf("%T (-want +got):\n%s", correction, diff)
		}
	}
}

func note(text string) []Line {
	e := journal.Event{ID: "E1", Seq: 1, At: clock("10:00:00"), Kind: journal.KindNoteAdded, Payload: journal.NoteAdded{Text: text},
		Actor: &journal.Actor{User: text, By: text}, Subject: text}
	return Lines(messages.For(plan.Japanese), []journal.Event{e}, asNamed, jst)
}

// hostile are texts that somebody could write into a note, a title or an answer.
var hostile = []string{
	`=HYPERLINK("http://x","y")`, "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\uff1d1", " =1", "\u3000=1", "\x1b]0;x\a", "a\u202eb",
	"a\nb", "a,b", `say "x"`, "| x |", "`x`", "<script>x</script>", "[x](http://x)", "![x](y)", "**x**", "_x_", "&lt;", `\|`, "https://x.example", "www.x.example",
}

func TestCSVIsReadBack(t *testing.T) {
	w := messages.For(plan.Japanese)
	for _, text := range hostile {
		out := written(WriteCSV, w, note(text))
		if !strings.HasPrefix(out, "\xef\xbb\xbf") || strings.Count(out, "\n") != 2 || strings.Count(out, "\r\n") != 2 {
			t.Errorf("%q: not two lines with CRLF behind a byte order mark: %q", text, out)
		}
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(out, byteOrderMark))).ReadAll()
		if err != nil || len(rows) != 2 || len(rows[0]) != len(rows[1]) {
			t.Fatalf("%q: %v, %v", text, rows, err)
		}
		for i, cell := range rows[1] {
			if trimmed := strings.TrimLeft(cell, " \u3000"); trimmed != "" && strings.ContainsRune(formulaSigns, []rune(trimmed)[0]) {
				t.Errorf("%s: %q would be computed", rows[0][i], cell)
			}
			if cell != inert(cell) {
				t.Errorf("%s: %q is not inert", rows[0][i], cell)
			}
		}
	}
}

func TestCSVCells(t *testing.T) {
	l := tongue(plan.English)
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(written(WriteCSV, messages.For(plan.English), l.lines(messages.For(plan.English))), byteOrderMark))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"2", "2026-11-23 08:57:30", "2026-11-23 08:58:10", "yes", "outage_opened", "core", "Core switch", "", "", "", "", "17", "", "E02"}
	i := slices.IndexFunc(rows, func(r []string) bool { return r[0] == "2" })
	rows[i][7] = ""
	if diff := cmp.Diff(want, rows[i]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A hostile text stays one cell of text: it opens no column, no tag, no link and no emphasis.
func TestMarkdownIsInert(t *testing.T) {
	w := messages.For(plan.Japanese)
	for _, text := range hostile {
		lines := strings.Split(strings.TrimSuffix(written(WriteMarkdown, w, note(text)), "\n"), "\n")
		if len(lines) != 3 {
			t.Fatalf("%q: %d lines", text, len(lines))
		}
		bare := bytes.NewBufferString(lines[2]).String()
		for _, escaped := range []string{`\\`, `\|`, "\\`", `\*`, `\_`, `\[`, `\]`, `\~`, `\$`, `\@`, `\:`, `\.`} {
			bare = strings.ReplaceAll(bare, escaped, "")
		}
		if strings.Count(bare, "|") != 5 || strings.ContainsAny(bare, "<>`*_[]\\") || strings.Contains(bare, "://") || strings.Contains(bare, "www.") {
			t.Errorf("%q: %s", text, lines[2])
		}
	}
}

func TestTextIsInert(t *testing.T) {
	for _, text := range hostile {
		out := written(WriteText, messages.For(plan.Japanese), note(text))
		if strings.Count(out, "\n") != 1 || inert(strings.TrimSuffix(out, "\n")) != strings.TrimSuffix(out, "\n") {
			t.Errorf("%q: %q", text, out)
		}
	}
}

// full is a disk without room.
type full struct{}

var errFull = errors.New("no space left on device")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestWritersTellErrors(t *testing.T) {
	w := messages.For(plan.Japanese)
	for name, err := range map[string]error{
		"text": WriteText(full{}, w, note("x")), "csv": WriteCSV(full{}, w, note("x")), "markdown": WriteMarkdown(full{}, w, note("x")),
	} {
		if !errors.Is(err, errFull) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What comes bit by bit is the same as at once: order, and what corrects what.
func TestChronologyBitByBit(t *testing.T) {
	var events []journal.Event
	for seq := range int64(20) {
		e := journal.Event{ID: string('a' + rune(seq)), Seq: seq + 1, At: clock("12:00:00"), Kind: journal.KindNoteAdded}
		payload := journal.NoteAdded{About: clock("11:00:00").Add(time.Duration(seq*7%20) * time.Minute)}
		if seq%6 == 5 {
			payload.Corrects = events[seq-4].ID
		}
		e.Payload = payload
		events = append(events, e)
	}
	w := messages.For(plan.English)
	c := Chronology{Words: w, Titles: asNamed, Zone: jst}
	for _, e := range events {
		c.Add(e)
		c.Keep(12)
	}
	want := Lines(w, events[8:], asNamed, jst)
	if got := c.Lines(); c.Len() != 12 || cmp.Diff(want, got) != "" {
		t.Errorf("%d lines (-want +got):\n%s", c.Len(), cmp.Diff(want, got))
	}
}
