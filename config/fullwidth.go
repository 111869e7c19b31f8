package config

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
)

// halfWidth returns what a full-width character (全角) stands for. Input methods leave them behind,
// and on many screens they look like the half-width ones that the plan language knows.
func halfWidth(r rune) (half string, ok bool) {
	const first, last, shift = '！', '～', '！' - '!'
	switch {
	case r >= first && r <= last:
		return string(r - shift), true
	case r == '\u3000':
		return "space", true
	case strings.ContainsRune("“”„‟‘’″", r):
		return `"`, true
	case r == '、':
		return ",", true
	case r == '−':
		return "-", true
	}
	return "", false
}

// explainFullWidth says of each line that the parser did not understand which full-width character
// stands there, in place of what the parser made of it. Texts in quotes may hold any.
func explainFullWidth(f file, diags hcl.Diagnostics) hcl.Diagnostics {
	explained := make(map[int]bool) // lines
	for i, d := range diags {
		if told := fullWidthAt(f, d); told != "" && !explained[d.Subject.Start.Line] {
			explained[d.Subject.Start.Line] = true
			diags[i] = mistake(*d.Subject, "Full-width character", told)
		}
	}
	return slices.DeleteFunc(diags, func(d *hcl.Diagnostic) bool {
		return d.Subject != nil && explained[d.Subject.Start.Line] && d.Summary != "Full-width character"
	})
}

// fullWidthAt tells of the full-width character at which d points; empty: there is none.
func fullWidthAt(f file, d *hcl.Diagnostic) string {
	if d.Subject == nil || d.Subject.Start.Byte >= len(f.src) {
		return ""
	}
	r, _ := utf8.DecodeRune(f.src[d.Subject.Start.Byte:])
	half, ok := halfWidth(r)
	if !ok {
		return ""
	}
	if half == "space" {
		return "This is a full-width space (全角スペース). Write a half-width one."
	}
	return fmt.Sprintf("%c is a full-width character (全角). Write it half-width: %s", r, half)
}
