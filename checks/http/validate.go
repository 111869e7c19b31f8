package httpcheck

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"golang.org/x/net/http/httpguts"

	"github.com/keizoku-bcp/keizoku/block"
	"github.com/keizoku-bcp/keizoku/checks/internal/field"
	"github.com/keizoku-bcp/keizoku/checks/internal/netdial"
)

// URL is an http or https address without credentials.
type URL struct{ *url.URL }

// ParseURL parses text. Its error does not repeat text, which may be a secret.
func ParseURL(text string) (URL, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return URL{}, fmt.Errorf("the text is not a URL")
	case u.Scheme != "http" && u.Scheme != "https":
		return URL{}, fmt.Errorf("a URL begins with http:// or https://")
	case u.Hostname() == "":
		return URL{}, fmt.Errorf("the URL names no host")
	case u.User != nil:
		return URL{}, fmt.Errorf("credentials in a URL end up in logs; use basic_auth, a header or bearer_token")
	}
	if _, err := netdial.NewAddress(u.Hostname(), port(u)); err != nil {
		return URL{}, err
	}
	u.Fragment = "" // never sent
	return URL{u}, nil
}

// DecodeExpr implements [block.Decoder].
func (u *URL) DecodeExpr(expr hcl.Expression, ctx *block.Context) hcl.Diagnostics {
	text, _, diags := field.Text(expr, ctx, "URL")
	if diags.HasErrors() {
		return diags
	}
	parsed, err := ParseURL(text)
	if err != nil {
		return append(diags, field.Error(expr.Range(), "Not a good URL", field.Sentence(err.Error())))
	}
	*u = parsed
	return diags
}

// TypeWord implements [block.Decoder].
func (*URL) TypeWord() string { return "URL" }

// port is the port of u, the scheme's when u does not say.
func port(u *url.URL) string {
	if p := u.Port(); p != "" {
		return p
	}
	if u.Scheme == "https" {
		return "443"
	}
	return "80"
}

// validate finds what the types cannot: headers that are none, credentials given twice.
func validate(settings any, _ hcl.Body) (diags hcl.Diagnostics) {
	s := settings.(*Settings)
	complain := func(attribute, summary, detail string) {
		diags = append(diags, field.Error(block.HCLRange(s.At(attribute)), summary, detail))
	}
	for name, value := range s.Headers {
		if !httpguts.ValidHeaderFieldName(name) {
			complain("headers", fmt.Sprintf("%q is not the name of a header", name), "Names are made of letters, digits and hyphens.")
		} else if !httpguts.ValidHeaderFieldValue(value.Reveal()) {
			complain("headers", fmt.Sprintf("The value of the header %q cannot be sent", name), "It holds a line end or another control character; file() keeps the last line end of a file.")
		}
	}
	if token := s.BearerToken.Reveal(); !httpguts.ValidHeaderFieldValue(token) {
		complain("bearer_token", "The token cannot be sent", "It holds a line end or another control character; file() keeps the last line end of a file.")
	}
	if n := len(s.credentials()); n > 1 {
		complain("bearer_token", "Credentials twice", "Of "+strings.Join(s.credentials(), ", ")+" only one can be sent.")
	}
	for _, j := range s.JSON {
		diags = append(diags, j.check()...)
	}
	return append(diags, s.TLS.Check()...)
}

// credentials names the settings that fill the Authorization header.
func (s *Settings) credentials() (names []string) {
	if s.BasicAuth != nil {
		names = append(names, "basic_auth")
	}
	if !s.BearerToken.IsZero() {
		names = append(names, "bearer_token")
	}
	for name := range s.Headers {
		if http.CanonicalHeaderKey(name) == "Authorization" {
			names = append(names, "the header Authorization")
		}
	}
	return names
}
