package agent

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/agent/api"
	"github.com/keizoku-bcp/keizoku/checks/checktest"
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/rules"
)

// operators is a web configuration file with the user "duty" and the password "correct horse".
const operators = "basic_auth_users:\n  duty: $2a$04$No.NVSdgJsJTWmK5nAl0SuvfTiQhriVLy.0ypu5rhKBKek5TuqLZG\n"

var asJSON = map[string]string{"Content-Type": "application/json"}

const problemType = "application/problem+json"

// problemOf is what an RFC 9457 body says.
type problemOf struct {
	Type, Title, Detail, Hint string
	Status                    int
}

// quiet is an office whose system needs no service.
func quiet(t *testing.T, agent string) *office {
	t.Helper()
	o := newOffice(t, cityPlan("127.0.0.1:1", "127.0.0.1:1", "127.0.0.1:1"))
	o.text = strings.Replace(o.text, `agent "a1" {}`, "agent \"a1\" {\n"+agent+"\n}", 1)
	return o
}

func TestRequestsThatAreRefused(t *testing.T) {
	t.Parallel()
	o := quiet(t, "")
	o.start()
	note := `{"by": "課長", "text": "x"}`
	for _, test := range []struct {
		name, method, path string
		header             map[string]string
		body               string
		status             int
		hint               string
	}{
		{"nobody acts over HTTP without proof", "POST", "/api/v1/note", asJSON, note, 403, "socket"},
		{"nor reloads", "POST", "/-/reload", nil, "", 403, "socket"},
		{"a user that no file knows proves nothing", "POST", "/api/v1/note", map[string]string{"Authorization": "Basic cm9vdDpyb290"}, note, 403, "socket"},
		{"a page of another site", "POST", "/api/v1/note", map[string]string{"Origin": "http://evil.example"}, note, 403, "keizoku command"},
		{"and of one that the browser names", "POST", "/-/reload", map[string]string{"Sec-Fetch-Site": "cross-site"}, "", 403, "keizoku command"},
		{"no such route", "GET", "/api/v1/nothing", nil, "", 404, ""},
		{"no such sign of life", "GET", "/-/alive", nil, "", 404, ""},
		{"limits are numbers", "GET", "/api/v1/events?limit=many", nil, "", 400, "whole number"},
		{"times are times", "GET", "/api/v1/events?from=yesterday", nil, "", 400, "2026-04-01"},
		{"a heartbeat needs a token", "POST", "/api/v1/heartbeat/records/port", nil, "", 401, "Bearer"},
		{"the right one", "POST", "/api/v1/heartbeat/records/port", map[string]string{"Authorization": "Bearer guess"}, "", 403, "token"},
	} {
		t.Run(test.name, func(t *testing.T) {
			status, body := o.ask(test.method, test.path, test.header, test.body)
			p := decode[problemOf](t, body)
			if status != test.status || p.Status != status || p.Type == "" || p.Title == "" || !strings.Contains(p.Hint, test.hint) {
				t.Errorf("%d %s", status, body)
			}
		})
	}
	if n := len(o.events(journal.KindNoteAdded)); n != 0 {
		t.Errorf("%d notes were written", n)
	}
}

// throughSocket posts to the agent's socket.
func (o *office) throughSocket(path, contentType, body string) (int, problemOf) {
	o.Helper()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", o.agent.SocketPath())
	}}}
	req, err := http.NewRequestWithContext(o.Context(), http.MethodPost, "http://agent"+path, strings.NewReader(body))
	if err != nil {
		o.Fatal(err)
	}
	req.Header.Set("Content-Type", contentType)
	resp, err := client.Do(req)
	if err != nil {
		o.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var b strings.Builder
	if _, err := bufio.NewReader(resp.Body).WriteTo(&b); err != nil {
		o.Fatal(err)
	}
	if resp.StatusCode >= 400 && resp.Header.Get("Content-Type") != problemType {
		o.Errorf("%s: a refusal of type %s", path, resp.Header.Get("Content-Type"))
	}
	return resp.StatusCode, decode[problemOf](o.T, b.String())
}

