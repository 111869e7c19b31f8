// Package sysfs reads the power supplies that Linux itself knows: batteries of laptops, UPS with
// a kernel driver, mains adapters.
//
// It exists because the machine that runs an agent is often a small one with a battery of its
// own, and its kernel tells all there is without a daemon. The files are those of
// Documentation/ABI/testing/sysfs-class-power.
package sysfs

import (
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/keizoku-bcp/keizoku/block"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/power"
	"github.com/keizoku-bcp/keizoku/power/internal/field"
)

// Settings are the attributes of a source "sysfs".
type Settings struct {
	plan.Source `hcl:",source"`

	Path   string `hcl:"path,optional" default:"/sys/class/power_supply" doc:"Folder of the supplies."`
	Supply string `hcl:"supply,optional" doc:"Name of the supply, such as \"BAT0\". If not given, the first UPS, else the first battery, else the first mains adapter."`
}

// Protocol describes sources of protocol "sysfs".
func Protocol() *power.Protocol {
	return &power.Protocol{
		Name:     "sysfs",
		Summary:  "Reads the agent's own battery or UPS from Linux's /sys/class/power_supply.",
		Doc:      doc,
		Example:  example,
		Settings: Settings{},
		Validate: validate,
		New:      newReader,
	}
}

const doc = "The agent's own machine tells of its battery. Of a battery are read:\n\n" +
	"| file | for |\n|---|---|\n" +
	"| `status` | source: `Discharging` is battery; `Charging`, `Not charging` and `Full` are utility |\n" +
	"| `online` | source, where the status says nothing: of the supply itself, or of a mains adapter beside it |\n" +
	"| `capacity`, or `energy_now` of `energy_full`, or `charge_now` of `charge_full` | charge |\n" +
	"| `capacity_level` | battery state |\n" +
	"| `time_to_empty_now`, `time_to_empty_avg`, or `energy_now` by the power drawn | runtime, only while discharging |\n" +
	"| `power_now`, or `voltage_now` and `current_now` | output, only while discharging: otherwise it is what charges |\n" +
	"| `temp` | battery temperature |\n" +
	"| `health` | whether to replace the battery, and an alarm when it is not good |\n" +
	"| `voltage_now` of a mains adapter | input voltage |\n\n" +
	"A supply that is not there is `no_such_unit`, one whose battery was taken out `detached`. On other systems\n" +
	"than Linux every reading is `error_local`.\n"

const example = `source "sysfs" {
  supply = "BAT0"
}
`

// validate finds a name that would lead out of the folder.
func validate(settings any, _ hcl.Body) (diags hcl.Diagnostics) {
	s := settings.(*Settings)
	if strings.ContainsAny(s.Supply, "/\x00") || s.Supply == "." || s.Supply == ".." {
		diags = append(diags, field.Error(block.HCLRange(s.At("supply")), "Not the name of a supply",
			"It is the name of a folder in path, without slashes."))
	}
	return diags
}
