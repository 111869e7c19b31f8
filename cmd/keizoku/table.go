package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/mattn/go-runewidth"

	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/reports"
)

// table prints rows in columns that line up on a terminal, where a Japanese character takes two
// cells. The last column is not padded.
type table struct {
	rows [][]string
}

// add adds a row. What people and machines wrote is in it, and must not move the cursor.
func (t *table) add(cells ...string) {
	row := make([]string, len(cells))
	for i, cell := range cells {
		row[i] = reports.Inert(cell)
	}
	t.rows = append(t.rows, row)
}

func (t *table) print(w io.Writer) error {
	widths := t.widths()
	for _, row := range t.rows {
		var line strings.Builder
		for i, cell := range row {
			if i == len(row)-1 {
				line.WriteString(cell)
				break
			}
			line.WriteString(runewidth.FillRight(cell, widths[i]))
			line.WriteString("  ")
		}
		if _, err := fmt.Fprintln(w, strings.TrimRight(line.String(), " ")); err != nil {
			return err
		}
	}
	return nil
}

func (t *table) widths() []int {
	var widths []int
	for _, row := range t.rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], runewidth.StringWidth(cell))
		}
	}
	return widths
}

// printPage writes a page of text, which may end in a new line or not.
func printPage(w io.Writer, page string) error {
	_, err := fmt.Fprintln(w, strings.TrimRight(page, "\n"))
	return err
}

// headed returns a table, set in by two, whose first row is the words with the ids.
func headed(words *messages.Words, ids ...string) *table {
	cells := make([]string, len(ids))
	for i, id := range ids {
		cells[i] = words.Word(id)
	}
	cells[0] = "  " + cells[0]
	t := &table{}
	t.add(cells...)
	return t
}
