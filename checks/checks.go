// Package checks is the contract between the agent and its ways of probing.
//
// A kind of check (ping, HTTP, DNS, …) lives in a folder of its own: it owns its attributes in
// the plan, their documentation and its test, and is listed once in checks/all. Nothing outside
// the folder knows its settings. A check answers with a [Result] that has a [Reason] from a
// closed list, for "it failed" alone helps nobody in the first hour.
package checks

import (
	"context"
	"log/slog"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/keizoku-bcp/keizoku/block"
	"github.com/keizoku-bcp/keizoku/plan"
)

// Kind is one way of probing.
type Kind struct {
	// Name is the label in the plan: check "http" "login" { … }.
	Name string
	// Summary is one line for lists; Doc is the reference page's opening, in Markdown.
	Summary string
	Doc     string
	// Example is a complete check block, shown in the reference and parsed by its test.
	Example string
	// Local marks kinds whose failures do not depend on the network: their results stand even
	// while the agent is cut off.
	Local bool
	// Pushed marks kinds that cannot be asked: whoever is watched reports by itself, to a running
	// agent. A single probe out of turn says nothing.
	Pushed bool
	// AtOnce is how many probes of the kind an agent runs at once, for those that cost more than a
	// socket; zero: hundreds.
	AtOnce int
	// Settings is the zero value of the kind's settings struct, from which package block decodes
	// the attributes and generates their reference.
	Settings any
	// Validate looks for what the types of the attributes cannot tell: a pattern that does not
	// compile, two attributes that exclude each other. It may be nil. settings is a pointer to
	// the decoded struct; it may keep what it compiled there.
	Validate func(settings any, body hcl.Body) hcl.Diagnostics
	// New makes the prober of one check. settings is a pointer to the decoded struct. It must
	// not touch the network; an error means that the agent lacks the right or the means.
	New func(settings any, env *Env) (Prober, error)
}

// Prober runs one check. Probe returns when it has an answer or ctx ends, whichever is first,
// and never more than a moment after ctx ends. It is not called concurrently with itself.
// A Prober that holds resources between probes also implements io.Closer.
type Prober interface {
	Probe(ctx context.Context) Result
}

// Confirmer is implemented by probers that can make sure of a failure by another way before it
// is confirmed: a fresh socket, a fresh identifier, a fresh connection. Confirm is called once
// when the failure arrives that would bring the check down, under the rules of Probe (ctx, no
// call at the same time as Probe). When its Result is OK the failure is not confirmed: it counts
// as a success.
type Confirmer interface {
	Confirm(ctx context.Context) Result
}

// Env is what an agent lends to its probers. Probers of one agent share it.
type Env struct {
	// Agent is the settings of the agent that runs the checks.
	Agent *plan.Agent
	// System and Check name the check that the prober is for.
	System, Check string
	// Timeout is the check's; ctx carries it too.
	Timeout time.Duration
	// Interval is the check's, for kinds that judge silence.
	Interval time.Duration
	// Shared holds what a kind opens once per agent (a socket); see [Shared].
	Shared *Shared
	// Secrets blots out known secrets from texts.
	Secrets *plan.Redactor
	Log     *slog.Logger
}

// Result is the answer of one probe.
type Result struct {
	// Reason is OK when the probe succeeded.
	Reason Reason
	// Text tells a person what was seen: "connection refused by 10.1.0.11:443". For a failure it
	// is never empty, and it holds no secret and at most [MaxText] bytes. Logs and metrics are in
	// English, and so is this.
	Text string
	// Phases are the times of the parts (resolve, connect, tls, …), in the order they ran.
	Phases []Phase
	// Values are numbers worth a look: "certificate_days", "loss_ratio". May be nil.
	Values map[string]float64
	// NotAfter is the earliest expiry of the certificates seen; zero when none were.
	NotAfter time.Time
}

// MaxText is the most bytes of a Result's Text; the engine cuts what is longer.
const MaxText = 500

// Phase is the time that one part of a probe took.
type Phase struct {
	Name     string
	Duration time.Duration
}

// OK reports whether the probe succeeded.
func (r Result) OK() bool { return r.Reason == OK }

// Failed returns a failed Result.
func Failed(reason Reason, text string) Result { return Result{Reason: reason, Text: text} }

// Decode decodes the kind's own attributes from the part of a check block that the envelope
// (interval, timeout, …) left over, and validates them.
func (k *Kind) Decode(body hcl.Body, ctx *block.Context) (settings any, diags hcl.Diagnostics) {
	settings, diags = block.DecodeNew(body, ctx, k.Settings)
	if !diags.HasErrors() && k.Validate != nil {
		diags = append(diags, k.Validate(settings, body)...)
	}
	return settings, diags
}
