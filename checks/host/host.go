// Package host is the kind of check that looks at the machine the agent itself runs on: disks,
// memory, load, processes, services and temperature.
//
// It exists because half of what stops a system announces itself on its own server hours before:
// a full disk, a service that did not come back after the reboot, a server room whose air
// conditioning is off. It asks through gopsutil, systemd over D-Bus and the Windows service
// manager, so that no program is started and no output parsed.
package host

import (
	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/checks/internal/field"
	"github.com/keizoku-bcp/keizoku/plan"
)

// Settings is the attributes of a host check. Each block is one thing to look at; at least one
// must be there. Everything asked for must hold for the check to succeed.
type Settings struct {
	plan.Source `hcl:",source"`

	Disks        []Disk        `hcl:"disk,block" doc:"A file system with enough room. May be repeated."`
	Memory       *Memory       `hcl:"memory,block" doc:"Memory that programs can still have."`
	Load         *Load         `hcl:"load,block" doc:"The load of the processors."`
	Processes    []Process     `hcl:"process,block" doc:"A program that must be running. May be repeated."`
	Services     []string      `hcl:"services,optional" doc:"Services that must be active: systemd units (\"postgresql\" means postgresql.service) or names of Windows services."`
	Temperatures []Temperature `hcl:"temperature,block" doc:"Sensors that must stay cool. May be repeated."`
}

// Disk is a limit on one file system. Zero limits are not looked at.
type Disk struct {
	plan.Source `hcl:",source"`

	Path          string  `hcl:"path" doc:"Any path on the file system: \"/\", \"/var\", \"D:\\\\\"."`
	MaxUsed       float64 `hcl:"max_used,optional" min:"0" max:"1" doc:"More than this share used is a failure (0.9 is 90 %), of what ordinary users may fill, as df counts."`
	MinFreeBytes  int     `hcl:"min_free_bytes,optional" min:"0" doc:"Fewer bytes free for ordinary users is a failure."`
	MaxInodesUsed float64 `hcl:"max_inodes_used,optional" min:"0" max:"1" doc:"More than this share of the inodes used is a failure. Not on file systems that have none (btrfs, NTFS)."`
}

// Memory is a limit on memory. It is judged by what the kernel says is available to programs
// without swapping, so caches do not count as used. Zero limits are not looked at.
type Memory struct {
	plan.Source `hcl:",source"`

	MaxUsed           float64 `hcl:"max_used,optional" min:"0" max:"1" doc:"More than this share of memory not available is a failure (0.95 is 95 %)."`
	MinAvailableBytes int     `hcl:"min_available_bytes,optional" min:"0" doc:"Fewer bytes available is a failure."`
}

// Load is a limit on the load average.
type Load struct {
	MaxPerCore float64 `hcl:"max_per_core" min:"0.01" doc:"A five-minute load average of more than this per logical processor is a failure; 1 is fully busy. On Windows it is the processor queue, averaged from the agent's start."`
}

// Process is a program that must be running.
type Process struct {
	plan.Source `hcl:",source"`

	Name    string        `hcl:"name,optional" doc:"Name of the program (\"postgres\"). On Windows case and \".exe\" do not matter."`
	Pattern field.Pattern `hcl:"pattern,optional" doc:"Regular expression (RE2) that the command line must match. With name, both must hold."`
	Min     int           `hcl:"min,optional" default:"1" min:"1" doc:"Fewer such processes is a failure. Zombies do not count."`
}

// Temperature is a limit on sensors.
type Temperature struct {
	plan.Source `hcl:",source"`

	MaxCelsius float64       `hcl:"max_celsius" doc:"A hotter reading of any sensor chosen is a failure."`
	Sensor     field.Pattern `hcl:"sensor,optional" doc:"Regular expression (RE2) of the sensors to look at, by name; all of them when not said."`
}

// Kind returns the kind, for the table in checks/all.
func Kind() *checks.Kind {
	return &checks.Kind{
		Name:     "host",
		Summary:  "Disk, memory, load, processes, services and temperature of the agent's own machine",
		Doc:      doc,
		Example:  example,
		Local:    true,
		Settings: Settings{},
		Validate: validate,
		New: func(settings any, env *checks.Env) (checks.Prober, error) {
			return newProber(settings.(*Settings), thisMachine{})
		},
	}
}

const doc = `Looks at the machine on which the agent itself runs; nothing is asked over the network.
Name the agent with ` + "`from`" + ` when a plan has several.

What is beyond a limit fails with ` + "`limit`" + `, a missing process or service with ` + "`not_running`" + `. A path that
is not there or gives errors is ` + "`wrong_answer`" + `: the disk is gone. A file system that does not answer (a dead
NFS mount) is ` + "`timeout`" + `; the call cannot be taken back, so one such call stays behind until the kernel lets it
go, and the check starts no second one meanwhile. What the agent cannot tell (no such sensor, no right to look, no
systemd) is ` + "`error_local`" + `: the system becomes unknown, not down.

The numbers are kept as values: ` + "`disk_used_ratio`, `disk_free_bytes`, `disk_inodes_used_ratio`, `memory_used_ratio`, " +
	"`memory_available_bytes`, `load5_per_core`, `process_count`, `temperature_celsius`" + ` (the hottest). When a check
looks at several disks, processes or groups of sensors, the name tells which: ` + "`disk_used_ratio_var_lib`" + ` for
` + "`/var/lib`, `disk_used_ratio_root`" + ` for ` + "`/`" + `.`

const example = `check "host" "server" {
  disk {
    path     = "/"
    max_used = 0.9
  }
  memory {
    max_used = 0.95
  }
  load {
    max_per_core = 4
  }
  process {
    name = "postgres"
    min  = 2
  }
  services = ["postgresql"]
  temperature {
    sensor      = "^coretemp_package"
    max_celsius = 85
  }
}`
