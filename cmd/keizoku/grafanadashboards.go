package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/keizoku-bcp/keizoku/dashboards"
	"github.com/keizoku-bcp/keizoku/plan"
)

type grafanaDashboardsCmd struct {
	Plan string `arg:"" optional:"" type:"path" help:"A plan file, or a directory of them. Without it: dashboards that fit any plan, by names instead of titles."`
	Out  string `required:"" type:"path" help:"Directory to write to; it is made when it is not there."`
	Lang string `env:"KEIZOKU_LANG" enum:"ja,en," default:"" help:"Language of the titles: ja or en. Default: the plan's; without a plan ja."`
}

// Help is what the manual says beyond one line.
func (*grafanaDashboardsCmd) Help() string {
	return "Each file is one dashboard for Grafana 11 or newer: provision the directory, or import them by hand. " +
		"Their UIDs never change, so that those of a newer plan take the place of the old."
}

func (c *grafanaDashboardsCmd) Run(out streams) error {
	options := dashboards.Options{Locale: plan.Locale(c.Lang)}
	if c.Plan != "" {
		p, err := planArg{c.Plan}.loadOrTell(out)
		if err != nil {
			return err
		}
		options.Plan = p
	}
	files, err := dashboards.Build(options)
	if err != nil {
		return err
	}
	return c.write(files, out)
}

// write puts each file in the place of an old one, for Grafana reads the directory at any time.
func (c *grafanaDashboardsCmd) write(files []dashboards.File, out streams) error {
	if err := os.MkdirAll(c.Out, 0o755); err != nil {
		return fmt.Errorf("write the dashboards: %w", err)
	}
	for _, f := range files {
		path := filepath.Join(c.Out, f.Name)
		if err := replaceFile(path, string(f.JSON)); err != nil {
			return err
		}
		if _, err := fmt.Fprintln(out.err, "wrote", path); err != nil {
			return err
		}
	}
	return nil
}
