package demo

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"maps"
	"net"
	"slices"
	"strconv"
	"strings"
)

// upsd serves the hall's UPS as Network UPS Tools does: as much of its protocol as readers use
// (NUT developer guide, "Network protocol information"). upsc can ask it, too.
func upsd(ctx context.Context, d *Device, ln net.Listener) {
	converse(ctx, ln, func(conn net.Conn) {
		lines := bufio.NewScanner(conn)
		for lines.Scan() && d.think(ctx) {
			words := strings.Fields(lines.Text())
			if len(words) == 0 {
				continue
			}
			if _, err := io.WriteString(conn, d.hall.power.nut(words)); err != nil || words[0] == "LOGOUT" {
				return
			}
		}
	})
}

// The errors of NUT that the server answers with.
const (
	errUnknownCommand  = "ERR UNKNOWN-COMMAND\n"
	errInvalidArgument = "ERR INVALID-ARGUMENT\n"
	errUnknownUPS      = "ERR UNKNOWN-UPS\n"
	errNoVariable      = "ERR VAR-NOT-SUPPORTED\n"
	errNoTLS           = "ERR FEATURE-NOT-CONFIGURED\n"
	errAccessDenied    = "ERR ACCESS-DENIED\n"
)

// nut answers one command. As with upsd, any name and password will do for reading, and a command
// that needs rights is refused: nobody here has any.
func (p *Power) nut(words []string) string {
	switch words[0] {
	case "VER":
		return "Network UPS Tools upsd, simulated by keizoku demo\n"
	case "NETVER":
		return "1.3\n"
	case "USERNAME", "PASSWORD":
		return "OK\n"
	case "LOGOUT":
		return "OK Goodbye\n"
	case "STARTTLS":
		return errNoTLS
	case "LOGIN", "SET", "INSTCMD", "FSD", "PRIMARY", "MASTER":
		return errAccessDenied
	case "LIST":
		return p.list(words[1:])
	case "GET":
		return p.get(words[1:])
	}
	return errUnknownCommand
}

func (p *Power) list(words []string) string {
	switch {
	case len(words) == 1 && words[0] == "UPS":
		var b strings.Builder
		for _, u := range p.upss { // names never change
			fmt.Fprintf(&b, "UPS %s %q\n", u.name, u.model)
		}
		return listed("UPS", b.String())
	case len(words) == 2 && words[0] == "VAR":
		return p.listVariables(words[1])
	}
	return errInvalidArgument
}

func (p *Power) listVariables(name string) string {
	vars := p.variables(name)
	if vars == nil {
		return errUnknownUPS
	}
	var b strings.Builder
	for _, key := range slices.Sorted(maps.Keys(vars)) {
		fmt.Fprintf(&b, "VAR %s %s %q\n", name, key, vars[key])
	}
	return listed("VAR "+name, b.String())
}

func listed(what, lines string) string {
	return "BEGIN LIST " + what + "\n" + lines + "END LIST " + what + "\n"
}

func (p *Power) get(words []string) string {
	if len(words) != 3 || words[0] != "VAR" {
		return errInvalidArgument
	}
	vars := p.variables(words[1])
	value, known := vars[words[2]]
	switch {
	case vars == nil:
		return errUnknownUPS
	case !known:
		return errNoVariable
	}
	return fmt.Sprintf("VAR %s %s %q\n", words[1], words[2], value)
}

// variables are those of the UPS named, or nil when there is none.
func (p *Power) variables(name string) (vars map[string]string) {
	p.look(func() {
		for _, u := range p.upss {
			if u.name == name {
				vars = u.variables(p.onBattery())
			}
		}
	})
	return vars
}

// variables are named as in NUT's "command and variable naming scheme".
func (u *ups) variables(onBattery bool) map[string]string {
	volts := "101.0"
	if onBattery {
		volts = "0.0"
	}
	return map[string]string{
		"battery.charge":        whole(100 * u.charge),
		"battery.charge.low":    whole(100 * lowCharge),
		"battery.date":          "2024-04-01",
		"battery.runtime":       whole(u.seconds()),
		"device.type":           "ups",
		"input.voltage":         volts,
		"output.voltage":        "101.0",
		"ups.load":              whole(100 * u.load / u.watts),
		"ups.mfr":               "Tsuzuki",
		"ups.model":             u.model,
		"ups.power":             whole(u.load / powerFactor),
		"ups.power.nominal":     whole(u.va),
		"ups.realpower":         whole(u.load),
		"ups.realpower.nominal": whole(u.watts),
		"ups.status":            u.status(onBattery),
		"ups.test.date":         "2026-04-01",
		"ups.test.result":       "Done and passed",
	}
}

// status is the set of words of ups.status.
func (u *ups) status(onBattery bool) string {
	words := []string{"OL"}
	switch {
	case onBattery:
		words = []string{"OB", "DISCHRG"}
	case u.charge < 1:
		words = append(words, "CHRG")
	}
	if u.charge < lowCharge {
		words = append(words, "LB")
	}
	return strings.Join(words, " ")
}

// whole writes a number as these devices do, rounded down.
func whole(v float64) string { return strconv.Itoa(int(v)) }
