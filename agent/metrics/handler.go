package metrics

import (
	"net/http"
	"runtime"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/keizoku-bcp/keizoku/rules"
)

// Registry holds one agent's metrics; two agents in one process have two.
type Registry struct {
	registry *prometheus.Registry
	probes   *prometheus.HistogramVec
}

// probeHelp is the help of the one metric that is measured here rather than read off a Situation.
const (
	probeName = "keizoku_probe_duration_seconds"
	probeHelp = "How long probes took, by kind of check."
)

// New returns the registry of an agent of the version given. Both sources are asked once a scrape.
func New(situation func() *rules.Situation, telling func() *Telling, version string) *Registry {
	r := &Registry{
		registry: prometheus.NewPedanticRegistry(),
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
	r.registry.MustRegister(NewCollector(situation), newCollector(toldFamilies, telling), r.probes, build,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return r
}

// ObserveProbe counts one probe.
func (r *Registry) ObserveProbe(kind string, d time.Duration) {
	r.probes.WithLabelValues(kind).Observe(d.Seconds())
}

// Handler serves /metrics, as OpenMetrics to those who ask for it.
func (r *Registry) Handler() http.Handler {
	return promhttp.HandlerFor(r.registry, promhttp.HandlerOpts{EnableOpenMetrics: true, Registry: r.registry})
}
