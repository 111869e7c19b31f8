package httpcheck

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/keizoku-bcp/keizoku/block"
	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/checks/checktest"
	"github.com/keizoku-bcp/keizoku/plan"
)

func TestMain(m *testing.M) {
	os.Exit(checktest.Main(m, map[string]checktest.Server{"http": serveBenchmark, "https": serveSecureBenchmark}))
}

func TestConformance(t *testing.T) {
	office := serve(t, cityHall())
	silent := "http://" + checktest.Silent(t)
	secret := `
		headers = { X-Api-Key = secret("swordfish"), X-Number = secret("0042-seventeen") }
		basic_auth {
			username = "duty"
			password = secret("hunter2+/=?")
		}`
	checktest.Run(t, checktest.Case{Kind: Kind(), Targets: []checktest.Target{
		{Name: "healthy", Want: checks.OK, Settings: urlAttr(office + "/")},
		{Name: "kept alive", Want: checks.OK, Settings: urlAttr(office+"/") + "keep_alive = true"},
		{Name: "redirected", Want: checks.OK, Settings: urlAttr(office+"/moved") + secret},
		{Name: "dead", Want: checks.Refused, Settings: urlAttr("http://"+checktest.Refused(t)) + secret},
		{Name: "black hole", Want: checks.Timeout, Settings: urlAttr("http://" + checktest.BlackHole(t))},
		{Name: "silent", Want: checks.Timeout, Settings: urlAttr(silent) + secret},
		{Name: "silent in the handshake", Want: checks.Timeout, Settings: urlAttr(strings.Replace(silent, "http:", "https:", 1))},
		{Name: "silent, kept alive", Want: checks.Timeout, Settings: urlAttr(silent) + "keep_alive = true"},
		{Name: "silent halfway", Want: checks.Timeout, Settings: urlAttr("http://"+halfway(t)) + secret},
		{Name: "another protocol", Want: checks.WrongAnswer, Settings: urlAttr("http://"+switching(t)) + secret},
		{Name: "another protocol, kept alive", Want: checks.WrongAnswer, Settings: urlAttr("http://"+switching(t)) + "keep_alive = true"},
		{Name: "another protocol, as it should be", Want: checks.OK, Settings: urlAttr("http://"+switching(t)) + "expect_status = [101]"},
		{Name: "headers without end", Want: checks.WrongAnswer, Settings: urlAttr("http://" + chatty(t))},
		{Name: "secrets come back", Want: checks.WrongAnswer, Settings: urlAttr(office+"/echo") + secret + `
			json {
				path   = "headers"
				equals = secret("swordfish!")
			}`},
		{Name: "secret in the URL", Want: checks.WrongAnswer, Settings: `url = "` + office + `/missing?key=${secret("swordfish")}"`},
		{Name: "secret in the status", Want: checks.OK, Settings: urlAttr("http://"+serveText(t, "HTTP/1.1 200 \x1b[31mswordfish\r\nContent-Length: 0\r\n\r\n")) + secret},
		{Name: "secret in a redirect", Want: checks.WrongAnswer, Settings: urlAttr(office+"/sour") + secret},
	}})
}

