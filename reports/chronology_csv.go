package reports

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"github.com/keizoku-bcp/keizoku/messages"
)

// byteOrderMark tells Excel that a file is UTF-8; without it, a Japanese Excel reads Shift_JIS.
const byteOrderMark = "\ufeff"

// csvHeads are the columns of the chronology as a spreadsheet.
var csvHeads = []string{
	"csv_number", "csv_at", "csv_noted_at", "csv_estimated", "csv_kind", "csv_subject", "csv_title", "csv_text", "csv_by", "csv_user",
	"csv_corrects", "csv_corrected_by", "csv_drill", "csv_id",
}

// WriteCSV writes a chronology for a spreadsheet: RFC 4180 with CRLF, in UTF-8 with a byte order
// mark, which Excel needs to read Japanese. A cell that a spreadsheet would take for a formula
// begins with an apostrophe.
func WriteCSV(out io.Writer, w *messages.Words, lines []Line) error {
	if _, err := io.WriteString(out, byteOrderMark); err != nil {
		return err
	}
	rows := csv.NewWriter(out)
	rows.UseCRLF = true
	heads := make([]string, len(csvHeads))
	for i, id := range csvHeads {
		heads[i] = w.Word(id)
	}
	if err := rows.Write(heads); err != nil {
		return err
	}
	for _, line := range lines {
		if err := rows.Write(cells(w, line)); err != nil {
			return err
		}
	}
	rows.Flush()
	return rows.Error()
}

func cells(w *messages.Words, line Line) []string {
	all := []string{
		strconv.FormatInt(line.Seq, 10), w.Stamp(line.At), w.Stamp(line.NotedAt), ticked(w, line.Estimated), string(line.Kind),
		line.Subject, line.Title, line.Text, line.By, line.User, line.Corrects.cell(), line.CorrectedBy.cell(), ticked(w, line.Drill), line.ID,
	}
	for i, cell := range all {
		all[i] = noFormula(inert(cell))
	}
	return all
}

// cell is the number of the entry as it stands in the first column, else its ID.
func (r Ref) cell() string { return strings.TrimPrefix(r.String(), "#") }

// ticked says yes, or nothing.
func ticked(w *messages.Words, on bool) string {
	if on {
		return w.Word("yes")
	}
	return ""
}

// formulaSigns begin a formula, in their narrow and wide forms.
const formulaSigns = "=+-@\uff1d\uff0b\uff0d\uff20"

// noFormula keeps a spreadsheet from computing what somebody wrote (OWASP, CSV injection). The
// wide signs count as well: Japanese spreadsheets take them for the narrow ones. Blanks in front do
// not hide a sign, for some programs trim them.
func noFormula(cell string) string {
	if start := strings.TrimLeft(cell, " \u3000"); start != "" && strings.ContainsRune(formulaSigns, []rune(start)[0]) {
		return "'" + cell
	}
	return cell
}
