package policy

import (
	"regexp"
	"strings"
	"testing"
)

var (
	ruler = regexp.MustCompile(`^\|(\s*:?-+:?\s*\|)+$`)
	cells = regexp.MustCompile(`(?:^|[^\\])\|`) // bars that are not escaped
)

// An empty line in a table, or a bar in one of its cells, and half of it is shown as a heap of bars.
func TestTablesAreWhole(t *testing.T) {
	for _, page := range filesNamed(t, ".md") {
		text := fenced.ReplaceAllStringFunc(read(t, page), func(code string) string {
			return strings.Repeat("\n", strings.Count(code, "\n")) // lines keep their numbers
		})
		row, columns := 0, 0 // within the table; of its head
		for i, line := range strings.Split(text, "\n") {
			line = strings.TrimSpace(line)
			if !strings.HasPrefix(line, "|") {
				if row == 1 {
					t.Errorf("%s:%d: a table of one row", page, i)
				}
				row = 0
				continue
			}
			row++
			n := len(cells.FindAllString(line, -1))
			switch {
			case row == 1:
				columns = n
			case row == 2 && !ruler.MatchString(line):
				t.Errorf("%s:%d: a table without its ruler |---|: is there an empty line in it?", page, i+1)
			case n != columns:
				t.Errorf("%s:%d: this row of the table has %d columns, its head %d", page, i+1, n-1, columns-1)
			}
		}
	}
}
