package inspect

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/plan"
)

// grace is how long after its timeout a probe is waited for.
const grace = 2 * time.Second

// visit is a look at one check under way. One goroutine at a time has it.
type visit struct {
	Look
	prober  checks.Prober
	timeout time.Duration
	secrets *plan.Redactor
	done    bool // no further attempt
	// lost says that a probe did not come back: the prober is not used any more.
	lost bool
}

// attempt probes once.
func (v *visit) attempt(ctx context.Context) {
	v.Attempts++
	v.Result, v.Duration = v.call(ctx, v.prober.Probe)
}

// confirm makes sure of a failure by another way, if the prober has one. Only a success counts:
// what else it says, the probe has said in its own words.
func (v *visit) confirm(ctx context.Context) {
	c, ok := v.prober.(checks.Confirmer)
	if !ok || v.lost || v.Result.OK() || v.Result.Reason.Local() || ctx.Err() != nil {
		return
	}
	v.Attempts++
	if result, took := v.call(ctx, c.Confirm); result.OK() {
		v.Result, v.Duration = result, took
	}
}

// call asks the prober something, and gives it up when it does not stop at its timeout: one probe
// that hangs must not hold up the report of a thousand.
func (v *visit) call(ctx context.Context, ask func(context.Context) checks.Result) (checks.Result, time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, v.timeout)
	defer cancel()
	answer, given := make(chan checks.Result), make(chan struct{})
	start := time.Now()
	go func() {
		result := safely(ctx, ask)
		select {
		case answer <- result:
		case <-given:
			closeProber(v.prober)
		}
	}()
	result, ok := await(ctx, answer)
	if !ok {
		v.lost = true
		close(given)
		result = checks.Failed(checks.ErrorLocal, fmt.Sprintf("the check did not stop at its timeout of %v", v.timeout))
	}
	return v.tidy(result), time.Since(start)
}

// await takes the answer, up to a moment after ctx has ended.
func await(ctx context.Context, answer <-chan checks.Result) (checks.Result, bool) {
	select {
	case result := <-answer:
		return result, true
	case <-ctx.Done():
	}
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case result := <-answer:
		return result, true
	case <-timer.C:
		return checks.Result{}, false
	}
}

// safely turns a panic into the agent's own trouble: the other checks go on.
func safely(ctx context.Context, ask func(context.Context) checks.Result) (result checks.Result) {
	defer func() {
		if r := recover(); r != nil {
			result = checks.Failed(checks.ErrorLocal, fmt.Sprintf("the check panicked: %v", r))
		}
	}()
	return ask(ctx)
}

// tidy makes the text fit to be kept and shown. Secrets go first: half of one would not be recognized.
func (v *visit) tidy(r checks.Result) checks.Result {
	text := cmp.Or(r.Text, string(r.Reason))
	r.Text = checks.Cut(checks.Clean(v.secrets.Redact(text)), checks.MaxText)
	return r
}
