package metrics

import (
	"time"

	dto "github.com/prometheus/client_model/go"

	"github.com/keizoku-bcp/keizoku/rules"
)

// view exports what its families see of one instant of its source.
type view[S any] struct {
	families []family[S]
	source   func() S
	// since is when its counters began at 0; zero for those that outlive the agent, of which
	// nobody knows.
	since time.Time
}

func situationView(source func() *rules.Situation) *view[*rules.Situation] {
	return &view[*rules.Situation]{families: families, source: source}
}

func tellingView(source func() *Telling, since time.Time) *view[*Telling] {
	return &view[*Telling]{families: toldFamilies, source: source, since: since}
}

// each hands over one family after the other, all of one instant. A family is whole only until
// send returns: the next is written over it. So a scrape needs the room of the largest family,
// not of all, and makes next to no garbage. It stops at the first error of send.
//
// A registry would check each sample for what no test lets pass (names, labels, doubles), sort them
// all and cost five times as much.
func (v *view[S]) each(r *room, send func(*dto.MetricFamily) error) error {
	instant := v.source()
	for i := range v.families {
		f := &v.families[i]
		r.begin(f.name, f.help, f.kind, f.labels, v.since)
		f.samples(instant, r)
		if len(r.family.Metric) == 0 {
			continue
		}
		if err := send(&r.family); err != nil {
			return err
		}
	}
	return nil
}
