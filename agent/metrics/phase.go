package metrics

import (
	"math"
	"slices"

	"github.com/keizoku-bcp/keizoku/rules"
)

// phaseNames are the parts of probes that have series, those of all kinds of check. A name that is
// not among them has none: a kind that made names up would make series without end.
var phaseNames = [...]string{"resolve", "connect", "tls", "processing", "transfer", "answer", "rtt", "run", "measure"}

// eachPhase hands over the known phases of a probe, each name once: a sample that came twice would
// cost the whole scrape.
func eachPhase(phases []rules.PhaseFacts, f func(name string, seconds float64)) {
	var seen [len(phaseNames)]bool
	for i := range phases {
		at := slices.Index(phaseNames[:], phases[i].Name)
		if at >= 0 && !seen[at] {
			seen[at] = true
			f(phaseNames[at], micro(phases[i].Seconds))
		}
	}
}

// micro rounds to the microsecond: what is finer is noise, and a scrape of thousands of checks gets a
// tenth cheaper without it.
func micro(s rules.Seconds) float64 { return math.Round(float64(s)*1e6) / 1e6 }

func checkPhases(sys *rules.SystemFacts, out *room) {
	for _, c := range sys.Checks {
		eachPhase(c.Phases, func(name string, seconds float64) { out.add(seconds, sys.Name, c.Name, c.Kind, name) })
	}
}
