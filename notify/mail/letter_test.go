package mail

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"strings"
	"testing"

	"github.com/keizoku-bcp/keizoku/notify"
	"github.com/keizoku-bcp/keizoku/notify/notifytest"
)

// parsed is a mail as a mail program sees it.
type parsed struct {
	netmail.Header
	raw   string
	parts map[string]string // by media type
}

func write(t *testing.T, m *notify.Message) parsed {
	t.Helper()
	c := open(t, attrs("mail.example", "none", staff+"cc = [\"chief@city.example\"]"), suzuki())
	var b bytes.Buffer
	if _, err := c.letter(m).WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return read(t, b.String())
}

func read(t *testing.T, raw string) parsed {
	t.Helper()
	mail, err := netmail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		t.Fatalf("%v\n%s", err, raw)
	}
	p := parsed{mail.Header, raw, make(map[string]string)}
	kind, params, err := mime.ParseMediaType(mail.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	if kind != "multipart/alternative" {
		p.parts[kind] = body(t, mail.Body, mail.Header.Get("Content-Transfer-Encoding"))
		return p
	}
	r := multipart.NewReader(mail.Body, params["boundary"])
	for part, err := r.NextRawPart(); err == nil; part, err = r.NextRawPart() {
		kind, _, _ := mime.ParseMediaType(part.Header.Get("Content-Type"))
		p.parts[kind] = body(t, part, part.Header.Get("Content-Transfer-Encoding"))
	}
	return p
}

func body(t *testing.T, r io.Reader, encoding string) string {
	t.Helper()
	switch strings.ToLower(encoding) {
	case "base64":
		r = base64.NewDecoder(base64.StdEncoding, r)
	case "quoted-printable":
		r = quotedprintable.NewReader(r)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(text), "\r\n", "\n")
}

func (p parsed) header(t *testing.T, name string) string {
	t.Helper()
	text, err := new(mime.WordDecoder).DecodeHeader(p.Get(name))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// A subject begins on the line of its name, in lines and words of the length that RFC 2047 allows,
// and reads as it was written.
func TestSubjectAsItIsSent(t *testing.T) {
	t.Parallel()
	for _, subject := range []string{
		"【訓練】【重大】住民記録システム 停止(影響 4システム) 残り9分53秒(期限 22:46)", "停止", "[critical] mail is down", "a =?UTF-8?Q?b?= c", "",
		"EXERCISE: [critical, not taken on] Resident records down, 12 systems affected: 9 min 53 s left (deadline 22:46)",
		strings.Repeat("x", 200) + " y", strings.Repeat("🔥", 60), "a" + strings.Repeat("あ", 120),
	} {
		m := notifytest.Message()
		m.Subject = subject
		p := write(t, m)
		lines := strings.Split(p.raw[strings.Index(p.raw, "Subject:"):], "\r\n")
		for i, line := range lines {
			if i > 0 && !strings.HasPrefix(line, " ") {
				break
			}
			if len(line) > 76 && strings.Contains(line, "=?") || subject != "" && strings.TrimSpace(strings.TrimPrefix(line, "Subject:")) == "" {
				t.Errorf("%q: line %d is %q", subject, i, line)
			}
		}
		if got := p.header(t, "Subject"); got != subject {
			t.Errorf("%q reads %q", subject, got)
		}
	}
}

func TestLetter(t *testing.T) {
	t.Parallel()
	m := notifytest.Message()
	p := write(t, m)
	for name, want := range map[string]string{
		"From": `"Keizoku" <keizoku@city.example>`, "To": "<joho@city.example>, 鈴木一郎 <suzuki@home.example>", "Cc": "<chief@city.example>",
		"Subject": m.Subject, "Date": "Mon, 23 Nov 2026 15:04:05 +0900", "Message-Id": "<" + m.ID + "@city.example>",
		"In-Reply-To": "<alert-" + m.Alerts[0].Key + "@city.example>", "References": "<alert-" + m.Alerts[0].Key + "@city.example>",
		"Auto-Submitted": "auto-generated", "Content-Language": "ja", "Importance": "high", "X-Keizoku-Occasion": "opened",
		"X-Keizoku-Severity": "critical", "X-Keizoku-Alert": "SystemDown", "X-Keizoku-Agent": "main", "X-Keizoku-Plan": "musashino",
		"X-Keizoku-Drill": "", "User-Agent": "keizoku",
	} {
		if got := p.header(t, name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if p.parts["text/plain"] != m.Text || !strings.Contains(p.parts["text/html"], m.HTML) || !strings.Contains(p.parts["text/html"], `<html lang="ja">`) {
		t.Errorf("parts: %q", p.parts)
	}
	for line := range strings.SplitSeq(p.raw, "\r\n") {
		if len(line) > 998 || strings.ContainsAny(line, "\r\n") {
			t.Errorf("a line that RFC 5322 does not allow: %q", line)
		}
	}
}

// Opening and close hang together, and are two mails all the same.
func TestThread(t *testing.T) {
	t.Parallel()
	opened, closed := write(t, notifytest.Message()), write(t, notifytest.Closed())
	if opened.Get("References") != closed.Get("References") || opened.Get("Message-Id") == closed.Get("Message-Id") {
		t.Errorf("opened: %v\nclosed: %v", opened.Header, closed.Header)
	}
	many := write(t, notifytest.Many(100))
	if n := strings.Count(many.Get("References"), "@"); n != maxReferences {
		t.Errorf("%d references, want %d", n, maxReferences)
	}
	if bare := write(t, notifytest.Messages()["bare"]); bare.Get("References") != "" || len(bare.parts) != 1 || bare.Get("Importance") != "" {
		t.Errorf("a test: %v %q", bare.Header, bare.parts)
	}
	if drill := write(t, notifytest.Messages()["drill"]); drill.Get("X-Keizoku-Drill") != "true" || !strings.HasPrefix(drill.header(t, "Subject"), "【訓練】") {
		t.Errorf("an exercise: %v", drill.Header)
	}
}

func TestHostileLetter(t *testing.T) {
	t.Parallel()
	m := notifytest.Hostile()
	m.ID = m.Subject
	p := write(t, m)
	for name := range p.Header {
		if strings.EqualFold(name, "X-Injected") {
			t.Errorf("a header was smuggled in:\n%s", p.raw)
		}
	}
	for _, name := range []string{"Subject", "X-Keizoku-Agent"} {
		if got := p.header(t, name); strings.ContainsAny(got, "\r\n\x00\x1b\u202e\u200b") || !strings.Contains(got, "<script>") {
			t.Errorf("%s: %q", name, got)
		}
	}
	if text := p.parts["text/plain"]; strings.ContainsAny(text, "\x00\x1b\u202e\u200b") || !strings.Contains(text, "\n.\nQUIT\n") {
		t.Errorf("text: %q", text)
	}
}

func TestEncoding(t *testing.T) {
	t.Parallel()
	if encoding("all is well, 100 %") != "quoted-printable" || encoding("すべて正常です") != "base64" {
		t.Error("not the shorter encoding")
	}
}

// Alerts keep apart in the threads of a mail program, and one alert stays one.
func TestThreadsKeepApart(t *testing.T) {
	seen := map[string]bool{}
	for _, key := range []string{"SystemDown/mail/01JA", "SystemDown/web/01JB", "RuntimeShort//20260715T010000.000Z", strings.Repeat("x", 65), "", "plain-1"} {
		one := id(key)
		if one == "" || one != id(key) || seen[one] || strings.ContainsAny(one, "/@<> ") {
			t.Errorf("%q is %q", key, one)
		}
		seen[one] = true
	}
}
