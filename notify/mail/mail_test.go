package mail

import (
	"context"
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
	plain := startFake(t, options{})
	secure := startFake(t, options{starttls: true, auth: "PLAIN LOGIN"})
	implicit := startFake(t, options{implicit: true, auth: "LOGIN"})
	inClear := startFake(t, options{auth: "PLAIN"})
	failing := startFake(t, options{starttls: true, noTLS: true})
	answers := func(o options) string { return attrs(startFake(t, o).address, "none", staff) }
	notifytest.Run(t, notifytest.Case{Kind: Kind(), Targets: []notifytest.Target{
		{Name: "plain", Settings: attrs(plain.address, "none", staff), Want: notifytest.Delivered, Received: plain.ids},
		{Name: "STARTTLS", Settings: attrs(secure.address, "starttls", staff+login+trust(secure.ca)), Want: notifytest.Delivered, Received: secure.ids},
		{Name: "TLS", Settings: attrs(implicit.address, "tls", staff+login+trust(implicit.ca)), Want: notifytest.Delivered, Received: implicit.ids},
		{Name: "STARTTLS if offered", Settings: attrs(secure.address, "opportunistic", staff+login+trust(secure.ca)), Want: notifytest.Delivered},
		{Name: "STARTTLS not offered", Settings: attrs(plain.address, "starttls", staff), Want: notifytest.Retried},
		{Name: "unknown authority", Settings: attrs(secure.address, "starttls", staff), Want: notifytest.Retried},
		{Name: "STARTTLS fails, and nothing goes in clear", Settings: attrs(failing.address, "starttls", staff), Want: notifytest.Retried},
		{Name: "STARTTLS if offered fails", Settings: attrs(failing.address, "opportunistic", staff), Want: notifytest.Retried},
		{Name: "no login in clear", Settings: attrs(inClear.address, "opportunistic", staff+login), Want: notifytest.Retried},
		{Name: "login in clear, allowed", Settings: attrs(inClear.address, "none", staff+login+"auth_in_clear = true"), Want: notifytest.Delivered},
		{Name: "wrong password", Settings: attrs(secure.address, "starttls", staff+strings.Replace(login, password, "swordfish swordfish", 1)+trust(secure.ca)), Want: notifytest.Retried},
		{Name: "login not offered", Settings: attrs(secure.address, "starttls", staff+login+"auth = \"cram-md5\"\n"+trust(secure.ca)), Want: notifytest.Retried},
		{Name: "no service", Settings: answers(options{greeting: "554 no service"}), Want: notifytest.Retried},
		{Name: "does not want the mail", Settings: answers(options{data: "554 5.7.1 looks like\r\n"}), Want: notifytest.Refused},
		{Name: "full", Settings: answers(options{data: "452 4.3.1 no room"}), Want: notifytest.Retried},
		{Name: "knows nobody", Settings: answers(options{rcpt: map[string]string{"joho@city.example": "550 5.1.1 unknown"}}), Want: notifytest.Refused},
		{Name: "greylisting", Settings: answers(options{rcpt: map[string]string{"joho@city.example": "450 4.2.0 later"}}), Want: notifytest.Retried},
		{Name: "dead", Settings: attrs(checktest.Refused(t), "none", staff), Want: notifytest.Retried},
		{Name: "black hole", Settings: attrs(checktest.BlackHole(t), "none", staff), Want: notifytest.Hangs},
		{Name: "silent", Settings: attrs(checktest.Silent(t), "none", staff), Want: notifytest.Hangs},
		{Name: "silent TLS", Settings: attrs(checktest.Silent(t), "tls", staff), Want: notifytest.Hangs},
		{Name: "broken off", Settings: attrs(checktest.Reset(t), "tls", staff), Want: notifytest.Retried},
	}})
}

func send(t *testing.T, c *channel, m *notify.Message) (notify.Receipt, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	return c.Send(ctx, m)
}

