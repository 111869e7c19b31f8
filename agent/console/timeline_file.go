package console

import (
	"bytes"
	"fmt"
	"io"
	"net/http"

	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/reports"
)

// timelineForm is a form of the chronology as a file.
type timelineForm struct {
	ending, media string
	write         func(io.Writer, *messages.Words, []reports.Line) error
}

// The forms of the chronology.
func timelineForms() []timelineForm {
	return []timelineForm{
		{"csv", "text/csv; charset=utf-8", reports.WriteCSV},
		{"md", "text/markdown; charset=utf-8", reports.WriteMarkdown},
	}
}

// timelineFile answers with the chronology as a file: all that the filter of the page lets
// through, the newest [maxTimeline] of it, in the order in which it happened.
func (c *console) timelineFile(form timelineForm) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v := c.view(r, page{name: "timeline", title: "console_timeline_title"})
		f := filterOf(v, r.URL.Query())
		f.Oldest, f.before, f.after = false, 0, 0
		found, err := c.find(r.Context(), v, f, maxTimeline, maxTimeline)
		if err != nil {
			c.failed(v, err).write(w, r)
			return
		}
		var file bytes.Buffer
		if err := form.write(&file, v.Words, c.linesOf(r.Context(), v, found.events)); err != nil {
			c.failed(v, err).write(w, r)
			return
		}
		h := w.Header()
		h.Set("Content-Type", form.media)
		h.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="keizoku-%s.%s"`, v.At.Format("20060102-1504"), form.ending))
		h.Set("Cache-Control", "no-store")
		_, _ = w.Write(file.Bytes()) // a failed write means that the reader has gone
	}
}
