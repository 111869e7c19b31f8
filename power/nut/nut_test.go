package nut

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/checks/checktest"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/power"
	"github.com/keizoku-bcp/keizoku/power/powertest"
)

func TestMain(m *testing.M) {
	os.Exit(checktest.Main(m, map[string]checktest.Server{"upsd": serveBenchmark}))
}

// list is what upsd answers for the UPS "rack": the variables, in pairs of name and quoted value.
func list(pairs ...string) string {
	var b strings.Builder
	b.WriteString("BEGIN LIST VAR rack\n")
	for i := 0; i < len(pairs); i += 2 {
		fmt.Fprintf(&b, "VAR rack %s \"%s\"\n", pairs[i], pairs[i+1])
	}
	b.WriteString("END LIST VAR rack\n")
	return b.String()
}

var healthy = list("ups.status", "OL CHRG", "ups.load", "23", "battery.charge", "98", "battery.runtime", "1800",
	"ups.mfr", "Parts", "ups.model", `Rack \"3000\" \\ 19in`)

// answers is a made-up upsd: what it says to each command. What it does not know it leaves
// unanswered, like upsd after a stray quote.
type answers map[string]string

func serve(t testing.TB, a answers) string { return checktest.Serve(t, a.talk) }

func (a answers) talk(conn net.Conn) {
	for lines := bufio.NewScanner(conn); lines.Scan(); {
		io.WriteString(conn, a[lines.Text()])
	}
}

// says is a made-up upsd whose answer to LIST VAR is text.
func says(t testing.TB, text string) string { return serve(t, answers{"LIST VAR rack": text}) }

func attrs(address string) string { return fmt.Sprintf("address = %q\nups = \"rack\"\n", address) }

const loginAttrs = "username = \"monitor\"\npassword = secret(\"hunter\\\\2 \\\"x\\\"\")\n"

// loginAnswers is an upsd that knows the user of loginAttrs.
func loginAnswers(login string) answers {
	return answers{
		`USERNAME "monitor"`: "OK\n", `PASSWORD "hunter\\2 \"x\""`: "OK\n",
		"LOGIN rack": login, "LIST VAR rack": healthy,
	}
}

func TestConformance(t *testing.T) {
	target := func(name string, want checks.Reason, address, more string) powertest.Target {
		return powertest.Target{Name: name, Want: want, Settings: attrs(address) + more}
	}
	secure, authority := serveTLS(t)
	targets := append(powertest.TCP(t, attrs),
		target("healthy", checks.OK, says(t, healthy), ""),
		target("healthy with a user", checks.OK, serve(t, loginAnswers("")), loginAttrs),
		target("healthy with a login", checks.OK, serve(t, loginAnswers("OK\n")), loginAttrs+"login = true"),
		target("healthy over TLS", checks.OK, secure, fmt.Sprintf("starttls { ca_file = %q }", authority.File)),
		target("healthy over whatever TLS", checks.OK, secure, "starttls { insecure_skip_verify = true }"),
		target("unknown authority", checks.TLSInvalid, secure, "starttls {}"),
		target("wrong name", checks.TLSInvalid, secure, fmt.Sprintf("starttls {\n ca_file = %q\n server_name = \"ups.example\"\n}", authority.File)),
		target("silent in the handshake", checks.Timeout, serve(t, answers{"STARTTLS": "OK STARTTLS\n"}), "starttls {}"),
		target("no TLS there", checks.TLSInvalid, serve(t, answers{"STARTTLS": "ERR FEATURE-NOT-CONFIGURED\n"}), "starttls {}"),
		target("TLS unheard of", checks.TLSInvalid, serve(t, answers{"STARTTLS": "ERR UNKNOWN-COMMAND\n"}), "starttls {}"),
		target("clear after STARTTLS", checks.TLSInvalid, serve(t, answers{"STARTTLS": "OK STARTTLS\n" + healthy}), "starttls {}"),
		target("wrong password", checks.AuthFailed, serve(t, loginAnswers("ERR ACCESS-DENIED\n")), loginAttrs+"login = true"),
		target("password repeated", checks.WrongAnswer, serve(t, loginAnswers("hunter\\\\2\\ \\\"x\\\"\n")), loginAttrs+"login = true"),
		target("password in the variables", checks.OK, serve(t, answers{
			`USERNAME "monitor"`: "OK\n", `PASSWORD "hunter\\2 \"x\""`: "OK\n",
			"LIST VAR rack": list("ups.status", "OL", "ups.model", `hunter\\2 \"x\"`, "ups.alarm", `hunter\\2 \"x\"`, "ups.load", `hunter\\2 \"x\"`),
		}), loginAttrs),
		target("stale", checks.Stale, says(t, "ERR DATA-STALE\n"), ""),
		target("driver just started", checks.Stale, says(t, list("ups.status", "WAIT")), ""),
		target("driver gone", checks.Detached, says(t, "ERR DRIVER-NOT-CONNECTED\n"), ""),
		target("no such UPS", checks.NoSuchUnit, says(t, "ERR UNKNOWN-UPS\n"), ""),
		target("denied", checks.AuthFailed, says(t, "ERR ACCESS-DENIED\n"), ""),
		target("other error", checks.WrongAnswer, says(t, "ERR DRIVER-ON-FIRE\n"), ""),
		target("error without a code", checks.WrongAnswer, says(t, "ERR\n"), ""),
		target("answer to something else", checks.WrongAnswer, says(t, "VER 2.8\n"), ""),
		target("another UPS", checks.WrongAnswer, says(t, strings.ReplaceAll(healthy, "rack", "hall")), ""),
		target("stray line", checks.WrongAnswer, says(t, "BEGIN LIST VAR rack\nOK\n"), ""),
		target("empty line", checks.WrongAnswer, says(t, "\n"), ""),
		target("stray quote", checks.WrongAnswer, says(t, "BEGIN LIST VAR rack\nVAR rack ups.model \"Rack\n"), ""),
		target("stray backslash", checks.WrongAnswer, says(t, "BEGIN LIST VAR rack\nVAR rack ups.model \\\n"), ""),
		target("NUL", checks.OK, says(t, list("ups.status", "OL\x00 \x00", "ups.model", "a\x00\x1b[31mb", "ups.load", "\x00")), ""),
		target("list without end", checks.Timeout, says(t, strings.TrimSuffix(healthy, "END LIST VAR rack\n")), ""),
		target("endless list", checks.WrongAnswer, serveEndlessList(t), ""),
		target("broken off in a line", checks.Reset, checktest.Serve(t, func(conn net.Conn) {
			bufio.NewReader(conn).ReadString('\n')
			io.WriteString(conn, "BEGIN LIST V")
		}), ""),
	)
	powertest.Run(t, powertest.Case{Protocol: Protocol(), Targets: targets})
}

