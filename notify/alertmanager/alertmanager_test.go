package alertmanager

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/checks/checktest"
	"github.com/keizoku-bcp/keizoku/notify"
	"github.com/keizoku-bcp/keizoku/notify/notifytest"
	"github.com/keizoku-bcp/keizoku/plan"
)

func TestConformance(t *testing.T) {
	ok, busy := startFake(t, 200, ""), startFake(t, 503, "no leader, hunter2hunter2")
	bad := startFake(t, 400, `"start time must be before end time for hunter2hunter2"`)
	login := "basic_auth {\n username = \"keizoku\"\n password = secret(\"hunter2hunter2\")\n}\n"
	notifytest.Run(t, notifytest.Case{Kind: Kind(), Targets: []notifytest.Target{
		{Name: "healthy", Settings: attrs(ok.url()) + login, Want: notifytest.Delivered},
		{Name: "two", Settings: attrs(ok.url(), ok.url()+"/"), Want: notifytest.Delivered},
		{Name: "refusing", Settings: attrs(bad.url()) + login, Want: notifytest.Refused},
		{Name: "busy", Settings: attrs(busy.url()) + login, Want: notifytest.Retried},
		{Name: "one of two busy", Settings: attrs(ok.url(), busy.url()), Want: notifytest.Retried},
		{Name: "one refuses, one is busy", Settings: attrs(bad.url(), busy.url()), Want: notifytest.Retried},
		{Name: "dead", Settings: attrs("http://" + checktest.Refused(t)), Want: notifytest.Retried},
		{Name: "black hole", Settings: attrs("http://" + checktest.BlackHole(t)), Want: notifytest.Hangs},
		{Name: "silent", Settings: attrs("http://" + checktest.Silent(t)), Want: notifytest.Hangs},
		{Name: "silent TLS", Settings: attrs("https://" + checktest.Silent(t)), Want: notifytest.Hangs},
		{Name: "broken off", Settings: attrs("http://" + checktest.Reset(t)), Want: notifytest.Retried},
	}})
}

func send(t *testing.T, c *channel, m *notify.Message) (notify.Receipt, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	return c.Send(ctx, m)
}

func TestPayload(t *testing.T) {
	t.Parallel()
	f := startFake(t, http.StatusOK, "")
	f.clock = notifytest.At().Add(time.Hour)
	c := open(t, attrs(f.url())+"labels = {\n team = \"joho\"\n system = \"not ours\"\n}")
	if _, err := send(t, c, notifytest.Message()); err != nil {
		t.Fatal(err)
	}
	got := f.took()
	if len(got) != 1 || !about(got[0].EndsAt, f.clock.Add(notify.KeepFor)) {
		t.Fatalf("%+v: one alert for the next %s is wanted", got, notify.KeepFor)
	}
	want := wireAlert{
		Labels: map[string]string{
			"alertname": "SystemDown", "agent": "main", "plan": "musashino", "system": "resident_records", "priority": "1",
			"site": "main_hall", "severity": "critical", "threat": "disaster", "team": "joho",
		},
		Annotations:  map[string]string{"summary": "住民記録システムが停止しています", "left": "23時間55分"},
		StartsAt:     notifytest.At().Add(-5 * time.Minute),
		EndsAt:       got[0].EndsAt,
		GeneratorURL: "https://keizoku.example/systems/resident_records",
	}
	if diff := cmp.Diff(want, got[0], cmp.Comparer(time.Time.Equal)); diff != "" {
		t.Errorf("alert (-want +got):\n%s", diff)
	}
	if _, err := send(t, c, notifytest.Closed()); err != nil {
		t.Fatal(err)
	}
	if got := f.took(); len(got) != 1 || !got[0].EndsAt.Equal(notifytest.At().Add(5*time.Minute)) {
		t.Errorf("%+v: want the end", got)
	}
}

