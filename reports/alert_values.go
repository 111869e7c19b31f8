package reports

import (
	"math"
	"strconv"
	"time"
)

// values are those of an alert, which may have come through JSON.
type values map[string]any

func (v values) number(name string) (float64, bool) {
	n, ok := v[name].(float64)
	return n, ok && !math.IsNaN(n) && !math.IsInf(n, 0)
}

func (v values) text(name string) string {
	text, _ := v[name].(string)
	return text
}

func (v values) holds(name string) bool {
	on, _ := v[name].(bool)
	return on
}

// length is that of a list of names.
func (v values) length(name string) int {
	switch list := v[name].(type) {
	case []string:
		return len(list)
	case []any:
		return len(list)
	default:
		return 0
	}
}

// due is by when a thing was to be done; zero when the alert does not tell.
func (v values) due() time.Time {
	switch at := v["due_at"].(type) {
	case time.Time:
		return at
	case string:
		t, err := time.Parse(time.RFC3339, at)
		if err == nil {
			return t
		}
	}
	return time.Time{}
}

// lasting writes a span as far as it says something: not that of no second, and seconds only
// while they matter.
func (m *teller) lasting(d time.Duration) string {
	switch d = d.Abs(); {
	case d < time.Second:
		return ""
	case d < secondsMatter:
		return m.Span(d)
	default:
		return m.Span(d.Truncate(time.Minute))
	}
}

// secondsMatter is up to where a span is written with its seconds.
const secondsMatter = 10 * time.Minute

// fromSeconds is the span of a value in seconds; empty when the alert does not tell it.
func (m *teller) fromSeconds(v values, name string) string {
	n, ok := v.number(name)
	if !ok || n < 1 {
		return ""
	}
	return m.lasting(time.Duration(n * float64(time.Second)))
}

// percentOf writes a share; empty when it is not told.
func percentOf(v values, name string) string {
	n, ok := v.number(name)
	if !ok {
		return ""
	}
	return strconv.Itoa(int(math.Round(100 * n)))
}

func (v values) watts(name string) string {
	n, ok := v.number(name)
	if !ok {
		return ""
	}
	return watts(n)
}

// count is a number of things; zero when it is not told.
func (v values) count(name string) int {
	n, _ := v.number(name)
	return int(n)
}
