// Package field holds types of attributes that several kinds of check have, with a form of their
// own in the plan: a pattern, a socket address.
//
// It exists so that what is wrong with such a value is said at the value itself, in the same
// words everywhere, and so that a kind has it parsed before its first probe.
package field

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"

	"github.com/hashicorp/hcl/v2"

	"github.com/keizoku-bcp/keizoku/block"
	"github.com/keizoku-bcp/keizoku/checks/internal/netdial"
)

// Pattern is a regular expression in Go's (RE2) syntax. The zero Pattern matches everything.
type Pattern struct{ re *regexp.Regexp }

// MustPattern compiles expr for tests and tables; it panics when expr is no pattern.
func MustPattern(expr string) Pattern { return Pattern{regexp.MustCompile(expr)} }

// DecodeExpr implements [block.Decoder].
func (p *Pattern) DecodeExpr(expr hcl.Expression, ctx *block.Context) hcl.Diagnostics {
	text, sensitive, diags := Text(expr, ctx, "pattern")
	if diags.HasErrors() {
		return diags
	}
	var err error
	if p.re, err = regexp.Compile(text); err == nil {
		return diags
	}
	detail := "The regular expression is not good."
	var syntaxError *syntax.Error
	if errors.As(err, &syntaxError) && !sensitive {
		detail = fmt.Sprintf("%s in %q.", syntaxError.Code, syntaxError.Expr)
	}
	return append(diags, Error(expr.Range(), "Not a regular expression", detail))
}

// TypeWord implements [block.Decoder].
func (*Pattern) TypeWord() string { return "pattern" }

// IsZero reports whether no pattern was given.
func (p Pattern) IsZero() bool { return p.re == nil }

// Match reports whether the pattern occurs in data.
func (p Pattern) Match(data []byte) bool { return p.re == nil || p.re.Match(data) }

// MatchString is Match for a string.
func (p Pattern) MatchString(data string) bool { return p.re == nil || p.re.MatchString(data) }

// String returns the expression.
func (p Pattern) String() string {
	if p.re == nil {
		return ""
	}
	return p.re.String()
}

// Address is a host and port, "10.1.0.11:443" or "[2001:db8::1]:443".
type Address struct{ netdial.Address }

// MustAddress parses text for tests and tables; it panics when text is no address.
func MustAddress(text string) Address {
	a, err := netdial.ParseAddress(text, 0)
	if err != nil {
		panic(err)
	}
	return Address{a}
}

// DecodeExpr implements [block.Decoder].
func (a *Address) DecodeExpr(expr hcl.Expression, ctx *block.Context) hcl.Diagnostics {
	text, sensitive, diags := Text(expr, ctx, "address")
	if diags.HasErrors() {
		return diags
	}
	var err error
	if a.Address, err = netdial.ParseAddress(text, 0); err == nil {
		return diags
	}
	detail := `Write it as "host:port", an IPv6 address in brackets.`
	if !sensitive {
		detail = Sentence(err.Error()) + " " + detail
	}
	return append(diags, Error(expr.Range(), "Not an address with a port", detail))
}

// TypeWord implements [block.Decoder].
func (*Address) TypeWord() string { return "host:port" }
