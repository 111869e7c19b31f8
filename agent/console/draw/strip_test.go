package draw

import (
	"fmt"
	"math"
	"testing"
	"time"
	_ "time/tzdata" // the tests must not depend on the machine's zones

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var nine = time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC)

var classes = []string{"down", "unknown", "up"}

// bandsOf writes bands with their places in percent.
func bandsOf(s *Strip) []string {
	var all []string
	for _, b := range s.Bands {
		all = append(all, fmt.Sprintf("%s %.2f+%.2f", b.Class, b.X, b.Width))
	}
	return all
}

// A strip of 24 hours has cells of 3 minutes: 0.2083 % each.
func TestStrip(t *testing.T) {
	t.Parallel()
	h := func(hours float64) time.Time { return nine.Add(time.Duration(hours * float64(time.Hour))) }
	for _, test := range []struct {
		name  string
		spans []Span
		want  []string
	}{
		{"nothing is known", nil, nil},
		{"six hours up, six unknown, twelve up", []Span{{h(0), h(6), "up"}, {h(6), h(12), "unknown"}, {h(12), h(24), "up"}}, []string{"up 0.00+25.00", "unknown 25.00+25.00", "up 50.00+50.00"}},
		{"a second is seen", []Span{{h(0), h(12), "up"}, {h(12), h(12).Add(time.Second), "down"}, {h(12).Add(time.Second), h(24), "up"}}, []string{"up 0.00+50.00", "down 50.00+0.21", "up 50.21+49.79"}},
		{"what is over at the edge of a cell is not in the next", []Span{{h(0), h(1), "down"}, {h(1), h(24), "up"}}, []string{"down 0.00+4.17", "up 4.17+95.83"}},
		{"across both edges", []Span{{h(-5), h(40), "down"}}, []string{"down 0.00+100.00"}},
		{"outside", []Span{{h(-5), h(0), "down"}, {h(24), h(30), "down"}}, nil},
		{"a gap stays empty", []Span{{h(0), h(6), "up"}, {h(18), h(24), "up"}}, []string{"up 0.00+25.00", "up 75.00+25.00"}},
		{"an unknown class is not drawn", []Span{{h(0), h(24), "odd"}}, nil},
	} {
		if diff := cmp.Diff(test.want, bandsOf(NewStrip(test.spans, h(0), h(24), classes))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
	if s := NewStrip([]Span{{h(0), h(24), "up"}}, h(1), h(1), classes); len(s.Bands) != 0 {
		t.Errorf("a strip without length has %v", s.Bands)
	}
}

// Whatever the spans: bands stand in order, none lies over another or outside, their number is
// bounded, and no span of the gravest class is lost.
func TestStripHoldsItsGround(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		length := time.Duration(rapid.Int64Range(int64(time.Millisecond), int64(100*24*time.Hour)).Draw(t, "length"))
		var spans []Span
		for range rapid.IntRange(0, 40).Draw(t, "spans") {
			from := nine.Add(time.Duration(rapid.Int64Range(-int64(length), int64(2*length)).Draw(t, "from")))
			spans = append(spans, Span{from, from.Add(time.Duration(rapid.Int64Range(0, int64(length)).Draw(t, "for"))), rapid.SampledFrom(classes).Draw(t, "class")})
		}
		s := NewStrip(spans, nine, nine.Add(length), classes)
		end := 0.
		for _, b := range s.Bands {
			if b.X < end-1e-6 || b.Width <= 0 || b.X+b.Width > 100+1e-6 {
				t.Fatalf("%v after %v", b, end)
			}
			end = b.X + b.Width
		}
		if len(s.Bands) > cells {
			t.Fatalf("%d bands", len(s.Bands))
		}
		for _, span := range spans {
			if span.Class == "down" && !shows(s, span) {
				t.Fatalf("%v is lost", span)
			}
		}
	})
}

// shows reports whether a span of the gravest class is seen, or there is nothing of it to be seen.
func shows(s *Strip, span Span) bool {
	if !span.From.Before(span.To) || !span.To.After(s.From) || !span.From.Before(s.To) {
		return true
	}
	middle := s.place(span.From) + (s.place(span.To)-s.place(span.From))/2
	middle = math.Min(math.Max(middle, math.Max(0, s.place(span.From))), math.Min(100, s.place(span.To)))
	for _, b := range s.Bands {
		if b.Class == span.Class && b.X <= middle+1e-6 && middle <= b.X+b.Width+1e-6 {
			return true
		}
	}
	return false
}

// The day on which New York's clocks skip from 2 to 3 has 23 hours: marks stand by real time.
func TestTicksFollowTheClocks(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	from := time.Date(2026, 3, 7, 21, 30, 0, 0, zone)
	s := NewStrip(nil, from, from.Add(24*time.Hour), classes)
	s.AddTicks(Clocks(s.From, s.To, 3, zone), func(t time.Time) string { return t.Format("15:04") })
	var got []string
	for _, tick := range s.Ticks {
		got = append(got, fmt.Sprintf("%s %.2f %s", tick.Label, tick.X, tick.Anchor))
	}
	// 00:00 is 2½ h after 21:30; 03:00 is only 2 h later; then 3 h apart.
	want := []string{"00:00 10.42 middle", " 18.75 middle", "06:00 31.25 middle", "09:00 43.75 middle", "12:00 56.25 middle", "15:00 68.75 middle", "18:00 81.25 middle", "21:00 93.75 middle"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Labels at the edges hang inwards, and one that would lie over the one before is left out: at 88 % it
// ends at 93 %, and one at 99 % would begin at 89 %.
func TestLabelsDoNotMeet(t *testing.T) {
	t.Parallel()
	s := NewStrip(nil, nine, nine.Add(100*time.Minute), classes)
	var at []time.Time
	for _, minute := range []int{0, 8, 17, 30, 88, 99} {
		at = append(at, nine.Add(time.Duration(minute)*time.Minute))
	}
	s.AddTicks(append(at, nine.Add(101*time.Minute)), func(t time.Time) string { return t.Format("4") })
	var got []string
	for _, tick := range s.Ticks {
		got = append(got, tick.Anchor+" "+tick.Label)
	}
	want := []string{"start 0", "middle ", "middle 17", "middle 30", "middle 28", "end "}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// When the clocks go back, an hour that comes twice is marked once.
func TestClocksGoBack(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	from := time.Date(2026, 11, 1, 0, 0, 0, 0, zone)
	marks := Clocks(from, from.Add(25*time.Hour), 1, zone)
	if len(marks) != 24 || !marks[23].Equal(from.Add(25*time.Hour)) {
		t.Errorf("%d marks, the last at %s", len(marks), marks[len(marks)-1])
	}
}
