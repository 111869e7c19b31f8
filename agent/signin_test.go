package agent

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/agent/access"
	"github.com/keizoku-bcp/keizoku/agent/api"
	"github.com/keizoku-bcp/keizoku/checks/checktest"
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/rules"
)

// viewerToo is the file of operators with the viewer "wall", whose password is the same.
const viewerToo = operators + "  wall: $2a$04$No.NVSdgJsJTWmK5nAl0SuvfTiQhriVLy.0ypu5rhKBKek5TuqLZG\n"

// signing is a view in place of the console's: it signs in whoever brings a link or a password.
func signing(a *Agent) map[string]http.Handler {
	gate := a.Gate()
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+access.LinkPath+"{token}", func(w http.ResponseWriter, r *http.Request) {
		if err := gate.Redeem(w, r, r.PathValue("token")); err != nil {
			http.Error(w, err.Error(), http.StatusGone)
		}
	})
	mux.HandleFunc("POST "+access.SignInPath, func(w http.ResponseWriter, r *http.Request) {
		if err := gate.SignIn(w, r, r.FormValue("user"), r.FormValue("password")); err != nil {
			http.Error(w, err.Error(), http.StatusForbidden)
		}
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "wall") })
	return map[string]http.Handler{"/": mux}
}

// browser keeps cookies and follows no redirect.
func browser(t *testing.T, config *tls.Config) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{TLSClientConfig: config, ForceAttemptHTTP2: true}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Jar: jar, Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// send sends a request as a browser on the agent's own page does, and returns status and body.
func send(t *testing.T, client *http.Client, method, address, contentType, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", contentType)
	req.Header.Set("Accept", "text/html")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(data)
}

const formType = "application/x-www-form-urlencoded"

func TestLinkMakesAnOperatorOfABrowser(t *testing.T) {
	t.Parallel()
	o := quiet(t, "")
	o.opts.Views = signing
	a := o.start()
	address := "http://" + a.Addr()
	socket := api.NewSocketClient(a.SocketPath())
	for _, test := range []struct {
		viewer bool
		status int // of acting
	}{{false, http.StatusCreated}, {true, http.StatusForbidden}} {
		link, err := socket.SignInLink(t.Context(), test.viewer)
		if err != nil || !strings.HasPrefix(link.URL, address+access.LinkPath) || time.Until(link.ExpiresAt) > access.LinkLife {
			t.Fatalf("%+v, %v", link, err)
		}
		client := browser(t, nil)
		if status, _ := send(t, client, "POST", address+"/api/v1/note", "application/json", `{"text":"x"}`); status != http.StatusForbidden {
			t.Errorf("before: %d", status)
		}
		if status, body := send(t, client, "POST", link.URL, formType, ""); status != http.StatusOK {
			t.Fatalf("%d %s", status, body)
		}
		if status, body := send(t, client, "POST", address+"/api/v1/note", "application/json", `{"text":"電話","by":"課長"}`); status != test.status {
			t.Errorf("viewer %t acts: %d %s", test.viewer, status, body)
		}
		if status, _ := send(t, browser(t, nil), "POST", link.URL, formType, ""); status != http.StatusGone {
			t.Errorf("the second use: %d", status)
		}
		if status, body := send(t, client, "POST", address+"/api/v1/sign-in-link", "application/json", `{}`); status != http.StatusForbidden {
			t.Errorf("a session makes itself another: %d %s", status, body)
		}
	}
	notes := o.events(journal.KindNoteAdded)
	if len(notes) != 1 || notes[0].Actor.Via != "link" || notes[0].Actor.User == "" || notes[0].Actor.By != "課長" {
		t.Errorf("recorded: %+v", notes)
	}
}

func TestLinkLeadsToWhereThePeopleAre(t *testing.T) {
	t.Parallel()
	o := quiet(t, `url = "https://keizoku.example/board/"`)
	o.start()
	if link := o.agent.SignInLink("root", access.Operator); !strings.HasPrefix(link.URL, "https://keizoku.example/board/signin/link/") {
		t.Error(link.URL)
	}
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	wide := quiet(t, "insecure = true")
	wide.opts.Listen = "0.0.0.0:0"
	wide.start()
	if link := wide.agent.SignInLink("root", access.Operator); !strings.HasPrefix(link.URL, "http://"+host+":") {
		t.Error(link.URL)
	}
}

