package exec

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/keizoku-bcp/keizoku/internal/program"
	"github.com/keizoku-bcp/keizoku/notify"
	"github.com/keizoku-bcp/keizoku/notify/internal/told"
	"github.com/keizoku-bcp/keizoku/plan"
)

const (
	// dataError is EX_DATAERR of sysexits.h: "the input data was incorrect in some way".
	dataError = 65
	// maxVariable is the most bytes of an environment variable; Linux takes 128 KiB for one.
	maxVariable = 1000
	prefix      = "KEIZOKU_"
)

type channel struct {
	settings *Settings
	environ  []string
	secrets  *plan.Redactor
	own      plan.Redactor // the values of env, which need not have come from env()
	log      *slog.Logger
}

// Send implements [notify.Channel].
func (c *channel) Send(ctx context.Context, m *notify.Message) (notify.Receipt, error) {
	input, err := c.input(m)
	if err != nil {
		return "", &notify.Refused{Err: err}
	}
	run := &program.Program{Command: c.settings.Command, Dir: c.settings.Dir, Environ: append(variables(m), c.environ...), Warn: c.warn}
	if err := ctx.Err(); err != nil {
		return "", fmt.Errorf("%s was not started: %w", run.Name(), err)
	}
	out, err := run.Run(ctx, input)
	switch {
	case ctx.Err() != nil:
		return "", &told.Failure{Text: c.words(run.Name() + " was stopped before its end" + out.Said()), Cause: ctx.Err()}
	case err != nil:
		return "", &told.Failure{Text: c.words(err.Error() + out.Said()), Cause: err}
	case out.Code == 0:
		said := strings.TrimPrefix(out.Said(), ": ")
		return notify.Receipt(cmp.Or(c.words(said), "exit code 0")), nil
	}
	err = errors.New(c.words(fmt.Sprintf("%s ended with exit code %d%s", run.Name(), out.Code, out.Said())))
	if out.Code == dataError {
		return "", &notify.Refused{Err: err}
	}
	return "", err
}

func (c *channel) words(text string) string { return told.Words(text, c.secrets, &c.own) }

func (c *channel) warn(err error) {
	if c.log != nil {
		c.log.Warn("programs that a channel starts may outlive it", "err", err)
	}
}

// input is what the program reads.
func (c *channel) input(m *notify.Message) ([]byte, error) {
	switch c.settings.Input {
	case "none":
		return nil, nil
	case "text":
		return []byte(m.Text), nil
	case "short":
		return []byte(told.Line(m.Short, maxVariable) + "\n"), nil
	default:
		return json.Marshal(m)
	}
}

// variables tell the program of the message.
func variables(m *notify.Message) (list []string) {
	var first notify.Alert
	if len(m.Alerts) > 0 {
		first = m.Alerts[0]
	}
	for _, v := range [][2]string{
		{"ID", m.ID}, {"OCCASION", string(m.Occasion)}, {"SEVERITY", string(m.Severity)},
		{"SUBJECT", m.Subject}, {"SHORT", m.Short}, {"AT", m.At.Format(time.RFC3339)},
		{"DRILL", strconv.FormatBool(m.Drill)}, {"ALERTS", strconv.Itoa(len(m.Alerts) + m.AlertsLeftOut)},
		{"ALERT", first.Name}, {"SYSTEM", first.Labels["system"]}, {"SUPPLY", first.Labels["supply"]},
		{"SITE", first.Labels["site"]}, {"PRIORITY", first.Labels["priority"]},
		{"AGENT", m.Agent}, {"PLAN", m.Plan}, {"LINK", m.Link}, {"ROLES", strings.Join(m.Roles, ",")},
	} {
		list = append(list, prefix+v[0]+"="+told.Line(v[1], maxVariable))
	}
	return list
}

// variable reports whether a plan may give a variable of this name.
func variable(name string) bool {
	return name != "" && !strings.HasPrefix(name, prefix) && !strings.ContainsFunc(name, func(r rune) bool {
		return r == '=' || unicode.IsControl(r)
	})
}
