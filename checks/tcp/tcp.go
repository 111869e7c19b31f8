// Package tcp is the kind of check that connects to a TCP port and, if asked to, has a short
// conversation there: send this, expect that, in clear or under TLS.
//
// It exists because most services of an office have no checker of their own, and because "the
// port accepts" already tells a dead host from a dead service.
package tcp

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"

	"github.com/hashicorp/hcl/v2"

	"github.com/keizoku-bcp/keizoku/block"
	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/checks/internal/field"
	"github.com/keizoku-bcp/keizoku/checks/internal/netdial"
	"github.com/keizoku-bcp/keizoku/checks/internal/tlsconf"
	"github.com/keizoku-bcp/keizoku/plan"
)

// Settings are the attributes of a check "tcp".
type Settings struct {
	plan.Source `hcl:",source"`

	Address field.Address     `hcl:"address" doc:"Host and port to connect to, such as \"10.1.0.11:1521\"; an IPv6 address in brackets."`
	Family  string            `hcl:"family,optional" enum:"ip4,ip6" doc:"Use only IPv4 or only IPv6 addresses of the host. Both if not given, in the order of the resolver."`
	Send    string            `hcl:"send,optional" doc:"Text to send once connected; \\r\\n and the like work as everywhere in the plan."`
	Expect  field.Pattern     `hcl:"expect,optional" doc:"Regular expression that the answer must match; for a check with send, the answer to that. Without it nothing is read."`
	Steps   []Step            `hcl:"step,block" doc:"A conversation of several turns, in place of send and expect."`
	TLS     *tlsconf.Settings `hcl:"tls,block" doc:"Speak TLS; an empty block will do."`
}

// Step is one turn of a conversation: what is given is sent, then what is expected is read.
type Step struct {
	plan.Source `hcl:",source"`

	Send   string        `hcl:"send,optional" doc:"Text to send."`
	Expect field.Pattern `hcl:"expect,optional" doc:"Regular expression that what the server says next must match."`
}

// Kind describes checks of kind "tcp".
func Kind() *checks.Kind {
	return &checks.Kind{
		Name:     "tcp",
		Summary:  "Connects to a TCP port; sends and expects, with or without TLS.",
		Doc:      doc,
		Example:  example,
		Settings: Settings{},
		Validate: validate,
		New:      newProber,
	}
}

const doc = "Connects to a port and closes the connection again. It succeeds when the connection is made and,\n" +
	"where `send`, `expect` or `step` blocks ask for it, the server says what is expected.\n\n" +
	"A service that greets first (SMTP, FTP, SSH) needs `expect` alone. An `expect` is tried on everything\n" +
	"that arrived since the last one matched, as soon as it arrives; `(?m)` lets `^` match at each line. At\n" +
	"most 64 KiB are read for each. As a server may always say more, an answer that does not match is\n" +
	"known to be wrong when the server hangs up or the time is up.\n\n" +
	"| phase | time |\n|---|---|\n" +
	"| `resolve` | looking up the host; absent for an address |\n" +
	"| `connect` | until the connection is made |\n" +
	"| `tls` | the TLS handshake |\n" +
	"| `answer` | the conversation |\n\n" +
	"A refused connection is `refused`, silence `timeout`, a connection broken off `reset`, an answer that\n" +
	"does not match `wrong_answer`, and a bad certificate `tls_invalid`.\n"

const example = `check "tcp" "mail" {
  address = "10.1.0.25:25"
  step {
    expect = "^220 "
  }
  step {
    send   = "EHLO keizoku\r\n"
    expect = "(?m)^250 "
  }
  step {
    send = "QUIT\r\n"
  }
}
`

// validate finds a conversation written in two ways, or with nothing in it.
func validate(settings any, _ hcl.Body) (diags hcl.Diagnostics) {
	s := settings.(*Settings)
	if len(s.Steps) > 0 && (s.Send != "" || !s.Expect.IsZero()) {
		diags = append(diags, field.Error(block.HCLRange(s.At("send")), "Steps or send and expect",
			"A conversation is written either as step blocks or as one send and expect. Move these into a step."))
	}
	for _, step := range s.Steps {
		if step.Send == "" && step.Expect.IsZero() {
			diags = append(diags, field.Error(block.HCLRange(step.Block), "Empty step", "Give the step something to send or to expect."))
		}
	}
	return append(diags, s.TLS.Check()...)
}

// prober runs one check. It keeps nothing open between probes.
type prober struct {
	address netdial.Address
	dialer  *netdial.Dialer
	tls     *tls.Config // nil for plain TCP
	steps   []Step
	secrets *plan.Redactor
}

func newProber(settings any, env *checks.Env) (checks.Prober, error) {
	s := settings.(*Settings)
	p := &prober{
		address: s.Address.Address, dialer: netdial.New(netdial.Family(s.Family)),
		steps: s.Steps, secrets: env.Secrets,
	}
	if len(p.steps) == 0 && (s.Send != "" || !s.Expect.IsZero()) {
		p.steps = []Step{{Send: s.Send, Expect: s.Expect}}
	}
	if s.TLS == nil {
		return p, nil
	}
	var err error
	if p.tls, err = s.TLS.Config(p.address.Host); err != nil {
		return nil, fmt.Errorf("tls: %w", err)
	}
	return p, nil
}

// Probe implements [checks.Prober].
func (p *prober) Probe(ctx context.Context) checks.Result {
	watch := netdial.Start()
	result := checks.Result{Reason: checks.OK, Text: "connected to " + p.address.String()}
	p.run(ctx, watch, &result).Put(&result, p.secrets)
	result.Phases = watch.Phases()
	return result
}

// run connects and converses; it returns nil when all went well.
func (p *prober) run(ctx context.Context, watch *netdial.Stopwatch, result *checks.Result) *netdial.Failure {
	tcp, err := p.dialer.TCP(ctx, p.address, watch)
	if err != nil {
		return netdial.Fail(ctx, netdial.Connecting, p.address.String(), err)
	}
	defer tcp.Close()
	if p.tls == nil && len(p.steps) == 0 {
		return nil
	}
	defer checks.Interrupt(ctx, tcp)()
	conn := tcp
	if p.tls != nil {
		secured, failure := tlsconf.Handshake(ctx, tcp, p.tls, watch)
		if failure != nil {
			return failure
		}
		result.NotAfter = tlsconf.NotAfter(secured)
		conn = secured
	}
	return p.converse(ctx, conn, watch)
}

// converse goes through the steps.
func (p *prober) converse(ctx context.Context, conn net.Conn, watch *netdial.Stopwatch) *netdial.Failure {
	if len(p.steps) == 0 {
		return nil
	}
	defer watch.Lap("answer")
	talk := conversation{conn: conn, ctx: ctx, secrets: p.secrets}
	for i, step := range p.steps {
		if failure := talk.turn(i+1, step); failure != nil {
			return failure
		}
	}
	return nil
}