// The password crosses the network under TLS alone.
func TestNoPasswordInClear(t *testing.T) {
	t.Parallel()
	f := startFake(t, options{auth: "PLAIN LOGIN"})
	c := open(t, attrs(f.address, "opportunistic", staff+login))
	if _, err := send(t, c, notifytest.Message()); err == nil || !strings.Contains(err.Error(), "auth_in_clear") {
		t.Errorf("error: %v", err)
	}
	if len(f.took()) != 0 {
		t.Error("it was sent all the same")
	}
}

// One bad address must not keep a mail from the others.
func TestOneRecipientOfSeveralIsRefused(t *testing.T) {
	t.Parallel()
	f := startFake(t, options{rcpt: map[string]string{"suzuki@home.example": "550 5.1.1 <suzuki@home.example> unknown", "gone@city.example": "553 no"}})
	c := open(t, attrs(f.address, "none", "to = [\"joho@city.example\", \"gone@city.example\"]"), suzuki())
	receipt, err := send(t, c, notifytest.Message())
	want := notify.Receipt("250 2.0.0 Ok: queued as 4F2B1, for 1 of 3 recipients; refused for gone@city.example (553 no), 鈴木一郎 (550 5.1.1 <鈴木一郎> unknown)")
	if err != nil || receipt != want {
		t.Errorf("%q, %v\nwant %q", receipt, err, want)
	}
	if got := f.took(); len(got) != 1 || !cmp.Equal(got[0].to, []string{"joho@city.example"}) {
		t.Errorf("%+v", got)
	}
}

// Servers write addresses as they like; the contact of a person shows in no text all the same.
func TestContactsShowInNoText(t *testing.T) {
	t.Parallel()
	f := startFake(t, options{rcpt: map[string]string{"suzuki@home.example": "450 4.2.0 <Suzuki@HOME.example> greylisted"}})
	_, err := send(t, open(t, attrs(f.address, "none", staff), suzuki()), notifytest.Message())
	if err == nil || strings.Contains(strings.ToLower(err.Error()), "suzuki@") || !strings.Contains(err.Error(), "<鈴木一郎> greylisted") {
		t.Errorf("error: %v", err)
	}
}

// Those who have a mail do not get it again while another is put off.
func TestOneRecipientOfSeveralIsPutOff(t *testing.T) {
	t.Parallel()
	f := startFake(t, options{rcpt: map[string]string{"suzuki@home.example": "450 4.2.0 <suzuki@home.example> greylisted"}})
	c := open(t, attrs(f.address, "none", staff), suzuki())
	m := notifytest.Message()
	for range 2 {
		_, err := send(t, c, m)
		if err == nil || notify.IsRefused(err) || strings.Contains(err.Error(), "suzuki@") || !strings.Contains(err.Error(), "鈴木一郎 (450 4.2.0 <鈴木一郎> greylisted); 1 of 2 recipients have it") {
			t.Fatalf("error: %v", err)
		}
	}
	f.mu.Lock()
	f.rcpt = nil
	f.mu.Unlock()
	if _, err := send(t, c, m); err != nil {
		t.Fatal(err)
	}
	var to []string
	for _, mail := range f.took() {
		to = append(to, mail.to...)
	}
	if diff := cmp.Diff([]string{"joho@city.example", "suzuki@home.example"}, to); diff != "" {
		t.Errorf("recipients, one each (-want +got):\n%s", diff)
	}
}

func TestLogins(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ offered, auth, want string }{
		{"LOGIN PLAIN", "auto", "PLAIN keizoku"},
		{"LOGIN PLAIN", "login", "LOGIN keizoku"},
		{"LOGIN", "auto", "LOGIN keizoku"},
	} {
		f := startFake(t, options{starttls: true, auth: test.offered})
		if _, err := send(t, open(t, attrs(f.address, "starttls", staff+login+trust(f.ca)+"auth = \""+test.auth+"\"")), notifytest.Message()); err != nil {
			t.Fatal(err)
		}
		if got := f.took()[0]; got.user != test.want || !got.secure {
			t.Errorf("%s of %s: %q, TLS %v", test.auth, test.offered, got.user, got.secure)
		}
	}
}

