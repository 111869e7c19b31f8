package snmp

import (
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/keizoku-bcp/keizoku/power/internal/field"
)

// integer returns a value of the types that gosnmp makes of INTEGER, Gauge, Counter and
// TimeTicks.
func integer(value any) (int64, bool) {
	switch v := value.(type) {
	case int:
		return int64(v), true
	case int32:
		return int64(v), true
	case int64:
		return v, true
	case uint:
		return clamp(uint64(v)), true
	case uint32:
		return int64(v), true
	case uint64:
		return clamp(v), true
	default:
		return 0, false
	}
}

func clamp(v uint64) int64 { return int64(min(v, math.MaxInt64)) }

// number returns the number named; what is there and is none is doubted.
func (t *translator) number(name string) (int64, bool) {
	value, there := t.scalars[name]
	n, ok := integer(value)
	if there && !ok {
		t.judge.Doubt(strings.ReplaceAll(name, "_", " ") + " that is not a number")
	}
	return n, ok
}

// lines returns the numbers of a column in the order of the lines.
func (t *translator) lines(name string) []int64 {
	var numbers []int64
	column := t.columns[name]
	for _, line := range sortedKeys(column) {
		if n, ok := integer(column[line]); ok {
			numbers = append(numbers, n)
		} else {
			t.judge.Doubt(strings.ReplaceAll(name, "_", " ") + " that is not a number")
		}
	}
	return numbers
}

func sortedKeys(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }

// text returns the text named, made fit to be shown; it is empty when there is none.
func (t *translator) text(name string) string {
	switch v := t.scalars[name].(type) {
	case []byte:
		return field.Clean(strings.Trim(string(v), "\x00"), maxWords)
	case string:
		return field.Clean(v, maxWords)
	default:
		return ""
	}
}
