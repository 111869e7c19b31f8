// Package dns is the kind of check that asks a name server one question and judges the answer.
//
// It exists because when names do not resolve everything looks broken: a check of the name
// servers themselves tells the cause from its many effects.
package dns

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/keizoku-bcp/keizoku/block"
	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/checks/internal/field"
	"github.com/keizoku-bcp/keizoku/checks/internal/netdial"
	"github.com/keizoku-bcp/keizoku/checks/internal/tlsconf"
	"github.com/keizoku-bcp/keizoku/plan"
)

// Settings are the attributes of a check "dns".
type Settings struct {
	plan.Source `hcl:",source"`

	Name          string            `hcl:"name" doc:"Name to ask for, always taken as complete: \"www\" is not searched for in a domain. For type PTR an address will do."`
	Server        string            `hcl:"server,optional" doc:"Name server to ask, with a port if it is not the usual one (53, or 853 for tls). The first of /etc/resolv.conf if not given."`
	Type          string            `hcl:"type,optional" default:"A" enum:"A,AAAA,CNAME,MX,NS,PTR,SOA,SRV,TXT" doc:"Type of record to ask for."`
	Transport     string            `hcl:"transport,optional" default:"udp" enum:"udp,tcp,tls" doc:"How to ask. An answer cut short over udp is asked for again over tcp. tls is DNS over TLS (RFC 7858)."`
	Recursion     bool              `hcl:"recursion,optional" default:"true" doc:"Ask the server to find the answer elsewhere if it must. With false only what it holds itself counts."`
	ExpectRCode   string            `hcl:"expect_rcode,optional" default:"NOERROR" enum:"NOERROR,FORMERR,SERVFAIL,NXDOMAIN,NOTIMP,REFUSED,any" doc:"Response code that is good. With any it is enough that the server answers, whatever it knows."`
	MinAnswers    int               `hcl:"min_answers,optional" default:"1" min:"0" doc:"Fewest records of the type asked for. Counts for NOERROR alone."`
	ExpectAnswers []string          `hcl:"expect_answers,optional" doc:"Values that must all be among the answers, written as in a zone file: \"192.0.2.7\", \"10 mail.example\"."`
	ExpectAny     []string          `hcl:"expect_any,optional" doc:"Values of which at least one must be among the answers."`
	ExpectMatch   field.Pattern     `hcl:"expect_match,optional" doc:"Regular expression that at least one answer must match."`
	TLS           *tlsconf.Settings `hcl:"tls,block" doc:"How to verify the server, for transport tls."`
}

// Kind describes checks of kind "dns".
func Kind() *checks.Kind {
	return &checks.Kind{
		Name:     "dns",
		Summary:  "Asks a name server over UDP, TCP or TLS and judges code and answers.",
		Doc:      doc,
		Example:  example,
		Settings: Settings{},
		Validate: validate,
		New:      newProber,
	}
}

const doc = "Asks one question and judges the answer. It succeeds when the response code is the expected one and,\n" +
	"for `NOERROR`, there are answers of the type asked for and those that the plan expects. Names compare\n" +
	"without regard to case and a dot at the end. Packets that do not answer the question asked (another\n" +
	"id, another question) are ignored while waiting.\n\n" +
	"| phase | time |\n|---|---|\n" +
	"| `resolve` | looking up the server, if it is given by name |\n" +
	"| `connect` | until a TCP connection is made; absent for udp |\n" +
	"| `tls` | the TLS handshake |\n" +
	"| `answer` | from the question to the answer |\n\n" +
	"An error code of the server (`SERVFAIL`, `NXDOMAIN`, `REFUSED`) is `dns_failure`, answers other than\n" +
	"expected are `wrong_answer`, a server without a listener is `refused`.\n"

const example = `check "dns" "internal" {
  server         = "10.1.0.2"
  name           = "records.example"
  type           = "A"
  expect_answers = ["10.1.0.11"]
}
`

// validate finds names that cannot be asked for and values that no answer can have. It quotes
// none of them: any may have come from env().
func validate(settings any, _ hcl.Body) (diags hcl.Diagnostics) {
	s := settings.(*Settings)
	complain := func(attribute, summary string, err error) {
		diags = append(diags, field.Error(block.HCLRange(s.At(attribute)), summary, field.Sentence(err.Error())))
	}
	if _, err := newQuestion(s.Name, s.Type, s.Recursion); err != nil {
		complain("name", "Not a name to ask for", err)
	}
	if s.Server != "" {
		if _, err := netdial.ParseAddress(s.Server, s.port()); err != nil {
			complain("server", "Not an address of a server", errors.New("write it as host or host:port, an IPv6 address with a port in brackets"))
		}
	}
	if s.Transport == "tls" && s.Server == "" {
		complain("transport", "DNS over TLS without a server", errors.New("the system's name server has no name to verify; give the check a server"))
	}
	if s.Transport != "tls" && s.TLS != nil {
		complain("transport", "TLS settings without TLS", errors.New("the tls block is for transport \"tls\" alone"))
	}
	diags = append(diags, s.checkValues()...)
	if given := s.expectations(); s.ExpectRCode != noError && len(given) > 0 {
		complain(given[0], "Answers of an error", fmt.Errorf("%s needs no answers, so %s cannot hold", s.ExpectRCode, strings.Join(given, ", ")))
	}
	return append(diags, s.TLS.Check()...)
}

// checkValues finds expected values that no answer of the type can have.
func (s *Settings) checkValues() (diags hcl.Diagnostics) {
	for _, list := range []struct {
		attribute string
		values    []string
	}{{"expect_answers", s.ExpectAnswers}, {"expect_any", s.ExpectAny}} {
		for _, value := range list.values {
			if _, err := canonical(s.Type, value); err != nil {
				diags = append(diags, field.Error(block.HCLRange(s.At(list.attribute)), "Not a value of type "+s.Type, field.Sentence(err.Error())))
			}
		}
	}
	return diags
}

// expectations names the attributes that expect answers.
func (s *Settings) expectations() (names []string) {
	if len(s.ExpectAnswers) > 0 {
		names = append(names, "expect_answers")
	}
	if len(s.ExpectAny) > 0 {
		names = append(names, "expect_any")
	}
	if !s.ExpectMatch.IsZero() {
		names = append(names, "expect_match")
	}
	return names
}

// port is the one that a server without a port is asked at.
func (s *Settings) port() uint16 {
	if s.Transport == "tls" {
		return 853
	}
	return 53
}
