//go:build integration && linux

package integration

import (
	"bytes"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/keizoku-bcp/keizoku/rules"
)

// line is the way from a site to the hall, which can be cut.
type line struct {
	*httptest.Server
	cut atomic.Bool
}

func newLine(t *testing.T, to string) *line {
	t.Helper()
	l := new(line)
	through := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: to})
	l.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if l.cut.Load() {
			panic(http.ErrAbortHandler) // the connection ends without a word
		}
		through.ServeHTTP(w, r)
	}))
	t.Cleanup(l.Close)
	return l
}

// remoteSite is the shipped configuration of a Prometheus in agent mode, for the agent and the line
// given, and as fast as a test needs it.
func remoteSite(t *testing.T, agent, line string) string {
	t.Helper()
	text, err := os.ReadFile("../packaging/prometheus/remote_site.yml")
	if err != nil {
		t.Fatal(err)
	}
	config := string(text)
	for old, changed := range map[string]string{
		"127.0.0.1:9720":                       agent,
		"https://prometheus.city.example:9090": line,
		"scrape_interval: 30s":                 "scrape_interval: 1s",
		"max_backoff: 1m":                      "max_backoff: 1s",
		"max_samples_per_send: 500":            "max_samples_per_send: 500\n      batch_send_deadline: 1s",
	} {
		if !strings.Contains(config, old) {
			t.Fatalf("remote_site.yml has no %q", old)
		}
		config = strings.Replace(config, old, changed, 1)
	}
	return config
}

// A site whose line is down: what its agent saw meanwhile is in the hall when the line is back, at
// its own time, and the deadline is the agent's however late it comes.
func TestRemoteSite(t *testing.T) {
	t.Parallel()
	records, flapping := newService(t, "127.0.0.1", listenTCP), newService(t, "127.0.0.1", listenTCP)
	k := newKeizoku(t, fmt.Sprintf(killPlan, records.addr, flapping.addr))
	k.start()
	hallConfig, siteConfig := filepath.Join(folder(t), "hall.yml"), filepath.Join(folder(t), "site.yml")
	hallText, err := os.ReadFile("../packaging/prometheus/hall_of_remote_sites.yml")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(hallConfig, hallText, 0o600); err != nil {
		t.Fatal(err)
	}
	hall := runPrometheus(t, hallConfig, "--web.enable-remote-write-receiver")
	l := newLine(t, hall)
	if err := os.WriteFile(siteConfig, []byte(remoteSite(t, k.host(), l.URL)), 0o600); err != nil {
		t.Fatal(err)
	}
	runPrometheus(t, siteConfig, asAgent)

	states := func(at string) map[string]string {
		return query(t, hall, "keizoku_system_state"+at+" == 1", "system", "state", "agent", "job")
	}
	until(t, "the hall sees the site", func() bool { return states("")["records up east_branch keizoku"] == "1" })

	l.cut.Store(true)
	cutAt := time.Now()
	records.down()
	out := k.awaits("records", rules.Down).Outage
	pause(t, 5*time.Second) // some scrapes that cannot be sent
	if late := states(""); late["records down east_branch keizoku"] != "" {
		t.Fatal("the line is not cut")
	}
	middle := time.Now().Add(-2 * time.Second)
	l.cut.Store(false)

	stamp := func(of time.Time) string { return strconv.FormatFloat(float64(of.UnixMilli())/1000, 'f', -1, 64) }
	want := stamp(out.Deadline)
	until(t, "the hall has the agent's deadline", func() bool {
		return query(t, hall, "keizoku_outage_deadline_timestamp_seconds", "system")["records"] == want
	})
	then := " @ " + stamp(middle)
	if got := query(t, hall, "keizoku_outage_deadline_timestamp_seconds"+then, "system")["records"]; got != want {
		t.Errorf("the deadline in the gap is %q, want %s", got, want)
	}
	if got := states(then)["records down east_branch keizoku"]; got != "1" {
		t.Errorf("the gap does not show the outage: %v", states(then))
	}
	gap := fmt.Sprintf("count_over_time(keizoku_agent_alive_timestamp_seconds[%ds]%s)", int(middle.Sub(cutAt).Seconds()), then)
	if n, _ := strconv.Atoi(query(t, hall, gap, "agent")["east_branch"]); n < 2 {
		t.Errorf("%d samples of the gap have arrived: %s", n, gap)
	}
	if left := query(t, hall, "keizoku_outage_deadline_timestamp_seconds - time() < 14400 > 14300", "system"); left["records"] == "" {
		t.Error("the hall does not count down to the deadline")
	}
}

// The hall takes what is hours old although others have sent what is new; without the storage block
// of the shipped configuration Prometheus refuses it for good.
func TestHallTakesWhatIsHoursOld(t *testing.T) {
	t.Parallel()
	shipped, err := os.ReadFile("../packaging/prometheus/hall_of_remote_sites.yml")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		config string
		want   int
	}{{string(shipped), http.StatusNoContent}, {"{}", http.StatusBadRequest}} {
		config := filepath.Join(folder(t), "hall.yml")
		if err := os.WriteFile(config, []byte(c.config), 0o600); err != nil {
			t.Fatal(err)
		}
		hall := runPrometheus(t, config, "--web.enable-remote-write-receiver")
		if status := remoteWrite(t, hall, "of_the_hall", 0); status != http.StatusNoContent {
			t.Errorf("a new sample: %d", status)
		}
		if status := remoteWrite(t, hall, "of_the_site", 210*time.Minute); status != c.want {
			t.Errorf("a sample of three hours and a half ago: %d, want %d, with\n%s", status, c.want, c.config)
		}
	}
}

// remoteWrite sends one sample of an age, and returns the answer's status.
func remoteWrite(t *testing.T, to, metric string, age time.Duration) int {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+to+"/api/v1/write", bytes.NewReader(snappy(oneSample(metric, age))))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Encoding", "snappy")
	request.Header.Set("Content-Type", "application/x-protobuf")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	return response.StatusCode
}

// oneSample is a WriteRequest of one series with one sample, of the value 1 (remote write 1.0).
func oneSample(metric string, age time.Duration) []byte {
	field := func(in []byte, n protowire.Number, value []byte) []byte {
		return protowire.AppendBytes(protowire.AppendTag(in, n, protowire.BytesType), value)
	}
	label := field(field(nil, 1, []byte("__name__")), 2, []byte(metric))
	sample := protowire.AppendFixed64(protowire.AppendTag(nil, 1, protowire.Fixed64Type), math.Float64bits(1))
	sample = protowire.AppendVarint(protowire.AppendTag(sample, 2, protowire.VarintType), uint64(time.Now().Add(-age).UnixMilli()))
	return field(nil, 1, field(field(nil, 1, label), 2, sample))
}

// snappy writes a block that is not compressed: its length, then literals of up to 60 bytes.
func snappy(data []byte) []byte {
	block := protowire.AppendVarint(nil, uint64(len(data)))
	for piece := range slices.Chunk(data, 60) {
		block = append(append(block, byte(len(piece)-1)<<2), piece...)
	}
	return block
}
