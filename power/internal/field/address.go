// Package field holds what the protocols that speak to a device over the network share: the form
// of an address in the plan, and the words for a device that does not answer.
//
// It exists so that a mistake in an address is said at the address itself, and so that the same
// trouble reads the same whatever the device speaks.
package field

import (
	"fmt"
	"net"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/keizoku-bcp/keizoku/block"
)

// Address is a host with its port, if the plan names one: "10.1.0.40", "10.1.0.40:1161",
// "[2001:db8::1]:161", "2001:db8::1", "ups.example".
type Address struct {
	host string
	port uint16 // 0 when the plan names none
}

// ParseAddress reads text as an Address.
func ParseAddress(text string) (Address, error) {
	host, port, hasPort := split(text)
	if host == "" || strings.ContainsAny(host, "/ \t[]") || strings.Contains(host, ":") && net.ParseIP(host) == nil {
		return Address{}, fmt.Errorf("%q is not a host, nor a host and port", text)
	}
	if !hasPort {
		return Address{host: host}, nil
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil || n == 0 {
		return Address{}, fmt.Errorf("%q is not a port number from 1 to 65535", port)
	}
	return Address{host: host, port: uint16(n)}, nil
}

func split(text string) (host, port string, hasPort bool) {
	if host, port, err := net.SplitHostPort(text); err == nil {
		return host, port, true
	}
	if inner, ok := strings.CutPrefix(text, "["); ok {
		text = strings.TrimSuffix(inner, "]")
	}
	return text, "", false
}

// DecodeExpr implements [block.Decoder].
func (a *Address) DecodeExpr(expr hcl.Expression, ctx *block.Context) hcl.Diagnostics {
	text, sensitive, diags := Text(expr, ctx)
	if diags.HasErrors() {
		return diags
	}
	var err error
	if *a, err = ParseAddress(text); err == nil {
		return diags
	}
	detail := `Write it as "host" or "host:port", an IPv6 address with a port in brackets.`
	if !sensitive {
		detail = fmt.Sprintf("The text %v. %s", err, detail)
	}
	return append(diags, block.Wrong(expr, detail)...)
}

// TypeWord implements [block.Decoder].
func (*Address) TypeWord() string { return "host[:port]" }

// Or returns a with port where the plan names none.
func (a Address) Or(port uint16) Address {
	if a.port == 0 {
		a.port = port
	}
	return a
}

// Host returns the host without brackets.
func (a Address) Host() string { return a.host }

// Port returns the port; zero when there is none.
func (a Address) Port() uint16 { return a.port }

// String returns "host:port".
func (a Address) String() string { return net.JoinHostPort(a.host, strconv.Itoa(int(a.port))) }

// Text evaluates expr, which must be text in quotes. sensitive tells that it must not be quoted.
func Text(expr hcl.Expression, ctx *block.Context) (text string, sensitive bool, diags hcl.Diagnostics) {
	v, sensitive, diags := block.Eval(expr, ctx)
	if diags.HasErrors() {
		return "", sensitive, diags
	}
	if v.Type() != cty.String || v.IsNull() || !v.IsKnown() {
		return "", sensitive, append(diags, block.Wrong(expr, "Text in quotes is wanted.")...)
	}
	return v.AsString(), sensitive, diags
}

// Error makes an error diagnostic.
func Error(at hcl.Range, summary, detail string) *hcl.Diagnostic {
	return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: detail, Subject: &at}
}
