package metrics

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"

	"github.com/keizoku-bcp/keizoku/rules"
)

// What Prometheus asks for.
const (
	openMetrics = "application/openmetrics-text; version=1.0.0"
	protobuf    = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited"
)

// scrape asks the handler as Prometheus does, and returns the answer without its compression.
func scrape(t *testing.T, r *Registry, accept, encoding string) (http.Header, string) {
	t.Helper()
	req := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil)
	req.Header.Set("Accept", accept)
	req.Header.Set("Accept-Encoding", encoding)
	recorder := httptest.NewRecorder()
	r.Handler().ServeHTTP(recorder, req)
	var body io.Reader = recorder.Body
	if recorder.Header().Get("Content-Encoding") == "gzip" {
		zip, err := gzip.NewReader(body)
		if err != nil {
			t.Fatal(err)
		}
		body = zip
	}
	text, err := io.ReadAll(body)
	if err != nil || recorder.Code != http.StatusOK {
		t.Fatalf("%d, %v: %s", recorder.Code, err, text)
	}
	return recorder.Header(), string(text)
}

// gatherer gives what a scrape in protobuf brings, and fails where a family or a sample comes
// twice or is not as the format demands.
func gatherer(t *testing.T, r *Registry) prometheus.Gatherer {
	t.Helper()
	return prometheus.Gatherers{prometheus.GathererFunc(func() ([]*dto.MetricFamily, error) {
		_, body := scrape(t, r, protobuf, "identity")
		decoder := expfmt.NewDecoder(strings.NewReader(body), expfmt.NewFormat(expfmt.TypeProtoDelim))
		var all []*dto.MetricFamily
		for {
			family := new(dto.MetricFamily)
			if err := decoder.Decode(family); errors.Is(err, io.EOF) {
				return all, nil
			} else if err != nil {
				return nil, err
			}
			if slices.ContainsFunc(all, func(f *dto.MetricFamily) bool { return f.GetName() == family.GetName() }) {
				t.Errorf("%s comes twice", family.GetName())
			}
			all = append(all, family)
		}
	})}
}

func familyOf(t *testing.T, r *Registry, name string) *dto.MetricFamily {
	t.Helper()
	all, err := gatherer(t, r).Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range all {
		if family.GetName() == name {
			return family
		}
	}
	t.Fatalf("%s is not exported", name)
	return nil
}

func TestFormatsAsAskedFor(t *testing.T) {
	for _, c := range []struct {
		accept, encoding  string
		content, compress string
		eof               bool
	}{
		{"", "", "text/plain", "", false},
		{"text/plain", "gzip;q=0", "text/plain", "", false},
		{"text/plain", "deflate, gzip;q=0.5", "text/plain", "gzip", false},
		{openMetrics, "gzip", "application/openmetrics-text", "gzip", true},
		{protobuf + ", " + openMetrics + ";q=0.5", "GZIP", "application/vnd.google.protobuf", "gzip", false},
	} {
		header, body := scrape(t, newRegistry(), c.accept, c.encoding)
		if !strings.HasPrefix(header.Get("Content-Type"), c.content) || header.Get("Content-Encoding") != c.compress {
			t.Errorf("%q, %q: %v", c.accept, c.encoding, header)
		}
		if strings.HasSuffix(body, "# EOF\n") != c.eof || !strings.Contains(body, "keizoku_build_info") {
			t.Errorf("%q, %q: ends with %q", c.accept, c.encoding, body[len(body)-80:])
		}
	}
}

func TestHeadHasNoBody(t *testing.T) {
	recorder := httptest.NewRecorder()
	newRegistry().Handler().ServeHTTP(recorder, httptest.NewRequestWithContext(t.Context(), http.MethodHead, "/metrics", nil))
	if recorder.Code != http.StatusOK || recorder.Body.Len() != 0 {
		t.Errorf("%d, %d bytes", recorder.Code, recorder.Body.Len())
	}
}

func TestOpenMetricsTellsWhenCountersBegan(t *testing.T) {
	_, body := scrape(t, newRegistry(), openMetrics, "identity")
	got := regexp.MustCompile(`(?m)^keizoku_\w+_created`).FindAllString(body, -1)
	want := append(slices.Repeat([]string{"keizoku_notifications_created"}, 4), "keizoku_probe_duration_seconds_created", "keizoku_probe_phase_duration_seconds_created")
	if diff := cmp.Diff(want, got); diff != "" { // outages count since the journal began, not since the start
		t.Error(diff)
	}
}

