package policy

import (
	"fmt"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// Who follows a link in a crisis must not end at the top of a page, or nowhere.
func TestLinksLeadSomewhere(t *testing.T) {
	pages := filesNamed(t, ".md")
	linked := map[string]bool{"README.md": true}
	for _, page := range pages {
		for _, target := range linksOf(read(t, page)) {
			to, err := url.Parse(target)
			if err != nil || to.Scheme != "" || to.Host != "" {
				continue // elsewhere
			}
			file := page
			if to.Path != "" {
				file = path.Join(path.Dir(page), to.Path)
			}
			if file != page {
				linked[file] = true
			}
			if err := leads(t, file, to.Fragment); err != nil {
				t.Errorf("%s: the link %s: %v", page, target, err)
			}
		}
	}
	for _, page := range pages {
		if strings.HasPrefix(page, "docs/") && !linked[page] && !linked[path.Dir(page)] {
			t.Errorf("%s: no page links to it, so nobody finds it", page)
		}
	}
}

// leads reports why a link to a heading of a file, or to all of it, leads nowhere.
func leads(t *testing.T, file, heading string) error {
	t.Helper()
	if _, err := os.Stat(filepath.Join(root, file)); err != nil {
		return err
	}
	if heading == "" || !strings.HasSuffix(file, ".md") {
		return nil
	}
	if known := anchorsOf(read(t, file)); !slices.Contains(known, heading) {
		return fmt.Errorf("%s has no heading #%s, only %v", file, heading, known)
	}
	return nil
}

func TestLinksAndAnchorsAreRead(t *testing.T) {
	const page = "# One\n[a](b.md#c) and `[not](this)`, [![i](i.png)](j.md)\n```\n# no heading\n[nor](that)\n```\n" +
		"## `power` block, \"NAME\" & 停電(法定)\n## One\n[r]: ref.md 'title'\n   ```sh\n# set in\n   ```\n"
	if got, want := fmt.Sprint(linksOf(page)), "[b.md#c i.png j.md ref.md]"; got != want {
		t.Errorf("links %s, want %s", got, want)
	}
	if got, want := fmt.Sprint(anchorsOf(page)), "[one power-block-name--停電法定 one-1]"; got != want {
		t.Errorf("anchors %s, want %s", got, want)
	}
}

var (
	fenced     = regexp.MustCompile("(?ms)^[ \t]*```.*?^[ \t]*```[ \t]*$")
	inlineCode = regexp.MustCompile("`[^`\n]*`")
	// link is the target of a Markdown link or image, written in place or below.
	link       = regexp.MustCompile(`(?m)\]\(<?([^)\s>]+)[^)]*\)|^\[[^\]]+\]:\s*<?([^\s>]+)`)
	heading    = regexp.MustCompile(`(?m)^#{1,6}[ \t]+(.*?)[ \t#]*$`)
	linkedText = regexp.MustCompile(`!?\[([^\]]*)\]\([^)]*\)`)
)

// linksOf returns the targets of a page's links, in order.
func linksOf(page string) (targets []string) {
	page = inlineCode.ReplaceAllString(fenced.ReplaceAllString(page, ""), "")
	for _, found := range link.FindAllStringSubmatch(page, -1) {
		targets = append(targets, found[1]+found[2])
	}
	return targets
}

// anchorsOf returns the fragments by which a page's headings are reached, as GitHub and most
// renderers make them.
func anchorsOf(page string) (anchors []string) {
	times := map[string]int{}
	for _, found := range heading.FindAllStringSubmatch(fenced.ReplaceAllString(page, ""), -1) {
		anchor := anchorOf(linkedText.ReplaceAllString(found[1], "$1"))
		times[anchor]++
		if n := times[anchor] - 1; n > 0 {
			anchor = fmt.Sprintf("%s-%d", anchor, n)
		}
		anchors = append(anchors, anchor)
	}
	return anchors
}

func anchorOf(heading string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-', r == '_', unicode.IsLetter(r), unicode.IsNumber(r), unicode.IsMark(r):
			return unicode.ToLower(r)
		}
		return -1
	}, heading)
}
