package field

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/keizoku-bcp/keizoku/block"
	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/plan"
)

func TestParseAddress(t *testing.T) {
	for text, want := range map[string]string{
		"10.1.0.40": "10.1.0.40:161", "10.1.0.40:1161": "10.1.0.40:1161", "ups.example": "ups.example:161",
		"[2001:db8::1]:162": "[2001:db8::1]:162", "2001:db8::1": "[2001:db8::1]:161", "[2001:db8::1]": "[2001:db8::1]:161",
		"": "", ":161": "", "host:0": "", "host:65536": "", "host:snmp": "", "a b": "", "http://host": "", "a:b:c": "",
	} {
		a, err := ParseAddress(text)
		if got := a.Or(161).String(); (err == nil) != (want != "") || err == nil && got != want {
			t.Errorf("%q: %s, %v; want %q", text, got, err, want)
		}
	}
}

func TestDecodeAddress(t *testing.T) {
	ctx := &block.Context{Eval: &hcl.EvalContext{}}
	for _, test := range []struct {
		value cty.Value
		want  string // in the diagnostic; empty when there is none
	}{
		{cty.StringVal("10.1.0.40"), ""},
		{cty.NumberIntVal(5), "Text in quotes"},
		{cty.StringVal("no host"), `"no host" is not a host`},
		{cty.StringVal("no host").Mark(block.Sensitive), `Write it as "host"`},
	} {
		diags := new(Address).DecodeExpr(hcl.StaticExpr(test.value, hcl.Range{}), ctx)
		if (len(diags) > 0) != (test.want != "") || len(diags) > 0 && !strings.Contains(diags[0].Detail, test.want) {
			t.Errorf("%#v: %v, want %q", test.value, diags, test.want)
		}
		if test.value.IsMarked() && strings.Contains(diags[0].Detail, "no host") {
			t.Errorf("a secret is quoted: %v", diags)
		}
	}
}

func TestFail(t *testing.T) {
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	late, cancel := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer cancel()
	secrets := new(plan.Redactor)
	secrets.Add("hunter2")
	for _, test := range []struct {
		ctx     context.Context
		err     error
		reached bool
		reason  checks.Reason
		text    string
	}{
		{t.Context(), syscall.ECONNREFUSED, false, checks.Refused, "connection refused by ups"},
		{t.Context(), os.ErrDeadlineExceeded, true, checks.Timeout, "no answer in time from ups"},
		{late, net.ErrClosed, true, checks.Timeout, "no answer in time from ups"},
		{canceled, net.ErrClosed, true, checks.ErrorLocal, "stopped by the agent while talking to ups"},
		{canceled, context.Canceled, false, checks.ErrorLocal, "stopped by the agent while talking to ups"},
		{t.Context(), io.ErrUnexpectedEOF, true, checks.Reset, "ups closed the connection before it had answered"},
		{t.Context(), syscall.ECONNRESET, true, checks.Reset, "ups broke the connection off"},
		{t.Context(), &net.DNSError{Err: "no such host", Name: "ups"}, false, checks.DNSFailure, "talking to ups: no such host"},
		{t.Context(), errors.New("odd\nhunter2\x00"), true, checks.WrongAnswer, "talking to ups: odd (secret)"},
		{t.Context(), errors.New(strings.Repeat("é", 600)), false, checks.Unreachable, ""},
	} {
		got := Fail(test.ctx, "ups", test.err, test.reached, secrets)
		if got.Reason != test.reason || test.text != "" && got.Text != test.text || len(got.Text) > checks.MaxText {
			t.Errorf("%v: %s: %q, want %s: %q", test.err, got.Reason, got.Text, test.reason, test.text)
		}
	}
}
