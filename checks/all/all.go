// Package all is the one table of the kinds of check.
//
// It exists so that a new kind costs one folder and one line here; whoever needs the kinds is
// handed the table and knows none of them by name.
package all

import (
	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/checks/dns"
	"github.com/keizoku-bcp/keizoku/checks/exec"
	"github.com/keizoku-bcp/keizoku/checks/heartbeat"
	"github.com/keizoku-bcp/keizoku/checks/host"
	httpcheck "github.com/keizoku-bcp/keizoku/checks/http"
	"github.com/keizoku-bcp/keizoku/checks/icmp"
	"github.com/keizoku-bcp/keizoku/checks/tcp"
	tlscheck "github.com/keizoku-bcp/keizoku/checks/tls"
)

// list is the table, in the order of the documentation: from the network up.
func list() []*checks.Kind {
	return []*checks.Kind{
		icmp.Kind(),
		tcp.Kind(),
		httpcheck.Kind(),
		dns.Kind(),
		tlscheck.Kind(),
		host.Kind(),
		heartbeat.Kind(),
		exec.Kind(),
	}
}

// Kinds returns every kind by its name. Each call makes a map of its own.
func Kinds() map[string]*checks.Kind {
	kinds := make(map[string]*checks.Kind)
	for _, k := range list() {
		kinds[k.Name] = k
	}
	return kinds
}

// Names returns the names of the kinds in the order of the documentation.
func Names() []string {
	var names []string
	for _, k := range list() {
		names = append(names, k.Name)
	}
	return names
}
