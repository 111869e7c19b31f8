// Package apcupsd reads UPS of APC through the network information server (NIS) of apcupsd.
//
// It exists because apcupsd serves USB and serial UPS of APC on many a small server where nothing
// else does. The protocol and the fields are in the Apcupsd User Manual, chapters "Apcupsd Network
// Monitoring" and "Apcupsd Status Logging".
package apcupsd

import (
	"context"
	"errors"
	"net"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/power"
	"github.com/keizoku-bcp/keizoku/power/internal/field"
)

// port is the NIS's, registered with IANA.
const port = 3551

// Settings are the attributes of a source "apcupsd".
type Settings struct {
	plan.Source `hcl:",source"`

	Address field.Address `hcl:"address" doc:"Host of apcupsd, with its NISPORT if that is not 3551."`
}

// Protocol describes sources of kind "apcupsd".
func Protocol() *power.Protocol {
	return &power.Protocol{
		Name:     "apcupsd",
		Summary:  "apcupsd: asks its network information server.",
		Doc:      doc,
		Example:  example,
		Settings: Settings{},
		New:      newReader,
	}
}

const doc = "Asks the network information server of [apcupsd](http://www.apcupsd.org/) for the status of its UPS, over a\n" +
	"new connection each time. It needs `NETSERVER on` and a `NISIP` that the agent can reach in apcupsd.conf.\n" +
	"The protocol knows neither password nor encryption.\n\n" +
	"| field | reading |\n|---|---|\n" +
	"| `STATUS`, `STATFLAG` | source, low battery, replace battery; see below |\n" +
	"| `BCHARGE`, `TIMELEFT`, `BATTDATE` | charge, time left, when the battery was put in |\n" +
	"| `LOADPCT` | load |\n" +
	"| `NOMPOWER`, `NOMAPNT` | what the UPS is made for, in W and in VA |\n" +
	"| `LINEV` | input voltage |\n" +
	"| `TONBATT` | time on battery |\n" +
	"| `SELFTEST`, `LASTSTEST` | newest self-test |\n" +
	"| `MODEL` | model |\n" +
	"| `LASTXFER` | an alarm while on battery: why it changed over, a self-test among the reasons |\n\n" +
	"Output in W and VA is not among the fields. `ITEMP` is the temperature inside the UPS, not of its battery,\n" +
	"and is left out. A value that does not have the unit of its field is doubted.\n\n" +
	"Of the words of `STATUS`, `ONBATT` means battery, else `ONLINE` utility; where neither stands, as in\n" +
	"`SHUTTING DOWN`, the bits of `STATFLAG` tell. `LOWBATT` is a low battery, `REPLACEBATT` one to be replaced;\n" +
	"without it nothing is known, for not every UPS tells. `TRIM`, `BOOST` and `SLAVE` are everyday;\n" +
	"every other word, known or not, is an alarm. `COMMLOST` means that apcupsd has lost its UPS and is `detached`.\n"

const example = `source "apcupsd" {
  address = "10.1.0.41"
}
`

// reader reads one apcupsd. It keeps nothing between readings.
type reader struct {
	address string
	secrets *plan.Redactor
}

func newReader(settings any, env *power.Env) (power.Reader, error) {
	return &reader{address: settings.(*Settings).Address.Or(port).String(), secrets: env.Secrets}, nil
}

// Read implements [power.Reader].
func (r *reader) Read(ctx context.Context) power.Result {
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "tcp", r.address)
	if err != nil {
		return field.Fail(ctx, r.address, err, false, r.secrets)
	}
	defer conn.Close()
	defer checks.Interrupt(ctx, conn)()
	fields, err := status(conn)
	var wrong *wrongAnswer
	switch {
	case errors.As(err, &wrong):
		return field.Failed(checks.WrongAnswer, r.address+" "+wrong.text, r.secrets)
	case err != nil:
		return field.Fail(ctx, r.address, err, true, r.secrets)
	case hasLostUPS(fields):
		return field.Failed(checks.Detached, "apcupsd at "+r.address+" has lost its UPS (COMMLOST); see its cable and driver", r.secrets)
	}
	return power.Result{Reason: checks.OK, Reading: readingOf(fields, r.secrets)}
}
