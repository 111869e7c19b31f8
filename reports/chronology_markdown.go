package reports

import (
	"io"
	"strings"

	"github.com/keizoku-bcp/keizoku/messages"
)

// WriteMarkdown writes a chronology as a table of GitHub-flavoured Markdown. Nothing in a text is
// markup: neither Markdown nor HTML nor a link.
func WriteMarkdown(out io.Writer, w *messages.Words, lines []Line) error {
	var b strings.Builder
	markdownRow(&b, w.Word("csv_number"), w.Word("csv_at"), w.Word("csv_text"), w.Word("csv_actor"))
	b.WriteString("|---:|---|---|---|\n")
	for _, line := range lines {
		text := line.Text
		if line.Drill {
			text = w.Word("page_drill") + text
		}
		text = strings.Join(append([]string{text}, marks(w, line)...), " ")
		markdownRow(&b, number(line.Seq), when(w, line), text, who(line))
	}
	_, err := io.WriteString(out, b.String())
	return err
}

func markdownRow(b *strings.Builder, cells ...string) {
	for _, cell := range cells {
		b.WriteString("| " + plainMarkdown(inert(cell)) + " ")
	}
	b.WriteString("|\n")
}

// markdownSigns are the signs with a meaning in a cell of a table; the others have theirs only at
// the start of a line, where no text stands.
var markdownSigns = strings.NewReplacer(
	"&", "&amp;", "<", "&lt;", ">", "&gt;", `\`, `\\`, "|", `\|`, "`", "\\`", "*", `\*`, "_", `\_`, "~", `\~`,
	"[", `\[`, "]", `\]`, "$", `\$`, "@", `\@`,
	"://", `\://`, "www.", `www\.`, "WWW.", `WWW\.`, // GitHub makes links of these without being told to
)

func plainMarkdown(text string) string { return markdownSigns.Replace(text) }
