package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/keizoku-bcp/keizoku/agent/api"
	"github.com/keizoku-bcp/keizoku/agent/console/paper"
	"github.com/keizoku-bcp/keizoku/rules"
)

// printCmd writes pages of the console for paper. They hold contacts, so it asks as an operator.
type printCmd struct {
	operator
	tongue
	Pages []string `arg:"" optional:"" name:"page" enum:"${print_pages}" help:"What to print: ${print_pages}. Default: wall."`
	All   bool     `help:"Print the binder: cover, how things stand, the plan's tables, emergency power, call lists, checklists and blank damage sheets."`
	Out   string   `placeholder:"FILE" help:"File to write, or a directory to write it into; - is standard output. Default: keizoku-PLAN-DATE.html here."`
}

// Help is what the manual says beyond one line.
func (*printCmd) Help() string {
	return "The file needs nothing else: no agent, no network. Open it in a browser and print it on A4; pages are numbered, " +
		"and bear the plan and when they were printed. Write one with --all after each change of the plan, and keep it on a laptop " +
		"and on paper: it is what can be read in the hour in which the agent's own power is shed. " +
		"It holds names and telephone numbers: only its owner may read it (mode 0600)."
}

// printable is a page that can be printed, by its name on the command line.
type printable struct{ name, path string }

// printables are the pages, in the order of the help.
var printables = [...]printable{
	{"wall", "/"}, {"plan", "/plan"}, {"callout", "/response/callout"}, {"survey", "/response/survey"},
	{"power", "/power"}, {"report", "/response/report"}, {"checklists", "/response"},
}

// binder is the page with everything.
const binder = "/print/all"

// printPages are the names of the pages.
func printPages() []string {
	names := make([]string, len(printables))
	for i, p := range printables {
		names[i] = p.name
	}
	return names
}

func (c *printCmd) Run(ctx context.Context, io streams) error {
	if c.All && len(c.Pages) > 0 {
		return usagef("--all prints everything: name no pages beside it")
	}
	client, now, err := c.ask(ctx)
	if err != nil {
		return err
	}
	file, err := c.file(ctx, client)
	if err != nil {
		return err
	}
	if c.Out == "-" {
		_, err := io.out.Write(file)
		return err
	}
	path := c.path(now)
	if err := replacePrivateFile(path, string(file)); err != nil {
		return err
	}
	_, err = fmt.Fprintf(io.err, "wrote %s\n  open it in a browser and print it; it may hold names and telephone numbers, so only its owner can read it\n", path)
	return err
}

// file is the file as a whole.
func (c *printCmd) file(ctx context.Context, client *api.Client) ([]byte, error) {
	var pages [][]byte
	for _, path := range c.paths() {
		page, err := fetch(ctx, client, path+"?"+c.query().Encode())
		if err != nil {
			return nil, err
		}
		pages = append(pages, page)
	}
	return paper.Join(pages, func(address string) ([]byte, error) { return fetch(ctx, client, address) })
}

// paths are where the pages are.
func (c *printCmd) paths() []string {
	if c.All {
		return []string{binder}
	}
	var paths []string
	for _, name := range c.Pages {
		for _, p := range printables {
			if p.name == name {
				paths = append(paths, p.path)
			}
		}
	}
	if len(paths) == 0 {
		return []string{printables[0].path}
	}
	return paths
}

func (c *printCmd) query() url.Values {
	q := url.Values{"print": {"1"}}
	if c.Lang != "" {
		q.Set("lang", c.Lang)
	}
	return q
}

// fetch reads a page, or what a page needs. What refuses says why in its own words.
func fetch(ctx context.Context, client *api.Client, path string) ([]byte, error) {
	page, err := client.Page(ctx, path)
	switch {
	case err != nil:
		return nil, err
	case page.Status == http.StatusOK:
		return page.Body, nil
	}
	address, _, _ := strings.Cut(path, "?")
	why := paper.Text(page.Body)
	if why == "" {
		why = http.StatusText(page.Status)
	}
	return nil, fmt.Errorf("the agent does not give %s (%d): %s", address, page.Status, why)
}

// path is where the file goes.
func (c *printCmd) path(now *rules.Situation) string {
	name := "keizoku-" + safeName(now.Plan.Name) + "-" + now.At.Format(time.DateOnly) + ".html"
	if c.Out == "" {
		return name
	}
	if info, err := os.Stat(c.Out); err == nil && info.IsDir() {
		return filepath.Join(c.Out, name)
	}
	return c.Out
}

// safeName is a name without what file systems take for something else.
func safeName(name string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, name)
}
