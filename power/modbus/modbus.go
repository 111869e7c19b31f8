// Package modbus reads generator controllers, and whatever else keeps its values in Modbus
// registers, over Modbus TCP.
//
// It exists because a generator has no standard of its own: each controller keeps fuel, load and
// alarms elsewhere, in other units. So the plan holds the map, and this package reads it.
package modbus

import (
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/power"
	"github.com/keizoku-bcp/keizoku/power/internal/field"
)

// Settings are the attributes of a source "modbus".
type Settings struct {
	plan.Source `hcl:",source"`

	Address   field.Address `hcl:"address" doc:"Host of the controller or gateway, with its TCP port if that is not 502."`
	Unit      int           `hcl:"unit_id,optional" default:"1" min:"0" max:"255" doc:"Unit (slave) behind the address."`
	ByteOrder string        `hcl:"byte_order,optional" default:"big" enum:"big,little" doc:"Order of the two bytes of a register."`
	WordOrder string        `hcl:"word_order,optional" default:"high_first" enum:"high_first,low_first" doc:"Order of the two registers of a 32-bit value."`
	Registers []Register    `hcl:"register,block" doc:"Where one value is kept. The label says which; see the table above."`
	Alarms    []Alarm       `hcl:"alarm,block" doc:"Where one alarm is kept. The label is its text, in any language. A coil or discrete input is an alarm when it is set; a register by bit, equals, above or below."`
}

// Place is where a number is kept.
type Place struct {
	Address int    `hcl:"address" min:"0" max:"65535" doc:"Address from 0, as in the protocol. Manuals that count from 1, or say 40001, mean one less, without the first digit."`
	Kind    string `hcl:"kind,optional" default:"holding" enum:"holding,input,coil,discrete" doc:"Holding or input register, coil or discrete input."`
	Type    string `hcl:"type,optional" default:"uint16" enum:"uint16,int16,uint32,int32,float32" doc:"How the registers make a number; those with 32 take two registers."`
	// A pointer: a scale of zero is a mistake, no scale is one.
	Scale  *float64  `hcl:"scale,optional" doc:"Multiplied to the number; 1 if not given."`
	Offset float64   `hcl:"offset,optional" doc:"Added after that."`
	Bit    *int      `hcl:"bit,optional" min:"0" max:"31" doc:"Take this bit, the lowest being 0: yes or no."`
	Equals []float64 `hcl:"equals,optional" doc:"Yes when the number, before scale and offset, is one of these."`
	Absent []float64 `hcl:"absent,optional" doc:"Numbers, before scale and offset, by which the controller says that it does not know."`
}

// Register is one value of the reading.
type Register struct {
	plan.Source `hcl:",source"`
	Name        string `hcl:"name,label" doc:"Which value."`
	Place
	Unit string `hcl:"unit,optional" doc:"Unit of the number after scale and offset, one of those in the table; the first if not given."`
}

// Alarm is one alarm.
type Alarm struct {
	plan.Source `hcl:",source"`
	Text        string `hcl:"text,label" doc:"What is wrong."`
	Place
	Above *float64 `hcl:"above,optional" doc:"Yes when the number, after scale and offset, is above this."`
	Below *float64 `hcl:"below,optional" doc:"Yes when it is below this."`
}

const defaultPort = 502

// Protocol describes sources of protocol "modbus".
func Protocol() *power.Protocol {
	return &power.Protocol{
		Name:     "modbus",
		Summary:  "Reads a generator controller over Modbus TCP, by a register map in the plan.",
		Doc:      doc(),
		Example:  example,
		Settings: Settings{},
		Validate: validate,
		New:      newReader,
	}
}

const example = `source "modbus" {
  address = "10.1.0.61"
  unit_id = 1
  register "running" {
    address = 772
    equals  = [3, 4]
  }
  register "fuel_liters" {
    address = 1027
    scale   = 0.1
    unit    = "L"
  }
  register "output_watts" {
    address = 1052
    type    = "int32"
    scale   = 0.1
    unit    = "kW"
  }
  register "load_ratio" {
    address = 1064
    unit    = "%"
    absent  = [65535]
  }
  alarm "始動用バッテリー電圧低下" {
    address = 1029
    scale   = 0.1
    below   = 23.5
  }
  alarm "非常停止" {
    address = 2050
    kind    = "discrete"
  }
}
`

func doc() string {
	return "Each `register` block says where the controller keeps one value of the reading, and in what unit:\n\n" +
		nameTable() +
		"\nA number is `registers × scale + offset` in `unit`. Yes and no come from a coil or discrete input, or from a\n" +
		"register by `bit` or `equals`; a register without either is yes when it is not zero. What is out of all\n" +
		"reason, such as fuel of 255 %, is left out and named among the doubts.\n\n" +
		"Every value is asked for by itself, over one connection that lives for one reading: controllers allow few\n" +
		"connections, and other tools want one too. One value that the controller refuses makes the whole reading\n" +
		"`wrong_answer`, for then the map is wrong; the text names the register. `detached` is a gateway whose\n" +
		"controller does not answer.\n\n" +
		"Modbus knows no passwords and no encryption: keep it on a network of its own.\n"
}
