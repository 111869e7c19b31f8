// Package httpcall is how channels send over HTTP: the settings that they share, and one way of
// judging answers.
//
// It exists so that a private authority, a proxy or a token is given in the same words for every
// channel, and so that all agree on which answers are worth another try. The client is
// Prometheus's own (prometheus/common/config), which reads certificates anew when their files
// change; around it stands what it leaves to others: no redirects, no connection that outlives
// the call, no secret in a text.
package httpcall

import (
	"fmt"
	"net/http"

	"github.com/hashicorp/hcl/v2"
	promconfig "github.com/prometheus/common/config"
	"golang.org/x/net/http/httpguts"

	"github.com/keizoku-bcp/keizoku/block"
	"github.com/keizoku-bcp/keizoku/notify/internal/tlsblock"
	"github.com/keizoku-bcp/keizoku/plan"
)

// Settings are attributes that a kind embeds.
type Settings struct {
	BearerToken plan.Secret            `hcl:"bearer_token,optional" doc:"Token for the Authorization header (RFC 6750)."`
	Headers     map[string]plan.Secret `hcl:"headers,optional" doc:"Request headers. Values never print."`
	Proxy       *URL                   `hcl:"proxy,optional" doc:"Proxy to go through, such as \"http://proxy.example:3128\". None if not given; the environment's is not used."`
	BasicAuth   *BasicAuth             `hcl:"basic_auth,block" doc:"User and password (RFC 7617)."`
	TLS         *tlsblock.Settings     `hcl:"tls,block" doc:"How to verify https servers."`
}

// BasicAuth is the basic_auth block.
type BasicAuth struct {
	Username string      `hcl:"username" doc:"User."`
	Password plan.Secret `hcl:"password" doc:"Password, best given by env() or file()."`
}

// Check looks for what the types of the attributes cannot tell; source is that of the block in
// which the settings stand.
func (s *Settings) Check(source plan.Source) (diags hcl.Diagnostics) {
	complain := func(at plan.Range, summary, detail string) {
		where := block.HCLRange(at)
		diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: detail, Subject: &where})
	}
	const cannot = "It holds a line end or another control character; file() keeps the last line end of a file."
	credentials := 0
	for name, value := range s.Headers {
		switch {
		case !httpguts.ValidHeaderFieldName(name):
			complain(source.At("headers"), fmt.Sprintf("%q is not the name of a header", name), "Names are made of letters, digits and hyphens.")
		case !httpguts.ValidHeaderFieldValue(value.Reveal()):
			complain(source.At("headers"), fmt.Sprintf("The value of the header %q cannot be sent", name), cannot)
		case http.CanonicalHeaderKey(name) == "Authorization":
			credentials++
		}
	}
	if !httpguts.ValidHeaderFieldValue(s.BearerToken.Reveal()) {
		complain(source.At("bearer_token"), "The token cannot be sent", cannot)
	}
	if !s.BearerToken.IsZero() {
		credentials++
	}
	if s.BasicAuth != nil {
		credentials++
	}
	if credentials > 1 {
		complain(source.At("bearer_token"), "Credentials twice", "Of basic_auth, bearer_token and the header Authorization only one can be sent.")
	}
	return append(diags, s.TLS.Check()...)
}

// config says the same in Prometheus's words.
func (s *Settings) config() promconfig.HTTPClientConfig {
	var c promconfig.HTTPClientConfig
	if s.BasicAuth != nil {
		c.BasicAuth = &promconfig.BasicAuth{Username: s.BasicAuth.Username, Password: promconfig.Secret(s.BasicAuth.Password.Reveal())}
	}
	if !s.BearerToken.IsZero() {
		c.Authorization = &promconfig.Authorization{Type: "Bearer", Credentials: promconfig.Secret(s.BearerToken.Reveal())}
	}
	if s.Proxy != nil {
		c.ProxyURL = promconfig.URL{URL: s.Proxy.URL}
	}
	c.TLSConfig = s.TLS.Config()
	return c
}

// own are the secrets among the settings that need not have come from env() or file().
func (s *Settings) own() *plan.Redactor {
	own := new(plan.Redactor)
	own.Add(s.BearerToken.Reveal())
	if s.BasicAuth != nil {
		own.Add(s.BasicAuth.Password.Reveal())
	}
	for _, value := range s.Headers {
		own.Add(value.Reveal())
	}
	return own
}