func TestRecipients(t *testing.T) {
	t.Parallel()
	const settings = "to = [\"Joho <joho@city.example>\"]\ncc = [\"JOHO@city.example\", \"chief@city.example\"]"
	c := open(t, attrs("mail.example", "none", settings), suzuki(), suzuki(), &plan.Person{Name: "佐藤"})
	var got []string
	for _, r := range c.recipients {
		got = append(got, r.Address.String(), r.label)
	}
	want := []string{
		`"Joho" <joho@city.example>`, "joho@city.example", "<chief@city.example>", "chief@city.example",
		"=?utf-8?q?=E9=88=B4=E6=9C=A8=E4=B8=80=E9=83=8E?= <suzuki@home.example>", "鈴木一郎",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("recipients (-want +got):\n%s", diff)
	}
	_, err := newChannel(notifytest.Settings(t, Kind(), attrs("mail.example", "none", "")), &notify.Env{People: []*plan.Person{{Name: "佐藤"}}})
	if err == nil || !strings.Contains(err.Error(), "nobody to send to") {
		t.Errorf("New without recipients: %v", err)
	}
}

func TestServer(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"mail.example": "mail.example:587", "mail.example:2525": "mail.example:2525", "2001:db8::1": "[2001:db8::1]:587", "[2001:db8::1]:25": "[2001:db8::1]:25",
		"": "", "mail example": "", "mail.example:0": "", "mail.example:smtp": "", "user@mail.example": "",
	} {
		got, err := parseServer(text, "starttls")
		if (err == nil) != (want != "") || err == nil && got.String() != want {
			t.Errorf("%q: %s, %v, want %q", text, got, err, want)
		}
	}
	if usualPort("tls") != "465" || usualPort("none") != "25" {
		t.Error("the usual ports are not")
	}
}

func TestNobodyToSendTo(t *testing.T) {
	t.Parallel()
	for settings, want := range map[string]string{
		attrs("m", "tls", ""):                             "Nobody to send to",
		attrs("m", "tls", "to = []"):                      "Nobody to send to",
		attrs("m", "tls", "to = [\"joho@city.example\"]"): "",
		attrs("m", "tls", "cc = [\"joho@city.example\"]"): "",
	} {
		decoded := notifytest.Settings(t, Kind(), settings)
		if diags := check(decoded, &plan.Channel{}); diags.HasErrors() != (want != "") || want != "" && diags[0].Summary != want {
			t.Errorf("%s: %v, want %q", settings, diags, want)
		}
		if diags := check(decoded, &plan.Channel{ToRoles: []string{"duty"}}); diags.HasErrors() {
			t.Errorf("%s, with roles: %v", settings, diags)
		}
	}
}

func TestValidate(t *testing.T) {
	t.Parallel()
	for settings, want := range map[string]string{
		attrs("mail example", "none", ""):                                  "Not a mail server",
		attrs("m", "none", "to = [\"nobody\"]"):                            "Not a mail address",
		attrs("m", "none", "cc = [\"鈴木@city.example\"]"):                   "not every mail server takes",
		attrs("m", "none", "to = [\"a@b.example\\r\\nBcc: c@d.example\"]"): "Not a mail address",
		"server = \"m\"\nsender = \"x\"":                                   "Not a mail address",
		attrs("m", "starttls", "username = \"x\""):                         "Half a login",
		attrs("m", "none", login):                                          "A password in clear",
		attrs("m", "tls", "username = \"x\"\npassword = \"y\\n\""):         "A control character",
		attrs("m", "tls", "tls {\n key_file = \"x\"\n}"):                   "Half of a client certificate",
		attrs("m", "ssl", ""):                                              "security",
	} {
		if got := notifytest.Mistakes(t, Kind(), settings); !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", settings, got, want)
		}
	}
}
