// Package nut reads UPS through upsd, the server of Network UPS Tools.
//
// It exists, rather than one of the Go clients, because those wait without a deadline on a server
// that says nothing (upsd itself does, after a stray quote) and know no TLS. The protocol is in
// the NUT developer guide, chapter "Network protocol information"; the variables in its appendix
// "NUT command and variable naming scheme".
package nut

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
	"strings"
	"unicode"

	"github.com/hashicorp/hcl/v2"

	"github.com/keizoku-bcp/keizoku/block"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/power"
	"github.com/keizoku-bcp/keizoku/power/internal/field"
)

// port is upsd's, registered with IANA.
const port = 3493

// Settings are the attributes of a source "nut".
type Settings struct {
	plan.Source `hcl:",source"`

	Address  field.Address `hcl:"address" doc:"Host of upsd, with its port if that is not 3493."`
	UPS      string        `hcl:"ups" doc:"Name of the UPS in upsd's ups.conf; upsc -l lists them."`
	Username string        `hcl:"username,optional" doc:"User of upsd.users to log in as. Reading needs none. Goes with password."`
	Password plan.Secret   `hcl:"password,optional" doc:"Password of the user. Without starttls it crosses the network in clear."`
	Login    bool          `hcl:"login,optional" default:"false" doc:"Send LOGIN too, which proves the password but makes upsd count this agent among the machines to wait for at a shutdown."`
	StartTLS *StartTLS     `hcl:"starttls,block" doc:"Speak TLS, never in clear; an empty block will do."`
}

// StartTLS is the starttls block.
type StartTLS struct {
	CAFile             string `hcl:"ca_file,optional" doc:"File on the agent's machine with the certificates (PEM) of the authorities to trust, instead of the system's. Read when the plan is loaded."`
	ServerName         string `hcl:"server_name,optional" doc:"Name that the certificate must be for. The host of the address if not given."`
	InsecureSkipVerify bool   `hcl:"insecure_skip_verify,optional" default:"false" doc:"Accept a certificate of any authority and for any name."`
}

// Protocol describes sources of kind "nut".
func Protocol() *power.Protocol {
	return &power.Protocol{
		Name:     "nut",
		Summary:  "Network UPS Tools: asks upsd.",
		Doc:      doc,
		Example:  example,
		Settings: Settings{},
		Validate: validate,
		New:      newReader,
	}
}

const doc = "Asks `upsd`, the server of [Network UPS Tools](https://networkupstools.org/), for all variables of one UPS:\n" +
	"one command per reading, over a connection that is kept and renewed when it breaks.\n\n" +
	"| variable | reading |\n|---|---|\n" +
	"| `ups.status` | source, low battery, replace battery; see below |\n" +
	"| `battery.charge`, `battery.runtime`, `battery.temperature`, `battery.date` | charge, time left, temperature, when the battery was put in |\n" +
	"| `ups.load`, `ups.realpower`, `ups.power` | load, output in W and in VA |\n" +
	"| `ups.realpower.nominal`, `ups.power.nominal` | what the UPS is made for |\n" +
	"| `input.voltage` | input voltage |\n" +
	"| `ups.test.result`, `ups.test.date` | newest self-test; the date if it is written year first |\n" +
	"| `ups.mfr`, `ups.model`, or `device.mfr`, `device.model` | model |\n" +
	"| `ups.alarm` | alarms |\n\n" +
	"Of the words of `ups.status`, `OFF` means that the load is not fed, else `BYPASS` bypass, `OB` battery, `OL` utility.\n" +
	"`LB` is a low battery, `RB` one to be replaced; without `RB` nothing is known, for not every driver tells it.\n" +
	"`CHRG`, `DISCHRG`, `TRIM` and `BOOST` are everyday; every other word, known or not, is an alarm. So are\n" +
	"`TEST` and `CAL`: a UPS that tests itself runs on battery for seconds, and the word tells why.\n\n" +
	"| upsd says | reason |\n|---|---|\n" +
	"| `DATA-STALE`, or the status `WAIT` of a driver that has just started | `stale` |\n" +
	"| `DRIVER-NOT-CONNECTED` | `detached` |\n" +
	"| `UNKNOWN-UPS` | `no_such_unit` |\n" +
	"| `ACCESS-DENIED` and its like | `auth_failed` |\n" +
	"| no TLS where `starttls` wants it | `tls_invalid` |\n" +
	"| anything else | `wrong_answer` |\n\n" +
	"A driver that hangs is noticed late: until upsd's `MAXAGE` (15 s) is over it repeats the last values as\n" +
	"if they were fresh.\n\n" +
	"upsd answers `OK` to any name and password and judges them at the first command that needs rights. Reading\n" +
	"needs none, so a wrong password goes unnoticed unless `login = true`. That has a price: upsd then counts\n" +
	"the agent among the machines fed by the UPS, and at a shutdown the primary upsmon waits `HOSTSYNC`\n" +
	"(15 s) for it in vain. Use it where nothing shuts down through upsmon, or give the agent no user at all.\n"

const example = `source "nut" {
  address  = "10.1.0.40"
  ups      = "rack-a"
  username = "keizoku"
  password = env("NUT_PASSWORD")
  starttls {
    ca_file = "/etc/keizoku/city-ca.pem"
  }
}
`

// validate finds what would break upsd's lines, and half a login.
func validate(settings any, _ hcl.Body) (diags hcl.Diagnostics) {
	s := settings.(*Settings)
	mistake := func(attribute, summary, detail string) {
		diags = append(diags, field.Error(block.HCLRange(s.At(attribute)), summary, detail))
	}
	if strings.ContainsFunc(s.UPS, notInNames) {
		mistake("ups", "Not a name of a UPS", "It is the name in brackets in upsd's ups.conf, without the @host.")
	}
	if (s.Username == "") != s.Password.IsZero() {
		mistake("username", "Half a login", "username and password go together: give both or none.")
	}
	if s.Login && s.Username == "" {
		mistake("login", "A login without a user", "login = true needs username and password.")
	}
	if strings.ContainsFunc(s.Username+s.Password.Reveal(), unicode.IsControl) {
		mistake("username", "A control character in the login", "Neither username nor password may hold control characters.")
	}
	return diags
}

// notInNames reports whether upsd would not take r in the name of a UPS.
func notInNames(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune(`"\@#=[]`, r)
}

func newReader(settings any, env *power.Env) (power.Reader, error) {
	s := settings.(*Settings)
	address := s.Address.Or(port)
	r := &reader{address: address.String(), settings: s, secrets: env.Secrets}
	if s.StartTLS == nil {
		return r, nil
	}
	var err error
	if r.tls, err = s.StartTLS.config(address.Host()); err != nil {
		return nil, fmt.Errorf("starttls: %w", err)
	}
	return r, nil
}

// config builds what crypto/tls needs to talk to host.
func (s *StartTLS) config(host string) (*tls.Config, error) {
	config := &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}
	config.InsecureSkipVerify = s.InsecureSkipVerify
	if s.ServerName != "" {
		config.ServerName = s.ServerName
	}
	if s.CAFile == "" {
		return config, nil
	}
	pem, err := os.ReadFile(s.CAFile)
	if err != nil {
		return nil, fmt.Errorf("ca_file: %w", err)
	}
	config.RootCAs = x509.NewCertPool()
	if !config.RootCAs.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("ca_file: %s holds no certificate in PEM form", s.CAFile)
	}
	return config, nil
}
