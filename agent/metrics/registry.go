package metrics

import (
	"runtime"
	"time"
	"unicode/utf8"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/keizoku-bcp/keizoku/rules"
)

// Registry holds one agent's metrics; two agents in one process have two.
type Registry struct {
	situation *view[*rules.Situation]
	telling   *view[*Telling]
	// registry has what is measured in this process rather than read off a Situation.
	registry *prometheus.Registry
	probes   *prometheus.HistogramVec
	rooms    rooms
}

// The one metric of the agent's own that is measured here.
const (
	probeName = "keizoku_probe_duration_seconds"
	probeHelp = "How long probes took, by kind of check."
)

// New returns the registry of an agent of the version given. Both sources are asked once a scrape.
func New(situation func() *rules.Situation, telling func() *Telling, version string) *Registry {
	r := &Registry{
		situation: situationView(situation),
		telling:   tellingView(telling, time.Now()),
		registry:  prometheus.NewPedanticRegistry(),
		probes: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: probeName, Help: probeHelp,
			Buckets:                        []float64{.001, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30},
			NativeHistogramBucketFactor:    1.1,
			NativeHistogramMaxBucketNumber: 100,
		}, []string{"kind"}),
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "keizoku_build_info", Help: "The version of this agent; always 1.",
		ConstLabels: prometheus.Labels{"version": version, "goversion": runtime.Version()},
	})
	build.Set(1)
	r.registry.MustRegister(r.probes, build,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return r
}

// ObserveProbe counts one probe. The newest probe of each bucket is named in an exemplar, so that
// one who sees that some took ten seconds sees which. It may be called from many goroutines.
func (r *Registry) ObserveProbe(system, check, kind string, d time.Duration) {
	probes := r.probes.WithLabelValues(kind)
	if e, ok := probes.(prometheus.ExemplarObserver); ok && fitsExemplar(system, check) {
		e.ObserveWithExemplar(d.Seconds(), prometheus.Labels{"system": system, "check": check})
		return
	}
	probes.Observe(d.Seconds())
}

// fitsExemplar tells whether OpenMetrics allows the names as an exemplar: 128 characters at most,
// those of the labels' names included.
func fitsExemplar(system, check string) bool {
	const names = len("system") + len("check")
	return utf8.ValidString(system) && utf8.ValidString(check) &&
		names+utf8.RuneCountInString(system)+utf8.RuneCountInString(check) <= prometheus.ExemplarMaxRunes
}
