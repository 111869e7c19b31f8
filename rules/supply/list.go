package supply

import (
	"cmp"
	"slices"
)

// LoadsByRank are the loads of the emergency-power list (非常用電源一覧) by priority, those without
// one at the end.
func (f *Facts) LoadsByRank() []*LoadFacts {
	return slices.SortedStableFunc(slices.Values(f.Loads), func(a, b *LoadFacts) int {
		return cmp.Compare(uint(a.Priority-1), uint(b.Priority-1)) // zero is the greatest
	})
}

// Load returns the facts of the load named, or nil.
func (f *Facts) Load(name string) *LoadFacts {
	for _, l := range f.Loads {
		if l.Load == name {
			return l
		}
	}
	return nil
}
