package draw

import "slices"

// Node is a box of a dependency drawing.
type Node struct {
	Name, Title string
	// Class is a word for the style sheet, Word what is written below the title.
	Class, Word string
	// Needs are names of other nodes.
	Needs []string

	// Layer is its column: 0 is the middle, less is what it needs, more what needs it.
	Layer int
	// X and Y are its upper left corner, W and H its size; NewGraph sets them.
	X, Y, W, H int
	// Lines are the title as it fits.
	Lines []string
}

// Line is an edge of the drawing, as an SVG path from what is needed to what needs it.
type Line struct {
	From, To string
	Path     string
}

// Graph is a dependency drawing laid out: what something needs left of it, what needs it right.
// Lengths are in its own units, about a pixel each on a desk's screen.
type Graph struct {
	Width, Height int
	Nodes         []*Node
	Lines         []Line
	// MoreLeft and MoreRight count those that there was no room for.
	MoreLeft, MoreRight int
}

// Measures of the drawing.
const (
	nodeWidth  = 190
	nodeHeight = 60
	stepX      = 56
	gapY       = 12
	wireHeight = 10 // of a line that passes a column
	rim        = 4
	maxNodes   = 30
	maxDepth   = 3
	titleWidth = 20 // in halves of a full-width character
)

// NewGraph draws one of the nodes and what it depends on or what depends on it, the nearest 30 and
// at most three steps away. Needs that name no node are left out, and so is a line that would close a
// cycle.
func NewGraph(nodes []*Node, middle string) *Graph {
	g := grapher{all: map[string]*Node{}, needs: map[string][]string{}, needed: map[string][]string{}}
	for _, n := range nodes {
		g.all[n.Name] = n
	}
	if g.all[middle] == nil {
		return &Graph{}
	}
	for _, n := range nodes {
		for _, need := range n.Needs {
			if g.all[need] != nil && need != n.Name {
				g.needs[n.Name] = append(g.needs[n.Name], need)
				g.needed[need] = append(g.needed[need], n.Name)
			}
		}
	}
	return g.draw(middle)
}

// grapher is a drawing under way.
type grapher struct {
	all           map[string]*Node
	needs, needed map[string][]string
	columns       map[int][]*place
}

func (g *grapher) draw(middle string) *Graph {
	left, right := reach(g.needs, middle), reach(g.needed, middle)
	for name := range left {
		delete(right, name) // a cycle: it stands once
	}
	keepL, keepR := nearest(left, right, g.order())
	root := &place{node: g.all[middle], height: nodeHeight}
	root.node.Layer = 0
	g.columns = map[int][]*place{0: {root}}
	edges := append(g.side(keepL, g.needs, root, -1), g.side(keepR, g.needed, root, 1)...)
	out := &Graph{MoreLeft: len(left) - len(keepL), MoreRight: len(right) - len(keepR)}
	g.settle(out)
	for _, e := range edges {
		out.Lines = append(out.Lines, e.line())
	}
	return out
}

// order is that of the names, for drawings that do not change from one look to the next.
func (g *grapher) order() []string {
	names := make([]string, 0, len(g.all))
	for name := range g.all {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// reach returns what can be reached, with the least number of steps.
func reach(next map[string][]string, from string) map[string]int {
	steps := map[string]int{}
	for front := []string{from}; len(front) > 0; front = front[1:] {
		for _, name := range next[front[0]] {
			if _, known := steps[name]; !known && name != from {
				steps[name] = steps[front[0]] + 1
				front = append(front, name)
			}
		}
	}
	return steps
}

// nearest returns those of both sides that there is room for.
func nearest(left, right map[string]int, order []string) (keepL, keepR []string) {
	room := maxNodes - 1
	for steps := 1; steps <= maxDepth; steps++ {
		for _, name := range order {
			if left[name] == steps && room > 0 {
				keepL, room = append(keepL, name), room-1
			}
			if right[name] == steps && room > 0 {
				keepR, room = append(keepR, name), room-1
			}
		}
	}
	return keepL, keepR
}

// TextX is where the text of the box begins.
func (n *Node) TextX() int { return n.X + 30 }

// LineY is the baseline of a line of the title.
func (n *Node) LineY(i int) int { return n.Y + 18 + 16*i }

// WordY is the baseline of the word of its state.
func (n *Node) WordY() int { return n.Y + nodeHeight - 9 }

// SignX is the place of the middle of the sign of its state, which is 12
// wide and high.
func (n *Node) SignX() int { return n.X + 16 }

// SignY is the height of the middle of the sign.
func (n *Node) SignY() int { return n.Y + nodeHeight/2 }

// SignLeft is the left edge of the sign.
func (n *Node) SignLeft() int { return n.SignX() - 6 }

// SignTop is the upper edge of the sign.
func (n *Node) SignTop() int { return n.SignY() - 6 }
