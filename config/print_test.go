package config_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"

	"github.com/keizoku-bcp/keizoku/config"
	"github.com/keizoku-bcp/keizoku/plan"
)

// diagnose reads a plan and returns what is printed about it.
func diagnose(name, src string, opts config.PrintOptions) string {
	_, sources, diags := config.LoadBytes(name, []byte(src), kinds, options)
	var b strings.Builder
	config.WriteDiagnostics(&b, sources, diags, opts)
	return b.String()
}

func TestWriteDiagnostics(t *testing.T) {
	src := "plan \"p\" {}\nsystem \"records\" {\n\ttitle = \"住民記録\" /* 市民課 */ + systm.x\n  depends_on = [system.records, system.records]\n}\n"
	want := strings.Join([]string{
		`Error: Unknown name "systm"`,
		`  on plan.hcl line 3, column 29, in system "records":`,
		`    3 |     title = "住民記録" /* 市民課 */ + systm.x`,
		`      |                                       ^^^^^`,
		`  Did you mean "system"?`,
		``,
		`Error: Systems depend on each other in a circle`,
		`  on plan.hcl line 4, column 16, in system "records":`,
		`    4 |   depends_on = [system.records, system.records]`,
		`      |                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^`,
		`  records → records. Take one of these dependencies away, or nobody can tell a`,
		`  cause from its effects.`,
		``,
		`Warning: "records" stands here twice`,
		`  on plan.hcl line 4, column 33, in system "records":`,
		`    4 |   depends_on = [system.records, system.records]`,
		`      |                                 ^^^^^^^^^^^^^^`,
		`  Once is enough.`,
		``,
		`2 errors, 1 warning.`,
		``,
	}, "\n")
	if diff := cmp.Diff(want, diagnose("plan.hcl", src, config.PrintOptions{Width: 80})); diff != "" {
		t.Error(diff)
	}
}

// Nobody reads a thousand diagnostics, and each takes a look through the whole file.
func TestManyDiagnosticsAreCut(t *testing.T) {
	many := make(hcl.Diagnostics, 0, 1000)
	for i := range cap(many) {
		many = append(many, &hcl.Diagnostic{Severity: hcl.DiagWarning, Summary: fmt.Sprintf("doubt %d", i)})
	}
	many[990].Severity = hcl.DiagError
	var b strings.Builder
	config.WriteDiagnostics(&b, nil, many, config.PrintOptions{})
	text := b.String()
	if n := strings.Count(text, "doubt"); n != 200 || !strings.Contains(text, "Error: doubt 990\n") || !strings.Contains(text, "Warning: doubt 198\n") {
		t.Errorf("%d are shown, or the error is not:\n%s", n, text)
	}
	if !strings.HasSuffix(text, "… and 800 more; `keizoku plan check --json` lists all.\n1 error, 999 warnings.\n") {
		t.Errorf("nobody is told of the rest:\n%s", text[len(text)-200:])
	}
	for i := range many {
		many[i].Severity = hcl.DiagError
	}
	b.Reset()
	config.WriteDiagnostics(&b, nil, many, config.PrintOptions{})
	if n := strings.Count(b.String(), "doubt"); n != 200 {
		t.Errorf("%d of a thousand errors are shown", n)
	}
}

func TestColorIsOnlyColor(t *testing.T) {
	src := "plan \"p\" {\n  titel = 1\n}\n"
	plain := diagnose("p.hcl", src, config.PrintOptions{})
	colored := diagnose("p.hcl", src, config.PrintOptions{Color: true})
	if !strings.Contains(colored, "\x1b[31mError:\x1b[0m") {
		t.Errorf("no colour: %q", colored)
	}
	for _, code := range []string{"0", "1", "4", "31"} {
		colored = strings.ReplaceAll(colored, "\x1b["+code+"m", "")
	}
	if diff := cmp.Diff(plain, colored); diff != "" {
		t.Error(diff)
	}
}