func TestProbesHaveBothKindsOfHistogramAndNameTheirNewest(t *testing.T) {
	r := newRegistry()
	took := func(d time.Duration, tls rules.Seconds) rules.Look {
		return rules.Look{Duration: d, Phases: []rules.PhaseFacts{{Name: "tls", Seconds: tls}}}
	}
	r.ObserveProbe("records", "login", "http", took(3*time.Second, 0.3))
	r.ObserveProbe(strings.Repeat("記", 70), strings.Repeat("録", 60), "http", took(20*time.Second, 2))
	r.ObserveProbe("\xff", "login", "http", took(20*time.Second, 2))
	for _, name := range []string{probeName, phaseName} {
		for _, m := range familyOf(t, r, name).GetMetric() {
			h := m.GetHistogram()
			if len(h.GetBucket()) < 13 || len(h.GetPositiveSpan()) == 0 || h.GetSchema() <= 0 || h.GetCreatedTimestamp() == nil {
				t.Errorf("%s%v: classic or native buckets are missing: %v", name, m.GetLabel(), h)
			}
		}
	}
	_, body := scrape(t, r, openMetrics, "identity")
	inOrder := regexp.MustCompile(`\{(system="\w+"),(check="\w+")\}`).ReplaceAllString(body, "{$2,$1}")
	got := regexp.MustCompile(`(?m)^.*# \{.*\}`).FindAllString(inOrder, -1)
	want := []string{
		`keizoku_probe_duration_seconds_bucket{kind="http",le="5.0"} 1 # {check="login",system="records"}`,
		`keizoku_probe_duration_seconds_bucket{kind="icmp",le="0.005"} 1 # {check="server",system="records"}`,
		`keizoku_probe_phase_duration_seconds_bucket{kind="http",phase="tls",le="0.5"} 1 # {check="login",system="records"}`,
		`keizoku_probe_phase_duration_seconds_bucket{kind="icmp",phase="rtt",le="0.005"} 1 # {check="server",system="records"}`,
	}
	if diff := cmp.Diff(want, got); diff != "" { // what is too long for an exemplar is counted without one
		t.Error(diff)
	}
	for _, counted := range []string{`duration_seconds_count{kind="http"} 3`, `phase_duration_seconds_count{kind="http",phase="tls"} 3`} {
		if !strings.Contains(body, "keizoku_probe_"+counted) {
			t.Errorf("a probe was not counted: no %s", counted)
		}
	}
}

func TestAScrapeLooksOnceAtEachSource(t *testing.T) {
	var situations, tellings int
	r := New(func() *rules.Situation { situations++; return crisis() }, func() *Telling { tellings++; return toldOf() }, "1.2.3")
	for _, accept := range []string{"text/plain", openMetrics, protobuf} {
		situations, tellings = 0, 0
		if scrape(t, r, accept, "gzip"); situations != 1 || tellings != 1 {
			t.Errorf("%s: asked %d and %d times", accept, situations, tellings)
		}
	}
}

// TestNothingIsLeftOfTheScrapeBefore guards the room that scrapes share.
func TestNothingIsLeftOfTheScrapeBefore(t *testing.T) {
	want := format(t, situationView(crisis))
	var used room
	var places []int
	for range 2 {
		var b bytes.Buffer
		for _, s := range []*rules.Situation{large(2 * boardSize), {At: nine}, crisis()} {
			b.Reset()
			v := situationView(func() *rules.Situation { return s })
			if err := v.each(&used, expfmt.NewEncoder(&b, expfmt.NewFormat(expfmt.TypeTextPlain)).Encode); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff(want, b.String()); diff != "" {
			t.Error(diff)
		}
		places = append(places, len(used.samples.boards), len(used.labels.boards))
	}
	if places[0] != places[2] || places[1] != places[3] {
		t.Errorf("the room grows from scrape to scrape: %v", places)
	}
}

func TestScrapesAtOnceDoNotMix(t *testing.T) {
	r := New(crisis, toldOf, "1.2.3")
	want := format(t, situationView(crisis))
	var scrapes sync.WaitGroup
	for range 8 {
		scrapes.Go(func() {
			recorder := httptest.NewRecorder()
			r.Handler().ServeHTTP(recorder, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
			if got := recorder.Body.String(); !strings.HasPrefix(got, want) {
				t.Errorf("mixed: %s", cmp.Diff(want, got[:min(len(want), len(got))]))
			}
		})
	}
	scrapes.Wait()
}

// gone is a client that hangs up.
type gone struct{ *httptest.ResponseRecorder }

func (gone) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestStopsWhenTheClientIsGone(t *testing.T) {
	r := newRegistry()
	measured, err := r.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	err = r.write(gone{httptest.NewRecorder()}, expfmt.NewFormat(expfmt.TypeOpenMetrics), measured)
	if !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("%v", err)
	}
}
