package plan

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// graph makes a linked plan from lines like "a: b c" (a depends on b and c).
func graph(t testing.TB, lines ...string) *Plan {
	t.Helper()
	p := &Plan{}
	for _, line := range lines {
		name, needs, _ := strings.Cut(line, ":")
		p.Systems = append(p.Systems, &System{Name: name, DependsOn: strings.Fields(needs)})
	}
	if err := p.Link(); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestCycles(t *testing.T) {
	for _, test := range []struct {
		name  string
		lines []string
		want  [][]string
	}{
		{"none", []string{"a: b", "b:"}, nil},
		{"diamond", []string{"a: b c", "b: d", "c: d", "d:"}, nil},
		{"unknown name", []string{"a: x", "b: a x"}, nil},
		{"itself", []string{"a: a"}, [][]string{{"a"}}},
		{"pair", []string{"a: b", "b: a"}, [][]string{{"a", "b"}}},
		{"begins with the first defined", []string{"z: a", "b: c", "c: d", "d: b", "a:"}, [][]string{{"b", "c", "d"}}},
		{"entered in the middle", []string{"a: c", "b: c", "c: b"}, [][]string{{"b", "c"}}},
		{"two apart", []string{"a: b", "b: a", "c: d", "d: c"}, [][]string{{"a", "b"}, {"c", "d"}}},
		{"two through one", []string{"a: b c", "b: a", "c: a"}, [][]string{{"a", "b"}, {"a", "c"}}},
		{"named twice", []string{"a: b b", "b: a a"}, [][]string{{"a", "b"}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, graph(t, test.lines...).Cycles()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestNeededBy(t *testing.T) {
	p := graph(t, "records: switch", "tax: records switch", "switch:")
	p.Businesses = []*Business{
		{Name: "certificates", Needs: []string{"records"}},
		{Name: "payments", Needs: []string{"tax", "records"}},
	}
	var businesses []string
	for _, b := range p.NeededBy("records") {
		businesses = append(businesses, b.Name)
	}
	if diff := cmp.Diff([]string{"certificates", "payments"}, businesses); diff != "" {
		t.Errorf("businesses that need records (-want +got):\n%s", diff)
	}
	if got := p.NeededBy("switch"); got != nil {
		t.Errorf("switch is needed only through others, got %v", got)
	}
}
