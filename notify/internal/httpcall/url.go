package httpcall

import (
	"errors"
	"net"
	"net/url"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/keizoku-bcp/keizoku/block"
)

// URL is where to send to. Its path and query may be the secret by which a chat service knows us,
// so texts show [URL.Server] alone.
type URL struct{ *url.URL }

// ParseURL reads text as a URL. Its error does not repeat text.
func ParseURL(text string) (URL, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return URL{}, errors.New("it is not a URL")
	case u.Scheme != "http" && u.Scheme != "https":
		return URL{}, errors.New("a URL begins with http:// or https://")
	case u.Hostname() == "":
		return URL{}, errors.New("it names no host")
	case u.User != nil:
		return URL{}, errors.New("credentials in a URL end up in logs; use basic_auth, headers or bearer_token")
	}
	u.Fragment = "" // never sent
	return URL{u}, nil
}

// DecodeExpr implements [block.Decoder].
func (u *URL) DecodeExpr(expr hcl.Expression, ctx *block.Context) hcl.Diagnostics {
	v, _, diags := block.Eval(expr, ctx)
	if diags.HasErrors() {
		return diags
	}
	if v.Type() != cty.String || v.IsNull() || !v.IsKnown() {
		return append(diags, block.Wrong(expr, "Write the URL in quotes.")...)
	}
	if ctx.Hide != nil && !block.IsSourceCall(expr) {
		ctx.Hide(expr.Range()) // what stands behind the host may be a secret
	}
	parsed, err := ParseURL(v.AsString())
	if err != nil {
		return append(diags, block.Wrong(expr, block.Sentence(err.Error()))...)
	}
	*u = parsed
	return diags
}

// TypeWord implements [block.Decoder].
func (*URL) TypeWord() string { return "URL" }

// Server is the host and port, which is all of the URL that texts may show.
func (u URL) Server() string {
	port := u.Port()
	switch {
	case port != "":
	case u.Scheme == "https":
		port = "443"
	default:
		port = "80"
	}
	return net.JoinHostPort(u.Hostname(), port)
}
