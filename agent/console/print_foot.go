package console

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/keizoku-bcp/keizoku/agent/console/paper"
	"github.com/keizoku-bcp/keizoku/messages"
)

// PrintFoot is the address of the style that writes at the foot of every sheet which plan it is,
// who looked, and when it was printed. Sheets that have got out of order can so be told apart. It is
// a style sheet of its own because margin boxes (CSS Paged Media, section 4) take their text from
// nowhere else, and the page's policy allows no inline style.
func (v *view) PrintFoot() string {
	q := url.Values{"at": {strconv.FormatInt(v.At.Unix(), 10)}, "lang": {string(v.Words.Locale())}}
	return "/print/foot.css?" + q.Encode()
}

// printFoot answers with that style.
func (c *console) printFoot(w http.ResponseWriter, r *http.Request) {
	v := c.view(r, failure)
	q := r.URL.Query()
	v.Words = messages.For(printLocale(q.Get("lang"), v.Words.Locale()))
	if at, ok := printedAt(q.Get("at"), v.At); ok {
		now := *v.Situation
		now.At, v.Situation = at, &now
	}
	css := fmt.Sprintf("@page { @bottom-left { content: %s; font-size: 8pt; } }\n", cssString(v.Foot()))
	w.Header().Set("Content-Type", kinds[".css"])
	w.Header().Set("Cache-Control", "no-store")
	send(w, r, http.StatusOK, []byte(css), nil)
}

// Foot is what stands at the foot of every sheet.
func (v *view) Foot() string {
	return v.Say("console_print_foot", "Plan", v.PlanTitle(), "Agent", v.Short(v.Agent.Name), "At", v.Words.Era(v.At))
}

// maxPrintAge is how far the instant of a page may be from now: a page stands open for a while
// before it is printed.
const maxPrintAge = 24 * time.Hour

// printedAt reads the instant of the page that asks for its foot; what is far from now is none.
func printedAt(text string, now time.Time) (at time.Time, ok bool) {
	seconds, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return time.Time{}, false
	}
	at = time.Unix(seconds, 0).In(now.Location())
	return at, now.Sub(at).Abs() <= maxPrintAge
}

// cssString writes a text as a string of CSS (CSS Syntax 3, section 4.3.7). All but letters, digits
// and spaces is escaped, so that no text can end the string, or the style element that it is later
// put into.
func cssString(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range string(inert([]byte(text))) {
		switch {
		case r == ' ', r >= '0' && r <= '9', r >= 'A' && r <= 'Z', r >= 'a' && r <= 'z', r > 0x7f:
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, "\\%x ", r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// printStyle is a style sheet as it is served. That of a page that is made of others begins with
// theirs, each for its own part alone: they know nothing of each other and use the same names.
func printStyle(file string, css []byte) []byte {
	parts := printParts[strings.TrimSuffix(file, ".css")]
	if len(parts) == 0 || !strings.HasSuffix(file, ".css") {
		return css
	}
	var all []byte
	for _, part := range parts {
		own, err := embedded.ReadFile("assets/" + part + ".css")
		if err != nil {
			panic(err) // they are part of the program
		}
		all = append(all, paper.Under(".of-"+part, own)...)
	}
	return append(all, css...)
}
