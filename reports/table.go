package reports

import "strings"

// row is a line of a table and what stands below it, set in.
type row struct {
	cells []string
	below []string
}

// belowIndent is how far what stands below a row is set in.
const belowIndent = 8

// gap stands between two columns.
const gap = "  "

// table puts rows in columns that line up and fit the page; what is longer than its column goes on
// below.
func (p *page) table(indent int, rows []row) {
	widths := p.columnWidths(rows)
	p.shrink(widths, pageWidth-indent)
	for _, r := range rows {
		p.row(indent, r.cells, widths)
		for _, text := range r.below {
			if text != "" {
				p.block(strings.Repeat(" ", indent+belowIndent), text)
			}
		}
	}
}

// row puts the cells of a row, as many lines as the longest of them takes.
func (p *page) row(indent int, cells []string, widths []int) {
	columns := make([][]string, len(cells))
	lines := 1
	for i, cell := range cells {
		columns[i] = wrap(p.columns, inert(cell), widths[i])
		lines = max(lines, len(columns[i]))
	}
	for n := range lines {
		var line strings.Builder
		line.WriteString(strings.Repeat(" ", indent))
		for i, column := range columns {
			text := ""
			if n < len(column) {
				text = column[n]
			}
			line.WriteString(p.columns.FillRight(text, widths[i]) + gap)
		}
		p.put(line.String())
	}
}

// columnWidths are the widths that the cells would like to have.
func (p *page) columnWidths(rows []row) []int {
	var widths []int
	for _, r := range rows {
		for i, cell := range r.cells {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], p.columns.StringWidth(inert(cell)))
		}
	}
	return widths
}

// shrink takes from the widest columns until all fit, and leaves each enough to be read.
func (p *page) shrink(widths []int, room int) {
	room -= len(gap) * (len(widths) - 1)
	total := 0
	for _, w := range widths {
		total += w
	}
	for ; total > room; total-- {
		widest := 0
		for i, w := range widths {
			if w > widths[widest] {
				widest = i
			}
		}
		if widths[widest] <= minCell {
			return
		}
		widths[widest]--
	}
}

// minCell is how narrow a column of a table gets at most.
const minCell = 8
