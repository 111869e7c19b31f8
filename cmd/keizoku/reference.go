package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/keizoku-bcp/keizoku/agent/api"
	"github.com/keizoku-bcp/keizoku/agent/metrics"
	"github.com/keizoku-bcp/keizoku/checks/all"
	"github.com/keizoku-bcp/keizoku/config"
	channels "github.com/keizoku-bcp/keizoku/notify/all"
	powers "github.com/keizoku-bcp/keizoku/power/all"
)

// referenceCmd writes the pages of docs/reference, which are generated from what the program
// itself goes by.
type referenceCmd struct {
	Out string `required:"" type:"path" help:"Directory to write to."`
}

func (c *referenceCmd) Run() error {
	pages, err := referencePages()
	if err != nil {
		return err
	}
	for name, text := range pages {
		path := filepath.Join(c.Out, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return fmt.Errorf("write the reference: %w", err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			return fmt.Errorf("write the reference: %w", err)
		}
	}
	return nil
}

// referencePages renders every page by its path below docs/reference.
func referencePages() (map[string]string, error) {
	commands, err := commandReference()
	if err != nil {
		return nil, err
	}
	pages := map[string]string{
		"commands.md":      commands,
		"metrics.md":       metrics.Reference(),
		"plan-language.md": config.Reference(),
		"criteria.md":      config.CriteriaReference(),
		"alerts.md":        alertReference(),
		"checks/README.md": all.Index(),
		"power/README.md":  powers.Index(),
		"notify/README.md": channels.Index(),
	}
	for _, kind := range all.Names() {
		pages["checks/"+kind+".md"] = all.Reference(kind)
	}
	for _, protocol := range powers.Names() {
		pages["power/"+protocol+".md"] = powers.Reference(protocol)
	}
	for _, kind := range channels.Names() {
		pages["notify/"+kind+".md"] = channels.Reference(kind)
	}
	if pages["openapi.json"], err = indented(api.OpenAPI()); err != nil {
		return nil, err
	}
	for name, text := range pages {
		pages[name] = strings.TrimRight(text, "\n") + "\n"
	}
	return pages, nil
}

// indented writes JSON for people.
func indented(data []byte) (string, error) {
	var b bytes.Buffer
	err := json.Indent(&b, data, "", "  ")
	return b.String(), err
}

// commandReference renders the help of all commands as one page.
func commandReference() (string, error) {
	parser, err := newParser("STATE_DIR/keizoku.sock")
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString("# Commands\n\n" + description + "\n\n" + conventions)
	for _, group := range groups() {
		fmt.Fprintf(&b, "\n## %s\n", strings.TrimSuffix(group.Title, ":"))
		for _, command := range parser.Model.Leaves(true) {
			if groupOf(command) == group.Key {
				writeCommand(&b, command)
			}
		}
	}
	return b.String(), nil
}

const conventions = `Data goes to standard output, diagnostics to standard error. Exit codes: 0 good, 1 the thing asked about is not good, 2 wrong
usage. Colours show on a terminal only, and not when ` + "`NO_COLOR`" + ` is set. Every command takes ` + "`--help`" + ` and ` + "`--version`" + `.
`

// groupOf is the group of a command, which its parents may have.
func groupOf(n *kong.Node) string {
	for ; n != nil; n = n.Parent {
		if n.Group != nil {
			return n.Group.Key
		}
	}
	return ""
}

func writeCommand(b *strings.Builder, n *kong.Node) {
	fmt.Fprintf(b, "\n### %s\n\n```text\nkeizoku %s\n```\n\n%s\n", n.FullPath(), n.Summary(), n.Help)
	if n.Detail != "" {
		fmt.Fprintf(b, "\n%s\n", strings.TrimSpace(n.Detail))
	}
	if len(n.Positional) > 0 {
		b.WriteString("\n| argument | meaning |\n|---|---|\n")
	}
	for _, arg := range n.Positional {
		fmt.Fprintf(b, "| `%s` | %s |\n", arg.Summary(), cell(arg.Help))
	}
	header := "\n| flag | default | meaning |\n|---|---|---|\n"
	for _, flags := range n.AllFlags(true) {
		for _, flag := range flags {
			if flag.Name == "help" || flag.Name == "version" { // every command has them
				continue
			}
			b.WriteString(header)
			header = ""
			fmt.Fprintf(b, "| `%s` | %s | %s |\n", flagName(flag), flagDefault(flag), flagHelp(flag))
		}
	}
}

func flagName(f *kong.Flag) string {
	if f.IsBool() {
		return "--" + f.Name
	}
	return "--" + f.Name + "=" + strings.ToUpper(f.Name)
}

func flagDefault(f *kong.Flag) string {
	if f.Default == "" || f.IsBool() {
		return ""
	}
	return "`" + f.Default + "`"
}

func flagHelp(f *kong.Flag) string {
	text := cell(f.Help)
	if f.Required {
		text += " Required."
	}
	for _, env := range f.Envs {
		text += " Environment: `" + env + "`."
	}
	return text
}

// cell keeps a text within one cell of a table, and its asterisks from being emphasis.
func cell(text string) string { return strings.NewReplacer("|", `\|`, "*", `\*`).Replace(text) }
