package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/keizoku-bcp/keizoku/config"
	"github.com/keizoku-bcp/keizoku/plan"
)

type planCheckCmd struct {
	planArg
	Strict bool   `help:"Exit 1 on warnings too."`
	Lang   string `env:"KEIZOKU_LANG" enum:"ja,en," default:"" help:"Explain mistakes and doubts in this language too: ja or en. Default: the terminal's."`
	JSON   bool   `name:"json" help:"Print the diagnostics as a JSON list on standard output."`
}

func (c *planCheckCmd) Run(out streams) error {
	p, sources, diags := c.load()
	if p != nil {
		diags = append(diags, config.Findings(plan.Lint(p, time.Now()))...)
	}
	if c.JSON {
		if err := printJSON(out.out, diagnosticsJSON(sources, diags)); err != nil {
			return err
		}
	} else {
		config.WriteDiagnostics(out.err, sources, diags, config.PrintOptions{Color: colourful(out.err), Explain: explained(localeOf(c.Lang, os.Getenv))})
	}
	if diags.HasErrors() {
		return errNotGood
	}
	if !c.JSON {
		if err := printSummary(out.out, p, len(diags)); err != nil {
			return err
		}
	}
	if c.Strict && len(diags) > 0 {
		return errNotGood
	}
	return nil
}

// printSummary says what a good plan holds, in one line.
func printSummary(w io.Writer, p *plan.Plan, warnings int) error {
	_, err := fmt.Fprintf(w, "ok: %s (%d priority), %s, %s, %s\n",
		count(len(p.Systems), "system", "systems"), len(p.PrioritySystems()), count(len(p.Threats), "threat", "threats"),
		count(len(p.Businesses), "business", "businesses"), count(warnings, "warning", "warnings"))
	return err
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// diagnostic is one mistake or doubt in `plan check --json`. The field names are a contract;
// lines and columns count from 1 and are absent when it is about no place in a file.
type diagnostic struct {
	Severity  string `json:"severity"` // error or warning
	Summary   string `json:"summary"`
	Detail    string `json:"detail,omitempty"`
	File      string `json:"file,omitempty"`
	Line      int    `json:"line,omitempty"`
	Column    int    `json:"column,omitempty"`
	EndLine   int    `json:"end_line,omitempty"`
	EndColumn int    `json:"end_column,omitempty"`
}

func diagnosticsJSON(sources *config.Sources, diags hcl.Diagnostics) []diagnostic {
	list := make([]diagnostic, len(diags))
	for i, d := range diags {
		at := *cmp.Or(d.Subject, &hcl.Range{})
		list[i] = diagnostic{
			Severity: "error", Summary: sources.Redact(d.Summary), Detail: sources.Redact(d.Detail),
			File: at.Filename, Line: at.Start.Line, Column: at.Start.Column, EndLine: at.End.Line, EndColumn: at.End.Column,
		}
		if d.Severity == hcl.DiagWarning {
			list[i].Severity = "warning"
		}
	}
	return list
}
