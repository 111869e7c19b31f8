// Package mail is the channel that sends mail through an SMTP server.
//
// It exists because mail is what every office has and every duty officer reads. Messages are built
// and the protocol is spoken by go-mail; its Client is passed by, for it drops a whole mail when
// the server does not know one of the recipients.
package mail

import (
	"fmt"
	netmail "net/mail"
	"strings"
	"unicode"

	"github.com/hashicorp/hcl/v2"

	"github.com/keizoku-bcp/keizoku/block"
	"github.com/keizoku-bcp/keizoku/notify"
	"github.com/keizoku-bcp/keizoku/notify/internal/tlsblock"
	"github.com/keizoku-bcp/keizoku/plan"
)

// Settings are the attributes of a notify "mail".
type Settings struct {
	plan.Source `hcl:",source"`

	Server      string             `hcl:"server" doc:"Host of the SMTP server, with its port if that is not the usual one: 587, with security \"tls\" 465, with \"none\" 25."`
	Security    string             `hcl:"security,optional" enum:"starttls,tls,opportunistic,none" default:"starttls" doc:"STARTTLS or no mail at all; TLS from the first byte; STARTTLS if the server offers it; or in clear."`
	Username    string             `hcl:"username,optional" doc:"User to log in as. No login if not given. Goes with password."`
	Password    plan.Secret        `hcl:"password,optional" doc:"Password of the user, best given by env() or file()."`
	Auth        string             `hcl:"auth,optional" enum:"auto,plain,login,cram-md5,scram-sha-256" default:"auto" doc:"How to log in: the best that the server offers, or this alone."`
	AuthInClear bool               `hcl:"auth_in_clear,optional" default:"false" doc:"Log in although the connection is not encrypted, so that everyone on the way can read the password."`
	Sender      string             `hcl:"sender" doc:"Address that mails come from, with a name if wanted: \"Keizoku <keizoku@city.example>\"."`
	To          []string           `hcl:"to,optional" doc:"Addresses to send to, beside the mail contacts of the people of to_roles."`
	CC          []string           `hcl:"cc,optional" doc:"Addresses that get a copy."`
	HTML        bool               `hcl:"html,optional" default:"true" doc:"Send the message as simple HTML too, for mail programs to choose."`
	Hello       string             `hcl:"hello,optional" doc:"Name to greet the server with; the machine's if not given."`
	TLS         *tlsblock.Settings `hcl:"tls,block" doc:"How to verify the server."`
}

// Kind describes channels of kind "mail".
func Kind() *notify.Kind {
	return &notify.Kind{
		Name:     "mail",
		Summary:  "Sends mail through an SMTP server.",
		Doc:      doc,
		Example:  example,
		Settings: Settings{},
		Media:    []plan.Medium{plan.Mail},
		Validate: validate,
		Check:    check,
		New:      newChannel,
	}
}

const doc = "Sends one mail per message, in UTF-8, as text and simple HTML, to `to`, `cc` and the contacts of medium `mail` of the\n" +
	"people of `to_roles`. A password crosses the network under TLS only, unless `auth_in_clear` says otherwise.\n\n" +
	"All mails about one alert belong to one thread: they refer to an ID made of the alert's key. The `Message-ID` is made of\n" +
	"the message's ID and is the same at every try, so that a mail which was sent twice is recognized. `Auto-Submitted:\n" +
	"auto-generated` (RFC 3834) keeps absence notes away. For filters there are `X-Keizoku-Occasion`, `X-Keizoku-Severity`,\n" +
	"`X-Keizoku-Alert` (names, with commas), `X-Keizoku-Agent`, `X-Keizoku-Plan` and, in an exercise, `X-Keizoku-Drill:\n" +
	"true`. Critical mails bear the headers of high importance.\n\n" +
	"| the server says | |\n|---|---|\n" +
	"| 250 to the mail | delivered; those whom the server did not know are named in the receipt and in the log |\n" +
	"| 5xx to every recipient, or to the mail | refused, and not tried again |\n" +
	"| 4xx to some recipients | those are tried again, the others have it |\n" +
	"| anything else: no connection, a bad certificate, a wrong password, a sender that it does not let in | tried again later |\n\n" +
	"The server named should be one that queues: Keizoku looks up no MX records and reads no bounces.\n"

const example = `notify "mail" "staff" {
  server   = "mail.example"
  username = "keizoku"
  password = env("MAIL_PASSWORD")
  sender   = "Keizoku <keizoku@city.example>"
  to       = ["joho@city.example"]
  cc       = ["kikikanri@city.example"]
  to_roles = [role.duty]
  tls {
    ca_file = "/etc/keizoku/city-ca.pem"
  }
}
`

func validate(settings any, _ hcl.Body) (diags hcl.Diagnostics) {
	s := settings.(*Settings)
	complain := func(attribute, summary, detail string) {
		at := block.HCLRange(s.At(attribute))
		diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: detail, Subject: &at})
	}
	if _, err := parseServer(s.Server, s.Security); err != nil {
		complain("server", "Not a mail server", block.Sentence(err.Error()))
	}
	if _, err := parseAddress(s.Sender); err != nil {
		complain("sender", "Not a mail address", block.Sentence(err.Error()))
	}
	for attribute, list := range map[string][]string{"to": s.To, "cc": s.CC} {
		for _, text := range list {
			if _, err := parseAddress(text); err != nil {
				complain(attribute, "Not a mail address", block.Sentence(err.Error()))
			}
		}
	}
	if (s.Username == "") != s.Password.IsZero() {
		complain("username", "Half a login", "username and password go together: give both or none.")
	}
	if s.Security == "none" && s.Username != "" && !s.AuthInClear {
		complain("security", "A password in clear", `With security = "none" the password could be read on the way. Use "starttls" or "tls", or say auth_in_clear = true.`)
	}
	if strings.ContainsFunc(s.Username+s.Password.Reveal()+s.Hello, unicode.IsControl) || strings.Contains(s.Hello, " ") {
		complain("username", "A control character in the login", "Neither username nor password nor hello may hold control characters; file() keeps the last line end of a file.")
	}
	return append(diags, s.TLS.Check()...)
}

// check wants somebody to send to: a channel without is found out now, and not by the first alert.
func check(settings any, c *plan.Channel) hcl.Diagnostics {
	s := settings.(*Settings)
	if len(s.To)+len(s.CC)+len(c.ToRoles) > 0 {
		return nil
	}
	at := block.HCLRange(c.At("to"))
	return hcl.Diagnostics{{
		Severity: hcl.DiagError, Summary: "Nobody to send to", Subject: &at,
		Detail: "Give to, or to_roles with roles whose people have a contact of medium mail.",
	}}
}

// parseAddress reads a mail address with or without a name. The address itself is ASCII: few
// servers relay others (RFC 6531).
func parseAddress(text string) (*netmail.Address, error) {
	a, err := netmail.ParseAddress(text)
	if err != nil {
		return nil, fmt.Errorf("%q is not of the form \"name@city.example\" or \"Name <name@city.example>\"", text)
	}
	if strings.ContainsFunc(a.Address, func(r rune) bool { return r <= ' ' || r > '~' || r == '<' || r == '>' }) {
		return nil, fmt.Errorf("the address in %q has characters that not every mail server takes", text)
	}
	return a, nil
}
