// Package power is the contract between the agent and its ways of reading UPS and generators.
//
// A protocol (NUT, SNMP, apcupsd, …) lives in a folder of its own, owns its attributes in the
// plan, their documentation and its test, and is listed once in power/all. Whatever the device
// speaks, it answers in one vocabulary, the [Reading]. What a device does not say is absent,
// never zero: a UPS that tells no load is not an idle one.
package power

import (
	"context"
	"log/slog"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/keizoku-bcp/keizoku/block"
	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/plan"
)

// Protocol is one way of reading a supply.
type Protocol struct {
	// Name is the label in the plan: source "nut" { … }.
	Name string
	// Summary is one line for lists; Doc is the reference page's opening, in Markdown.
	Summary string
	Doc     string
	// Example is a complete source block, shown in the reference and parsed by its test.
	Example string
	// Settings is the zero value of the protocol's settings struct; see package block.
	Settings any
	// Validate looks for what the types of the attributes cannot tell; it may be nil.
	Validate func(settings any, body hcl.Body) hcl.Diagnostics
	// New makes the reader of one supply. settings is a pointer to the decoded struct. It must
	// not touch the network.
	New func(settings any, env *Env) (Reader, error)
}

// Reader reads one supply. Read returns when it has an answer or ctx ends, whichever is first,
// and never more than a moment after ctx ends. It is not called concurrently with itself. A
// Reader that holds a connection between readings also implements io.Closer.
type Reader interface {
	Read(ctx context.Context) Result
}

// Env is what an agent lends to its readers.
type Env struct {
	// Supply names the UPS or generator.
	Supply  string
	Timeout time.Duration
	Secrets *plan.Redactor
	Log     *slog.Logger
}

// Result is the answer of one reading.
type Result struct {
	// Reason is checks.OK when Reading holds what the device said.
	Reason checks.Reason
	// Text tells a person what went wrong; empty when Reason is OK. No secret, at most
	// checks.MaxText bytes.
	Text    string
	Reading Reading
}

// OK reports whether the device was read.
func (r Result) OK() bool { return r.Reason == checks.OK }

// Failed returns a failed Result.
func Failed(reason checks.Reason, text string) Result { return Result{Reason: reason, Text: text} }

// Source is where a UPS's load draws from.
type Source string

// The sources.
const (
	Utility Source = "utility" // the input, be it the grid or a generator
	Battery Source = "battery"
	Bypass  Source = "bypass" // the input, unprotected
	Off     Source = "off"    // the load is not fed
	Unknown Source = "unknown"
)

// BatteryState is what a UPS says of its battery.
type BatteryState string

// The states of a battery.
const (
	BatteryUnknown  BatteryState = ""
	BatteryNormal   BatteryState = "normal"
	BatteryLow      BatteryState = "low"
	BatteryDepleted BatteryState = "depleted"
)

// Reading is what a device said at one moment. A nil pointer is something that it did not say or
// that was impossible; see Doubts.
type Reading struct {
	// At is when it was read, by the machine's clock; the agent sets it by its own.
	At time.Time

	Source       Source
	BatteryState BatteryState

	ChargeRatio    *float64 // 0 to 1
	RuntimeSeconds *float64
	LoadRatio      *float64 // of the nominal power; above 1 is overload
	OutputWatts    *float64
	OutputVA       *float64
	InputVolts     *float64
	BatteryCelsius *float64
	NominalWatts   *float64
	NominalVA      *float64

	ReplaceBattery *bool
	// OnBatterySeconds is how long it has run on battery, when the device says.
	OnBatterySeconds *float64
	// TestResult is the device's own word on its newest self-test, TestedAt when it was; either
	// may be empty or zero.
	TestResult string
	TestedAt   time.Time
	// BatteryDate is the device's own word on when its battery was put in; may be empty.
	BatteryDate string

	// Of generators.
	Running    *bool
	FuelLiters *float64
	FuelRatio  *float64 // 0 to 1 of the tank

	// Model names the device as it does itself.
	Model string
	// Alarms are the device's own words for what is wrong, as it gave them.
	Alarms []string
	// Doubts tell which values were impossible and therefore left out: "runtime of 65535 minutes".
	Doubts []string
}

// Decode decodes a protocol's own attributes from the part of a source block that the envelope
// (interval, timeout) left over, and validates them.
func (p *Protocol) Decode(body hcl.Body, ctx *block.Context) (settings any, diags hcl.Diagnostics) {
	settings, diags = block.DecodeNew(body, ctx, p.Settings)
	if !diags.HasErrors() && p.Validate != nil {
		diags = append(diags, p.Validate(settings, body)...)
	}
	return settings, diags
}
