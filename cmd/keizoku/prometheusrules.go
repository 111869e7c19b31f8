package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/common/model"
	"go.yaml.in/yaml/v3"

	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules/prom"
)

// prometheusRulesCmd writes what makes one fleet of many agents, from the plan alone.
type prometheusRulesCmd struct {
	planArg
	Out           string            `type:"path" help:"File to write. Default: standard output."`
	Tenant        string            `placeholder:"CITY" help:"Where Thanos or the like holds several offices: read and make series with tenant_id=CITY alone. Short for --external-label tenant_id=CITY."`
	ExternalLabel map[string]string `placeholder:"NAME=VALUE" help:"Read and make series with this label alone. May be given several times."`
	Job           string            `default:"keizoku" help:"Name of the scrape job of the agents."`
	Interval      *model.Duration   `placeholder:"DURATION" help:"How often the rules are evaluated, 2m at most. Default: 30s; 1m or more where agents times systems are more than 2,500."`
	Brief         bool              `hidden:"" help:"Wait one interval where minutes should be waited: for trials."`
	Lang          string            `env:"KEIZOKU_LANG" enum:"ja,en," default:"" help:"Language of the annotations: ja or en. Default: the plan's."`
}

func (c *prometheusRulesCmd) Run(out streams) error {
	if info, err := os.Stat(c.Out); err == nil && info.IsDir() {
		return usagef("--out: %s is a directory; name a file in it, such as %s", c.Out, filepath.Join(c.Out, "keizoku.yml"))
	}
	options, err := c.options()
	if err != nil {
		return err
	}
	p, err := c.loadOrTell(out)
	if err != nil {
		return err
	}
	locale := p.Locale
	if c.Lang != "" {
		locale = plan.Locale(c.Lang)
	}
	text, err := rulesText(p, prom.Rules(p, messages.For(locale), options))
	if err != nil {
		return err
	}
	if c.Out == "" {
		_, err = io.WriteString(out.out, text)
		return err
	}
	if err := replaceFile(c.Out, text); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out.err, "wrote %s\nnext: promtool check rules %[1]s, and have Prometheus reload\n", c.Out)
	return err
}

// labelName is what Prometheus takes for the name of a label; those that begin with two
// underscores are its own.
var labelName = regexp.MustCompile(`^([a-zA-Z]|_[a-zA-Z0-9])[a-zA-Z0-9_]*$`)

// ownLabels are those that the rules make, or ask of what agents export: with another value they would
// find nothing.
var ownLabels = [...]string{
	"plan", "source", "severity", "alertname", "alert", "agent", "system", "supply", "site", "threat", "cause", "job",
	"title", "priority", "owner", "since", "deadline", "alternative", "state", "stage", "recommendation", "channel", "version", "hash",
}

func (c *prometheusRulesCmd) options() (prom.Options, error) {
	labels, err := c.labels()
	if err != nil {
		return prom.Options{}, err
	}
	o := prom.Options{Job: c.Job, Labels: labels, Brief: c.Brief}
	if c.Interval != nil {
		if o.Interval = time.Duration(*c.Interval); o.Interval <= 0 {
			return prom.Options{}, usagef("--interval: more than nothing is needed, such as 30s")
		}
		if o.Interval > prom.LongestInterval {
			return prom.Options{}, usagef("--interval: %s at most, for Prometheus forgets a record after five minutes", plan.FormatDuration(prom.LongestInterval))
		}
	}
	return o, nil
}

// labels are the external ones, the tenant's among them.
func (c *prometheusRulesCmd) labels() (map[string]string, error) {
	labels := make(map[string]string)
	for name, value := range c.ExternalLabel {
		if !labelName.MatchString(name) || value == "" {
			return nil, usagef("--external-label: %s=%s is no label: a name is made of letters, digits and underscores, and a value is not empty", name, value)
		}
		if slices.Contains(ownLabels[:], name) {
			return nil, usagef("--external-label: %s is a label of the rules themselves; choose another", name)
		}
		labels[name] = value
	}
	if said, ok := labels[tenantLabel]; ok && c.Tenant != "" && c.Tenant != said {
		return nil, usagef("--tenant %s and --external-label %s=%s contradict each other; give one of them", c.Tenant, tenantLabel, said)
	}
	if c.Tenant != "" {
		labels[tenantLabel] = c.Tenant
	}
	return labels, nil
}

// tenantLabel is the label that Thanos Receive puts on the series of a tenant.
const tenantLabel = "tenant_id"

// rulesText is a rule file with its header. The order is stable: the same plan gives the same file.
func rulesText(p *plan.Plan, rules *prom.File) (string, error) {
	var b strings.Builder
	b.WriteString(prom.Header(p, "keizoku "+version()))
	encoder := yaml.NewEncoder(&b)
	encoder.SetIndent(2)
	if err := encoder.Encode(rules); err != nil {
		return "", fmt.Errorf("write the rules: %w", err)
	}
	return b.String(), nil
}
