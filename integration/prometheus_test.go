//go:build integration && linux

package integration

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/keizoku-bcp/keizoku/rules"
)

// newPrometheus starts a Prometheus on a free port that scrapes target each second, and returns
// its address.
func newPrometheus(t *testing.T, target string) string {
	t.Helper()
	dir := folder(t)
	config := filepath.Join(dir, "prometheus.yml")
	text := fmt.Sprintf("scrape_configs:\n- job_name: keizoku\n  scrape_interval: 1s\n  static_configs: [{targets: [%q]}]\n", target)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return runPrometheus(t, config)
}

// asAgent has a Prometheus scrape and send on, and nothing else.
const asAgent = "--enable-feature=agent"

// runPrometheus starts a Prometheus on a free port and returns its address.
func runPrometheus(t *testing.T, config string, flags ...string) string {
	t.Helper()
	storage := "--storage.tsdb.path="
	if slices.Contains(flags, asAgent) {
		storage = "--storage.agent.path="
	}
	flags = append(flags, "--config.file="+config, storage+filepath.Join(filepath.Dir(config), "data"), "--web.listen-address=127.0.0.1:0")
	cmd := exec.Command(need(t, "prometheus", "prometheus"), flags...)
	log, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = cmd.Process.Kill(), cmd.Wait() })
	address := listensOn(t, log)
	until(t, "Prometheus is ready", func() bool {
		response, err := http.Get("http://" + address + "/-/ready")
		if err == nil {
			_ = response.Body.Close()
		}
		return err == nil && response.StatusCode == http.StatusOK
	})
	return address
}

var listening = regexp.MustCompile(`[Ll]istening on.*address=(127\.0\.0\.1:[1-9][0-9]*)`)

// listensOn finds the address in a Prometheus's log and goes on reading it.
func listensOn(t *testing.T, log io.Reader) string {
	t.Helper()
	lines := bufio.NewScanner(log)
	var seen strings.Builder
	for lines.Scan() {
		if m := listening.FindStringSubmatch(lines.Text()); m != nil {
			go func() { _, _ = io.Copy(io.Discard, log) }()
			return m[1]
		}
		seen.WriteString(lines.Text() + "\n")
	}
	t.Fatalf("prometheus does not listen:\n%s", seen.String())
	return ""
}

// query returns the values of an instant query by the labels given.
func query(t *testing.T, prometheus, expression string, labels ...string) map[string]string {
	t.Helper()
	resp, err := http.Get("http://" + prometheus + "/api/v1/query?query=" + url.QueryEscape(expression))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var answer struct {
		Data struct {
			Result []struct {
				Metric map[string]string
				Value  [2]any
			}
		}
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	values := map[string]string{}
	for _, r := range answer.Data.Result {
		var key []string
		for _, l := range labels {
			key = append(key, r.Metric[l])
		}
		values[strings.Join(key, " ")] = fmt.Sprint(r.Value[1])
	}
	return values
}

func TestPrometheusScrapes(t *testing.T) {
	t.Parallel()
	records, flapping := newService(t, "127.0.0.1", listenTCP), newService(t, "127.0.0.1", listenTCP)
	k := newKeizoku(t, fmt.Sprintf(killPlan, records.addr, flapping.addr))
	k.start()
	prometheus := newPrometheus(t, strings.TrimPrefix(k.address(), "http://"))
	k.awaits("flapping", rules.Up)
	records.down()
	out := k.awaits("records", rules.Down).Outage
	until(t, "Prometheus knows the states", func() bool {
		states := query(t, prometheus, "keizoku_system_state == 1", "system", "state")
		return len(states) == 2 && states["records down"] == "1" && states["flapping up"] == "1"
	})
	left := query(t, prometheus, "round(keizoku_outage_deadline_timestamp_seconds - keizoku_outage_start_timestamp_seconds)", "system")
	if left["records"] != "14400" {
		t.Errorf("allowed seconds by Prometheus: %v, by the agent: %+v", left, out)
	}
	if up := query(t, prometheus, "up", "job"); up["keizoku"] != "1" {
		t.Errorf("Prometheus cannot read the metrics: up is %v", up)
	}
	if rate := query(t, prometheus, "sum(keizoku_probe_duration_seconds_count) by (kind)", "kind"); rate["tcp"] == "" {
		t.Errorf("no histogram of probes: %v", rate)
	}
}

func TestMetricsAreClean(t *testing.T) {
	t.Parallel()
	k := newKeizoku(t, fmt.Sprintf(killPlan, "127.0.0.1:1", newService(t, "127.0.0.1", listenTCP).addr))
	k.start()
	k.awaits("flapping", rules.Up)
	k.awaits("records", rules.Down)
	text, _ := k.page("/metrics", "")
	lint := exec.CommandContext(t.Context(), need(t, "promtool", "prometheus"), "check", "metrics")
	lint.Stdin = strings.NewReader(text)
	if out, err := lint.CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("promtool check metrics: %v\n%s", err, out)
	}
	open, header := k.page("/metrics", "application/openmetrics-text; version=1.0.0")
	if kind := header.Get("Content-Type"); !strings.HasPrefix(kind, "application/openmetrics-text; version=1.0.0") || !strings.HasSuffix(open, "# EOF\n") {
		t.Errorf("OpenMetrics were asked for: %s, ends with %q", kind, open[max(0, len(open)-20):])
	}
}

// A receiver that refuses each message is a channel that does not get through, for Prometheus as
// for the agent itself: what is refused does not wait, and nobody was told.
func TestRefusedMessagesAreAFailureToDeliver(t *testing.T) {
	t.Parallel()
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGone) }))
	t.Cleanup(receiver.Close)
	records := newService(t, "127.0.0.1", listenTCP)
	k := newKeizoku(t, fmt.Sprintf(killPlan, records.addr, newService(t, "127.0.0.1", listenTCP).addr)+
		fmt.Sprintf("notify \"webhook\" \"chat\" {\n  url = %q\n}\n", receiver.URL))
	k.start()
	records.down()
	k.awaits("records", rules.Down)
	has := func(sample string) bool {
		text, _ := k.page("/metrics", "")
		return regexp.MustCompile("(?m)^" + sample + "$").MatchString(text)
	}
	for _, sample := range []string{
		`keizoku_notifications_total\{channel="chat",outcome="refused"\} [1-9]\d*`,
		`keizoku_notifications_pending\{channel="chat"\} 0`,
		`keizoku_notifications_failing_since_timestamp_seconds\{channel="chat"\} .*`,
	} {
		until(t, "there is a sample "+sample, func() bool { return has(sample) })
	}
}
