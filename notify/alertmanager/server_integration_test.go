//go:build integration

package alertmanager

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/notify"
	"github.com/keizoku-bcp/keizoku/notify/notifytest"
	"github.com/keizoku-bcp/keizoku/plan"
)

// need returns the path of a program that a test cannot do without.
func need(t *testing.T, program string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		t.Fatalf("%s is missing: make packages (or apt-get install prometheus-alertmanager)", program)
	}
	return path
}

// server is a real Alertmanager.
type server struct {
	url  string
	data string
	conf string
	cmd  *exec.Cmd
}

func startServer(t *testing.T) *server {
	t.Helper()
	s := &server{data: t.TempDir(), conf: filepath.Join(t.TempDir(), "alertmanager.yml")}
	if err := os.WriteFile(s.conf, []byte("route: {receiver: none}\nreceivers: [{name: none}]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.start(t, "127.0.0.1:0")
	return s
}

var listening = regexp.MustCompile(`(?:Listening on|TLS is disabled).*address=(127\.0\.0\.1:\d+)`)

// start waits until the log tells the address.
func (s *server) start(t *testing.T, address string) {
	t.Helper()
	s.cmd = exec.Command(need(t, "prometheus-alertmanager"), "--config.file="+s.conf, "--storage.path="+s.data,
		"--web.listen-address="+address, "--cluster.listen-address=", "--web.route-prefix=/am/", "--log.level=info")
	log, err := s.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	found, read := make(chan string, 1), make(chan struct{})
	go func() {
		defer close(read)
		for lines := bufio.NewScanner(log); lines.Scan(); {
			if match := listening.FindStringSubmatch(lines.Text()); match != nil {
				select {
				case found <- match[1]:
				default:
				}
			}
		}
	}()
	cmd := s.cmd
	t.Cleanup(func() {
		cmd.Process.Kill()
		<-read
		cmd.Wait()
	})
	select {
	case address := <-found:
		s.url = "http://" + address + "/am"
	case <-time.After(30 * time.Second):
		t.Fatal("Alertmanager does not say where it listens")
	}
	until(t, "Alertmanager is ready", func() bool {
		response, err := http.Get(s.url + "/-/ready")
		if err == nil {
			response.Body.Close()
		}
		return err == nil && response.StatusCode == http.StatusOK
	})
}

func (s *server) kill() {
	s.cmd.Process.Kill()
	s.cmd.Process.Wait()
}

// until asks again and again, for half a minute at most.
func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(30 * time.Second); !is(); <-tick.C {
		if time.Now().After(end) {
			t.Fatalf("waited in vain until %s", what)
		}
	}
}

// firing are the alerts that Alertmanager holds to be open, as "name system severity".
func (s *server) firing(t *testing.T) []string {
	t.Helper()
	response, err := http.Get(s.url + "/api/v2/alerts")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var alerts []wireAlert
	if err := json.NewDecoder(response.Body).Decode(&alerts); err != nil {
		t.Fatal(err)
	}
	list := []string{}
	for _, a := range alerts {
		list = append(list, strings.TrimSpace(fmt.Sprint(a.Labels["alertname"], " ", a.Labels["system"], " ", a.Labels["severity"])))
	}
	return list
}

func (s *server) want(t *testing.T, what string, want ...string) {
	t.Helper()
	if want == nil {
		want = []string{}
	}
	if diff := cmp.Diff(want, s.firing(t)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func TestConformanceWithAlertmanager(t *testing.T) {
	one, two := startServer(t), startServer(t)
	notifytest.Run(t, notifytest.Case{Kind: Kind(), Targets: []notifytest.Target{
		{Name: "one", Settings: attrs(one.url), Want: notifytest.Delivered},
		{Name: "two", Settings: attrs(one.url, two.url), Want: notifytest.Delivered},
		{Name: "wrong prefix", Settings: attrs(strings.TrimSuffix(one.url, "/am")), Want: notifytest.Retried},
	}})
}

// An outage as Alertmanager sees it: it opens with its true start, gets graver, and is closed for
// good, also by the server that was dead meanwhile.
func TestStoryWithAlertmanager(t *testing.T) {
	one, two := startServer(t), startServer(t)
	c := open(t, attrs(one.url, two.url))
	m := notifytest.Message()
	m.Alerts[0].Severity = plan.Caution
	m.At, m.Alerts[0].StartsAt = time.Now(), time.Now().Add(-5*time.Minute)
	if _, err := send(t, c, m); err != nil {
		t.Fatal(err)
	}
	one.want(t, "opened", "SystemDown resident_records warning")
	two.want(t, "opened", "SystemDown resident_records warning")

	worse := *m
	worse.ID, worse.Occasion, worse.Alerts = "worse", notify.Worsened, []notify.Alert{m.Alerts[0]}
	worse.Alerts[0].Severity = plan.Critical
	if _, err := send(t, c, &worse); err != nil {
		t.Fatal(err)
	}
	if err := c.Keep(t.Context(), worse.Alerts); err != nil {
		t.Fatal(err)
	}
	one.want(t, "graver", "SystemDown resident_records critical")

	two.kill()
	closed := worse
	closed.ID, closed.Occasion, closed.Alerts = "closed", notify.Closed, []notify.Alert{worse.Alerts[0]}
	closed.Alerts[0].EndsAt = time.Now()
	if _, err := send(t, c, &closed); err == nil || notify.IsRefused(err) {
		t.Fatalf("with one server dead: %v", err)
	}
	one.want(t, "closed")
	two.start(t, strings.TrimSuffix(strings.TrimPrefix(two.url, "http://"), "/am"))
	if err := c.Keep(t.Context(), worse.Alerts); err != nil { // a list that was made before
		t.Fatal(err)
	}
	if receipt, err := send(t, c, &closed); err != nil || receipt != "200 OK from 2 Alertmanagers, the last 1 now" {
		t.Fatalf("%q, %v", receipt, err)
	}
	one.want(t, "closed for good")
	two.want(t, "closed for good")
}

func TestAlertmanagersReason(t *testing.T) {
	s := startServer(t)
	c := open(t, attrs(s.url))
	_, err := c.put(t.Context(), c.urls[0], [][]byte{[]byte(`[{"labels":{}}]`)})
	if !notify.IsRefused(err) || !strings.Contains(err.Error(), "400 Bad Request: at least one label pair required") {
		t.Errorf("error: %v", err)
	}
}

// startsAt is the outage's, generatorURL the console's.
func TestWhatAlertmanagerShows(t *testing.T) {
	s := startServer(t)
	m := notifytest.Message()
	m.Alerts[0].StartsAt = time.Now().Add(-3 * time.Hour).Truncate(time.Millisecond)
	if _, err := send(t, open(t, attrs(s.url)), m); err != nil {
		t.Fatal(err)
	}
	response, err := http.Get(s.url + "/api/v2/alerts")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var alerts []wireAlert
	if err := json.NewDecoder(response.Body).Decode(&alerts); err != nil || len(alerts) != 1 {
		t.Fatalf("%v, %v", alerts, err)
	}
	if got := alerts[0]; !got.StartsAt.Equal(m.Alerts[0].StartsAt) || got.GeneratorURL != m.Alerts[0].Link || got.Annotations["left"] != "23時間55分" {
		t.Errorf("%+v", got)
	}
}
