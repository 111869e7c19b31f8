package draw

import (
	"cmp"
	"fmt"
	"slices"
)

// place is a node, or a line that passes a column, in its column.
type place struct {
	node   *Node
	height int
	y      int
	pull   float64 // mean height of its neighbours towards the middle
	next   []*place
}

func (p *place) mid() int { return p.y + p.height/2 }

// edge is a way through the columns, from the middle outwards.
type edge struct {
	way  []*place
	side int
}

// side puts one side into columns: each node as far out as its longest way from the middle, so that
// all lines lead outwards.
func (g *grapher) side(keep []string, next map[string][]string, root *place, side int) []edge {
	layers := longest(keep, next, root.node.Name)
	places := map[string]*place{root.node.Name: root}
	for _, name := range keep {
		places[name] = &place{node: g.all[name], height: nodeHeight}
		places[name].node.Layer = side * layers[name]
		g.columns[side*layers[name]] = append(g.columns[side*layers[name]], places[name])
	}
	var edges []edge
	for _, from := range append([]string{root.node.Name}, keep...) {
		for _, to := range next[from] {
			if places[to] != nil && layers[to] > layers[from] {
				edges = append(edges, g.way(places[from], places[to], layers[from], layers[to], side))
			}
		}
	}
	return edges
}

// longest returns the length of the longest way to each of the names. Steps are bounded by the number
// of names: a cycle, which no plan has, ends there.
func longest(keep []string, next map[string][]string, from string) map[string]int {
	layers := map[string]int{from: 0}
	for _, name := range keep {
		layers[name] = 0
	}
	for range keep {
		for _, name := range append([]string{from}, keep...) {
			for _, to := range next[name] {
				if _, kept := layers[to]; kept && to != from && (name == from || layers[name] > 0) && layers[name] < len(keep) {
					layers[to] = max(layers[to], layers[name]+1)
				}
			}
		}
	}
	return layers
}

// way leads from one place to another, through a place in each column between.
func (g *grapher) way(from, to *place, near, far, side int) edge {
	e := edge{way: []*place{from}, side: side}
	for layer := near + 1; layer < far; layer++ {
		pass := &place{height: wireHeight}
		g.columns[side*layer] = append(g.columns[side*layer], pass)
		e.way = append(e.way, pass)
	}
	e.way = append(e.way, to)
	for i, p := range e.way[1:] {
		p.next = append(p.next, e.way[i])
	}
	return e
}

// settle gives each place its height: the columns from the middle outwards, each in the order of what
// its places hang on, and all around one axis.
func (g *grapher) settle(out *Graph) {
	layers := make([]int, 0, len(g.columns))
	for layer := range g.columns {
		layers = append(layers, layer)
	}
	slices.Sort(layers)
	tallest := 0
	for _, column := range g.columns {
		tallest = max(tallest, heightOf(column))
	}
	slices.SortFunc(layers, func(a, b int) int { return cmp.Or(cmp.Compare(max(a, -a), max(b, -b)), cmp.Compare(a, b)) })
	least := slices.Min(layers)
	for _, layer := range layers {
		column := g.columns[layer]
		arrange(column, rim+(tallest-heightOf(column))/2)
		for _, p := range column {
			if p.node != nil {
				p.node.X, p.node.Y = rim+(layer-least)*(nodeWidth+stepX), p.y
				p.node.W, p.node.H = nodeWidth, nodeHeight
				p.node.Lines = wrap(p.node.Title, titleWidth, 2)
				out.Nodes = append(out.Nodes, p.node)
			}
		}
	}
	out.Width = 2*rim + len(layers)*nodeWidth + (len(layers)-1)*stepX
	out.Height = 2*rim + tallest
}

func heightOf(column []*place) int {
	height := -gapY
	for _, p := range column {
		height += p.height + gapY
	}
	return height
}

// arrange sorts a column by what its places hang on and stacks it from y downwards.
func arrange(column []*place, y int) {
	for _, p := range column {
		p.pull = 0
		for _, n := range p.next {
			p.pull += float64(n.mid()) / float64(len(p.next))
		}
	}
	slices.SortStableFunc(column, func(a, b *place) int { return cmp.Compare(a.pull, b.pull) })
	for _, p := range column {
		p.y = y
		y += p.height + gapY
	}
}

// line draws an edge: straight through the columns, bent between them.
func (e edge) line() Line {
	first, last := e.way[0].node, e.way[len(e.way)-1].node
	x := func(n *Node, outer bool) int { // of a node's outer or inner side
		if outer == (e.side > 0) {
			return n.X + n.W
		}
		return n.X
	}
	at := x(first, true)
	path := fmt.Sprintf("M%d %d", at, e.way[0].mid())
	for i, p := range e.way[1:] {
		to := at + e.side*stepX
		half := (at + to) / 2
		path += fmt.Sprintf("C%d %d %d %d %d %d", half, e.way[i].mid(), half, p.mid(), to, p.mid())
		if at = to; p.node == nil {
			at += e.side * nodeWidth
			path += fmt.Sprintf("H%d", at)
		}
	}
	if e.side < 0 {
		return Line{last.Name, first.Name, path}
	}
	return Line{first.Name, last.Name, path}
}