// serveTLS is a made-up upsd that speaks TLS and nothing else.
func serveTLS(t testing.TB) (address string, authority *checktest.Authority) {
	authority = checktest.NewAuthority(t)
	config := &tls.Config{Certificates: []tls.Certificate{authority.Issue(t, time.Hour, "127.0.0.1")}}
	return checktest.Serve(t, func(conn net.Conn) {
		line := make([]byte, len("STARTTLS\n"))
		if _, err := io.ReadFull(conn, line); err != nil || string(line) != "STARTTLS\n" {
			return
		}
		io.WriteString(conn, "OK STARTTLS\n")
		answers{"LIST VAR rack": healthy}.talk(tls.Server(conn, config))
	}), authority
}

func serveEndlessList(t testing.TB) string {
	line := strings.Repeat("VAR rack ups.model \"Rack\"\n", 100)
	return checktest.Serve(t, func(conn net.Conn) {
		bufio.NewReader(conn).ReadString('\n')
		_, err := io.WriteString(conn, "BEGIN LIST VAR rack\n")
		for err == nil {
			_, err = io.WriteString(conn, line)
		}
	})
}

func newTestReader(t testing.TB, settings string) *reader {
	t.Helper()
	r, err := newReader(powertest.Settings(t, Protocol(), settings), &power.Env{Supply: "rack", Secrets: new(plan.Redactor)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.(io.Closer).Close() })
	return r.(*reader)
}

func TestFailureTexts(t *testing.T) {
	for _, test := range []struct{ answer, want string }{
		{"ERR DATA-STALE\n", `has had no news of the UPS "rack" for longer than its MAXAGE`},
		{"ERR DRIVER-NOT-CONNECTED\n", `no connection to the driver of the UPS "rack"`},
		{"ERR UNKNOWN-UPS\n", `knows no UPS "rack"`},
		{"ERR ACCESS-DENIED\n", "denies access to LIST VAR: ACCESS-DENIED"},
		{"ERR NEW-TROUBLE\n", "refuses LIST VAR: NEW-TROUBLE"},
		{"HTTP/1.1 400 Bad Request\n", `answers "HTTP/1.1" to LIST VAR`},
		{"\"\n", "a quote that does not end"},
	} {
		address := says(t, test.answer)
		got := newTestReader(t, attrs(address)).Read(t.Context())
		if !strings.Contains(got.Text, test.want) || !strings.Contains(got.Text, address) {
			t.Errorf("%q: text %q, want …%s… and the address", test.answer, got.Text, test.want)
		}
	}
}

func TestNewReader(t *testing.T) {
	for _, test := range []struct{ settings, want string }{
		{`starttls { ca_file = "/does/not/exist.pem" }`, "ca_file: open /does/not/exist.pem"},
		{`starttls { ca_file = "nut_test.go" }`, "holds no certificate"},
	} {
		_, err := newReader(powertest.Settings(t, Protocol(), attrs("10.1.0.40")+test.settings), &power.Env{})
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: err = %v, want …%s…", test.settings, err, test.want)
		}
	}
	if got := newTestReader(t, attrs("10.1.0.40")).address; got != "10.1.0.40:3493" {
		t.Errorf("address = %s", got)
	}
}

func TestValidate(t *testing.T) {
	secret := plan.NewSecret
	for _, test := range []struct {
		name     string
		settings Settings
		want     string
	}{
		{"plain", Settings{UPS: "rack-a"}, ""},
		{"user", Settings{UPS: "rack-a", Username: "u", Password: secret("p"), Login: true}, ""},
		{"user alone", Settings{UPS: "rack-a", Username: "u"}, "Half a login"},
		{"password alone", Settings{UPS: "rack-a", Password: secret("p")}, "Half a login"},
		{"login alone", Settings{UPS: "rack-a", Login: true}, "A login without a user"},
		{"host in the name", Settings{UPS: "rack-a@10.1.0.40"}, "Not a name of a UPS"},
		{"space in the name", Settings{UPS: "rack a"}, "Not a name of a UPS"},
		{"second command in the name", Settings{UPS: "rack\nFSD"}, "Not a name of a UPS"},
		{"second command in the password", Settings{UPS: "rack", Username: "u", Password: secret("p\nFSD")}, "A control character in the login"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var summaries []string
			for _, d := range validate(&test.settings, hcl.EmptyBody()) {
				summaries = append(summaries, d.Summary)
			}
			if got := strings.Join(summaries, "; "); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
