package webhook

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/checks/checktest"
	"github.com/keizoku-bcp/keizoku/notify"
	"github.com/keizoku-bcp/keizoku/notify/notifytest"
	"github.com/keizoku-bcp/keizoku/plan"
)

// receiver answers as it was told and keeps what it was sent.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	heads  []http.Header
	bodies [][]byte
}

func receive(t *testing.T, answer func(http.ResponseWriter)) *receiver {
	t.Helper()
	r := new(receiver)
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		body, _ := io.ReadAll(request.Body)
		r.mu.Lock()
		r.heads, r.bodies = append(r.heads, request.Header), append(r.bodies, body)
		r.mu.Unlock()
		answer(w)
	}))
	t.Cleanup(r.Close)
	return r
}

func says(code int, body string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) { w.WriteHeader(code); io.WriteString(w, body) }
}

func (r *receiver) ids() (ids []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, h := range r.heads {
		ids = append(ids, h.Get("X-Keizoku-Id"))
	}
	return ids
}

// last is the newest request.
func (r *receiver) last(t *testing.T) (http.Header, []byte) {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.bodies) == 0 {
		t.Fatal("nothing was received")
	}
	return r.heads[len(r.heads)-1], r.bodies[len(r.bodies)-1]
}

func attr(url string) string { return fmt.Sprintf("url = %q\n", url) }

func TestConformance(t *testing.T) {
	ok := receive(t, says(200, "ok"))
	leaky := receive(t, says(500, "no such hook: /services/T0/hunter2hunter2 for swordfish-swordfish"))
	slow := receive(t, func(w http.ResponseWriter) {
		w.Header().Set("Retry-After", "30")
		w.WriteHeader(http.StatusTooManyRequests)
	})
	secretURL := func(base string) string {
		return fmt.Sprintf("url = secret(%q)\nsecret = secret(\"swordfish-swordfish\")\n", base+"/services/T0/hunter2hunter2")
	}
	notifytest.Run(t, notifytest.Case{Kind: Kind(), Targets: []notifytest.Target{
		{Name: "healthy", Settings: secretURL(ok.URL), Want: notifytest.Delivered, Received: ok.ids},
		{Name: "template", Settings: attr(ok.URL) + `template = "{\"text\": {{json .Text}}, \"n\": {{len .Alerts}}}"`, Want: notifytest.Delivered, Received: ok.ids},
		{Name: "plain text", Settings: attr(ok.URL) + "content_type = \"text/plain\"\ntemplate = \"{{.Subject}}\"", Want: notifytest.Delivered},
		{Name: "says ok to everything", Settings: attr(ok.URL) + `expect_body = "^delivered$"`, Want: notifytest.Retried},
		{Name: "repeats our secret", Settings: secretURL(leaky.URL), Want: notifytest.Retried},
		{Name: "too many", Settings: attr(slow.URL), Want: notifytest.Retried},
		{Name: "refusing", Settings: attr(receive(t, says(400, "invalid_payload")).URL), Want: notifytest.Refused},
		{Name: "not found", Settings: attr(receive(t, says(404, "")).URL), Want: notifytest.Retried},
		{Name: "dead", Settings: secretURL("http://" + checktest.Refused(t)), Want: notifytest.Retried},
		{Name: "black hole", Settings: secretURL("http://" + checktest.BlackHole(t)), Want: notifytest.Hangs},
		{Name: "silent", Settings: secretURL("http://" + checktest.Silent(t)), Want: notifytest.Hangs},
		{Name: "broken off", Settings: secretURL("http://" + checktest.Reset(t)), Want: notifytest.Retried},
	}})
}

