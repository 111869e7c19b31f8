package mail

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"html"
	netmail "net/mail"
	"slices"
	"strings"
	"unicode/utf8"

	gomail "github.com/wneessen/go-mail"

	"github.com/keizoku-bcp/keizoku/notify"
	"github.com/keizoku-bcp/keizoku/notify/internal/told"
	"github.com/keizoku-bcp/keizoku/plan"
)

const (
	// maxLine is the most bytes of a header's text.
	maxLine = 500
	// maxReferences is how many alerts a mail refers to: a mass failure has hundreds.
	maxReferences = 20
)

// letter makes a mail of the message.
func (c *channel) letter(m *notify.Message) *gomail.Msg {
	msg := gomail.NewMsg(gomail.WithCharset(gomail.CharsetUTF8), gomail.WithEncoding(encoding(m.Text)))
	msg.FromMailAddress(c.sender)
	msg.ToMailAddress(c.addresses(false)...)
	if cc := c.addresses(true); len(cc) > 0 {
		msg.CcMailAddress(cc...)
	}
	msg.SetGenHeaderPreformatted(gomail.HeaderSubject, headerText("Subject", told.Line(m.Subject, maxLine)))
	msg.SetDateWithValue(m.At)
	msg.SetUserAgent("keizoku")
	c.identify(msg, m)
	classify(msg, m)
	msg.SetBodyString(gomail.TypeTextPlain, text(m.Text))
	if c.settings.HTML && m.HTML != "" {
		msg.AddAlternativeString(gomail.TypeTextHTML, page(m))
	}
	return msg
}

func (c *channel) addresses(cc bool) (list []*netmail.Address) {
	for _, r := range c.recipients {
		if r.cc == cc {
			list = append(list, r.Address)
		}
	}
	return list
}

// identify sets the IDs. No mail bears the ID that the others refer to: the thread's first may
// have gone by another channel, and mail programs hang the children together all the same.
func (c *channel) identify(msg *gomail.Msg, m *notify.Message) {
	_, domain, _ := strings.Cut(c.sender.Address, "@")
	msg.SetMessageIDWithValue(id(m.ID) + "@" + domain)
	var threads []string
	for _, a := range m.Alerts[:min(len(m.Alerts), maxReferences)] {
		threads = append(threads, "<alert-"+id(a.Key)+"@"+domain+">")
	}
	if len(threads) > 0 {
		msg.SetGenHeader(gomail.HeaderInReplyTo, threads[0])
		msg.SetGenHeaderPreformatted(gomail.HeaderReferences, strings.Join(threads, "\r\n "))
	}
}

// id is text where that can stand in a Message-ID (RFC 5322, 3.6.4), else a digest of it.
func id(text string) string {
	plain := func(r rune) bool {
		return r == '-' || '0' <= r && r <= '9' || 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z'
	}
	if text != "" && len(text) <= 64 && !strings.ContainsFunc(text, func(r rune) bool { return !plain(r) }) {
		return text
	}
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:16])
}

// classify sets what filters and mail programs go by.
func classify(msg *gomail.Msg, m *notify.Message) {
	set := func(name, value string) {
		if value = told.Line(value, maxLine); value != "" {
			msg.SetGenHeader(gomail.Header(name), value)
		}
	}
	set("Auto-Submitted", "auto-generated") // RFC 3834, 5
	set("X-Auto-Response-Suppress", "All")  // the same for Exchange (MS-OXCMAIL)
	set("Content-Language", string(m.Locale))
	set("X-Keizoku-Occasion", string(m.Occasion))
	set("X-Keizoku-Severity", string(m.Severity))
	set("X-Keizoku-Alert", alertNames(m.Alerts))
	set("X-Keizoku-Agent", m.Agent)
	set("X-Keizoku-Plan", m.Plan)
	if m.Drill {
		set("X-Keizoku-Drill", "true")
	}
	if m.Severity == plan.Critical {
		msg.SetImportance(gomail.ImportanceHigh)
	}
}

func alertNames(alerts []notify.Alert) string {
	var list []string
	for _, a := range alerts {
		if !slices.Contains(list, a.Name) {
			list = append(list, a.Name)
		}
	}
	return strings.Join(list, ", ")
}

// encoding is the shorter of the two for a text: quoted-printable triples every byte that is not
// ASCII.
func encoding(text string) gomail.Encoding {
	beyond := len(text) - utf8.RuneCountInString(text)
	if beyond > len(text)/8 {
		return gomail.EncodingB64
	}
	return gomail.EncodingQP
}

// text keeps the lines and drops what deceives within them.
func text(s string) string {
	var b strings.Builder
	for line := range strings.Lines(s) {
		b.WriteString(strings.TrimRight(told.Visible(line), " ") + "\n")
	}
	return b.String()
}

// page makes a whole page of a piece of HTML.
func page(m *notify.Message) string {
	body := strings.ToValidUTF8(m.HTML, "\uFFFD")
	if strings.Contains(body, "<html") {
		return body
	}
	return fmt.Sprintf("<!DOCTYPE html>\n<html lang=%q><head><meta charset=\"utf-8\"><title>%s</title></head>\n<body>%s</body></html>\n",
		html.EscapeString(cmp.Or(told.Line(string(m.Locale), 20), "en")), html.EscapeString(told.Line(m.Subject, maxLine)), body)
}
