package exec

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/checks/internal/netdial"
	"github.com/keizoku-bcp/keizoku/internal/program"
	"github.com/keizoku-bcp/keizoku/plan"
)

// prober runs one program.
type prober struct {
	program          *program.Program
	warningIsFailure bool
	secrets          *plan.Redactor
	own              plan.Redactor // the values of env, which need not have come from env()
}

// Probe runs the program once.
func (p *prober) Probe(ctx context.Context) checks.Result {
	began := time.Now()
	out, err := p.run(ctx)
	r := p.judge(ctx, out, err)
	r.Text = netdial.Clean(p.redact(r.Text))
	r.Phases = []checks.Phase{{Name: "run", Duration: time.Since(began)}}
	return r
}

// run returns what the program wrote, without secrets.
func (p *prober) run(ctx context.Context) (program.Output, error) {
	out, err := p.program.Run(ctx, nil)
	out.Stdout, out.Stderr = p.redact(out.Stdout), p.redact(out.Stderr)
	return out, err
}

// judge makes a result of how the program ended.
func (p *prober) judge(ctx context.Context, out program.Output, err error) checks.Result {
	name, start := p.program.Name(), new(program.StartError)
	switch {
	case ctx.Err() != nil:
		return checks.Failed(checks.ReasonOf(ctx.Err(), true), name+" was stopped before its end"+out.Said())
	case errors.As(err, &start):
		return checks.Failed(checks.ErrorLocal, start.Error())
	case err != nil:
		return checks.Failed(checks.ErrorLocal, fmt.Sprintf("%s: %v%s", name, err, out.Said()))
	}
	text, perfdata := splitOutput(out.Stdout)
	r := checks.Result{Reason: p.reason(out.Code), Text: text, Values: parsePerfdata(perfdata)}
	switch {
	case out.Code < 0 || out.Code > 3:
		r.Text = fmt.Sprintf("%s ended with exit code %d, which is none of Nagios's 0 to 3%s", name, out.Code, out.Said())
	case r.Text == "":
		r.Text = fmt.Sprintf("%s ended with exit code %d%s", name, out.Code, out.Said())
	}
	return r
}

func (p *prober) reason(code int) checks.Reason {
	switch {
	case code == 0, code == 1 && !p.warningIsFailure:
		return checks.OK
	case code == 1, code == 2:
		return checks.BadStatus
	default:
		return checks.ErrorLocal
	}
}

func (p *prober) redact(text string) string { return p.secrets.Redact(p.own.Redact(text)) }
