// Package httpcheck is the kind of check "http": a request to a web server and what its answer
// must be.
//
// It exists because nearly everything staff work with is a web application by now, and a port
// that accepts says nothing about one. It is in the folder http and named so as not to hide
// net/http.
package httpcheck

import (
	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/checks/internal/field"
	"github.com/keizoku-bcp/keizoku/checks/internal/tlsconf"
	"github.com/keizoku-bcp/keizoku/plan"
)

// Settings are the attributes of a check "http".
type Settings struct {
	plan.Source `hcl:",source"`

	URL          URL                    `hcl:"url" doc:"What to request, beginning with http:// or https://. Credentials do not belong here."`
	Method       string                 `hcl:"method,optional" default:"GET" enum:"GET,HEAD,POST,PUT,PATCH,DELETE,OPTIONS" doc:"Request method."`
	Headers      map[string]plan.Secret `hcl:"headers,optional" doc:"Request headers. Values never print. Host replaces the name asked for."`
	Body         string                 `hcl:"body,optional" doc:"Request body; say what it is by a Content-Type header."`
	BearerToken  plan.Secret            `hcl:"bearer_token,optional" doc:"Token for the Authorization header (RFC 6750)."`
	MaxRedirects int                    `hcl:"max_redirects,optional" default:"10" min:"0" max:"50" doc:"Redirects to follow. With 0 a redirect is itself the answer."`
	ExpectStatus []Status               `hcl:"expect_status,optional" default:"2xx" doc:"Status codes that are good: 200, \"2xx\", \"200-204\"."`
	ExpectBody   field.Pattern          `hcl:"expect_body,optional" doc:"Regular expression that must occur in the body."`
	RefuseBody   field.Pattern          `hcl:"refuse_body,optional" doc:"Regular expression that must not occur in the body, such as a maintenance notice."`
	Proxy        *URL                   `hcl:"proxy,optional" doc:"Proxy to go through, such as \"http://proxy.example:3128\". None if not given; the environment's is not used."`
	KeepAlive    bool                   `hcl:"keep_alive,optional" default:"false" doc:"Keep the connection open for the next probe. Cheaper for both sides, but a server that takes no new connections goes unnoticed."`
	HTTP2        bool                   `hcl:"http2,optional" default:"false" doc:"Offer HTTP/2 to https servers. Without it HTTP/1.1 is spoken."`
	BasicAuth    *BasicAuth             `hcl:"basic_auth,block" doc:"User and password (RFC 7617)."`
	JSON         []JSON                 `hcl:"json,block" doc:"Value that the body, as JSON, must hold."`
	TLS          *tlsconf.Settings      `hcl:"tls,block" doc:"How to verify https servers."`
}

// BasicAuth is the basic_auth block.
type BasicAuth struct {
	Username string      `hcl:"username" doc:"User."`
	Password plan.Secret `hcl:"password" doc:"Password, best given by env() or file()."`
}

// Kind describes checks of kind "http".
func Kind() *checks.Kind {
	return &checks.Kind{
		Name:     "http",
		Summary:  "Requests a page over HTTP or HTTPS and judges status, body and JSON values.",
		Doc:      doc,
		Example:  example,
		Settings: Settings{},
		Validate: validate,
		New:      newProber,
	}
}

const doc = "Sends one request and judges the answer: the status first, then patterns in the body, then values\n" +
	"in it as JSON. Each probe makes a new connection unless `keep_alive` is set. At most 1 MiB of the body\n" +
	"is read.\n\n" +
	"Redirects are followed as browsers do. When one leads to another server (scheme, host or port\n" +
	"differ), the plan's headers and credentials are not sent there, and a request with a body does not\n" +
	"follow at all. From http to https on one host they go along.\n\n" +
	"| phase | time |\n|---|---|\n" +
	"| `resolve` | looking up the host; absent for an address |\n" +
	"| `connect` | until the connection is made |\n" +
	"| `tls` | the TLS handshake |\n" +
	"| `processing` | from sending the request to the first byte of the answer |\n" +
	"| `transfer` | the rest of the answer |\n\n" +
	"Phases of redirects add up; those of a connection kept open are absent. A status or body that is not\n" +
	"expected is `wrong_answer`, a 401 in spite of credentials `auth_failed`, a bad certificate\n" +
	"`tls_invalid`. Texts name the server, never the path, query or body: they may hold personal data.\n"

const example = `check "http" "login" {
  url           = "https://records.example/health"
  expect_status = [200, "3xx"]
  refuse_body   = "メンテナンス中"
  headers = {
    Accept = "application/json"
  }
  basic_auth {
    username = "keizoku"
    password = env("RECORDS_PASSWORD")
  }
  json {
    path   = "status.database[0].ok"
    equals = true
  }
  tls {
    ca_file = "/etc/keizoku/city-ca.pem"
  }
}
`
