package reports

import (
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/mattn/go-runewidth"

	"github.com/keizoku-bcp/keizoku/messages"
)

// WriteText writes a chronology for a terminal, an entry to a line so that it can be searched:
// number, time, what happened, who acted, and where else to look.
func WriteText(out io.Writer, w *messages.Words, lines []Line) error {
	c, seqs, times := columnsOf(w), 0, 0
	for _, line := range lines {
		seqs, times = max(seqs, len(number(line.Seq))), max(times, c.StringWidth(when(w, line)))
	}
	for _, line := range lines {
		text := runewidth.FillLeft(number(line.Seq), seqs) + "  " + c.FillRight(when(w, line), times) + "  " + what(w, line)
		if _, err := io.WriteString(out, strings.TrimRight(inert(text), " ")+"\n"); err != nil {
			return err
		}
	}
	return nil
}

func number(seq int64) string { return "#" + strconv.FormatInt(seq, 10) }

// when is the time of an entry, with its mark.
func when(w *messages.Words, line Line) string {
	if line.Estimated {
		return w.Stamp(line.At) + w.Word("page_estimated")
	}
	return w.Stamp(line.At)
}

// what is the text of an entry, with who acted and its marks.
func what(w *messages.Words, line Line) string {
	parts := []string{line.Text}
	if line.Drill {
		parts = []string{w.Word("page_drill") + line.Text}
	}
	if line.User != "" || line.By != "" {
		parts = append(parts, "["+who(line)+"]")
	}
	return strings.Join(append(parts, marks(w, line)...), " ")
}

func who(line Line) string {
	switch {
	case line.By == "":
		return line.User
	case line.User == "":
		return line.By
	default:
		return line.By + " / " + line.User
	}
}

// lateness is how much later than it happened a thing is noted for the entry to say so: what is
// confirmed by a few more probes is no news.
const lateness = 5 * time.Minute

// marks tell when an entry was noted if that was late, what it corrects, and what corrects it.
func marks(w *messages.Words, line Line) []string {
	var said []string
	if line.NotedAt.Sub(line.At) >= lateness {
		said = append(said, w.Say("chronology_noted", map[string]any{"At": w.Moment(line.NotedAt, line.At)}))
	}
	if line.Corrects.ID != "" {
		said = append(said, w.Say("chronology_corrects", map[string]any{"Entry": line.Corrects.String()}))
	}
	if line.CorrectedBy.ID != "" {
		said = append(said, w.Say("chronology_corrected", map[string]any{"Entry": line.CorrectedBy.String()}))
	}
	return said
}

// String is the number of the entry, its ID where the number is not known, and empty for none.
func (r Ref) String() string {
	if r.Seq == 0 {
		return r.ID
	}
	return number(r.Seq)
}
