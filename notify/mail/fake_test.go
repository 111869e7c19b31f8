package mail

import (
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	netmail "net/mail"
	"net/textproto"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/checks/checktest"
	"github.com/keizoku-bcp/keizoku/notify"
	"github.com/keizoku-bcp/keizoku/notify/notifytest"
	"github.com/keizoku-bcp/keizoku/plan"
)

// password is what the fake server knows keizoku by.
const password = "hunter2 hunter2"

// options say how the fake server behaves.
type options struct {
	starttls, implicit bool
	noTLS              bool   // STARTTLS is offered, and fails
	auth               string // of EHLO, empty: none
	greeting, data     string // empty: all well
	rcpt               map[string]string
}

// fake is an SMTP server that keeps what it is sent.
type fake struct {
	options
	address string
	ca      string
	tls     *tls.Config

	mu    sync.Mutex
	mails []received
}

type received struct {
	from   string
	to     []string
	text   string
	secure bool
	user   string
}

func startFake(t *testing.T, o options) *fake {
	t.Helper()
	f := &fake{options: o}
	if o.starttls || o.implicit {
		authority := checktest.NewAuthority(t)
		f.ca = authority.File
		f.tls = &tls.Config{Certificates: []tls.Certificate{authority.Issue(t, time.Hour, "127.0.0.1")}}
	}
	f.address = checktest.Serve(t, func(conn net.Conn) { (&dialog{fake: f}).run(conn) })
	return f
}

func (f *fake) took() []received {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]received(nil), f.mails...)
}

// ids are the Message-IDs seen.
func (f *fake) ids() (ids []string) {
	for _, m := range f.took() {
		if parsed, err := netmail.ReadMessage(strings.NewReader(m.text)); err == nil {
			ids = append(ids, parsed.Header.Get("Message-Id"))
		}
	}
	return ids
}

// dialog is one connection.
type dialog struct {
	*fake
	text *textproto.Conn
	mail received
	over bool
	hold net.Conn
}

func (d *dialog) run(conn net.Conn) {
	if d.implicit {
		conn = tls.Server(conn, d.tls)
		d.mail.secure = true
	}
	d.hold, d.text = conn, textproto.NewConn(conn)
	d.say(or(d.greeting, "220 fake ESMTP"))
	for !d.over {
		line, err := d.text.ReadLine()
		if err != nil {
			return
		}
		verb, rest, _ := strings.Cut(line, " ")
		d.answer(strings.ToUpper(verb), rest)
	}
}

func or(text, usual string) string {
	if text == "" {
		return usual
	}
	return text
}

func (d *dialog) say(text string) { d.text.PrintfLine("%s", text) }

func (d *dialog) answer(verb, rest string) {
	switch verb {
	case "EHLO":
		d.hello()
	case "STARTTLS":
		if d.noTLS {
			d.say("454 4.7.0 TLS not available")
			return
		}
		d.say("220 go ahead")
		conn := tls.Server(d.hold, d.tls)
		d.mail.secure = true
		d.hold, d.text = conn, textproto.NewConn(conn)
	case "AUTH":
		d.login(rest)
	case "MAIL":
		d.mail.from, d.mail.to = between(rest), nil
		d.say("250 ok")
	case "RCPT":
		d.recipient(between(rest))
	case "DATA":
		d.receive()
	case "QUIT":
		d.say("221 bye")
		d.over = true
	default:
		d.say("250 ok")
	}
}

func between(text string) string {
	_, text, _ = strings.Cut(text, "<")
	text, _, _ = strings.Cut(text, ">")
	return text
}

func (d *dialog) hello() {
	d.say("250-fake")
	if d.starttls && !d.mail.secure {
		d.say("250-STARTTLS")
	}
	if d.auth != "" {
		d.say("250-AUTH " + d.auth)
	}
	d.say("250 8BITMIME")
}

// login knows PLAIN and LOGIN, and repeats the password when it is wrong, as no server should.
func (d *dialog) login(rest string) {
	mechanism, initial, _ := strings.Cut(rest, " ")
	said := initial
	if mechanism == "LOGIN" {
		user, password := d.ask("VXNlcm5hbWU6"), d.ask("UGFzc3dvcmQ6")
		said = base64.StdEncoding.EncodeToString([]byte("\x00" + decode(user) + "\x00" + decode(password)))
	}
	parts := strings.Split(decode(said), "\x00")
	if len(parts) != 3 || parts[1] != "keizoku" || parts[2] != password {
		d.say("535 5.7.8 wrong: " + said + " " + strings.Join(parts, " "))
		return
	}
	d.mail.user = mechanism + " " + parts[1]
	d.say("235 welcome")
}

func (d *dialog) ask(prompt string) string {
	d.say("334 " + prompt)
	line, _ := d.text.ReadLine()
	return line
}

func decode(text string) string {
	b, _ := base64.StdEncoding.DecodeString(text)
	return string(b)
}

func (d *dialog) recipient(to string) {
	answer := or(d.rcpt[to], "250 ok")
	if strings.HasPrefix(answer, "2") {
		d.mail.to = append(d.mail.to, to)
	}
	d.say(answer)
}

func (d *dialog) receive() {
	d.say("354 go on")
	text, err := io.ReadAll(d.text.DotReader())
	if err != nil {
		return
	}
	answer := or(d.data, "250 2.0.0 Ok: queued as 4F2B1")
	if strings.HasPrefix(answer, "2") {
		d.mail.text = string(text)
		d.mu.Lock()
		d.mails = append(d.mails, d.mail)
		d.mu.Unlock()
	}
	d.say(answer)
}

// attrs are settings that point at a server, with a login.
func attrs(address, security, more string) string {
	return fmt.Sprintf("server = %q\nsecurity = %q\nsender = \"Keizoku <keizoku@city.example>\"\n%s\n", address, security, more)
}

const (
	login = "username = \"keizoku\"\npassword = secret(\"" + password + "\")\n"
	staff = "to = [\"joho@city.example\"]\n"
)

func trust(ca string) string { return fmt.Sprintf("tls {\n ca_file = %q\n}\n", ca) }

// suzuki is somebody of a role.
func suzuki() *plan.Person {
	return &plan.Person{Name: "鈴木一郎", Contacts: []plan.Contact{
		{Medium: plan.Mobile, Address: "090-0000-0000"}, {Medium: plan.Mail, Address: "suzuki@home.example"}, {Medium: plan.Mail, Address: "not an address"},
	}}
}

func open(t *testing.T, settings string, people ...*plan.Person) *channel {
	t.Helper()
	c, err := newChannel(notifytest.Settings(t, Kind(), settings), &notify.Env{Agent: "main", People: people})
	if err != nil {
		t.Fatal(err)
	}
	return c.(*channel)
}