func TestLongLinesAreCropped(t *testing.T) {
	var b strings.Builder
	b.WriteString(`{"plan": {"p": {}}, "system": {`)
	for i := range 200 {
		fmt.Fprintf(&b, `"s%d": {"title": "住民記録システム"}, `, i)
	}
	b.WriteString(`"last": {"titel": "x"}, "end": {"title": "` + strings.Repeat("長", 300) + `"}}}`)
	text := diagnose("p.hcl.json", b.String(), config.PrintOptions{Width: 80})
	lines := strings.Split(text, "\n")
	if len(lines) < 4 || len([]rune(lines[2])) > 80 || !strings.Contains(lines[2], `"titel"`) {
		t.Fatalf("got:\n%s", text)
	}
	caret, key := strings.Index(lines[3], "^"), strings.Index(lines[2], `"titel"`)
	if caret < 0 || columns(lines[2][:key]) != caret {
		t.Errorf("the carets are not under the name:\n%s\n%s", lines[2], lines[3])
	}
}

// columns counts two for each Japanese character.
func columns(s string) (n int) {
	for _, r := range s {
		n++
		if r > 0x2fff {
			n++
		}
	}
	return n
}

func TestControlCharactersDoNotReachTheTerminal(t *testing.T) {
	text := diagnose("p.hcl", "plan \"p\" {\n  titel = \"\x1b]0;evil\x07\u202e\"\n}\n", config.PrintOptions{})
	if strings.ContainsAny(text, "\x1b\x07\u202e") {
		t.Errorf("%q", text)
	}
}

func TestWithoutSources(t *testing.T) {
	at := hcl.Range{Filename: "x.hcl", Start: hcl.Pos{Line: 3, Column: 4, Byte: 99}}
	diags := hcl.Diagnostics{
		{Severity: hcl.DiagError, Summary: "No place"},
		{Severity: hcl.DiagError, Summary: "A place", Detail: "What to do.", Subject: &at},
	}
	want := "Error: No place\n\nError: A place\n  on x.hcl line 3, column 4\n  What to do.\n\n2 errors.\n"
	if diff := cmp.Diff(want, written(nil, diags)); diff != "" {
		t.Error(diff)
	}
	if got := written(nil, nil); got != "" {
		t.Errorf("nothing to say, yet: %q", got)
	}
}

func TestFindings(t *testing.T) {
	src := "plan \"p\" {\n}\nsystem \"s\" {\n  owner = \"o\"\n}\n"
	p, sources, diags := config.LoadBytes("plan.hcl", []byte(src), kinds, options)
	if len(diags) > 0 {
		t.Fatal(written(sources, diags))
	}
	findings := []plan.Finding{
		{Severity: plan.Error, Range: p.System("s").At("owner"), Summary: "First", Detail: "One."},
		{Severity: plan.Warning, Summary: "Second"},
	}
	want := strings.Join([]string{
		`Error: First`,
		`  on plan.hcl line 4, column 11, in system "s":`,
		`    4 |   owner = "o"`,
		`      |           ^^^`,
		`  One.`,
		``,
		`Warning: Second`,
		``,
		`1 error, 1 warning.`,
		``,
	}, "\n")
	if diff := cmp.Diff(want, written(sources, config.Findings(findings))); diff != "" {
		t.Error(diff)
	}
}

// What is explained in another language stands below, and Japanese fills its lines to the end: no line
// begins with a mark that closes a sentence.
func TestExplanationsAreWrapped(t *testing.T) {
	at := hcl.Range{Filename: "p.hcl", Start: hcl.Pos{Line: 1, Column: 1}}
	diags := hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Wrong", Detail: "In English.", Subject: &at}}
	var b strings.Builder
	config.WriteDiagnostics(&b, nil, diags, config.PrintOptions{Width: 32, Explain: func(d *hcl.Diagnostic) string {
		return "項目 opens の値の書き方が違います。24時間表記で書きます、必ず。"
	}})
	want := "Error: Wrong\n  on p.hcl line 1, column 1\n  In English.\n  項目 opens の値の書き方が違い\n  ます。24時間表記で書きます、必\n  ず。\n\n1 error.\n"
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error(diff)
	}
}