func TestProbe(t *testing.T) {
	office := serve(t, cityHall())
	for _, test := range []struct {
		name       string
		settings   string
		wantReason checks.Reason
		wantText   string
	}{
		{"good", urlAttr(office + "/"), checks.OK, "200 OK from 127.0.0.1:"},
		{"missing", urlAttr(office + "/missing"), checks.WrongAnswer, "answered 404 Not Found, want 2xx"},
		{"missing, as it should be", urlAttr(office+"/missing") + `expect_status = [404, "500-599"]`, checks.OK, ""},
		{"post", urlAttr(office+"/posted") + `
			method = "POST"
			body   = "hello"
			expect_body = "^POST hello$"`, checks.OK, ""},
		{"head", urlAttr(office+"/") + `method = "HEAD"`, checks.OK, ""},
		{"other host name", urlAttr(office+"/host") + `
			headers = { Host = "records.example" }
			expect_body = "^records.example$"`, checks.OK, ""},
		{"body as expected", urlAttr(office+"/") + `expect_body = "(?i)ようこそ"`, checks.OK, ""},
		{"body not as expected", urlAttr(office+"/") + `expect_body = "さようなら"`, checks.WrongAnswer, "nothing in the body matches"},
		{"body to refuse", urlAttr(office+"/") + `refuse_body = "ようこそ"`, checks.WrongAnswer, "the body matches"},
		{"credentials", urlAttr(office+"/private") + auth("duty", "hunter2"), checks.OK, ""},
		{"wrong credentials", urlAttr(office+"/private") + auth("duty", "hunter3"), checks.AuthFailed, "refused the credentials"},
		{"no credentials", urlAttr(office + "/private"), checks.WrongAnswer, "401"},
		{"token", urlAttr(office+"/token") + `bearer_token = "open sesame"`, checks.OK, ""},
		{"wrong token", urlAttr(office+"/token") + `bearer_token = "open barley"`, checks.AuthFailed, ""},
		{"redirect followed", urlAttr(office+"/moved") + `expect_body = "ようこそ"`, checks.OK, ""},
		{"redirect not followed", urlAttr(office+"/moved") + `max_redirects = 0`, checks.WrongAnswer, "302"},
		{"redirect wanted", urlAttr(office+"/moved") + "max_redirects = 0\nexpect_status = [\"3xx\"]", checks.OK, ""},
		{"redirects in a circle", urlAttr(office+"/circle") + `max_redirects = 3`, checks.WrongAnswer, "more than 3 redirects"},
		{"json", urlAttr(office+"/health") + jsonBlock("status.db[0].ok", `equals = true`), checks.OK, ""},
		{"json number", urlAttr(office+"/health") + jsonBlock("count", `equals = 1e3`), checks.OK, ""},
		{"json text", urlAttr(office+"/health") + jsonBlock(`["a.b"]`, `matches = "^x"`), checks.OK, ""},
		{"json differs", urlAttr(office+"/health") + jsonBlock("status.db[1].ok", `equals = true`), checks.WrongAnswer, `status.db[1].ok is false, want true`},
		{"json of another type", urlAttr(office+"/health") + jsonBlock("count", `equals = "1000"`), checks.WrongAnswer, `count is 1000, want "1000"`},
		{"json without a match", urlAttr(office+"/health") + jsonBlock(`["a.b"]`, `matches = "^y"`), checks.WrongAnswer, `want a match of "^y"`},
		{"json that is not there", urlAttr(office+"/health") + jsonBlock("status.db[2].ok", ""), checks.WrongAnswer, "is not there"},
		{"json null", urlAttr(office+"/health") + jsonBlock("nothing", ""), checks.WrongAnswer, "is not there"},
		{"no json", urlAttr(office+"/") + jsonBlock("status", ""), checks.WrongAnswer, "is not JSON"},
		{"refused", urlAttr("http://" + checktest.Refused(t)), checks.Refused, "connection refused by 127.0.0.1:"},
		{"broken off", urlAttr("http://" + checktest.Reset(t)), checks.Reset, "broke the connection off"},
		{"no http", urlAttr("http://" + serveText(t, "SSH-2.0-OpenSSH\r\n")), checks.WrongAnswer, "malformed HTTP"},
		{"body cut off", urlAttr("http://" + serveText(t, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort")), checks.Reset, "closed the connection"},
		{"body without end", urlAttr(office+"/endless") + jsonBlock("status", ""), checks.WrongAnswer, "is not JSON"},
		{"no TLS there", urlAttr(strings.Replace(office, "http:", "https:", 1)), checks.TLSInvalid, "HTTP response to HTTPS client"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := probe(t, test.settings)
			if got.Reason != test.wantReason || !strings.Contains(got.Text, test.wantText) {
				t.Errorf("got %s: %s\nwant %s: …%s…", got.Reason, got.Text, test.wantReason, test.wantText)
			}
		})
	}
}

func TestTLS(t *testing.T) {
	authority := checktest.NewAuthority(t)
	good := authority.Issue(t, 48*time.Hour, "127.0.0.1")
	server := serveTLS(t, good)
	ca := func(more string) string { return fmt.Sprintf("tls {\n ca_file = %q\n%s\n}\n", authority.File, more) }
	for _, test := range []struct {
		name       string
		settings   string
		wantReason checks.Reason
		wantText   string
	}{
		{"good", urlAttr(server) + ca(""), checks.OK, "200 OK"},
		{"HTTP/2", urlAttr(server+"/proto") + "http2 = true\nexpect_body = \"HTTP/2.0\"\n" + ca(""), checks.OK, ""},
		{"HTTP/1.1 unless asked", urlAttr(server+"/proto") + "expect_body = \"HTTP/1.1\"\n" + ca(""), checks.OK, ""},
		{"HTTP/2 kept alive", urlAttr(server) + "http2 = true\nkeep_alive = true\n" + ca(""), checks.OK, ""},
		{"unknown authority", urlAttr(server), checks.TLSInvalid, "unknown authority"},
		{"wrong name", urlAttr(server) + ca(`server_name = "records.example"`), checks.TLSInvalid, "records.example"},
		{"expired", urlAttr(serveTLS(t, authority.Issue(t, -time.Hour, "127.0.0.1"))) + ca(""), checks.TLSInvalid, "expired"},
		{"anything goes", urlAttr(server) + "tls {\n insecure_skip_verify = true\n}\n", checks.OK, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := probe(t, test.settings)
			if got.Reason != test.wantReason || !strings.Contains(got.Text, test.wantText) {
				t.Errorf("got %s: %s\nwant %s: …%s…", got.Reason, got.Text, test.wantReason, test.wantText)
			}
			if got.OK() && !got.NotAfter.Equal(good.Leaf.NotAfter) {
				t.Errorf("NotAfter = %s, want %s", got.NotAfter, good.Leaf.NotAfter)
			}
		})
	}
}

func TestPhases(t *testing.T) {
	authority := checktest.NewAuthority(t)
	plain, secure := serve(t, cityHall()), serveTLS(t, authority.Issue(t, time.Hour, "127.0.0.1"))
	tls := fmt.Sprintf("tls {\n ca_file = %q\n}\n", authority.File)
	for _, test := range []struct {
		name, settings string
		first, second  []string
	}{
		{"http", urlAttr(plain), names("connect", "processing", "transfer"), names("connect", "processing", "transfer")},
		{"redirected", urlAttr(plain + "/moved"), names("connect", "processing", "transfer"), names("connect", "processing", "transfer")},
		{"https", urlAttr(secure) + tls, names("connect", "tls", "processing", "transfer"), names("connect", "tls", "processing", "transfer")},
		{"kept alive", urlAttr(secure) + tls + "keep_alive = true\n", names("connect", "tls", "processing", "transfer"), names("processing", "transfer")},
		{"refused", urlAttr("http://" + checktest.Refused(t)), names("connect"), names("connect")},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := newTestProber(t, test.settings)
			for i, want := range [][]string{test.first, test.second} {
				var got []string
				for _, phase := range probeOnce(t, p).Phases {
					got = append(got, phase.Name)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("probe %d, phases (-want +got):\n%s", i+1, diff)
				}
			}
		})
	}
}

