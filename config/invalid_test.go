package config_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"

	"github.com/keizoku-bcp/keizoku/config"
)

// expectation is what a comment on a line of a file demands: a diagnostic of the severity, on
// that line, whose "summary: detail" holds the text.
type expectation struct {
	line     int
	severity hcl.DiagnosticSeverity
	text     string
}

var expectationMark = regexp.MustCompile(`# (ERROR|WARNING): `)

func expectations(src string) (out []expectation) {
	for i, line := range strings.Split(src, "\n") {
		marks := expectationMark.FindAllStringSubmatchIndex(line, -1)
		for n, m := range marks {
			end := len(line)
			if n+1 < len(marks) {
				end = marks[n+1][0]
			}
			e := expectation{i + 1, hcl.DiagError, strings.TrimSpace(line[m[1]:end])}
			if line[m[2]:m[3]] == "WARNING" {
				e.severity = hcl.DiagWarning
			}
			out = append(out, e)
		}
	}
	return out
}

func (e expectation) meets(d *hcl.Diagnostic) bool {
	return d.Subject != nil && d.Subject.Start.Line == e.line && d.Severity == e.severity &&
		strings.Contains(d.Summary+": "+d.Detail, e.text)
}

// TestInvalid holds every file of testdata/invalid to the comments on its faulty lines: each is
// met by one diagnostic, and there is no other.
func TestInvalid(t *testing.T) {
	files, err := filepath.Glob("testdata/invalid/*.hcl")
	if err != nil || len(files) < 10 {
		t.Fatal(files, err)
	}
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
			src, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			p, sources, diags := config.LoadBytes(filepath.Base(path), src, kinds, options)
			if p != nil {
				t.Error("there is a plan")
			}
			compare(t, expectations(string(src)), sources, diags)
		})
	}
}

func compare(t *testing.T, want []expectation, sources *config.Sources, diags hcl.Diagnostics) {
	t.Helper()
	if len(want) == 0 {
		t.Error("the file expects nothing")
	}
	left := append(hcl.Diagnostics(nil), diags...)
	for _, e := range want {
		found := -1
		for i, d := range left {
			if d != nil && e.meets(d) {
				found = i
				break
			}
		}
		if found < 0 {
			t.Errorf("line %d: missing %q", e.line, e.text)
			continue
		}
		left[found] = nil
	}
	for _, d := range left {
		if d != nil {
			t.Errorf("not expected:\n%s", written(sources, hcl.Diagnostics{d}))
		}
	}
}

// TestTwelveMistakes is one plan with twelve mistakes of different kinds.
func TestTwelveMistakes(t *testing.T) {
	src := strings.Join([]string{
		/*  1 */ `plan "city" {`,
		/*  2 */ `  timezone = "Asia/Tokio"`,
		/*  3 */ `  title    = "計画"`,
		/*  4 */ `}`,
		/*  5 */ `calendar "office" {`,
		/*  6 */ `  opens  = "17:15"`,
		/*  7 */ `  closes = "08:30"`,
		/*  8 */ `}`,
		/*  9 */ `threat "incident" {`,
		/* 10 */ `  priority_within = "1 week"`,
		/* 11 */ `}`,
		/* 12 */ `generater "roof" {}`,
		/* 13 */ `system "core_switch" {`,
		/* 14 */ `  depends_on = [system.core_switch]`,
		/* 15 */ `}`,
		/* 16 */ `system "records" {`,
		/* 17 */ `  depends_on         = [system.core_swich]`,
		/* 18 */ `  allowable_downtime = { incidnet = "1h" }`,
		/* 19 */ `  owner              = 市民課`,
		/* 20 */ `  check "pnig" "a" {`,
		/* 21 */ `    host = "10.1.0.1"`,
		/* 22 */ `  }`,
		/* 23 */ `  check "web" "b" {`,
		/* 24 */ `    url      = "https://records.example"`,
		/* 25 */ `    timeout  = "30s"`,
		/* 26 */ `    password = env("NOT_THERE")`,
		/* 27 */ `  }`,
		/* 28 */ `}`,
		/* 29 */ `system "records" {`,
		/* 30 */ `}`,
	}, "\n")
	_, sources, diags := config.LoadBytes("plan.hcl", []byte(src), kinds, options)
	var lines []int
	for _, d := range diags {
		lines = append(lines, d.Subject.Start.Line)
	}
	want := []int{2, 7, 10, 12, 14, 17, 18, 19, 20, 25, 26, 29}
	if fmt.Sprint(lines) != fmt.Sprint(want) {
		t.Errorf("lines %v, want %v:\n%s", lines, want, written(sources, diags))
	}
}