// about allows for the time that a test takes, and for the seconds that a Date is cut to.
func about(at, want time.Time) bool { return at.Sub(want).Abs() < 30*time.Second }

// Alertmanager judges by its own clock what has ended, and after a power cut the agent's may be
// years behind, or hours ahead: what is open stays open there, and what is over is over.
func TestClocksThatDiffer(t *testing.T) {
	t.Parallel()
	for name, off := range map[string]time.Duration{"the agent's is behind": 3 * 365 * 24 * time.Hour, "the agent's is ahead": -7 * time.Hour} {
		right := startFake(t, http.StatusOK, "")
		right.clock = time.Now().Add(off)
		same := startFake(t, http.StatusOK, "")
		c := open(t, attrs(right.url(), same.url()))
		m := notifytest.Message()
		m.Alerts[0].StartsAt = time.Now().Add(-time.Minute)
		for _, tell := range []func() error{
			func() error { _, err := send(t, c, m); return err },
			func() error { return c.Keep(t.Context(), m.Alerts) },
		} {
			if err := tell(); err != nil {
				t.Fatal(err)
			}
			for f, now := range map[*fake]time.Time{right: right.clock, same: time.Now()} {
				if got := f.took(); len(got) != 1 || !about(got[0].EndsAt, now.Add(notify.KeepFor)) || got[0].StartsAt.After(got[0].EndsAt) {
					t.Errorf("%s: open is told as %+v at %s", name, got, now)
				}
			}
		}
		m = notifytest.Closed()
		m.Alerts[0].StartsAt, m.Alerts[0].EndsAt = time.Now().Add(-time.Minute), time.Now()
		if _, err := send(t, c, m); err != nil {
			t.Fatal(err)
		}
		if got := right.took(); len(got) != 1 || got[0].EndsAt.After(right.clock.Add(30*time.Second)) || got[0].StartsAt.After(got[0].EndsAt) {
			t.Errorf("%s: closed is told as %+v at %s", name, got, right.clock)
		}
	}
}

// What has no alert of its own gets one, which ends by itself.
func TestStandIns(t *testing.T) {
	t.Parallel()
	f := startFake(t, http.StatusOK, "")
	c := open(t, attrs(f.url()))
	for name, m := range notifytest.Messages() {
		want := map[string]string{"inspection": "KeizokuInspection", "test": "KeizokuTest", "bare": "KeizokuTest", "alive": "KeizokuAlive"}[name]
		if want == "" {
			continue
		}
		if _, err := send(t, c, m); err != nil {
			t.Fatal(err)
		}
		got := f.took()
		if len(got) != 1 || got[0].Labels["alertname"] != want || got[0].Labels["severity"] != "info" || got[0].EndsAt.Before(time.Now()) {
			t.Errorf("%s: %+v, want one %s", name, got, want)
		}
		if _, has := got[0].Labels["message"]; has == (want == "KeizokuAlive") {
			t.Errorf("%s: labels %v: each is one of its own, but the dead man's switch", name, got[0].Labels)
		}
	}
	if err := c.Keep(t.Context(), nil); err != nil || len(f.took()) != 0 {
		t.Errorf("nothing open: %v", err)
	}
}

// To Alertmanager, an alert of another severity is another alert: the old one must end.
func TestSeverityChanges(t *testing.T) {
	t.Parallel()
	f := startFake(t, http.StatusOK, "")
	c := open(t, attrs(f.url()))
	m := notifytest.Message()
	m.Alerts[0].Severity = plan.Caution
	if _, err := send(t, c, m); err != nil {
		t.Fatal(err)
	}
	f.took()
	now := time.Now()
	for range 2 {
		f.answer(http.StatusServiceUnavailable)
		if _, err := send(t, c, notifytest.Message()); err == nil {
			t.Fatal("no error")
		}
		f.took()
		f.answer(http.StatusOK)
		if err := c.Keep(t.Context(), notifytest.Message().Alerts); err != nil {
			t.Fatal(err)
		}
		got := f.took()
		if len(got) > 1 {
			if got[0].Labels["severity"] != "warning" || got[0].EndsAt.After(time.Now()) || got[1].Labels["severity"] != "critical" || got[1].EndsAt.Before(now) {
				t.Errorf("%+v: want the warning ended and the critical one open", got)
			}
			now = time.Time{}
		}
	}
	if !now.IsZero() {
		t.Error("the old severity was never ended")
	}
}