func TestDecode(t *testing.T) {
	for _, test := range []struct {
		name, settings string
		want           []string
	}{
		{"good", urlAttr("https://records.example:8443/a?b=c#d"), nil},
		{"no scheme", urlAttr("records.example"), []string{"Not a good URL"}},
		{"other scheme", urlAttr("ftp://records.example"), []string{"Not a good URL"}},
		{"no host", urlAttr("http:///path"), []string{"Not a good URL"}},
		{"bad port", urlAttr("http://records.example:99999/"), []string{"Not a good URL"}},
		{"credentials", urlAttr("http://me:pw@records.example/"), []string{"Not a good URL"}},
		{"status", urlAttr("http://a.example") + `expect_status = [20, "6xx", "299-200", true]`, []string{"Not a status code", "Not a status code", "Not a status code", "Not a status code"}},
		{"pattern", urlAttr("http://a.example") + `expect_body = "("`, []string{"Not a regular expression"}},
		{"path", urlAttr("http://a.example") + jsonBlock("a..b", "") + jsonBlock("a[x]", "") + jsonBlock("", "") + jsonBlock("a[0", "") + jsonBlock("[0]b", ""),
			[]string{"Not a path", "Not a path", "Not a path", "Not a path", "Not a path"}},
		{"header name", urlAttr("http://a.example") + `headers = { "a b" = "c" }`, []string{`"a b" is not the name of a header`}},
		{"header value", urlAttr("http://a.example") + `headers = { a = "b\n" }`, []string{`The value of the header "a" cannot be sent`}},
		{"token", urlAttr("http://a.example") + `bearer_token = "b\n"`, []string{"The token cannot be sent"}},
		{"credentials twice", urlAttr("http://a.example") + auth("a", "b") + `bearer_token = "c"`, []string{"Credentials twice"}},
		{"two conditions", urlAttr("http://a.example") + jsonBlock("a", "equals = 1\nmatches = \"1\""), []string{"Two conditions for one value"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			_, diags := decode(t, test.settings)
			for _, d := range diags {
				got = append(got, d.Summary)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("diagnostics (-want +got):\n%s", diff)
			}
		})
	}
}

