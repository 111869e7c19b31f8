// Package tlsconf is the TLS settings that several kinds of check share, and what they read
// from a finished handshake.
//
// It exists so that a private certificate authority, which most municipal networks have, is
// given in the same words in every kind.
package tlsconf

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"

	"github.com/hashicorp/hcl/v2"

	"github.com/keizoku-bcp/keizoku/block"
	"github.com/keizoku-bcp/keizoku/checks/internal/field"
	"github.com/keizoku-bcp/keizoku/plan"
)

// Settings is the tls block of a check.
type Settings struct {
	plan.Source `hcl:",source"`

	CAFile             string `hcl:"ca_file,optional" doc:"File on the agent's machine with the certificates (PEM) of the authorities to trust, instead of the system's. Read when the plan is loaded."`
	ServerName         string `hcl:"server_name,optional" doc:"Name that the certificate must be for, also sent to the server (SNI). The host of the address if not given."`
	CertFile           string `hcl:"cert_file,optional" doc:"File with the client certificate (PEM), for servers that ask for one. Goes with key_file."`
	KeyFile            string `hcl:"key_file,optional" doc:"File with the private key (PEM) of the client certificate."`
	MinVersion         string `hcl:"min_version,optional" enum:"1.0,1.1,1.2,1.3" default:"1.2" doc:"Oldest TLS version that is good enough."`
	InsecureSkipVerify bool   `hcl:"insecure_skip_verify,optional" default:"false" doc:"Accept a certificate of any authority and for any name. Of its dates, only checks of kind tls then take notice."`
}

// Check looks for what the types of the attributes cannot tell. It does not open the files: the
// plan may be checked on another machine than the agent's.
func (s *Settings) Check() hcl.Diagnostics {
	if s == nil || (s.CertFile == "") == (s.KeyFile == "") {
		return nil
	}
	given := "cert_file"
	if s.KeyFile != "" {
		given = "key_file"
	}
	return hcl.Diagnostics{field.Error(block.HCLRange(s.At(given)), "Half of a client certificate",
		"cert_file and key_file go together: give both or none.")}
}

// Config builds what crypto/tls needs to talk to host. A nil Settings is the default.
func (s *Settings) Config(host string) (*tls.Config, error) {
	config := &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}
	if s == nil {
		return config, nil
	}
	if s.ServerName != "" {
		config.ServerName = s.ServerName
	}
	config.MinVersion = version(s.MinVersion)
	config.InsecureSkipVerify = s.InsecureSkipVerify
	if err := s.loadCA(config); err != nil {
		return nil, err
	}
	return config, s.loadClient(config)
}

func (s *Settings) loadCA(config *tls.Config) error {
	if s.CAFile == "" {
		return nil
	}
	pem, err := os.ReadFile(s.CAFile)
	if err != nil {
		return fmt.Errorf("ca_file: %w", err)
	}
	config.RootCAs = x509.NewCertPool()
	if !config.RootCAs.AppendCertsFromPEM(pem) {
		return fmt.Errorf("ca_file: %s holds no certificate in PEM form", s.CAFile)
	}
	return nil
}

func (s *Settings) loadClient(config *tls.Config) error {
	if s.CertFile == "" {
		return nil
	}
	cert, err := tls.LoadX509KeyPair(s.CertFile, s.KeyFile)
	if err != nil {
		return fmt.Errorf("cert_file and key_file: %w", err)
	}
	config.Certificates = []tls.Certificate{cert}
	return nil
}

// version is the number of a TLS version as plans write it; 1.2 when they do not.
func version(text string) uint16 {
	switch text {
	case "1.0":
		return tls.VersionTLS10
	case "1.1":
		return tls.VersionTLS11
	case "1.3":
		return tls.VersionTLS13
	default:
		return tls.VersionTLS12
	}
}
