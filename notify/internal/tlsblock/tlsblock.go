// Package tlsblock is the tls block that every channel over the network has.
//
// It exists so that the authority of a city's own network is given in the same words for mail,
// webhooks and Alertmanager.
package tlsblock

import (
	"github.com/hashicorp/hcl/v2"
	promconfig "github.com/prometheus/common/config"

	"github.com/keizoku-bcp/keizoku/block"
	"github.com/keizoku-bcp/keizoku/plan"
)

// Settings is the tls block.
type Settings struct {
	plan.Source `hcl:",source"`

	CAFile             string `hcl:"ca_file,optional" doc:"File on the agent's machine with the certificates (PEM) of the authorities to trust, instead of the system's."`
	ServerName         string `hcl:"server_name,optional" doc:"Name that the certificate must be for, also sent to the server (SNI). The host of the address if not given."`
	CertFile           string `hcl:"cert_file,optional" doc:"File with the client certificate (PEM), for servers that ask for one. Goes with key_file."`
	KeyFile            string `hcl:"key_file,optional" doc:"File with the private key (PEM) of the client certificate."`
	InsecureSkipVerify bool   `hcl:"insecure_skip_verify,optional" default:"false" doc:"Accept a certificate of any authority and for any name."`
}

// Check looks for what the types of the attributes cannot tell; a nil Settings is good. It does not
// open the files: the plan may be checked on another machine than the agent's.
func (s *Settings) Check() hcl.Diagnostics {
	if s == nil || (s.CertFile == "") == (s.KeyFile == "") {
		return nil
	}
	at := block.HCLRange(s.Block)
	return hcl.Diagnostics{{
		Severity: hcl.DiagError, Summary: "Half of a client certificate",
		Detail: "cert_file and key_file go together: give both or none.", Subject: &at,
	}}
}

// Config says the same in Prometheus's words. A nil Settings is the default.
func (s *Settings) Config() promconfig.TLSConfig {
	if s == nil {
		return promconfig.TLSConfig{}
	}
	return promconfig.TLSConfig{
		CAFile: s.CAFile, CertFile: s.CertFile, KeyFile: s.KeyFile,
		ServerName: s.ServerName, InsecureSkipVerify: s.InsecureSkipVerify,
	}
}
