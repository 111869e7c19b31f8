package config

import (
	"bytes"
	"slices"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/json"
)

// parse reads the syntax of every file and reports whether it is worth going on.
func (l *loader) parse() bool {
	good := true
	for _, f := range l.in.files {
		parsed, diags := parseFile(f)
		l.sources.add(f, parsed, !diags.HasErrors())
		l.diags = append(l.diags, diags...)
		if diags.HasErrors() {
			l.sources.learnFrom(f.src)
			good = good && isRecoverable(diags)
		}
		if parsed != nil && parsed.Body != nil {
			l.bodies = append(l.bodies, parsed.Body)
		}
	}
	return good
}

func parseFile(f file) (*hcl.File, hcl.Diagnostics) {
	if at, ok := notUTF8(f); ok {
		return nil, hcl.Diagnostics{mistake(at, "The file is not UTF-8",
			"Save it with the encoding UTF-8; it looks as if it were in another, such as Shift_JIS.")}
	}
	if at, ok := tooDeep(f); ok {
		return nil, hcl.Diagnostics{mistake(at, "Too many brackets inside brackets", "No plan needs that many levels.")}
	}
	if f.isJSON() {
		return json.Parse(f.src, f.name)
	}
	parsed, diags := hclsyntax.ParseConfig(f.src, f.name, hcl.InitialPos)
	return parsed, explainFullWidth(f, upToOpenString(diags))
}

// upToOpenString keeps the report of the first string that is not closed, and what stands before it.
// From there on texts are read as code and code as text, up to the next quote that is one too many:
// whatever is said of that leads astray.
func upToOpenString(diags hcl.Diagnostics) hcl.Diagnostics {
	var first *hcl.Diagnostic
	for _, d := range diags {
		open := d.Summary == "Invalid multi-line string" || d.Summary == "Unterminated template string"
		if open && d.Subject != nil && (first == nil || d.Subject.Start.Byte < first.Subject.Start.Byte) {
			first = d
		}
	}
	return slices.DeleteFunc(diags, func(d *hcl.Diagnostic) bool {
		return first != nil && d != first && (d.Subject == nil || d.Subject.Start.Byte >= first.Subject.Start.Byte)
	})
}

// isRecoverable reports whether hcl could go on after each mistake, so that what it found is all
// there is in the files. After others, whole blocks may be lost, and reporting references to
// them would only confuse.
func isRecoverable(diags hcl.Diagnostics) bool {
	for _, d := range diags {
		switch d.Summary {
		case "Missing newline after argument", "Attribute redefined", "Invalid expression",
			"Invalid block definition", "Missing newline after block definition",
			"Invalid single-argument block definition":
		default:
			return false
		}
	}
	return true
}

func notUTF8(f file) (hcl.Range, bool) {
	if utf8.Valid(f.src) {
		return hcl.Range{}, false
	}
	i := 0
	for i < len(f.src) {
		r, size := utf8.DecodeRune(f.src[i:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		i += size
	}
	return f.point(i), true
}

// tooDeep finds brackets nested so deeply that a parser that calls itself for each would run out
// of stack. It counts brackets in texts too, where they seldom stay open.
func tooDeep(f file) (hcl.Range, bool) {
	depth := 0
	for i, c := range f.src {
		switch c {
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			depth = max(0, depth-1)
		}
		if depth > maxNesting {
			return f.point(i), true
		}
	}
	return hcl.Range{}, false
}

// point returns the range of the byte at offset i.
func (f file) point(i int) hcl.Range {
	before := f.src[:i]
	line := bytes.Count(before, []byte("\n"))
	column := utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:])
	start := hcl.Pos{Line: line + 1, Column: column + 1, Byte: i}
	end := start
	end.Byte, end.Column = i+1, column+2
	return hcl.Range{Filename: f.name, Start: start, End: end}
}
