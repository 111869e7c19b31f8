package config

import (
	"fmt"
	"io"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hcled"
	"github.com/mattn/go-runewidth"
)

// PrintOptions say how diagnostics are written.
type PrintOptions struct {
	// Color adds terminal colours.
	Color bool
	// Width is the number of columns to stay within; zero means 100.
	Width int
	// Explain says more about a diagnostic, in the reader's language; empty: nothing. It may be nil.
	Explain func(*hcl.Diagnostic) string
}

const defaultWidth = 100

// maxShown is how many diagnostics anybody reads. Another file under the name of a plan (a log, a
// table) can have a million.
const maxShown = 200

// WriteDiagnostics writes diagnostics for people: what is wrong, where, the line itself with the
// place underlined, what to do; and at the end how many there are. Secrets in the texts and the
// lines are masked. sources may be nil: then there are no lines.
func WriteDiagnostics(w io.Writer, sources *Sources, diags hcl.Diagnostics, opts PrintOptions) {
	if opts.Width <= 0 {
		opts.Width = defaultWidth
	}
	p := printer{sources: sources, opts: opts}
	shown := shownOf(diags)
	for _, d := range shown {
		p.diagnostic(d)
	}
	if more := len(diags) - len(shown); more > 0 {
		fmt.Fprintf(&p.out, "… and %d more; `keizoku plan check --json` lists all.\n", more)
	}
	if len(diags) > 0 {
		p.out.WriteString(count(diags) + "\n")
	}
	// Whoever reads has gone if this fails; there is nobody left to tell.
	_, _ = io.WriteString(w, p.out.String())
}

// shownOf returns the diagnostics to be written, in their order: warnings give way to errors.
func shownOf(diags hcl.Diagnostics) hcl.Diagnostics {
	if len(diags) <= maxShown {
		return diags
	}
	errs, _ := tally(diags)
	warnings := max(0, maxShown-errs)
	shown := make(hcl.Diagnostics, 0, maxShown)
	for _, d := range diags {
		if d.Severity != hcl.DiagError {
			if warnings == 0 {
				continue
			}
			warnings--
		}
		if shown = append(shown, d); len(shown) == maxShown {
			break
		}
	}
	return shown
}

type printer struct {
	sources *Sources
	opts    PrintOptions
	out     strings.Builder
}

func (p *printer) diagnostic(d *hcl.Diagnostic) {
	word, color := "Error", "31"
	if d.Severity == hcl.DiagWarning {
		word, color = "Warning", "33"
	}
	p.out.WriteString(p.paint(color, word+":") + " " + p.paint("1", p.clean(d.Summary)) + "\n")
	if d.Subject != nil {
		p.place(*d.Subject, color)
	}
	p.text(d.Detail)
	if p.opts.Explain != nil {
		p.text(p.opts.Explain(d))
	}
	p.out.WriteString("\n")
}

// text writes a text below its place; nothing for none.
func (p *printer) text(text string) {
	if text == "" {
		return
	}
	for line := range strings.SplitSeq(p.clean(text), "\n") {
		for _, part := range wrap(line, p.opts.Width-2) {
			p.out.WriteString("  " + part + "\n")
		}
	}
}

// place writes where it is: the position, the block around it and the line.
func (p *printer) place(at hcl.Range, color string) {
	fmt.Fprintf(&p.out, "  on %s line %d, column %d", printable(at.Filename), at.Start.Line, at.Start.Column)
	src := p.source(at.Filename)
	if src == nil {
		p.out.WriteString("\n")
		return
	}
	if src.parsed != nil && at.Start.Byte <= len(src.text) {
		if in := hcled.ContextString(src.parsed, at.Start.Byte); in != "" {
			p.out.WriteString(", in " + p.clean(in))
		}
	}
	p.out.WriteString(":\n")
	s, ok := p.snippet(src, at)
	if !ok {
		return
	}
	number := fmt.Sprintf("%5d", at.Start.Line)
	s.crop(p.opts.Width - len(number) - 3)
	fmt.Fprintf(&p.out, "%s | %s%s%s\n", number, s.before, p.paint("4", s.marked), s.after)
	carets := strings.Repeat(" ", width(s.before)) + p.paint(color, strings.Repeat("^", max(1, width(s.marked))))
	fmt.Fprintf(&p.out, "%s | %s\n", strings.Repeat(" ", len(number)), carets)
}

func (p *printer) source(name string) *source {
	if p.sources == nil {
		return nil
	}
	return p.sources.files[name]
}

func (p *printer) clean(text string) string {
	if p.sources != nil {
		text = p.sources.secrets.Redact(text)
	}
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = printable(lines[i])
	}
	return strings.Join(lines, "\n")
}

func (p *printer) paint(code, text string) string {
	if !p.opts.Color || text == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func tally(diags hcl.Diagnostics) (errs, warns int) {
	for _, d := range diags {
		if d.Severity == hcl.DiagError {
			errs++
		} else {
			warns++
		}
	}
	return errs, warns
}

// count writes "2 errors, 1 warning".
func count(diags hcl.Diagnostics) string {
	errs, warns := tally(diags)
	var parts []string
	if errs > 0 {
		parts = append(parts, number(errs, "error"))
	}
	if warns > 0 {
		parts = append(parts, number(warns, "warning"))
	}
	return strings.Join(parts, ", ") + "."
}

func number(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}

// width counts terminal columns: two for a Japanese character, whatever the machine's locale.
func width(s string) int {
	c := runewidth.Condition{}
	return c.StringWidth(s)
}

// roomForPart is how much of a line must be left for a part of a word to stand there.
const roomForPart = 10

// leading is the beginning of a word that fits into so many columns, with the marks behind it that
// must not begin a line (禁則処理).
func leading(word string, columns int) string {
	head := (&runewidth.Condition{}).Truncate(word, columns, "")
	for _, r := range word[len(head):] {
		if !strings.ContainsRune("、。」』)〕:・ー", r) {
			break
		}
		head += string(r)
	}
	return head
}

// wrap breaks text into lines of at most limit columns, at spaces, or anywhere in a word that is
// longer or Japanese, which has no spaces.
func wrap(text string, limit int) []string {
	limit = max(limit, 20)
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		if line != "" && width(line)+1+width(word) <= limit {
			line += " " + word
			continue
		}
		if room := limit - width(line) - 1; line != "" && room >= roomForPart && width(word) > len([]rune(word)) {
			head := leading(word, room)
			lines, line, word = append(lines, line+" "+head), "", word[len(head):]
		}
		if line != "" {
			lines = append(lines, line)
		}
		for width(word) > limit {
			head := leading(word, limit)
			lines, word = append(lines, head), word[len(head):]
		}
		line = word
	}
	if line != "" || lines == nil {
		lines = append(lines, line)
	}
	return lines
}
