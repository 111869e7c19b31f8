package mail

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	netmail "net/mail"
	"net/textproto"
	"regexp"
	"strings"

	promconfig "github.com/prometheus/common/config"
	"github.com/wneessen/go-mail/smtp"

	"github.com/keizoku-bcp/keizoku/notify"
	"github.com/keizoku-bcp/keizoku/notify/internal/taken"
	"github.com/keizoku-bcp/keizoku/notify/internal/told"
	"github.com/keizoku-bcp/keizoku/plan"
)

type channel struct {
	settings   *Settings
	server     server
	sender     *netmail.Address
	recipients []recipient
	tls        *tls.Config
	secrets    *plan.Redactor
	own        plan.Redactor     // the password, in the forms in which a server might repeat it
	private    *regexp.Regexp    // the contacts of people; nil: none
	labels     map[string]string // by contact, in small letters
	log        *slog.Logger
	taken      taken.Ledger
}

func newChannel(settings any, env *notify.Env) (notify.Channel, error) {
	s := settings.(*Settings)
	c := &channel{settings: s, secrets: env.Secrets, log: env.Log}
	var err error
	if c.server, err = parseServer(s.Server, s.Security); err != nil {
		return nil, fmt.Errorf("server: %w", err)
	}
	if c.sender, err = parseAddress(s.Sender); err != nil {
		return nil, fmt.Errorf("sender: %w", err)
	}
	if c.recipients, err = recipients(s, env); err != nil {
		return nil, err
	}
	if len(c.recipients) == 0 {
		return nil, errors.New("nobody to send to: give to, or to_roles whose people have a contact of medium mail")
	}
	config := s.TLS.Config()
	if c.tls, err = promconfig.NewTLSConfig(&config); err != nil {
		return nil, fmt.Errorf("tls: %w", err)
	}
	if c.tls.ServerName == "" {
		c.tls.ServerName = c.server.host
	}
	c.learn()
	return c, nil
}

// learn prepares what must not show in texts.
func (c *channel) learn() {
	password := c.settings.Password.Reveal()
	if password != "" {
		c.own.Add(password)
		c.own.Add(base64.StdEncoding.EncodeToString([]byte(password)))
		c.own.Add(base64.StdEncoding.EncodeToString([]byte("\x00" + c.settings.Username + "\x00" + password)))
	}
	c.labels = make(map[string]string)
	var contacts []string
	for _, r := range c.recipients {
		if r.label != r.Address.Address {
			contacts = append(contacts, regexp.QuoteMeta(r.Address.Address))
			c.labels[strings.ToLower(r.Address.Address)] = r.label
		}
	}
	if len(contacts) > 0 {
		c.private = regexp.MustCompile("(?i)" + strings.Join(contacts, "|")) // quoted: it is one
	}
}

// named puts people in the place of their contacts, in whatever case a server writes these.
func (c *channel) named(text string) string {
	if c.private == nil {
		return text
	}
	return c.private.ReplaceAllStringFunc(text, func(contact string) string { return c.labels[strings.ToLower(contact)] })
}

// words makes what the server said fit to be kept and shown.
func (c *channel) words(text string) string {
	return told.Words(c.named(text), c.secrets, &c.own)
}

// Send implements [notify.Channel].
func (c *channel) Send(ctx context.Context, m *notify.Message) (notify.Receipt, error) {
	s, err := c.open(ctx)
	if err != nil {
		return "", c.failed(ctx, err)
	}
	defer s.close()
	d, err := c.deliver(s.client, m)
	if err != nil {
		return "", c.failed(ctx, err)
	}
	return c.settle(m, d)
}

// delivery is what the server said of one mail.
type delivery struct {
	accepted       []recipient
	refused, later []objection
	answer         string // to the mail
}

// objection is what the server said against a recipient.
type objection struct {
	to  recipient
	err error
}

