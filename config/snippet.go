package config

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
	"unicode"

	"github.com/hashicorp/hcl/v2"
	"github.com/mattn/go-runewidth"

	"github.com/keizoku-bcp/keizoku/plan"
)

// snippet is one line of source, ready to print, in three parts.
type snippet struct{ before, marked, after string }

// snippet cuts the line at the start of a range out of a file. What lies beyond the line's end
// is not marked.
func (p *printer) snippet(src *source, at hcl.Range) (snippet, bool) {
	start := at.Start.Byte
	if start < 0 || start > len(src.text) {
		return snippet{}, false
	}
	from := bytes.LastIndexByte(src.text[:start], '\n') + 1
	to := len(src.text)
	if i := bytes.IndexByte(src.text[start:], '\n'); i >= 0 {
		to = start + i
	}
	end := min(max(at.End.Byte, start), to)
	line := maskedLine{text: src.text[from:to], offset: from, masks: p.sources.masks(src, from, to)}
	for _, m := range line.masks {
		if m.from < max(end, start+1) && m.to > start {
			start, end = min(start, m.from), max(end, m.to) // half a secret cannot be marked
		}
	}
	s := snippet{line.cut(from, start), line.cut(start, end), line.cut(end, to)}
	return p.redacted(s), true
}

// redacted blots out known secrets; where one reaches over two parts, nothing is marked.
func (p *printer) redacted(s snippet) snippet {
	redact := p.sources.secrets.Redact
	s = snippet{redact(s.before), redact(s.marked), redact(s.after)}
	if whole := s.before + s.marked + s.after; redact(whole) != whole {
		s = snippet{before: redact(whole)}
	}
	return snippet{printable(s.before), printable(s.marked), strings.TrimRight(printable(s.after), " ")}
}

// masks returns the hidden parts of the line from byte from up to byte to, in order and apart.
func (s *Sources) masks(src *source, from, to int) []span {
	var out []span
	for _, h := range src.hidden {
		if h.from < to && h.to > from {
			out = append(out, span{max(h.from, from), min(h.to, to)})
		}
	}
	begin := src.unparsed(from, to)
	if h, ok := s.secretSpan(src.text[begin:to]); ok {
		out = append(out, span{begin + h.from, begin + h.to})
	}
	for _, h := range contactSpans(src.text[begin:to]) {
		out = append(out, span{begin + h.from, begin + h.to})
	}
	slices.SortFunc(out, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	return merged(out)
}

func merged(spans []span) (out []span) {
	for _, s := range spans {
		if n := len(out); n > 0 && s.from <= out[n-1].to {
			out[n-1].to = max(out[n-1].to, s.to)
			continue
		}
		out = append(out, s)
	}
	return out
}

// maskedLine is a line of source that begins at an offset of its file.
type maskedLine struct {
	text   []byte
	offset int
	masks  []span // in order, apart
}

// cut returns the text from byte from up to byte to of the file, each hidden part replaced.
func (l maskedLine) cut(from, to int) string {
	var b strings.Builder
	pos := from
	for _, m := range l.masks {
		if m.to <= pos || m.from >= to {
			continue
		}
		if m.from > pos {
			b.Write(l.text[pos-l.offset : m.from-l.offset])
		}
		b.WriteString(plan.Redacted)
		pos = min(m.to, to)
	}
	if pos < to {
		b.Write(l.text[pos-l.offset : to-l.offset])
	}
	return b.String()
}

// printable makes text safe for a terminal: tabs become spaces, other controls a mark.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\r':
			return -1
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r):
			return '\ufffd'
		}
		return r
	}, strings.ReplaceAll(text, "\t", "    "))
}

// crop shortens a long line (a file of JSON may be one) to limit columns, around what is marked.
func (s *snippet) crop(limit int) {
	limit = max(limit, 40)
	if width(s.before)+width(s.marked)+width(s.after) <= limit {
		return
	}
	const dots = "…"
	c := runewidth.Condition{}
	s.marked = c.Truncate(s.marked, limit/2, dots)
	// What stands before is read first: it stays, unless it would push the rest out of sight.
	if width(s.before)+width(s.marked) > limit*3/4 {
		left := min(width(s.before), limit/4)
		s.before = c.TruncateLeft(s.before, width(s.before)-left, dots)
	}
	s.after = c.Truncate(s.after, max(1, limit-width(s.before)-width(s.marked)), dots)
}
