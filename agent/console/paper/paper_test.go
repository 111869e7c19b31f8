package paper

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"
)

// wall and plan are pages as an agent serves them.
const (
	wall = `<!doctype html><html lang="ja"><head><meta charset="utf-8"><title>現況 – 市</title>
<link rel="icon" href="/assets/icon.svg"><link rel="stylesheet" href="/assets/base.css"><link rel="stylesheet" href="/assets/wall.css">
<link rel="stylesheet" href="/assets/print.css"><link rel="stylesheet" href="/print/foot.css?at=1"><script src="/assets/live.js"></script>
<noscript><meta http-equiv="refresh" content="10"></noscript></head>
<body class="alarm wall paper"><a class="skip" href="#main">本文へ</a><nav><a href="/plan">計画</a></nav>
<main id="main"><h1 onclick="x()">停止</h1><a href="/systems/records">住民記録</a> <a href="https://vendor.example/">業者</a> <a href="#main">上へ</a>
<a href="tel:0901">0901</a><img src="https://evil.example/x.png"><form action="/act/ack"><button>対応</button></form><!-- note --><p class="hint screen">画面だけ</p></main></body></html>`
	plan = `<!doctype html><html lang="ja"><head><title>計画 – 市</title><link rel="stylesheet" href="/assets/base.css"><link rel="stylesheet" href="/assets/plan.css">
<link rel="stylesheet" href="/assets/print.css"><link rel="stylesheet" href="/print/foot.css?at=2"></head><body class="alarm plan paper"><main id="main"><h1>優先業務</h1></main></body></html>`
)

// styles answers with a sheet that tells its address.
func styles(address string) ([]byte, error) {
	return fmt.Appendf(nil, ".x { --of: %q; }\n", address), nil
}

func join(t *testing.T, pages ...string) string {
	t.Helper()
	all := make([][]byte, len(pages))
	for i, p := range pages {
		all[i] = []byte(p)
	}
	file, err := Join(all, styles)
	if err != nil {
		t.Fatal(err)
	}
	return string(file)
}

// The file asks nothing of anybody, and has what paper can show.
func TestFileNeedsNothingElse(t *testing.T) {
	t.Parallel()
	for name, file := range map[string]string{"one page": join(t, wall), "two pages": join(t, wall, plan)} {
		root, err := html.Parse(strings.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		for n := range root.Descendants() {
			for _, a := range n.Attr {
				if reach := regexp.MustCompile(`^(/|https?:|//)`); (a.Key == "href" || a.Key == "src" || a.Key == "action") && reach.MatchString(a.Val) {
					t.Errorf("%s: <%s %s=%q> reaches out", name, n.Data, a.Key, a.Val)
				}
			}
		}
		for _, not := range []string{"<script", "<form", "<nav", "<link", "<noscript", "refresh", "onclick", "画面だけ", "<!-- note", "本文へ", "evil.example"} {
			if strings.Contains(file, not) {
				t.Errorf("%s holds %s", name, not)
			}
		}
		for _, want := range []string{`<html lang="ja">`, "<title>現況 – 市</title>", "住民記録", "業者", `href="#main"`, `href="tel:0901"`, "default-src &#39;none&#39;"} {
			if !strings.Contains(strings.ReplaceAll(file, "'", "&#39;"), want) {
				t.Errorf("%s lacks %s", name, want)
			}
		}
	}
}

// A page that is alone keeps its body; pages among others each have their own styles, and what all
// share stands there once, in the order in which it was.
func TestStylesOfPages(t *testing.T) {
	t.Parallel()
	told := regexp.MustCompile(`(?::where\(([^)]*)\) \{\n)?\.x \{ --of: "([^"]*)"`)
	order := func(file string) []string {
		var all []string
		for _, m := range told.FindAllStringSubmatch(file, -1) {
			all = append(all, m[1]+" "+m[2])
		}
		return all
	}
	if diff := cmp.Diff([]string{" /assets/base.css", " /assets/wall.css", " /assets/print.css", " /print/foot.css?at=1"}, order(join(t, wall))); diff != "" {
		t.Error(diff)
	}
	two := join(t, wall, plan)
	want := []string{" /assets/base.css", ".sheet-1 /assets/wall.css", ".sheet-2 /assets/plan.css", " /assets/print.css", " /print/foot.css?at=1"}
	if diff := cmp.Diff(want, order(two)); diff != "" {
		t.Error(diff)
	}
	for _, part := range []string{`<div class="sheet-of-many sheet-1"><div class="alarm wall paper">`, `<div class="sheet-of-many sheet-2"><div class="alarm plan paper">`, between} {
		if !strings.Contains(two, part) {
			t.Errorf("the file lacks %s", part)
		}
	}
	if !strings.Contains(join(t, wall), `<body class="alarm wall paper">`) {
		t.Error("the one page has lost the classes of its body")
	}
}

// A text that is part of a style ends neither the style nor the file.
func TestStyleIsContained(t *testing.T) {
	t.Parallel()
	file, err := Join([][]byte{[]byte(plan)}, func(string) ([]byte, error) {
		return []byte(`a { content: "</style><script>alert(1)</script>"; }`), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if root, err := html.Parse(strings.NewReader(string(file))); err != nil {
		t.Fatal(err)
	} else {
		for n := range root.Descendants() {
			if n.Data == "script" {
				t.Error("a style has become a script")
			}
		}
	}
}

func TestStyleThatIsNotThere(t *testing.T) {
	t.Parallel()
	gone := errors.New("gone")
	if _, err := Join([][]byte{[]byte(plan)}, func(string) ([]byte, error) { return nil, gone }); !errors.Is(err, gone) {
		t.Errorf("%v", err)
	}
}

func TestText(t *testing.T) {
	t.Parallel()
	for page, want := range map[string]string{
		`<body><header>市</header><main><h1>表示できません</h1>
<p>体制が  ありません。</p><form>x</form></main>`: "表示できません 体制が ありません。",
		"plain text": "",
		"":           "",
	} {
		if got := Text([]byte(page)); got != want {
			t.Errorf("%q: %q, want %q", page, got, want)
		}
	}
}

// Among others, a page is a part of the one main part.
func TestFileHasOneMainPart(t *testing.T) {
	t.Parallel()
	for n, file := range map[int]string{1: join(t, wall), 2: join(t, wall, plan), 3: join(t, wall, plan, plan)} {
		if strings.Count(file, "<main") != 1 || strings.Count(file, "</main>") != 1 || strings.Count(file, "<h1") != n {
			t.Errorf("of %d pages: %s", n, file)
		}
	}
}
