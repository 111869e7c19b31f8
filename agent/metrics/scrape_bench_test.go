package metrics

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"syscall"
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"

	"github.com/keizoku-bcp/keizoku/rules"
)

// large is a situation of n systems with two checks each, of six phases together, under three
// threats, every twentieth of them down.
func large(n int) *rules.Situation {
	s := crisis()
	s.Systems = make([]*rules.SystemFacts, n)
	for i := range s.Systems {
		s.Systems[i] = largeSystem(i)
	}
	return s
}

func largeSystem(i int) *rules.SystemFacts {
	name, ran := fmt.Sprintf("business_system_%04d", i), nine.Add(-time.Duration(i)*time.Millisecond)
	sys := &rules.SystemFacts{
		Name: name, Title: fmt.Sprintf("業務システム第%d号", i), Priority: 1 + i%9, Owner: "情報政策課", Site: "main_hall", State: rules.Up,
		Allowances:   []rules.AllowanceFacts{{Threat: "ordinary", Seconds: 14400}, {Threat: "disaster", Seconds: 86400}, {Threat: "cyber", Seconds: 28800}},
		OutagesTotal: i % 7, OutageSeconds: rules.Seconds(i) * 61.25,
		Checks: []*rules.CheckFacts{
			{Name: "login", Kind: "http", Success: true, LastRunAt: ran, Duration: rules.Seconds(0.0123456 + float64(i)/1e6), NotAfter: nine.AddDate(0, 1, 0), Phases: largePhases(i)},
			{Name: "server", Kind: "icmp", Success: true, LastRunAt: ran, Duration: rules.Seconds(0.00123456 + float64(i)/1e7),
				Phases: []rules.PhaseFacts{{Name: "rtt", Seconds: rules.Seconds(0.00113456 + float64(i)/1e7)}}},
		},
	}
	if i%20 == 0 {
		sys.State, sys.Causes, sys.Checks[0].Success = rules.Down, []string{"business_system_0000"}, false
		sys.Outage = &rules.OutageFacts{
			Start: nine.Add(-time.Hour), Deadline: nine.Add(23 * time.Hour), StartRecoveryBy: nine.Add(20 * time.Hour),
			UsedRatio: new(1.0 / 24), ProjectedEnd: nine.Add(3 * time.Hour), Text: "connection refused",
		}
	}
	return sys
}

// largePhases are those of a request over TLS to a host by its name, measured by the nanosecond.
func largePhases(i int) []rules.PhaseFacts {
	phases := make([]rules.PhaseFacts, 0, 5)
	for at, name := range [...]string{"resolve", "connect", "tls", "processing", "transfer"} {
		phases = append(phases, rules.PhaseFacts{Name: name, Seconds: rules.SecondsOf(time.Duration(2345678+(i+at)*7919%1000000) * time.Nanosecond)})
	}
	return phases
}

// BenchmarkScrape measures a scrape of 5,000 systems in every format, with compression, as
// Prometheus asks for it, and without. CPU-ms is the time of all processors, in the process: the client's reading,
// which costs next to nothing, included.
func BenchmarkScrape(b *testing.B) {
	s := large(5000)
	handler := New(func() *rules.Situation { return s }, func() *Telling { return &Telling{} }, "1.2.3").Handler()
	samples := 0
	if err := situationView(func() *rules.Situation { return s }).each(new(room), func(f *dto.MetricFamily) error {
		samples += len(f.GetMetric())
		return nil
	}); err != nil {
		b.Fatal(err)
	}
	for _, format := range []struct{ name, accept, encoding string }{
		{"text", "text/plain", "identity"},
		{"text,gzip", "text/plain", "gzip"},
		{"openmetrics", openMetrics, "identity"},
		{"openmetrics,gzip", openMetrics, "gzip"},
		{"protobuf", protobuf, "identity"},
		{"protobuf,gzip", protobuf, "gzip"},
	} {
		b.Run(format.name, func(b *testing.B) {
			req := httptest.NewRequestWithContext(b.Context(), http.MethodGet, "/metrics", nil)
			req.Header.Set("Accept", format.accept)
			req.Header.Set("Accept-Encoding", format.encoding)
			var w counted
			b.ReportAllocs()
			before := processorTime(b)
			for b.Loop() {
				w = counted{header: http.Header{}}
				handler.ServeHTTP(&w, req)
			}
			b.ReportMetric(float64((processorTime(b)-before).Microseconds())/1000/float64(b.N), "CPU-ms/op")
			b.ReportMetric(float64(w.bytes), "bytes")
			b.ReportMetric(float64(samples), "samples")
		})
	}
}

// counted is a response of which only the size is kept.
type counted struct {
	header http.Header
	bytes  int
}

func (c *counted) Header() http.Header { return c.header }
func (c *counted) WriteHeader(int)     {}
func (c *counted) Write(p []byte) (int, error) {
	c.bytes += len(p)
	return len(p), nil
}

func processorTime(tb testing.TB) time.Duration {
	tb.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
