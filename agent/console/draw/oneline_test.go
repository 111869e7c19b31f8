package draw

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// Whatever the tree: nothing overlaps, nothing lies outside, and each symbol but the first has a
// wire that ends at it.
func TestDiagramIsLegible(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := 0
		d := Diagram(anyFeed(t, &n, FeedUtility, 0))
		if len(d.Symbols) != n {
			t.Fatalf("%d symbols for %d feeds", len(d.Symbols), n)
		}
		ends := map[string]bool{}
		for _, w := range d.Wires {
			var x1, y1, x2, y2 int
			if _, err := fmt.Sscanf(w.Path, "M%d %dL%d %d", &x1, &y1, &x2, &y2); err != nil {
				t.Fatalf("%s: %v", w.Path, err)
			}
			if min(x1, x2, y1, y2) < 0 || max(x1, x2) > d.Width || max(y1, y2) > d.Height {
				t.Fatalf("%s leaves %d × %d", w.Path, d.Width, d.Height)
			}
			ends[fmt.Sprint(x2, y2)] = true
		}
		for i, a := range d.Symbols {
			if a.X < 0 || a.Y < 0 || a.X+a.W > d.Width || a.Y+a.H > d.Height {
				t.Fatalf("%s lies outside of %d × %d: %+v", a.Name, d.Width, d.Height, a)
			}
			if a.Kind != FeedUtility && !ends[fmt.Sprint(a.X, a.MidY())] {
				t.Fatalf("%s has no wire", a.Name)
			}
			for _, b := range d.Symbols[:i] {
				if a.X < b.X+b.W && b.X < a.X+a.W && a.Y < b.Y+b.H && b.Y < a.Y+a.H {
					t.Fatalf("%s and %s overlap", a.Name, b.Name)
				}
			}
		}
	})
}

// A text stays within its box: the title of a supply beside its
// sign takes two lines, that of a load one.
func TestTextStaysInItsBox(t *testing.T) {
	t.Parallel()
	long := "電算室UPS A(ネットワーク・認証・防災情報)"
	note := "バッテリー運転、充電 74%、持続 1分38秒"
	d := Diagram(&Feed{Kind: FeedUtility, Feeds: []*Feed{{Kind: FeedUPS, Title: long, Notes: []string{note}, Feeds: []*Feed{{Kind: FeedLoad, Title: long, Notes: []string{note}}}}}})
	var lines [][]string
	for _, s := range d.Symbols {
		for i, line := range s.Lines {
			size := 13 // of the letters, in the drawing's units, as the style sheet has it
			if i < s.Titles {
				size = 14
			}
			width := 0
			for _, r := range line {
				width += size * halves(r)
			}
			if s.TextX()+width/2 > s.X+s.W-4 || s.LineY(i) > s.Y+s.H-4 {
				t.Errorf("%q leaves its box", line)
			}
		}
		lines = append(lines, s.Lines)
	}
	want := [][]string{{"電算室UPS A(ネットワーク…", "バッテリー運転、充電 74%、", "持続 1分38秒"}, {"電算室UPS A", "(ネットワーク・認証…", "バッテリー運転、", "充電 74%、持続 1分38秒"}, nil}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Error(diff)
	}
}

// anyFeed makes a tree of any shape that a plan can have, and counts its feeds.
func anyFeed(t *rapid.T, n *int, kind FeedKind, depth int) *Feed {
	*n++
	f := &Feed{Name: fmt.Sprintf("f%d", *n), Kind: kind, Title: fmt.Sprint(*n), Notes: rapid.SliceOfN(rapid.StringN(0, 60, -1), 0, 3).Draw(t, "notes")}
	if kind == FeedLoad {
		return f
	}
	for range rapid.IntRange(0, 4).Draw(t, "feeds") {
		child := FeedLoad
		if depth < 3 && rapid.Bool().Draw(t, "supply") {
			child = FeedUPS
		}
		f.Feeds = append(f.Feeds, anyFeed(t, n, child, depth+1))
	}
	return f
}

// No power comes out of what is dark; what is fed by something else is alive.
func TestWiresOfTheDark(t *testing.T) {
	t.Parallel()
	root := &Feed{Name: "utility", Kind: FeedUtility, State: StateDark, Feeds: []*Feed{
		{Name: "ups", Kind: FeedUPS, State: "battery", Dead: true, Feeds: []*Feed{{Name: "a", Kind: FeedLoad}, {Name: "b", Kind: FeedLoad, Dead: true}}},
	}}
	var dead, alive int
	for _, w := range Diagram(root).Wires {
		if w.Dead {
			dead++
		} else {
			alive++
		}
	}
	// Dead: out of the grid, into the UPS, into b. Alive: out of the UPS, its bus, into a.
	if dead != 3 || alive != 3 {
		t.Errorf("%d wires are dead and %d alive", dead, alive)
	}
}
