package draw

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// network builds nodes from lines "name: needs needs".
func network(lines ...string) []*Node {
	var nodes []*Node
	for _, line := range lines {
		name, needs, _ := strings.Cut(line, ":")
		nodes = append(nodes, &Node{Name: name, Title: "題 " + name, Needs: strings.Fields(needs)})
	}
	return nodes
}

// shape writes who stands in which column, and the lines.
func shape(g *Graph) (columns map[int][]string, lines []string) {
	columns = map[int][]string{}
	for _, n := range g.Nodes {
		columns[n.Layer] = append(columns[n.Layer], n.Name)
	}
	for _, names := range columns {
		slices.Sort(names)
	}
	for _, l := range g.Lines {
		lines = append(lines, l.From+">"+l.To)
	}
	slices.Sort(lines)
	return columns, lines
}

func TestGraph(t *testing.T) {
	t.Parallel()
	nodes := network("core:", "floor: core", "records: floor core", "portal: records", "mail: core", "kiosk: portal floor", "alone:", "odd: nothing")
	for _, test := range []struct {
		middle  string
		columns map[int][]string
		lines   []string
	}{
		{"records", map[int][]string{0: {"records"}, -1: {"floor"}, -2: {"core"}, 1: {"portal"}, 2: {"kiosk"}}, []string{"core>floor", "core>records", "floor>records", "portal>kiosk", "records>portal"}},
		{"core", map[int][]string{0: {"core"}, 1: {"floor", "mail"}, 2: {"records"}, 3: {"portal"}, 4: {"kiosk"}}, []string{"core>floor", "core>mail", "core>records", "floor>kiosk", "floor>records", "portal>kiosk", "records>portal"}},
		{"alone", map[int][]string{0: {"alone"}}, nil},
		{"odd", map[int][]string{0: {"odd"}}, nil},
	} {
		g := NewGraph(nodes, test.middle)
		columns, lines := shape(g)
		if diff := cmp.Diff(test.columns, columns); diff != "" {
			t.Errorf("%s: columns (-want +got):\n%s", test.middle, diff)
		}
		if diff := cmp.Diff(test.lines, lines); diff != "" {
			t.Errorf("%s: lines (-want +got):\n%s", test.middle, diff)
		}
		if g.MoreLeft+g.MoreRight != 0 {
			t.Errorf("%s: more %d, %d", test.middle, g.MoreLeft, g.MoreRight)
		}
	}
	if g := NewGraph(nodes, "nobody"); len(g.Nodes) != 0 {
		t.Error("an unknown system is drawn")
	}
}

// 41 systems hang on a switch that needs two: 30 boxes, the other 14 are counted.
func TestGraphIsBounded(t *testing.T) {
	t.Parallel()
	lines := []string{"power:", "room:", "switch: power room"}
	for i := range 41 {
		lines = append(lines, fmt.Sprintf("s%02d: switch", i))
	}
	g := NewGraph(network(lines...), "switch")
	if len(g.Nodes) != 30 || g.MoreLeft != 0 || g.MoreRight != 14 {
		t.Errorf("%d nodes, %d and %d more", len(g.Nodes), g.MoreLeft, g.MoreRight)
	}
}

// Whatever the plan, cycles included: no box over another, none outside, and each line leads from the
// right side of one box to the left side of the other and stays inside.
func TestGraphGeometry(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names := []string{}
		for i := range rapid.IntRange(1, 45).Draw(t, "systems") {
			names = append(names, "s"+strconv.Itoa(i))
		}
		var nodes []*Node
		for _, name := range names {
			needs := rapid.SliceOfN(rapid.SampledFrom(names), 0, 4).Draw(t, "needs")
			nodes = append(nodes, &Node{Name: name, Title: rapid.String().Draw(t, "title"), Needs: needs})
		}
		g := NewGraph(nodes, "s0")
		boxes := map[string]*Node{}
		for i, n := range g.Nodes {
			boxes[n.Name] = n
			if n.X < 0 || n.Y < 0 || n.X+n.W > g.Width || n.Y+n.H > g.Height || n.W <= 0 || n.H <= 0 {
				t.Fatalf("%+v lies outside of %d × %d", n, g.Width, g.Height)
			}
			for _, other := range g.Nodes[:i] {
				if n.X < other.X+other.W && other.X < n.X+n.W && n.Y < other.Y+other.H && other.Y < n.Y+n.H {
					t.Fatalf("%+v lies over %+v", n, other)
				}
			}
		}
		if len(g.Nodes) > maxNodes {
			t.Fatalf("%d boxes", len(g.Nodes))
		}
		for _, l := range g.Lines {
			checkLine(t, g, l, boxes[l.From], boxes[l.To])
		}
	})
}

var numbers = regexp.MustCompile(`-?\d+`)

func checkLine(t *rapid.T, g *Graph, l Line, from, to *Node) {
	if from == nil || to == nil {
		t.Fatalf("%+v leads nowhere", l)
	}
	if from.X >= to.X {
		t.Fatalf("%+v leads back", l)
	}
	var n []int
	for _, text := range numbers.FindAllString(l.Path, -1) {
		v, err := strconv.Atoi(text)
		if err != nil || v < 0 || v > max(g.Width, g.Height) {
			t.Fatalf("%+v: %s", l, text)
		}
		n = append(n, v)
	}
	ends := [][2]int{{n[0], n[1]}, {n[len(n)-2], n[len(n)-1]}}
	want := [][2]int{{from.X + from.W, from.Y + from.H/2}, {to.X, to.Y + to.H/2}}
	if to.Layer <= 0 && from.Layer < 0 {
		ends[0], ends[1] = ends[1], ends[0]
	}
	if diff := cmp.Diff(want, ends); diff != "" {
		t.Fatalf("%+v (-want +got):\n%s", l, diff)
	}
}

func TestWrap(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		text string
		want []string
	}{
		{"住民記録", []string{"住民記録"}},
		{"庁内ネットワーク(基幹スイッチ)", []string{"庁内ネットワーク", "(基幹スイッチ)"}},
		{"ファイアウォール・LGWAN接続・予備機・その他", []string{"ファイアウォール・LG", "WAN接続・予備機・…"}},
		{"Resident records of the city hall", []string{"Resident records of", "the city hall"}},
		{"バッテリー運転、充電 74%", []string{"バッテリー運転、", "充電 74%"}},
		{"避難行動要支援者データ照会", []string{"避難行動要支援者デー", "タ照会"}},
		{"避難行動要支援者用ゲーム", []string{"避難行動要支援者用", "ゲーム"}},
		{"", nil},
		{"\xff\xff", []string{"\uFFFD"}},
	} {
		if diff := cmp.Diff(test.want, wrap(test.text, 20, 2)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", test.text, diff)
		}
	}
}
