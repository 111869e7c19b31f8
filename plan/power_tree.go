package plan

import "slices"

// SupplyKind tells a generator from a UPS.
type SupplyKind string

// The kinds of supply, named as their blocks are.
const (
	GeneratorSupply SupplyKind = "generator"
	UPSSupply       SupplyKind = "ups"
)

// Supply is a generator or a UPS. Their names are told apart, so a supply's name is enough.
type Supply struct {
	Kind                  SupplyKind
	Name                  string
	Title                 string
	CapacityW, CapacityVA float64
	// FedBy names what feeds it; [Utility] for a generator, which takes over from it.
	FedBy     string
	Generator *Generator // nil for a UPS
	UPS       *UPS       // nil for a generator
}

// At returns where the attribute of the supply was written, else its block.
func (s *Supply) At(attribute string) Range {
	if s.Generator != nil {
		return s.Generator.At(attribute)
	}
	return s.UPS.At(attribute)
}

// Readings is how the supply is read; nil when it is not.
func (s *Supply) Readings() *SupplySource {
	if s.Generator != nil {
		return s.Generator.Readings
	}
	return s.UPS.Readings
}

// Supplies returns the generators, then the UPS, in the plan's order.
func (p *Plan) Supplies() []*Supply {
	var all []*Supply
	for _, g := range p.Generators {
		all = append(all, &Supply{GeneratorSupply, g.Name, g.Title, g.CapacityW, g.CapacityVA, Utility, g, nil})
	}
	for _, u := range p.UPSs {
		fedBy := u.FedBy
		if fedBy == "" {
			fedBy = Utility
		}
		all = append(all, &Supply{UPSSupply, u.Name, u.Title, u.CapacityW, u.CapacityVA, fedBy, nil, u})
	}
	return all
}

// HasPower reports whether the plan speaks of emergency power at all.
func (p *Plan) HasPower() bool {
	return len(p.Generators)+len(p.UPSs)+len(p.Loads) > 0 ||
		slices.ContainsFunc(p.Systems, func(s *System) bool { return s.Power != nil })
}

// Generator returns the generator named, or nil.
func (p *Plan) Generator(name string) *Generator {
	return find(p.Generators, func(g *Generator) bool { return g.Name == name })
}

// UPS returns the UPS named, or nil.
func (p *Plan) UPS(name string) *UPS {
	return find(p.UPSs, func(u *UPS) bool { return u.Name == name })
}

// Load returns the load named, or nil.
func (p *Plan) Load(name string) *Load {
	return find(p.Loads, func(d *Load) bool { return d.Name == name })
}

func find[T any](all []*T, is func(*T) bool) *T {
	if i := slices.IndexFunc(all, is); i >= 0 {
		return all[i]
	}
	return nil
}

// PowerTree is the tree utility → generator → UPS → loads, by name.
type PowerTree struct {
	supplies map[string]*Supply
	order    []*Supply
}

// PowerTree returns the plan's tree. Where fed_by goes round, a path ends before its first
// repetition; see [Plan.SupplyCycles].
func (p *Plan) PowerTree() *PowerTree {
	t := &PowerTree{order: p.Supplies(), supplies: make(map[string]*Supply)}
	for _, s := range t.order {
		t.supplies[s.Name] = s
	}
	return t
}

// Supplies returns the generators, then the UPS, in the plan's order.
func (t *PowerTree) Supplies() []*Supply { return t.order }

// Supply returns the supply named, or nil.
func (t *PowerTree) Supply(name string) *Supply { return t.supplies[name] }

// Path returns the supplies from the one named up to utility power, the nearest first. It is
// empty for [Utility], [Elsewhere] and names that nothing has.
func (t *PowerTree) Path(fedBy string) []*Supply {
	var path []*Supply
	for s := t.supplies[fedBy]; s != nil && !slices.Contains(path, s); s = t.supplies[s.FedBy] {
		path = append(path, s)
	}
	return path
}

// Backup returns the generator at the end of the path, or nil.
func Backup(path []*Supply) *Generator {
	if len(path) == 0 {
		return nil
	}
	return path[len(path)-1].Generator
}

// Planned returns the watts and volt-amperes that hang on each supply, directly or through
// others, by its name: the sum of its consumers.
func (t *PowerTree) Planned(consumers []*Consumer) map[string]Draw {
	sum := make(map[string]Draw, len(t.order))
	for _, c := range consumers {
		for _, s := range t.Path(c.FedBy) {
			sum[s.Name] = Draw{sum[s.Name].W + c.Watts, sum[s.Name].VA + c.VA}
		}
	}
	return sum
}

// Draw is electric load: true and apparent power.
type Draw struct{ W, VA float64 }

// SupplyCycles returns the loops in fed_by, each beginning with the UPS that the plan defines
// first: every one is fed by the next and the last by the first.
func (p *Plan) SupplyCycles() [][]string {
	feeds := make(map[string]string, len(p.UPSs))
	for _, u := range p.UPSs {
		feeds[u.Name] = u.FedBy
	}
	var cycles [][]string
	seen := make(map[string]bool)
	for _, u := range p.UPSs {
		var path []string
		name := u.Name
		for !seen[name] && feeds[name] != "" {
			seen[name] = true
			path = append(path, name)
			name = feeds[name]
		}
		if i := slices.Index(path, name); i >= 0 {
			cycles = append(cycles, turned(path[i:], p.UPSs))
		}
	}
	return cycles
}

// turned turns the cycle so that it begins with the UPS that is defined first.
func turned(cycle []string, defined []*UPS) []string {
	for _, u := range defined {
		if i := slices.Index(cycle, u.Name); i >= 0 {
			return slices.Concat(cycle[i:], cycle[:i])
		}
	}
	return cycle
}

// PowerNeeds returns, by the name of each system and load, what it is of no use without: what
// depends_on says, and the needed_by of the others.
func (p *Plan) PowerNeeds() map[string][]string {
	needs := make(map[string][]string, len(p.Systems)+len(p.Loads))
	for _, s := range p.Systems {
		needs[s.Name] = append(needs[s.Name], s.DependsOn...)
	}
	for _, d := range p.Loads {
		needs[d.Name] = append(needs[d.Name], d.DependsOn...)
		for _, name := range d.NeededBy {
			needs[name] = append(needs[name], d.Name)
		}
	}
	return needs
}

// NeedCycles returns the loops among systems and loads, of those that a load has a part in: the
// loops of systems alone are those of [Plan.Cycles].
func (p *Plan) NeedCycles() [][]string {
	needs := p.PowerNeeds()
	all := &Plan{}
	for _, s := range p.Systems {
		all.Systems = append(all.Systems, &System{Name: s.Name, DependsOn: needs[s.Name]})
	}
	for _, d := range p.Loads {
		all.Systems = append(all.Systems, &System{Name: d.Name, DependsOn: needs[d.Name]})
	}
	return slices.DeleteFunc(all.Cycles(), func(cycle []string) bool {
		return !slices.ContainsFunc(cycle, func(name string) bool { return p.Load(name) != nil })
	})
}
