package draw

import "fmt"

// Feed is something in the tree of supplies and what hangs on it: the input of a one-line diagram.
type Feed struct {
	Name, Title string
	// Kind chooses the symbol.
	Kind FeedKind
	// Notes are lines below the title: load, capacity, runtime.
	Notes []string
	// State is a word for the style sheet; Dead says that no power comes in.
	State string
	Dead  bool
	Feeds []*Feed
}

// FeedKind is what a symbol stands for.
type FeedKind string

// The kinds. The rest stands for the loads that there is no room for.
const (
	FeedUtility   FeedKind = "utility"
	FeedGenerator FeedKind = "generator"
	FeedUPS       FeedKind = "ups"
	FeedLoad      FeedKind = "load"
	FeedRest      FeedKind = "rest"
)

// OneLine is a one-line diagram (単線結線図) laid out: the grid at the left, then generators, UPS and
// loads, each fed by a wire from its left. Lengths are in the drawing's own units, about a pixel
// each on a desk's screen.
type OneLine struct {
	Width, Height int
	Wires         []Wire
	Symbols       []Symbol
}

// Wire is a line of the diagram, as an SVG path; a dead one carries no power.
type Wire struct {
	Path string
	Dead bool
	Bus  bool
}

// Symbol is a box of the diagram with its text. X and Y are its upper left corner.
type Symbol struct {
	*Feed
	X, Y, W, H int
	// Lines are its title and notes, cut to its width; the first Titles of them are of the title.
	Lines  []string
	Titles int
}

// MidY is the height at which its wire comes in.
func (s Symbol) MidY() int { return s.Y + s.H/2 }

// LineY is the baseline of a line, by its place.
func (s Symbol) LineY(i int) int { return s.Y + titleLine + i*noteLine }

// TextX is where its text begins, right of the symbol's sign.
func (s Symbol) TextX() int {
	if s.leaf() {
		return s.X + textPad
	}
	return s.X + signSize + 16
}

// leaf reports whether it is one of the many at the right, which have no sign.
func (s Symbol) leaf() bool { return s.Kind == FeedLoad || s.Kind == FeedRest }

// SignX and SignY are the centre of the sign, a circle or a box beside the text.
func (s Symbol) SignX() int { return s.X + signSize/2 + 8 }

// SignY is the centre of the sign.
func (s Symbol) SignY() int { return s.MidY() }

// SignLeft and SignTop are the corner of a sign that is a box.
func (s Symbol) SignLeft() int { return s.SignX() - signSize/2 }

// SignTop is the upper edge of a sign that is a box.
func (s Symbol) SignTop() int { return s.SignY() - signSize/2 }

// Measures of the diagram.
const (
	boxWidth  = 216
	columnGap = 46
	rowGap    = 8
	margin    = 6
	titleLine = 19
	noteLine  = 16
	boxPad    = 9
	textPad   = 10
	signSize  = 30
	minBox    = titleLine + boxPad
	// The widths of half a full-width character, in tenths: Latin letters are a little wider.
	titleHalf, noteHalf = 73, 67
	// mostLines is how many lines a note may take, and the title of a supply; that of a load has one.
	mostLines = 2
)

// Diagram lays out the tree below root.
func Diagram(root *Feed) OneLine {
	l := &layout{depth: depthOf(root)}
	l.place(root, 0)
	l.drawing.Width = 2*margin + (l.depth+1)*boxWidth + l.depth*columnGap
	l.drawing.Height = l.next + margin - rowGap
	return l.drawing
}

// layout places symbols from the top down.
type layout struct {
	drawing OneLine
	depth   int // of the last column, in which all loads stand
	next    int // y of the next free row, less the margin
}

// depthOf is the number of columns behind the first.
func depthOf(f *Feed) int {
	deepest := 0
	for _, child := range f.Feeds {
		deepest = max(deepest, 1+depthOf(child))
	}
	return deepest
}

// place puts a feed and all below it, and returns its symbol. A feed stands in the middle of what
// it feeds; one that is taller than that pushes the next ones down.
func (l *layout) place(f *Feed, column int) Symbol {
	if f.Kind == FeedLoad || f.Kind == FeedRest {
		column = l.depth
	}
	s := Symbol{Feed: f, X: margin + column*(boxWidth+columnGap), W: boxWidth}
	s.write()
	s.H = minBox + noteLine*max(0, len(s.Lines)-1)
	top := max(l.next, margin)
	l.next = top
	var children []Symbol
	for _, child := range f.Feeds {
		children = append(children, l.place(child, column+1))
	}
	s.Y = top
	if n := len(children); n > 0 {
		s.Y = max(top, (children[0].MidY()+children[n-1].MidY())/2-s.H/2)
	}
	l.next = max(l.next, s.Y+s.H+rowGap)
	l.drawing.Symbols = append(l.drawing.Symbols, s)
	l.wire(s, children)
	return s
}

// write sets its text into lines.
func (s *Symbol) write() {
	room, titles := 10*(s.X+s.W-textPad-s.TextX()), mostLines
	if s.leaf() {
		titles = 1
	}
	s.Lines = wrap(s.Title, room/titleHalf, titles)
	s.Titles = len(s.Lines)
	for _, note := range s.Notes {
		s.Lines = append(s.Lines, wrap(note, room/noteHalf, mostLines)...)
	}
}

// wire connects a symbol with those that it feeds: a stub, a bus, and a branch to each.
func (l *layout) wire(from Symbol, to []Symbol) {
	if len(to) == 0 {
		return
	}
	bus := from.X + from.W + columnGap/2
	first, last := min(to[0].MidY(), from.MidY()), max(to[len(to)-1].MidY(), from.MidY())
	out := !from.supplies()
	l.add(pathTo(from.X+from.W, from.MidY(), bus, from.MidY()), out, false)
	if first != last {
		l.add(pathTo(bus, first, bus, last), out, true)
	}
	for _, s := range to {
		l.add(pathTo(bus, s.MidY(), s.X, s.MidY()), out || s.Dead, false)
	}
}

// supplies reports whether power comes out of it.
func (f *Feed) supplies() bool { return f.State != StateDark }

// StateDark is the state of what gives no power.
const StateDark = "dark"

func (l *layout) add(path string, dead, bus bool) {
	l.drawing.Wires = append(l.drawing.Wires, Wire{path, dead, bus})
}

func pathTo(x1, y1, x2, y2 int) string { return fmt.Sprintf("M%d %dL%d %d", x1, y1, x2, y2) }
