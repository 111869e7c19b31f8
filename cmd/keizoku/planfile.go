package main

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/keizoku-bcp/keizoku/checks/all"
	"github.com/keizoku-bcp/keizoku/config"
	"github.com/keizoku-bcp/keizoku/plan"
)

// keptPlan is the file in the state directory with the plan in force.
const keptPlan = "plan.kept"

// planFile reads a plan for running it, again and again. Warnings are for `plan check`; errors come
// back as the text of diagnostics, explained in the language of the plan that was good last: its
// staff read them in the console. It may not be used twice at once.
type planFile struct {
	path     string
	locale   plan.Locale
	keeps    bool            // Keep will be called
	sources  *config.Sources // of what Load returned last, until it is kept
	failed   error           // of the newest Load
	rejected error           // why a plan was used that was kept; nil: none was
}

// Load reads the plan's files.
func (f *planFile) Load() (*plan.Plan, error) {
	p, sources, diags := config.Load(f.path, all.Kinds(), planOptions())
	p, f.failed = f.take(p, sources, diags)
	if f.keeps && f.failed == nil { // they take many times the memory of the plan
		f.sources = sources
	}
	return p, f.failed
}

func (f *planFile) take(p *plan.Plan, sources *config.Sources, diags hcl.Diagnostics) (*plan.Plan, error) {
	if !diags.HasErrors() {
		f.locale = p.Locale
		return p, nil
	}
	var text strings.Builder
	config.WriteDiagnostics(&text, sources, diags, config.PrintOptions{Explain: explained(f.locale)})
	return nil, &rejectedPlan{strings.TrimRight(text.String(), "\n")}
}

// Keep keeps what Load returned last. It may hold secrets, as its files may.
func (f *planFile) Keep(stateDir string) error {
	text, err := f.sources.Keep(f.path)
	f.sources = nil
	if err != nil {
		return err
	}
	return replacePrivateFile(filepath.Join(stateDir, keptPlan), string(text))
}

// Kept reads the plan that was kept, because Load has failed.
func (f *planFile) Kept(stateDir string) (*plan.Plan, error) {
	text, err := os.ReadFile(filepath.Join(stateDir, keptPlan))
	if err != nil {
		return nil, err
	}
	kept, err := config.ReadKept(f.path, text)
	if err != nil {
		return nil, err
	}
	p, err := f.take(kept.Load(all.Kinds(), planOptions()))
	if err == nil {
		f.rejected = f.failed
	}
	return p, err
}
