package checktest

import (
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/keizoku-bcp/keizoku/checks"
)

// name is how phases and values are called: they become labels and JSON keys.
var name = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// checkResult holds a result against the promises of [checks.Result].
func (s *subject) checkResult(t *testing.T, r checks.Result) {
	t.Helper()
	if !slices.Contains(checks.Reasons[:], r.Reason) {
		t.Errorf("reason %q is not one of checks.Reasons", r.Reason)
	}
	if !r.OK() && strings.TrimSpace(r.Text) == "" {
		t.Errorf("a failure (%s) without a text", r.Reason)
	}
	checkText(t, r.Text)
	s.secrets.Check(t, "the text", r.Text)
	checkPhases(t, r.Phases)
	for key, value := range r.Values {
		if !name.MatchString(key) {
			t.Errorf("value %q is not named like_this", key)
		}
		if math.IsNaN(value) || math.IsInf(value, 0) {
			t.Errorf("value %q = %v is not a number", key, value)
		}
	}
}

// checkText: a text is shown on terminals and in mails, and part of it comes from strangers.
func checkText(t *testing.T, text string) {
	t.Helper()
	if len(text) > checks.MaxText {
		t.Errorf("text has %d bytes, more than %d: %.80q…", len(text), checks.MaxText, text)
	}
	if !utf8.ValidString(text) {
		t.Errorf("text is not UTF-8: %q", text)
	}
	if strings.ContainsFunc(text, unicode.IsControl) {
		t.Errorf("text holds control characters: %q", text)
	}
}

func checkPhases(t *testing.T, phases []checks.Phase) {
	t.Helper()
	seen := make(map[string]bool)
	for _, p := range phases {
		if !name.MatchString(p.Name) {
			t.Errorf("phase %q is not named like_this", p.Name)
		}
		if seen[p.Name] {
			t.Errorf("phase %q appears twice", p.Name)
		}
		seen[p.Name] = true
		if p.Duration < 0 {
			t.Errorf("phase %q took %s", p.Name, p.Duration)
		}
	}
}
