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
	probes   *prometheus.HistogramVec // by kind
	phases   *prometheus.HistogramVec // by kind and phase
	rooms    rooms
}

// The metrics of the agent's own that are measured here.
const (
	probeName = "keizoku_probe_duration_seconds"
	probeHelp = "How long probes took, by kind of check."
	phaseName = "keizoku_probe_phase_duration_seconds"
	phaseHelp = "How long the phases of probes took, by kind of check."
)

// histogram has classic buckets and, for those who ask in protobuf, a native one.
func histogram(name, help string, labels ...string) *prometheus.HistogramVec {
	return prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: name, Help: help,
		Buckets:                        []float64{.001, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30},
		NativeHistogramBucketFactor:    1.1,
		NativeHistogramMaxBucketNumber: 100,
	}, labels)
}

// New returns the registry of an agent of the version given. Both sources are asked once a scrape.
func New(situation func() *rules.Situation, telling func() *Telling, version string) *Registry {
	r := &Registry{
		situation: situationView(situation),
		telling:   tellingView(telling, time.Now()),
		registry:  prometheus.NewPedanticRegistry(),
		probes:    histogram(probeName, probeHelp, "kind"),
		phases:    histogram(phaseName, phaseHelp, "kind", "phase"),
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "keizoku_build_info", Help: "The version of this agent; always 1.",
		ConstLabels: prometheus.Labels{"version": version, "goversion": runtime.Version()},
	})
	build.Set(1)
	r.registry.MustRegister(r.probes, r.phases, build,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return r
}

// ObserveProbe counts one probe and its phases. The newest probe of each bucket is named in an
// exemplar, so that one who sees that some took ten seconds sees which. It may be called from many
// goroutines.
func (r *Registry) ObserveProbe(system, check, kind string, look rules.Look) {
	var probe prometheus.Labels // nil: it cannot be named
	if fitsExemplar(system, check) {
		probe = prometheus.Labels{"system": system, "check": check}
	}
	observe(r.probes.WithLabelValues(kind), look.Duration.Seconds(), probe)
	eachPhase(look.Phases, func(name string, seconds float64) {
		observe(r.phases.WithLabelValues(kind, name), seconds, probe)
	})
}

func observe(in prometheus.Observer, seconds float64, probe prometheus.Labels) {
	if e, ok := in.(prometheus.ExemplarObserver); ok && probe != nil {
		e.ObserveWithExemplar(seconds, probe)
		return
	}
	in.Observe(seconds)
}

// fitsExemplar tells whether OpenMetrics allows the names as an exemplar: 128 characters at most,
// those of the labels' names included.
func fitsExemplar(system, check string) bool {
	const names = len("system") + len("check")
	return utf8.ValidString(system) && utf8.ValidString(check) &&
		names+utf8.RuneCountInString(system)+utf8.RuneCountInString(check) <= prometheus.ExemplarMaxRunes
}
