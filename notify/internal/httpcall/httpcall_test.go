package httpcall

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/checks/checktest"
	"github.com/keizoku-bcp/keizoku/notify"
	"github.com/keizoku-bcp/keizoku/notify/internal/tlsblock"
	"github.com/keizoku-bcp/keizoku/plan"
)

func parse(t *testing.T, text string) URL {
	t.Helper()
	u, err := ParseURL(text)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// call sends one request to a server and returns what became of it.
func call(t *testing.T, s *Settings, to string) (Answer, error) {
	t.Helper()
	u := parse(t, to)
	client, err := New(s, nil, u)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	return client.Do(ctx, Request{Method: http.MethodPost, URL: u, Body: []byte("hello")}, nil)
}

func TestJudge(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		code    int
		header  http.Header
		refused bool
		wait    time.Duration
		ok      bool
	}{
		{code: 200, ok: true},
		{code: 204, ok: true},
		{code: 302, header: http.Header{"Location": {"https://other.example/hunter2"}}},
		{code: 400, refused: true},
		{code: 401},
		{code: 403},
		{code: 404},
		{code: 407},
		{code: 408},
		{code: 410, refused: true},
		{code: 413, refused: true},
		{code: 422, refused: true},
		{code: 425},
		{code: 429, header: http.Header{"Retry-After": {"7"}}, wait: 7 * time.Second},
		{code: 429, header: http.Header{"Retry-After": {"-7"}}},
		{code: 429, header: http.Header{"Retry-After": {"soon"}}},
		{code: 500},
		{code: 503, header: http.Header{"Retry-After": {"86400000000000"}}, wait: time.Hour},
		{code: 503, header: http.Header{
			"Date": {"Mon, 23 Nov 2026 06:00:00 GMT"}, "Retry-After": {"Mon, 23 Nov 2026 06:01:30 GMT"},
		}, wait: 90 * time.Second},
		{code: 503, header: http.Header{"Retry-After": {"Mon, 23 Nov 2026 06:01:30 GMT"}}},
	} {
		if test.header == nil {
			test.header = http.Header{}
		}
		err := Judge("hooks.example:443", &http.Response{StatusCode: test.code, Header: test.header}, "because")
		if (err == nil) != test.ok || notify.IsRefused(err) != test.refused || notify.Wait(err) != test.wait {
			t.Errorf("%d %v: %v, refused %v, wait %s", test.code, test.header, err, notify.IsRefused(err), notify.Wait(err))
		}
		if err != nil && (strings.Contains(err.Error(), "hunter2") || !strings.Contains(err.Error(), "hooks.example:443")) {
			t.Errorf("%d: %v", test.code, err)
		}
	}
}

func TestRequest(t *testing.T) {
	t.Parallel()
	var got *http.Request
	var body []byte
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r
		body, _ = io.ReadAll(r.Body)
		w.Write([]byte("thanks for s3cret-token\r\n"))
	}))
	defer server.Close()
	answer, err := call(t, &Settings{
		BearerToken: plan.NewSecret("s3cret-token"),
		Headers:     map[string]plan.Secret{"X-Office": plan.NewSecret("musashino"), "Host": plan.NewSecret("hooks.example")},
	}, server.URL+"/in?x=1")
	if err != nil {
		t.Fatal(err)
	}
	if answer.Receipt() != "200 OK: thanks for (secret)" {
		t.Errorf("receipt: %q", answer.Receipt())
	}
	if got.Header.Get("Authorization") != "Bearer s3cret-token" || got.Header.Get("X-Office") != "musashino" || got.Host != "hooks.example" ||
		got.URL.String() != "/in?x=1" || !bytes.Equal(body, []byte("hello")) || got.Header.Get("User-Agent") != "keizoku" {
		t.Errorf("request: %v %v %v %q", got.URL, got.Host, got.Header, body)
	}
}

func TestNoRedirectIsFollowed(t *testing.T) {
	t.Parallel()
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("followed") }))
	defer other.Close()
	server := httptest.NewServer(http.RedirectHandler(other.URL, http.StatusTemporaryRedirect))
	defer server.Close()
	_, err := call(t, &Settings{}, server.URL)
	if err == nil || notify.IsRefused(err) || !strings.Contains(err.Error(), "redirects to 127.0.0.1:") {
		t.Errorf("error: %v", err)
	}
}

func TestTLS(t *testing.T) {
	t.Parallel()
	authority := checktest.NewAuthority(t)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	server.TLS = &tls.Config{Certificates: []tls.Certificate{authority.Issue(t, time.Hour, "127.0.0.1")}}
	server.StartTLS()
	defer server.Close()
	if _, err := call(t, &Settings{TLS: &tlsblock.Settings{CAFile: authority.File}}, server.URL); err != nil {
		t.Errorf("by our authority: %v", err)
	}
	if _, err := call(t, &Settings{}, server.URL); err == nil || notify.IsRefused(err) || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("by an unknown authority: %v", err)
	}
	if _, err := New(&Settings{TLS: &tlsblock.Settings{CAFile: "/nowhere/ca.pem"}}, nil); err == nil {
		t.Error("a ca_file that is not there is accepted")
	}
}

func TestEndOfContextIsTheCause(t *testing.T) {
	t.Parallel()
	client, err := New(&Settings{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err = client.Do(ctx, Request{Method: http.MethodPost, URL: parse(t, "http://"+checktest.Silent(t))}, nil)
	if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "no answer in time") {
		t.Errorf("error: %v", err)
	}
}

func TestParseURL(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"hunter2", "ftp://a.example/hunter2", "https:///hunter2", "https://u:hunter2@a.example", "https://a.example/%zzhunter2"} {
		if _, err := ParseURL(text); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", text, err)
		}
	}
	for text, want := range map[string]string{
		"https://a.example/x#y": "a.example:443", "http://a.example": "a.example:80", "http://[2001:db8::1]:9093/": "[2001:db8::1]:9093",
	} {
		if got := parse(t, text).Server(); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}