// cityHall answers as the applications of an office do.
func cityHall() http.Handler {
	mux := http.NewServeMux()
	say := func(path, text string) {
		mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, text) })
	}
	say("/{$}", "<h1>ようこそ</h1>")
	say("/health", `{"status": {"db": [{"ok": true}, {"ok": false}]}, "count": 1000, "a.b": "xyz", "nothing": null}`)
	mux.Handle("/moved", http.RedirectHandler("/", http.StatusFound))
	mux.Handle("/circle", http.RedirectHandler("/circle", http.StatusFound))
	mux.HandleFunc("/sour", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", "http://a b%%/"+r.Header.Get("X-Api-Key"))
		w.WriteHeader(http.StatusFound)
	})
	mux.HandleFunc("/host", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.Host) })
	mux.HandleFunc("/proto", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.Proto) })
	mux.HandleFunc("/posted", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		fmt.Fprintf(w, "%s %s", r.Method, body)
	})
	mux.HandleFunc("/echo", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `{"headers": %q}`, r.Header)
	})
	mux.HandleFunc("/endless", func(w http.ResponseWriter, _ *http.Request) {
		for {
			if _, err := io.WriteString(w, strings.Repeat(" ", 10_000)); err != nil {
				return
			}
		}
	})
	mux.HandleFunc("/private", func(w http.ResponseWriter, r *http.Request) {
		if user, password, _ := r.BasicAuth(); user != "duty" || password != "hunter2" {
			w.WriteHeader(http.StatusUnauthorized)
		}
	})
	mux.HandleFunc("/token", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer open sesame" {
			w.WriteHeader(http.StatusUnauthorized)
		}
	})
	return mux
}

func serve(t testing.TB, handler http.Handler) string {
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

func serveTLS(t testing.TB, cert tls.Certificate) string {
	server := httptest.NewUnstartedServer(cityHall())
	server.TLS = &tls.Config{Certificates: []tls.Certificate{cert}}
	server.EnableHTTP2 = true
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // clients that refuse the certificate
	server.StartTLS()
	t.Cleanup(server.Close)
	return server.URL
}

// serveText answers every request with the text and hangs up.
func serveText(t testing.TB, text string) string {
	return checktest.Serve(t, func(conn net.Conn) {
		conn.Read(make([]byte, 4096))
		io.WriteString(conn, text)
	})
}

// halfway sends the head of an answer and no body.
func halfway(t testing.TB) string {
	return checktest.Serve(t, func(conn net.Conn) {
		conn.Read(make([]byte, 4096))
		io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")
		io.Copy(io.Discard, conn)
	})
}

// switching goes over to another protocol, and then says nothing more.
func switching(t testing.TB) string {
	return checktest.Serve(t, func(conn net.Conn) {
		conn.Read(make([]byte, 4096))
		io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n")
		io.Copy(io.Discard, conn)
	})
}

// chatty sends headers until nobody takes them.
func chatty(t testing.TB) string {
	return checktest.Serve(t, func(conn net.Conn) {
		conn.Read(make([]byte, 4096))
		_, err := io.WriteString(conn, "HTTP/1.1 200 OK\r\n")
		for line := strings.Repeat("X-Much: more\r\n", 1000); err == nil; {
			_, err = io.WriteString(conn, line)
		}
	})
}

func urlAttr(text string) string   { return fmt.Sprintf("url = %q\n", text) }
func names(all ...string) []string { return all }

func auth(user, password string) string {
	return fmt.Sprintf("basic_auth {\n username = %q\n password = %q\n}\n", user, password)
}

func jsonBlock(path, condition string) string {
	return fmt.Sprintf("json {\n path = %q\n %s\n}\n", path, condition)
}

func decode(t testing.TB, settings string) (any, hcl.Diagnostics) {
	t.Helper()
	file, diags := hclsyntax.ParseConfig([]byte(settings), "test.hcl", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatal(diags.Errs())
	}
	return Kind().Decode(file.Body, &block.Context{Eval: &hcl.EvalContext{}, Secrets: new(plan.Redactor)})
}

func newTestProber(t testing.TB, settings string) checks.Prober {
	t.Helper()
	s, diags := decode(t, settings)
	if diags.HasErrors() {
		t.Fatal(diags.Errs())
	}
	p, err := newProber(s, &checks.Env{Secrets: new(plan.Redactor)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.(io.Closer).Close() })
	return p
}

func probeOnce(t testing.TB, p checks.Prober) checks.Result {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	return p.Probe(ctx)
}

func probe(t testing.TB, settings string) checks.Result {
	t.Helper()
	return probeOnce(t, newTestProber(t, settings))
}
