package console

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"
)

// What scrolls sideways on a telephone can be scrolled with the keyboard too.
func TestWhatScrollsTakesTheFocus(t *testing.T) {
	t.Parallel()
	templates, err := fs.Glob(embedded, "templates/*.html")
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, name := range templates {
		text, err := embedded.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, tag := range regexp.MustCompile(`<[a-z]+[^>]* class="scroll[ "][^>]*>`).FindAllString(string(text), -1) {
			if seen++; !strings.Contains(tag, `tabindex="0"`) {
				t.Errorf("%s: %s", name, tag)
			}
		}
	}
	if seen < 10 {
		t.Errorf("%d are seen", seen)
	}
}