// Nor is one of another silence: its people are called by the alert that nothing silences.
func TestSilenceChanges(t *testing.T) {
	t.Parallel()
	told := func(silence string) *notify.Message {
		m := notifytest.Message()
		if m.ID += silence; silence != "" {
			m.Alerts[0].Labels["silence"] = silence
		}
		return m
	}
	by := map[string]func(*channel, *notify.Message) error{
		"message": func(c *channel, m *notify.Message) error { _, err := send(t, c, m); return err },
		"list":    func(c *channel, m *notify.Message) error { return c.Keep(t.Context(), m.Alerts) },
	}
	for name, tell := range by {
		f := startFake(t, http.StatusOK, "")
		c := open(t, attrs(f.url()))
		for _, change := range [][2]string{{"", "maintenance"}, {"maintenance", "dependency"}, {"dependency", ""}} {
			if err := tell(c, told(change[0])); err != nil {
				t.Fatal(err)
			}
			f.took()
			m := told(change[1])
			if err := tell(c, m); err != nil {
				t.Fatal(err)
			}
			want := []string{change[0] + " ended", change[1] + " open"}
			if diff := cmp.Diff(want, silences(f.took())); diff != "" {
				t.Errorf("%s, %v (-want +got):\n%s", name, change, diff)
			}
			if m.Alerts[0].Labels["silence"] != change[1] {
				t.Errorf("%s: the labels of the message itself were changed", name)
			}
		}
		if err := tell(c, told("")); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{" open"}, silences(f.took())); diff != "" {
			t.Errorf("%s, told again (-want +got):\n%s", name, diff)
		}
	}
}

func silences(alerts []wireAlert) (list []string) {
	for _, a := range alerts {
		state := " open"
		if !a.EndsAt.After(time.Now()) {
			state = " ended"
		}
		list = append(list, a.Labels["silence"]+state)
	}
	return list
}

// A list of open alerts that was made before a close does not open the alert again.
func TestClosedStaysClosed(t *testing.T) {
	t.Parallel()
	f := startFake(t, http.StatusOK, "")
	c := open(t, attrs(f.url()))
	if _, err := send(t, c, notifytest.Closed()); err != nil {
		t.Fatal(err)
	}
	f.took()
	other := notifytest.Alert("another")
	if err := c.Keep(t.Context(), append(notifytest.Message().Alerts, other)); err != nil {
		t.Fatal(err)
	}
	if got := f.took(); len(got) != 1 {
		t.Errorf("%+v: want the other alert alone", got)
	}
}

// What comes back under its key is open again, and kept open.
func TestWhatComesBackIsKept(t *testing.T) {
	t.Parallel()
	f := startFake(t, http.StatusOK, "")
	c := open(t, attrs(f.url()))
	for _, m := range []*notify.Message{notifytest.Closed(), notifytest.Message()} {
		if _, err := send(t, c, m); err != nil {
			t.Fatal(err)
		}
	}
	f.took()
	if err := c.Keep(t.Context(), notifytest.Message().Alerts); err != nil {
		t.Fatal(err)
	}
	if got := f.took(); len(got) != 1 || got[0].EndsAt.Before(time.Now()) {
		t.Errorf("%+v: want the alert, open", got)
	}
}