func TestBodiesThatAreRefused(t *testing.T) {
	t.Parallel()
	o := quiet(t, "")
	o.start()
	for _, test := range []struct {
		name, path, contentType, body string
		status                        int
		says                          string
	}{
		{"not JSON", "note", "application/json", `{"text": `, 400, "EOF"},
		{"nothing", "note", "application/json", ``, 400, "empty"},
		{"a list", "note", "application/json", `[1]`, 400, "array"},
		{"two objects", "note", "application/json", `{"text":"a"} {"text":"b"}`, 400, "more after"},
		{"an unknown field", "note", "application/json", `{"text":"a","txet":"b"}`, 400, "txet"},
		{"a wrong type", "note", "application/json", `{"text": 3}`, 400, "number"},
		{"a wrong time", "eta", "application/json", `{"system":"records","at":"soon"}`, 400, `"at": parsing time "soon"`},
		{"a number as a time", "outage-start", "application/json", `{"system":"records","start":1795441787}`, 400, `"start": `},
		{"a form", "note", "application/x-www-form-urlencoded", `text=a`, 400, "application/json"},
		{"plain text", "note", "text/plain", `{"text":"a"}`, 400, "application/json"},
		{"too much", "note", "application/json", `{"text":"` + strings.Repeat("あ", 40_000) + `"}`, 413, "the body has more than 65536 bytes"},
		{"a long name", "note", "application/json", `{"text":"a","by":"` + strings.Repeat("x", 300) + `"}`, 400, "by"},
		{"no such threat", "declare", "application/json", `{"threat":"disastre"}`, 404, "disastre"},
		{"no open outage", "ack", "application/json", `{"system":"records","why":"x"}`, 409, "records"},
		{"an empty note", "note", "application/json", `{"text":" "}`, 422, "empty"},
	} {
		t.Run(test.name, func(t *testing.T) {
			status, p := o.throughSocket("/api/v1/"+test.path, test.contentType, test.body)
			if status != test.status || p.Status != status || !strings.Contains(p.Detail, test.says) {
				t.Errorf("%d %+v", status, p)
			}
		})
	}
	if n := len(o.events(journal.KindNoteAdded, journal.KindThreatDeclared)); n != 0 {
		t.Errorf("%d actions were carried out", n)
	}
}

func TestSocketRecordsWhoActs(t *testing.T) {
	t.Parallel()
	o := quiet(t, "")
	o.start()
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	e := o.act("note", rules.AddNote{Text: "参集完了"})
	if e.Actor == nil || *e.Actor != (journal.Actor{User: me.Username, Via: "socket", By: "課長"}) {
		t.Errorf("actor: %+v", e.Actor)
	}
	info, err := os.Stat(o.agent.SocketPath())
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the socket's mode is %v, %v", info.Mode(), err)
	}
	if err := api.NewSocketClient(o.agent.SocketPath()).Reload(t.Context()); err != nil {
		t.Errorf("reload: %v", err)
	}
}

// writeFile writes a file into a folder of the test and returns its path.
func writeFile(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestOperatorOfTheWebConfigurationFile(t *testing.T) {
	t.Parallel()
	o := quiet(t, "web_config_file = \""+writeFile(t, "web.yml", operators)+"\"")
	o.start()
	if status, _ := o.ask("GET", "/api/v1/situation", nil, ""); status != http.StatusUnauthorized {
		t.Errorf("reading without a password: %d", status)
	}
	client, err := api.NewClient("http://duty:correct%20horse@" + o.agent.Addr())
	if err != nil {
		t.Fatal(err)
	}
	e, err := client.Act(t.Context(), "note", rules.AddNote{Text: "電話連絡"}, "部長")
	if err != nil || *e.Actor != (journal.Actor{User: "duty", Via: "http", By: "部長"}) {
		t.Errorf("%+v, %v", e.Actor, err)
	}
	wrong, err := api.NewClient("http://duty:guess@" + o.agent.Addr())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := wrong.Act(t.Context(), "note", rules.AddNote{Text: "x"}, ""); err == nil {
		t.Error("a wrong password acts")
	}
}

func TestServesTLS(t *testing.T) {
	t.Parallel()
	authority := checktest.NewAuthority(t)
	cert, key := checktest.Write(t, authority.Issue(t, time.Hour, "127.0.0.1"))
	web := "tls_server_config:\n  cert_file: " + cert + "\n  key_file: " + key + "\n"
	o := quiet(t, "web_config_file = \""+writeFile(t, "web.yml", web)+"\"")
	o.opts.Listen = "0.0.0.0:0" // beyond loopback, which TLS permits
	o.start()
	_, port, err := net.SplitHostPort(o.agent.Addr())
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: poolOf(t, authority)}}}
	defer client.CloseIdleConnections()
	resp, err := client.Get("https://127.0.0.1:" + port + "/-/ready")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		t.Errorf("ready: %s", resp.Status)
	}
	if !strings.HasPrefix(o.agent.door.url(), "https://") {
		t.Errorf("people are sent to %s", o.agent.door.url())
	}
}

