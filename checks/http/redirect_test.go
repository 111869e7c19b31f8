package httpcheck

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/checks/checktest"
)

// Whatever the plan gives for one server stays with it, whatever the name of the header.
func TestRedirectToAnotherServerCarriesNothing(t *testing.T) {
	seen := make(chan http.Header, 2)
	stranger := serve(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { seen <- r.Header.Clone() }))
	office := serve(t, http.RedirectHandler(stranger+"/here?x=y", http.StatusFound))
	got := probe(t, fmt.Sprintf("url = %q\n", office+"/start?ticket=1234")+auth("duty", "hunter2")+`
		headers = { X-Api-Key = "swordfish", Cookie = "a=b" }`)
	if !got.OK() {
		t.Fatalf("got %s: %s", got.Reason, got.Text)
	}
	want := http.Header{"User-Agent": {userAgent}, "Connection": {"close"}}
	if diff := cmp.Diff(want, <-seen); diff != "" {
		t.Errorf("the stranger saw (-want +got):\n%s", diff)
	}
}

func TestRedirectOnTheSameServerCarriesAll(t *testing.T) {
	seen := make(chan http.Header, 2)
	mux := http.NewServeMux()
	mux.Handle("/start", http.RedirectHandler("/end", http.StatusFound))
	mux.HandleFunc("/end", func(_ http.ResponseWriter, r *http.Request) { seen <- r.Header.Clone() })
	probe(t, fmt.Sprintf("url = %q\n", serve(t, mux)+"/start")+`headers = { X-Api-Key = "swordfish" }`)
	if got := (<-seen).Get("X-Api-Key"); got != "swordfish" {
		t.Errorf("X-Api-Key = %q, want it sent on", got)
	}
}

func TestRedirectWithBodyToAnotherServer(t *testing.T) {
	stranger := serve(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { t.Error("the stranger was asked") }))
	office := serve(t, http.RedirectHandler(stranger, http.StatusTemporaryRedirect))
	got := probe(t, fmt.Sprintf("url = %q\n", office)+"method = \"POST\"\nbody = \"user=duty&password=hunter2\"\n")
	if got.Reason != checks.WrongAnswer || !strings.Contains(got.Text, "307") {
		t.Errorf("got %s: %s, want %s for the redirect", got.Reason, got.Text, checks.WrongAnswer)
	}
}

func TestSameServer(t *testing.T) {
	for _, test := range []struct {
		first, next string
		want        bool
	}{
		{"http://a.example/x", "http://a.example:80/y", true},
		{"http://a.example", "https://a.example", true},
		{"https://a.example", "http://a.example", false},
		{"http://a.example:8080", "https://a.example", false},
		{"http://a.example", "http://a.example:8080", false},
		{"http://a.example", "http://b.a.example", false},
	} {
		if got := sameServer(mustURL(t, test.first), mustURL(t, test.next)); got != test.want {
			t.Errorf("sameServer(%s, %s) = %t, want %t", test.first, test.next, got, test.want)
		}
	}
}

func mustURL(t *testing.T, text string) *url.URL {
	t.Helper()
	u, err := ParseURL(text)
	if err != nil {
		t.Fatal(err)
	}
	return u.URL
}

func TestProxy(t *testing.T) {
	office := serve(t, cityHall())
	proxy := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method == http.MethodConnect && r.URL.Port() == "1":
			w.WriteHeader(http.StatusBadGateway)
		case r.Method == http.MethodConnect:
			w.WriteHeader(http.StatusProxyAuthRequired)
		default:
			io.WriteString(w, "by proxy for "+r.URL.Path)
		}
	}))
	through := fmt.Sprintf("proxy = %q\n", proxy)
	for _, test := range []struct {
		name, settings string
		wantReason     checks.Reason
		wantText       string
	}{
		{"http", fmt.Sprintf("url = %q\n", office+"/page") + through + `expect_body = "by proxy for /page"`, checks.OK, ""},
		{"https to nowhere", "url = \"https://127.0.0.1:1/\"\n" + through, checks.Unreachable, "could not connect: 502"},
		{"https not let through", "url = \"https://127.0.0.1:2/\"\n" + through, checks.WrongAnswer, "does not let us through: 407"},
		{"dead proxy", fmt.Sprintf("url = %q\nproxy = %q\n", office, "http://"+checktest.Refused(t)), checks.Refused, "connection refused by"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := probe(t, test.settings)
			if got.Reason != test.wantReason || !strings.Contains(got.Text, test.wantText) {
				t.Errorf("got %s: %s\nwant %s: …%s…", got.Reason, got.Text, test.wantReason, test.wantText)
			}
		})
	}
}

// The environment of an agent started by hand may name a proxy; the plan alone decides.
func TestProxyOfTheEnvironmentIsNotUsed(t *testing.T) {
	t.Setenv("HTTP_PROXY", "http://"+checktest.Refused(t))
	transport := newTransport(&Settings{}, nil)
	if transport.Proxy != nil {
		t.Error("the transport asks for a proxy although the plan names none")
	}
}
