// Package block turns an HCL block body into a Go struct and the struct's tags into reference
// documentation.
//
// It exists so that every kind of check, UPS protocol and channel declares its attributes once,
// in a struct of its own, and gets decoding, defaults, positions, "did you mean" and a reference
// page from that one declaration. hcl's own gohcl stops where this begins: it knows no secrets
// (marked values), no Prometheus durations, no defaults and no documentation.
//
//	type Settings struct {
//		Host    string        `hcl:"host" doc:"Name or address to ping."`
//		Count   int           `hcl:"count,optional" default:"1" doc:"Echo requests per probe."`
//		MaxRTT  time.Duration `hcl:"max_rtt,optional" doc:"Slower than this is a failure."`
//		Auth    *Auth         `hcl:"basic_auth,block" doc:"HTTP basic authentication."`
//		Source  plan.Source   `hcl:",source"`
//	}
//
// Fields may be string, bool, int, float64, time.Duration (Prometheus style: "30s", "7d"),
// [plan.Secret], slices and maps of these by string, pointers to these (nil: not written),
// hcl.Expression (kept unevaluated), types that implement [Decoder], and for blocks a struct
// (exactly one), a pointer to a struct (at most one) or a slice of structs (any number) whose
// `hcl:"…,label"` fields take the labels. A struct that is embedded without a tag lends its
// fields. A plan.Source field tagged ",source" receives the ranges, an hcl.Body field tagged
// ",remain" what the struct does not know. `enum:"a,b,c"` restricts a string; `min:"0"` and
// `max:"1"` restrict numbers and durations that were written; a required string is not empty.
// A default of a list has commas between its elements. Types are not converted: "5" is no number.
//
// Every mistake of a body is reported, not the first alone. Diagnostics never hold a value that
// came from env() or file(): such values are marked [Sensitive] and decode into plan.Secret, or
// into a plain string whose value is then known to the plan's Redactor. A function that returns
// a Sensitive value adds it to the Redactor itself, so that it is known before anything can fail.
package block
