package rules

import "slices"

// channels tells how the channels stand that the agent uses.
func (v *view) channels() []ChannelFacts {
	all := slices.Clone(v.state.Live.Channels)
	for i := range all {
		all[i].FailingSince = v.local(all[i].FailingSince)
	}
	return all
}