// A message does not wait for a list that hangs, and overtakes it.
func TestMessagesGoFirst(t *testing.T) {
	t.Parallel()
	f := startFake(t, http.StatusOK, "")
	f.hold = make(chan struct{})
	c := open(t, attrs(f.url()))
	kept := make(chan error, 1)
	go func() { kept <- c.Keep(t.Context(), notifytest.Message().Alerts) }()
	<-f.hold
	f.mu.Lock()
	f.hold = nil
	f.mu.Unlock()
	if _, err := send(t, c, notifytest.Closed()); err != nil {
		t.Fatal(err)
	}
	if err := <-kept; err != nil {
		t.Errorf("a list that gave way: %v", err)
	}
}

func TestServersThatHaveItAreNotAskedAgain(t *testing.T) {
	t.Parallel()
	first, second := startFake(t, http.StatusOK, ""), startFake(t, http.StatusServiceUnavailable, "")
	c := open(t, attrs(first.url(), second.url()))
	m := notifytest.Message()
	if _, err := send(t, c, m); err == nil || notify.IsRefused(err) {
		t.Fatalf("error: %v", err)
	}
	second.answer(http.StatusOK)
	first.answer(http.StatusInternalServerError)
	receipt, err := send(t, c, m)
	if err != nil || receipt != "200 OK from 2 Alertmanagers, the last 1 now" {
		t.Errorf("%q, %v", receipt, err)
	}
	if len(first.took()) != 1 || len(second.took()) != 2 {
		t.Error("want one request to the first and two to the second")
	}
}

func TestBatches(t *testing.T) {
	t.Parallel()
	f := startFake(t, http.StatusOK, "")
	if err := open(t, attrs(f.url())).Keep(t.Context(), notifytest.Many(batch*2+1).Alerts); err != nil {
		t.Fatal(err)
	}
	var sizes []int
	for _, b := range f.batches {
		sizes = append(sizes, len(b))
	}
	if diff := cmp.Diff([]int{batch, batch, 1}, sizes); diff != "" {
		t.Error(diff)
	}
}

func TestWire(t *testing.T) {
	t.Parallel()
	now := notifytest.At()
	a := notify.Alert{
		StartsAt: now.Add(time.Hour), EndsAt: now, Link: "javascript:alert(1)",
		Labels: map[string]string{"ok": "a\xffb", "bad name": "x", "9": "x", "": "x", "empty": ""},
	}
	want := wireAlert{
		Labels: map[string]string{"ok": "a\uFFFDb", "alertname": "Keizoku"}, Annotations: map[string]string{}, StartsAt: now, EndsAt: now,
	}
	if diff := cmp.Diff(want, toWire(a, nil, now)); diff != "" {
		t.Errorf("alert (-want +got):\n%s", diff)
	}
}

func TestReason(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`"bad label"`: "bad label", `{"code":602,"message":"labels in body is required"}`: "labels in body is required", "<html>": "<html>", "": "",
	} {
		if got := reason(body); got != want {
			t.Errorf("reason(%s) = %q, want %q", body, got, want)
		}
	}
}

func TestValidate(t *testing.T) {
	t.Parallel()
	const url = "urls = [\"http://am.example:9093\"]\n"
	for settings, want := range map[string]string{
		`urls = []`:                              "urls",
		`urls = ["am:9093"]`:                     "begins with http",
		url + "labels = {\n \"a-b\" = \"c\"\n}":  "is not the name of a label",
		url + "headers = {\n \"a b\" = \"c\"\n}": "is not the name of a header",
		url + "headers = {\n A = \"c\\n\"\n}":    "cannot be sent",
		url + "bearer_token = \"x\\n\"":          "cannot be sent",
		url + "bearer_token = \"x\"\nheaders = {\n authorization = \"c\"\n}": "Credentials twice",
		url + "tls {\n cert_file = \"x\"\n}":                                 "Half of a client certificate",
	} {
		if got := notifytest.Mistakes(t, Kind(), settings); !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", settings, got, want)
		}
	}
}
