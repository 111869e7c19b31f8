package draw

import (
	"slices"
	"time"
)

// Span is a stretch of a strip in one class: a word for the style sheet.
type Span struct {
	From, To time.Time
	Class    string
}

// Strip is a state strip laid out, from the left to the right. Places and widths are in percent of
// its own, so that it fills whatever room it is given while its text keeps its size.
type Strip struct {
	From, To time.Time
	Bands    []Band
	Ticks    []Tick
}

// Band is a rectangle of a strip.
type Band struct {
	X, Width float64
	// From and To are what it stands for, to the instant or wider: see [NewStrip].
	Span
}

// Tick is a mark of the time axis; one without a label is a thin one.
type Tick struct {
	X     float64
	At    time.Time
	Label string
	// Anchor is where the label hangs: "start" and "end" near the edges, else "middle".
	Anchor string
}

// cells is into how many cells a strip is divided: one is 3 minutes of a day, a fifth of an hour of a
// week, 4½ hours of ninety days, and about two thirds of a pixel on a telephone.
const cells = 480

// NewStrip lays out spans between two instants. classes are those of the spans, the gravest first:
// a cell of the strip that holds several shows the gravest, so that an outage of a minute is seen in
// a quarter of a year, and however many spans there are, the drawing stays small. Time that no span
// covers stays empty.
func NewStrip(spans []Span, from, to time.Time, classes []string) *Strip {
	s := &Strip{From: from, To: to}
	if !from.Before(to) {
		return s
	}
	shown := make([]int, cells) // by cell: 1 + place among the classes, 0: empty
	for _, span := range spans {
		s.paint(shown, span, 1+slices.Index(classes, span.Class))
	}
	for i, class := range shown {
		if class == 0 {
			continue
		}
		if n := len(s.Bands); n > 0 && shown[max(0, i-1)] == class {
			s.Bands[n-1].Width += 100. / cells
			s.Bands[n-1].To = s.at(i + 1)
			continue
		}
		s.Bands = append(s.Bands, Band{100. / cells * float64(i), 100. / cells, Span{s.at(i), s.at(i + 1), classes[class-1]}})
	}
	return s
}

// at is where a cell begins.
func (s *Strip) at(cell int) time.Time {
	return s.From.Add(time.Duration(float64(cell) / cells * float64(s.To.Sub(s.From))))
}

// paint puts a span into the cells that it touches.
func (s *Strip) paint(shown []int, span Span, class int) {
	if class == 0 || !span.From.Before(span.To) || !span.From.Before(s.To) || !s.From.Before(span.To) {
		return
	}
	for i := max(0, s.cell(span.From)); i < cells && s.at(i).Before(span.To); i++ {
		if shown[i] == 0 || class < shown[i] {
			shown[i] = class
		}
	}
}

// cell is the one that an instant lies in.
func (s *Strip) cell(t time.Time) int {
	i := int(s.place(t) / 100 * cells)
	for i > 0 && s.at(i).After(t) {
		i--
	}
	for i+1 < cells && !s.at(i+1).After(t) {
		i++
	}
	return i
}

// place is where an instant lies, in percent.
func (s *Strip) place(t time.Time) float64 {
	return 100 * float64(t.Sub(s.From)) / float64(s.To.Sub(s.From))
}

// Measures of labels, in percent of the strip on a telephone: how wide one is, how near to an edge it
// hangs inwards, and what must be free between two.
const (
	labelWidth = 10
	nearEdge   = 5
	labelGap   = 1
)

// AddTicks marks the strip at each instant, and labels those that label gives a text for as far as
// there is room. The instants are in order.
func (s *Strip) AddTicks(at []time.Time, label func(time.Time) string) {
	free := 0. // of labels from here on
	for _, t := range at {
		if t.Before(s.From) || t.After(s.To) {
			continue
		}
		tick := Tick{X: s.place(t), At: t}
		left := tick.hang()
		if text := label(t); text != "" && left >= free {
			tick.Label, free = text, left+labelWidth+labelGap
		}
		s.Ticks = append(s.Ticks, tick)
	}
}

// hang chooses where the label hangs, and returns its left edge.
func (t *Tick) hang() (left float64) {
	switch {
	case t.X < nearEdge:
		t.Anchor, left = "start", t.X
	case t.X > 100-nearEdge:
		t.Anchor, left = "end", t.X-labelWidth
	default:
		t.Anchor, left = "middle", t.X-labelWidth/2
	}
	return left
}

// Clocks returns the instants after from and not after to at which clocks in the zone show a full
// multiple of so many hours, 24 at most.
func Clocks(from, to time.Time, hours int, zone *time.Location) []time.Time {
	var all []time.Time
	local := from.In(zone)
	for day := 0; ; day++ {
		midnight := time.Date(local.Year(), local.Month(), local.Day()+day, 0, 0, 0, 0, zone)
		if midnight.After(to) {
			return all
		}
		for hour := 0; hour < 24; hour += hours {
			t := time.Date(local.Year(), local.Month(), local.Day()+day, hour, 0, 0, 0, zone)
			later := len(all) == 0 || t.After(all[len(all)-1])
			if t.After(from) && !t.After(to) && later {
				all = append(all, t)
			}
		}
	}
}
