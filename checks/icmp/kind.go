// Package icmp is the check kind "icmp": does a host answer echo requests (ping), how many of
// them, and how fast.
//
// It has an engine of its own because a town hall's agent pings hundreds of hosts for months:
// all probers of an agent share one socket per address family, at a few microseconds an echo,
// and an answer counts only when identifier, sequence, a random token and the sender's address
// are all right. Another library, with a socket of its own, gives the second opinion before a
// host is called down (see [prober.Confirm]).
package icmp

import (
	"net/netip"
	"strings"
	"time"
	"unicode"

	"github.com/hashicorp/hcl/v2"

	"github.com/keizoku-bcp/keizoku/block"
	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/plan"
)

// Settings are the attributes of a check "icmp" block. With nothing but a Host they ping it once.
type Settings struct {
	Host    string        `hcl:"host" doc:"Name or address to ping. A name is looked up at every probe."`
	Family  string        `hcl:"family,optional" default:"any" enum:"any,ip4,ip6" doc:"Address family to look a name up in. With any, the system's order of preference decides."`
	Count   int           `hcl:"count,optional" default:"1" min:"1" max:"100" doc:"Echo requests per probe."`
	Gap     time.Duration `hcl:"gap,optional" default:"200ms" min:"10ms" max:"10s" doc:"Time between the requests of one probe; shortened where they would take more than half of the timeout."`
	Size    int           `hcl:"size,optional" default:"56" min:"8" max:"65507" doc:"Bytes of payload in each request."`
	MaxLoss float64       `hcl:"max_loss,optional" default:"0.5" min:"0" max:"1" doc:"Largest part of the requests that may stay unanswered, from 0 to 1. A probe without any answer fails whatever this says."`
	MaxRTT  time.Duration `hcl:"max_rtt,optional" min:"0s" doc:"Longest average round trip; without it, or with 0s, any will do."`
	Source  plan.Source   `hcl:",source"`
}

// Kind returns the check kind.
func Kind() *checks.Kind {
	return &checks.Kind{
		Name:     "icmp",
		Summary:  "a host answers ICMP echo requests (ping)",
		Doc:      doc,
		Example:  example,
		Settings: Settings{},
		Validate: validate,
		New: func(settings any, env *checks.Env) (checks.Prober, error) {
			return newProber(settings.(*Settings), env), nil
		},
	}
}

const example = `check "icmp" "server" {
  host     = "10.1.0.11"
  count    = 3
  max_loss = 0.4
  max_rtt  = "200ms"
}
`

const doc = `Sends ICMP echo requests, as ping does, and waits for the answers until the check's timeout.

The check fails with

- **timeout** when no answer came,
- **unreachable** when a router, a firewall or this machine's neighbour table said that the host is not there,
- **loss** when more than ` + "`max_loss`" + ` of the requests stayed unanswered,
- **slow** when the average round trip took longer than ` + "`max_rtt`" + `,
- **dns_failure** when the name did not resolve,
- **no_route** or **error_local** when the agent could not even ask; the system is then unknown, not down.

All checks of an agent share one socket per address family. An answer counts only when it comes from the
address that was asked and carries the identifier, the sequence number and the random token of a request
that still waits; copies, strays, forgeries and cut-off answers are ignored.

Before a host that does not answer is called down it is pinged once more from a fresh socket with a fresh
identifier. Stateful firewalls are known to hold the session of an old identifier dead long after the host is
back. If it answers, the failure does not stand, and the shared socket takes a fresh identifier too (at most
once a minute).

On Linux the agent needs no root. One of these is enough:

- datagram sockets for the group it runs as: ` + "`sysctl -w net.ipv4.ping_group_range=\"0 2147483647\"`" + ` (it holds for IPv6 too);
- the capability for raw sockets: ` + "`setcap cap_net_raw+ep /usr/bin/keizoku`" + `, or ` + "`AmbientCapabilities=CAP_NET_RAW`" + ` in the systemd unit.

On Windows the service has to run as LocalSystem or as an administrator. Outside Linux, a socket without
privileges hears of no ICMP errors, and an unreachable host shows as timeout.

A host may be up and not answer: many firewalls drop echo requests. A ` + "`tcp`" + ` or ` + "`http`" + ` check says more
about the service that people use; ` + "`icmp`" + ` beside it tells whether the machine or the program is gone.
`

// validate finds hosts that cannot be pinged as written. It does not repeat them: a host may come
// from env(), and the range shows where it is written.
func validate(settings any, _ hcl.Body) hcl.Diagnostics {
	s := settings.(*Settings)
	problem, hint := hostProblem(s.Host)
	if problem == "" {
		problem, hint = familyProblem(s.Host, s.Family)
	}
	if problem == "" {
		return nil
	}
	at := block.HCLRange(s.Source.At("host"))
	return hcl.Diagnostics{{Severity: hcl.DiagError, Summary: problem, Detail: hint, Subject: &at}}
}

func hostProblem(host string) (problem, hint string) {
	if addr, err := netip.ParseAddr(host); err == nil {
		if why := unusable(addr); why != "" {
			return "This host cannot be pinged", "It is " + why + ". Write the address of one host."
		}
		return "", ""
	}
	switch {
	case strings.Contains(host, "://"), strings.Contains(host, "/"):
		return "This host is not a name or an address", "Leave out the scheme, the path and the prefix length."
	case strings.ContainsAny(host, ":[]"):
		return "This host is not a name or an address", "ICMP has no ports and addresses no brackets; a tcp check connects to a port."
	case strings.ContainsFunc(host, notGraphic), len(host) > 253:
		return "This host is not a name or an address", "A name has no spaces and at most 253 characters."
	}
	return "", ""
}

func notGraphic(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }

func familyProblem(host, family string) (problem, hint string) {
	addr, err := netip.ParseAddr(host)
	if err != nil || family == "any" || family == "" {
		return "", ""
	}
	if want := family == "ip4"; addr.Unmap().Is4() != want {
		return "This host is not of the family " + family, "Leave out family: an address tells it."
	}
	return "", ""
}

// unusable says why nobody answers from an address, or nothing.
func unusable(addr netip.Addr) string {
	switch {
	case addr.IsUnspecified():
		return "the unspecified address"
	case addr.IsMulticast():
		return "a multicast address"
	case addr == netip.AddrFrom4([4]byte{255, 255, 255, 255}):
		return "the broadcast address"
	}
	return ""
}