func poolOf(t *testing.T, a *checktest.Authority) *x509.CertPool {
	t.Helper()
	data, err := os.ReadFile(a.File)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(data)
	return pool
}

func TestExposureIsRefused(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		listen        string
		tls, insecure bool
		says          string // empty: it is permitted
	}{
		{"127.0.0.1:0", false, false, ""},
		{"127.9.9.9:0", false, false, ""},
		{"[::1]:0", false, false, ""},
		{"localhost:0", false, false, ""},
		{"0.0.0.0:0", false, true, ""},
		{"0.0.0.0:0", true, false, ""},
		{"0.0.0.0:0", false, false, "web_config_file"},
		{":0", false, false, "web_config_file"},
		{"[::]:0", false, false, "insecure = true"},
		{"192.0.2.1:9720", false, false, "without TLS"},
		{"9720", true, true, "host:port"},
	} {
		err := checkExposure(test.listen, test.tls, test.insecure)
		if (err == nil) != (test.says == "") || err != nil && !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s with TLS %t, insecure %t: %v", test.listen, test.tls, test.insecure, err)
		}
	}
}

func TestWebConfigurationFileThatIsRefused(t *testing.T) {
	t.Parallel()
	plain := writeFile(t, "plain.yml", operators)
	broken := writeFile(t, "broken.yml", "tls_server_config: [")
	for _, test := range []struct{ web, listen, says string }{
		{broken, "127.0.0.1:0", "broken.yml"},
		{"/nowhere/web.yml", "127.0.0.1:0", "/nowhere/web.yml"},
		{plain, "0.0.0.0:0", "without TLS"}, // users alone keep nobody from reading along
	} {
		o := quiet(t, "web_config_file = \""+test.web+"\"")
		o.opts.Listen = test.listen
		if a, err := New(t.Context(), o.opts); err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s on %s: New = %v, %v; the error must say %s", test.web, test.listen, a, err, test.says)
		}
	}
}

func TestListenFailures(t *testing.T) {
	t.Parallel()
	taken := newService(t)
	o := quiet(t, "")
	for name, edit := range map[string]func(*Options){
		"--listen":    func(opts *Options) { opts.Listen = taken.addr },
		"--state-dir": func(opts *Options) { opts.StateDir = filepath.Join(opts.StateDir, strings.Repeat("長", 40)) },
		"--agent":     func(opts *Options) { opts.Name = "other" },
	} {
		opts := o.opts
		edit(&opts)
		if a, err := New(t.Context(), opts); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: New = %v, %v; the error must name it", name, a, err)
		}
	}
	o.start() // nothing of the failed ones holds the journal
}

const heartbeatPlan = `
plan "city" {}
threat "incident" { title = "非災害" }
system "backup" {
  check "heartbeat" "nightly" {
    token = "0123456789abcdef"
    every = "1d"
  }
}
`

func TestHeartbeat(t *testing.T) {
	t.Parallel()
	o := newOffice(t, heartbeatPlan)
	o.start()
	o.awaits("backup", rules.Unknown)
	push := func(token, body string) int {
		status, _ := o.ask("POST", "/api/v1/heartbeat/backup/nightly", map[string]string{"Authorization": "Bearer " + token}, body)
		return status
	}
	for _, test := range []struct {
		token, body string
		status      int
	}{
		{"fedcba9876543210", "", 403},
		{"0123456789abcdef", `{"status": "perhaps"}`, 400},
		{"0123456789abcdef", strings.Repeat("x", 100<<10), 400},
		{"0123456789abcdef", `{"text": "42 files", "values": {"files": 42}}`, 204},
	} {
		if got := push(test.token, test.body); got != test.status {
			t.Errorf("%s %.20s: %d, want %d", test.token, test.body, got, test.status)
		}
	}
	o.awaits("backup", rules.Up)
}
