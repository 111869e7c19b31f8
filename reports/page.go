package reports

import (
	"strings"
	"time"

	"github.com/mattn/go-runewidth"

	"github.com/keizoku-bcp/keizoku/messages"
)

// pageWidth is what fits a terminal, a mail and a sheet of A4 in a fixed pitch.
const pageWidth = 78

// labelWidth is the column at which the text of a field begins.
const labelWidth = 14

// page is a page of text while it is written. All that goes onto it passes through put, which
// makes it inert.
type page struct {
	*messages.Words
	titles  messages.Titles
	now     time.Time
	columns *runewidth.Condition
	text    strings.Builder
}

func newPage(w *messages.Words, titles messages.Titles, now time.Time) *page {
	return &page{Words: w, titles: titles, now: now, columns: columnsOf(w)}
}

func (p *page) put(line string) {
	p.text.WriteString(strings.TrimRight(inert(line), " "))
	p.text.WriteByte('\n')
}

func (p *page) blank() { p.text.WriteByte('\n') }

// rule is a line across the page.
func (p *page) rule() { p.put(strings.Repeat("=", pageWidth)) }

// head begins a page: what it is, of which plan, of when.
func (p *page) head(title string, below ...string) {
	p.block("", title)
	for _, line := range below {
		if line != "" {
			p.block("", line)
		}
	}
	p.rule()
}

// section begins a part of the page.
func (p *page) section(title string) {
	p.blank()
	p.block("", p.Word("page_section")+title)
}

// block puts a text behind a first part, as many lines as it takes, set in by the width of that
// part.
func (p *page) block(first, text string) {
	indent := p.columns.StringWidth(first)
	for i, line := range wrap(p.columns, inert(text), max(pageWidth-indent, minColumn)) {
		if i > 0 {
			first = strings.Repeat(" ", indent)
		}
		p.put(first + line)
	}
}

// minColumn is how narrow a column of running text gets at most.
const minColumn = 20

// field puts a text behind its label.
func (p *page) field(label, text string) {
	if text == "" {
		return
	}
	label = inert(label)
	p.block("  "+p.columns.FillRight(label, max(labelWidth-2, p.columns.StringWidth(label)+1)), text)
}

// bullet puts a point of a list.
func (p *page) bullet(indent int, text string) {
	p.block(strings.Repeat(" ", indent)+p.Word("page_bullet"), text)
}

// words are the words with the ids, as the cells of a row.
func (p *page) words(ids ...string) []string {
	cells := make([]string, len(ids))
	for i, id := range ids {
		if id != "" {
			cells[i] = p.Word(id)
		}
	}
	return cells
}

// clock writes an instant as it reads at the time of the page.
func (p *page) clock(t time.Time) string { return p.Clock(t, p.now) }

// estimated marks an instant that nobody can vouch for.
func (p *page) estimated(on bool) string {
	if on {
		return p.Word("page_estimated")
	}
	return ""
}

// join makes one text of those that say something.
func (p *page) join(texts ...string) string {
	said := make([]string, 0, len(texts))
	for _, text := range texts {
		if text != "" {
			said = append(said, text)
		}
	}
	return strings.Join(said, p.Word("list_semicolon"))
}

func (p *page) String() string { return p.text.String() }
