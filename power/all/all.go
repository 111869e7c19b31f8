// Package all is the one table of the protocols by which UPS and generators are read.
//
// It exists so that a new protocol costs one folder and one line here; whoever needs the
// protocols is handed the table and knows none of them by name.
package all

import (
	"github.com/keizoku-bcp/keizoku/power"
	"github.com/keizoku-bcp/keizoku/power/apcupsd"
	"github.com/keizoku-bcp/keizoku/power/modbus"
	"github.com/keizoku-bcp/keizoku/power/nut"
	"github.com/keizoku-bcp/keizoku/power/snmp"
	"github.com/keizoku-bcp/keizoku/power/sysfs"
)

// list is the table, in the order of the documentation: the most common first.
func list() []*power.Protocol {
	return []*power.Protocol{
		nut.Protocol(),
		snmp.Protocol(),
		apcupsd.Protocol(),
		sysfs.Protocol(),
		modbus.Protocol(),
	}
}

// Protocols returns every protocol by its name. Each call makes a map of its own.
func Protocols() map[string]*power.Protocol {
	protocols := make(map[string]*power.Protocol)
	for _, p := range list() {
		protocols[p.Name] = p
	}
	return protocols
}

// Names returns the names of the protocols in the order of the documentation.
func Names() []string {
	var names []string
	for _, p := range list() {
		names = append(names, p.Name)
	}
	return names
}