// All that stands before an agent that listens on the network: certificates of both sides, users by
// basic authentication and by sessions, and the role of the present plan.
func TestUsersUnderMutualTLS(t *testing.T) {
	t.Parallel()
	authority := checktest.NewAuthority(t)
	cert, key := checktest.Write(t, authority.Issue(t, time.Hour, "127.0.0.1"))
	web := viewerToo + "tls_server_config:\n  cert_file: " + cert + "\n  key_file: " + key + "\n  client_ca_file: " + authority.File + "\n  client_auth_type: RequireAndVerifyClientCert\n"
	o := quiet(t, "web_config_file = \""+writeFile(t, "web.yml", web)+"\"\n  viewers = [\"wall\"]")
	o.opts.Views = signing
	a := o.start()
	address := "https://" + a.Addr()
	config := &tls.Config{RootCAs: poolOf(t, authority), Certificates: []tls.Certificate{authority.Issue(t, time.Hour, "client.example")}}

	if resp, err := browser(t, &tls.Config{RootCAs: config.RootCAs}).Get(address + "/-/healthy"); err == nil {
		_ = resp.Body.Close()
		t.Error("a client without a certificate is let in")
	}
	stranger := browser(t, config)
	for path, want := range map[string]int{"/-/healthy": 200, "/signin": 200, "/": 303, "/systems/x": 303} {
		if status, body := send(t, stranger, "GET", address+path, "", ""); status != want {
			t.Errorf("GET %s: %d %s", path, status, body)
		}
	}
	if status, body := send(t, stranger, "POST", address+"/api/v1/note", "application/json", "{}"); status != 401 || !strings.Contains(body, "/signin") {
		t.Errorf("an action: %d %s", status, body)
	}
	asUser := func(user string) *http.Client {
		client := browser(t, config)
		form := url.Values{"user": {user}, "password": {"correct horse"}}.Encode()
		if status, body := send(t, client, "POST", address+"/signin", formType, form); status != 200 {
			t.Fatalf("%s signs in: %d %s", user, status, body)
		}
		return client
	}
	duty, wall := asUser("duty"), asUser("wall")
	acts := func(client *http.Client) int {
		status, _ := send(t, client, "POST", address+"/api/v1/note", "application/json", `{"text":"x"}`)
		return status
	}
	if acts(duty) != 201 || acts(wall) != 403 {
		t.Error("the operator may not act, or the viewer may")
	}
	if status, body := send(t, wall, "POST", address+"/-/reload", "", ""); status != 403 || !strings.Contains(body, "wall may look") {
		t.Errorf("a viewer is told %d %s", status, body)
	}

	o.write(strings.Replace(o.text, `viewers = ["wall"]`, `viewers = ["duty"]`, 1))
	if err := a.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	if acts(duty) != 403 || acts(wall) != 201 {
		t.Error("after a reload the old roles hold")
	}
	a.Stop("restart")
	o.opts.Listen = strings.TrimPrefix(address, "https://")
	o.start()
	if acts(wall) != 201 {
		t.Error("a restart signs people out")
	}
}

// Heartbeats bring a token of their own in the header that a user's password would need.
func TestHeartbeatWhereThereAreUsers(t *testing.T) {
	t.Parallel()
	o := newOffice(t, strings.Replace(heartbeatPlan, `plan "city" {}`, "plan \"city\" {}\nagent \"a1\" {\n  web_config_file = \""+writeFile(t, "web.yml", operators)+"\"\n}", 1))
	o.start()
	for token, want := range map[string]int{"0123456789abcdef": 204, "fedcba9876543210": 403} {
		if status, body := o.ask("POST", "/api/v1/heartbeat/backup/nightly", map[string]string{"Authorization": "Bearer " + token}, ""); status != want {
			t.Errorf("%s: %d %s", token, status, body)
		}
	}
}

func TestPagesOfOtherSitesAreRefused(t *testing.T) {
	t.Parallel()
	o := quiet(t, "")
	o.opts.Views = func(a *Agent) map[string]http.Handler {
		mux := http.NewServeMux() // whose page on this has the wrong status
		mux.HandleFunc("GET "+access.ForeignPath, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "another site") })
		mux.HandleFunc("/", func(http.ResponseWriter, *http.Request) { t.Error("the request has come through") })
		return map[string]http.Handler{"/": mux}
	}
	o.start()
	for _, path := range []string{"/signin", "/signout", "/signin/link/ABC", "/act/note", "/api/v1/note", "/-/reload", "/nothing"} {
		for _, header := range []map[string]string{{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}} {
			status, body := o.ask("POST", path, header, "")
			if status != http.StatusForbidden || !strings.Contains(body, "another site") {
				t.Errorf("POST %s with %v: %d %s", path, header, status, body)
			}
		}
	}
}

func TestSocketAloneMakesLinks(t *testing.T) {
	t.Parallel()
	o := quiet(t, "web_config_file = \""+writeFile(t, "web.yml", operators)+"\"")
	o.start()
	client, err := api.NewClient("http://duty:correct%20horse@" + o.agent.Addr())
	if err != nil {
		t.Fatal(err)
	}
	var refused *api.Problem
	if _, err := client.SignInLink(context.Background(), false); !errors.As(err, &refused) || refused.Status != 403 || !strings.Contains(refused.Hint, "keizoku open") {
		t.Errorf("with a password: %v", err)
	}
	if _, err := client.Act(t.Context(), "note", rules.AddNote{Text: "x"}, ""); err != nil {
		t.Errorf("and yet they act: %v", err)
	}
}