func post(t *testing.T, settings string, m *notify.Message) (notify.Receipt, error) {
	t.Helper()
	c, err := newChannel(notifytest.Settings(t, Kind(), settings), &notify.Env{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	return c.Send(ctx, m)
}

// The payload is a contract: what stands in the reference page is what is sent.
func TestPayload(t *testing.T) {
	t.Parallel()
	r := receive(t, says(200, ""))
	m := notifytest.Message()
	if _, err := post(t, attr(r.URL), m); err != nil {
		t.Fatal(err)
	}
	_, body := r.last(t)
	var back struct {
		Version string
		notify.Message
	}
	if err := json.Unmarshal(body, &back); err != nil || back.Version != "1" {
		t.Fatalf("version %q, %v", back.Version, err)
	}
	if diff := cmp.Diff(*m, back.Message); diff != "" {
		t.Errorf("message (-sent +received):\n%s", diff)
	}
	for where, text := range map[string][]byte{"page": []byte(shape), "payload": body} {
		var object map[string]any
		if err := json.Unmarshal(text, &object); err != nil {
			t.Fatalf("%s: %v", where, err)
		}
		delete(object, "html")
		delete(object, "link")
		var names []string
		for _, name := range []string{"version", "id", "occasion", "at", "severity", "subject", "text", "short", "alerts", "locale", "drill", "agent", "plan"} {
			if _, ok := object[name]; ok {
				names = append(names, name)
			}
		}
		if len(names) != len(object) || len(names) != 13 {
			t.Errorf("the %s has other fields than known: %v", where, object)
		}
	}
}

func TestRequest(t *testing.T) {
	t.Parallel()
	r := receive(t, says(200, "ok\n"))
	receipt, err := post(t, attr(r.URL)+"method = \"PUT\"\nheaders = {\n X-Office = \"musashino\"\n}\nexpect_body = \"^ok\"", notifytest.Message())
	if err != nil || receipt != "200 OK: ok" {
		t.Errorf("%q, %v", receipt, err)
	}
	head, _ := r.last(t)
	if head.Get("X-Office") != "musashino" || head.Get("Content-Type") != "application/json" || head.Get("X-Keizoku-Signature") != "" || head.Get("X-Keizoku-Id") == "" {
		t.Errorf("headers: %v", head)
	}
}

// The signature is checked by the examples of the reference page, as they stand there.
func TestSignature(t *testing.T) {
	t.Parallel()
	r := receive(t, says(200, ""))
	if _, err := post(t, attr(r.URL)+`secret = "swordfish"`, notifytest.Message()); err != nil {
		t.Fatal(err)
	}
	head, body := r.last(t)
	signature := head.Get("X-Keizoku-Signature")
	python := verifyPython + "\nimport sys\nsys.exit(0 if verified(sys.argv[1].encode(), sys.argv[2], sys.stdin.buffer.read()) else 1)\n"
	for _, test := range []struct {
		name, secret, signature string
		body                    []byte
		good                    bool
	}{
		{"as sent", "swordfish", signature, body, true},
		{"another secret", "swordfisch", signature, body, false},
		{"another body", "swordfish", signature, append([]byte(" "), body...), false},
		{"another time", "swordfish", strings.Replace(signature, "t=1", "t=2", 1), body, false},
	} {
		for program, args := range map[string][]string{
			"python3": {"-c", python, test.secret, test.signature},
			"sh":      {"-c", "SECRET=$1 SIGNATURE=$2\n" + verifyShell, "sh", test.secret, test.signature},
		} {
			cmd := exec.CommandContext(t.Context(), program, args...)
			cmd.Stdin = bytes.NewReader(test.body)
			out, err := cmd.CombinedOutput()
			if (err == nil) != test.good {
				t.Errorf("%s, %s: %v, want good: %v\n%s", test.name, program, err, test.good, out)
			}
		}
	}
	old := sign("swordfish", body, time.Now().Add(-time.Hour))
	cmd := exec.CommandContext(t.Context(), "python3", "-c", python, "swordfish", old)
	cmd.Stdin = bytes.NewReader(body)
	if cmd.Run() == nil {
		t.Error("a signature of an hour ago is taken")
	}
}

func TestFunctions(t *testing.T) {
	t.Parallel()
	m := notifytest.Message()
	m.Alerts = append(m.Alerts, notify.Alert{Name: "UPSLost", Labels: map[string]string{"supply": "rack_a"}, EndsAt: m.At}, m.Alerts[0])
	for text, want := range map[string]string{
		`{{json "a\"b<c>"}}`:                   `"a\"b<c>"`,
		`{{date "1月2日 15:04" .At}}`:            "11月23日 15:04",
		`{{truncate 4 "住民記録システム"}}`:            "住民記…",
		`{{truncate 8 "住民記録システム"}}`:            "住民記録システム",
		`{{truncate 0 "ab"}}`:                  "ab",
		`{{join ", " (names .Alerts)}}`:        "resident_records, rack_a",
		`{{len (open .Alerts)}}`:               "2",
		`{{color .}}`:                          "#c62828",
		`{{line "a\r\nb"}}`:                    "a  b",
		`{{(index .Alerts 0).Labels.nothing}}`: "",
		`{{with .Link}}{{.}}{{end}}`:           m.Link,
	} {
		s := &Settings{Template: text}
		parsed, err := s.parse()
		if err != nil {
			t.Fatal(err)
		}
		got, err := execute(parsed, m)
		if err != nil || string(got) != want {
			t.Errorf("%s: %q, %v, want %q", text, got, err, want)
		}
	}
}

// Green is the end, however grave it was; else the colour is that of the severity.
func TestColors(t *testing.T) {
	seen := map[string]bool{}
	for _, severity := range plan.AlertSeverities {
		if got := color(&notify.Message{Occasion: notify.Closed, Severity: severity}); got != "#2e7d32" {
			t.Errorf("the end of what was %s: %s", severity, got)
		}
		got := color(&notify.Message{Occasion: notify.Opened, Severity: severity})
		if got == "#2e7d32" || seen[got] {
			t.Errorf("%s: %s", severity, got)
		}
		seen[got] = true
	}
}

func TestValidate(t *testing.T) {
	t.Parallel()
	url := attr("https://hooks.example/x")
	for settings, want := range map[string]string{
		`url = "hooks.example"`:                                     "begins with http",
		url + `template = "{{.Subject"`:                             "unclosed action",
		url + `template = "{{.Subjekt}}"`:                           "Subjekt",
		url + `template = "{{nothing .}}"`:                          "nothing",
		url + `template = "{\"text\": \"{{.Text}}\"}"`:              "given by json",
		url + `template = "{{range .Alerts}}{{json .Name}}{{end}}"`: "given by json",
		url + "content_type = \"text/plain\"\ntemplate = \"{{range $i := open .Alerts}}{{(index $.Alerts 9).Name}}{{end}}\"": "out of range",
		url + `expect_body = "("`: "Not a regular expression",
		url + `method = "GET"`:    "method",
	} {
		if got := notifytest.Mistakes(t, Kind(), settings); !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", settings, got, want)
		}
	}
	if got := notifytest.Mistakes(t, Kind(), url+"content_type = \"text/plain\"\ntemplate = \"{{.Text}}\""); got != "" {
		t.Errorf("a text template is not accepted: %s", got)
	}
}
