package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/keizoku-bcp/keizoku/checks/all"
	"github.com/keizoku-bcp/keizoku/config"
	"github.com/keizoku-bcp/keizoku/config/starter"
	"github.com/keizoku-bcp/keizoku/plan"
)

type planCmd struct {
	Check planCheckCmd `cmd:"" help:"Look for mistakes in a plan, and for what is doubtful in it. Exits 1 on mistakes."`
	Show  planShowCmd  `cmd:"" help:"Show by when everything would have to be back, per threat."`
	New   planNewCmd   `cmd:"" help:"Write a commented starter plan for this machine."`
}

// planArg is the argument of all commands that read a plan by themselves.
type planArg struct {
	Plan string `arg:"" type:"path" help:"A plan file, or a directory of *.hcl and *.hcl.json files."`
}

// load reads the plan without printing anything.
func (a planArg) load() (*plan.Plan, *config.Sources, hcl.Diagnostics) {
	return config.Load(a.Plan, all.Kinds(), planOptions())
}

// loadOrTell reads the plan; when it has errors they are printed and the error is errNotGood.
func (a planArg) loadOrTell(io streams) (*plan.Plan, error) {
	p, sources, diags := a.load()
	if !diags.HasErrors() {
		return p, nil
	}
	config.WriteDiagnostics(io.err, sources, diags, config.PrintOptions{
		Color: colourful(io.err), Explain: explained(localeOf(os.Getenv("KEIZOKU_LANG"), os.Getenv)),
	})
	return nil, errNotGood
}

type planNewCmd struct {
	Out  string `type:"path" help:"File to write; it must not exist yet. Default: standard output."`
	Lang string `env:"KEIZOKU_LANG" enum:"ja,en," default:"" help:"Language of the comments: ja or en. Default: the terminal's."`
}

func (c *planNewCmd) Run(ctx context.Context, io streams) error {
	facts := starter.Discover(ctx)
	facts.Now, facts.Locale = time.Now(), localeOf(c.Lang, os.Getenv)
	if c.Out == "" {
		return starter.Write(io.out, facts)
	}
	if err := writeNew(c.Out, facts); err != nil {
		return err
	}
	_, err := fmt.Fprintf(io.err, "wrote %s\nnext: keizoku plan check %[1]s && keizoku run %[1]s\n", c.Out)
	return err
}

// writeNew writes a file that must not exist: a plan is work that nobody wants to lose.
func writeNew(path string, facts starter.Facts) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s exists already and is left as it is (choose another name with --out)", path)
	}
	if err != nil {
		return fmt.Errorf("write the plan: %w", err)
	}
	return errors.Join(starter.Write(f, facts), f.Close())
}