// deliver sends the mail to all who have not got it and whom the server accepts. An error is about
// the connection, the sender or the mail, not about a recipient.
func (c *channel) deliver(client *smtp.Client, m *notify.Message) (d delivery, err error) {
	if err := client.Mail("<" + c.sender.Address + ">"); err != nil {
		return d, fmt.Errorf("sender: %w", err)
	}
	for _, r := range c.recipients {
		if c.taken.Has(m.ID, r.Address.Address) {
			continue
		}
		err := client.Rcpt("<" + r.Address.Address + ">")
		switch {
		case err == nil:
			d.accepted = append(d.accepted, r)
		case code(err) >= 500:
			d.refused = append(d.refused, objection{r, err})
		case code(err) >= 400:
			d.later = append(d.later, objection{r, err})
		default:
			return d, err
		}
	}
	if len(d.accepted) > 0 {
		d.answer, err = c.write(client, m)
	}
	return d, err
}

// write sends the mail itself. An answer of 5xx is about it, and comes again at every try.
func (c *channel) write(client *smtp.Client, m *notify.Message) (answer string, err error) {
	w, err := client.Data()
	if err != nil {
		return "", refusedFrom(err)
	}
	if _, err := c.letter(m).WriteTo(w); err != nil {
		return "", err
	}
	if err := w.Close(); err != nil {
		return "", refusedFrom(err)
	}
	if closer, ok := w.(*smtp.DataCloser); ok {
		answer = closer.ServerResponse()
	}
	return "250 " + answer, nil
}

func refusedFrom(err error) error {
	if code(err) >= 500 {
		return &notify.Refused{Err: err}
	}
	return err
}

// code is the server's answer, 0 when it gave none.
func code(err error) int {
	var answer *textproto.Error
	if errors.As(err, &answer) {
		return answer.Code
	}
	return 0
}

// reply words an error: the server's own words, without the quotes and escapes in which a secret
// would not be recognized.
func reply(err error) string {
	var answer *textproto.Error
	if !errors.As(err, &answer) {
		return told.Cause(err)
	}
	return strings.Replace(err.Error(), answer.Error(), fmt.Sprintf("%d %s", answer.Code, answer.Msg), 1)
}

// settle makes the outcome of what the server said.
func (c *channel) settle(m *notify.Message, d delivery) (notify.Receipt, error) {
	for _, r := range d.accepted {
		c.taken.Add(m.ID, r.Address.Address)
	}
	had := len(c.recipients) - len(d.refused) - len(d.later)
	if len(d.later) > 0 {
		return "", fmt.Errorf("%s: put off for %s; %d of %d recipients have it", c.server, c.objections(append(d.later, d.refused...)), had, len(c.recipients))
	}
	c.taken.Forget(m.ID)
	if had == 0 {
		return "", &notify.Refused{Err: fmt.Errorf("%s: refused for %s", c.server, c.objections(d.refused))}
	}
	if len(d.refused) == 0 {
		return notify.Receipt(c.words(d.answer)), nil
	}
	refused := c.objections(d.refused)
	if c.log != nil {
		c.log.Warn("the mail server does not take mail for some recipients", "server", c.server.String(), "message", m.ID, "refused", refused)
	}
	return notify.Receipt(fmt.Sprintf("%s, for %d of %d recipients; refused for %s", c.words(d.answer), had, len(c.recipients), refused)), nil
}

// maxObjections is how many recipients a text names.
const maxObjections = 3

func (c *channel) objections(list []objection) string {
	var texts []string
	for _, o := range list[:min(len(list), maxObjections)] {
		texts = append(texts, fmt.Sprintf("%s (%s)", o.to.label, c.words(reply(o.err))))
	}
	if more := len(list) - len(texts); more > 0 {
		texts = append(texts, fmt.Sprintf("%d more", more))
	}
	return strings.Join(texts, ", ")
}

// failed words an error that is not about a recipient.
func (c *channel) failed(ctx context.Context, err error) error {
	cause := err
	if ctx.Err() != nil {
		err, cause = ctx.Err(), ctx.Err()
	}
	worded := &told.Failure{Text: c.server.String() + ": " + c.words(reply(err)), Cause: cause}
	if ctx.Err() == nil && notify.IsRefused(err) {
		return &notify.Refused{Err: worded}
	}
	return worded
}
