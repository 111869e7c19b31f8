package config_test

import (
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/keizoku-bcp/keizoku/config"
	"github.com/keizoku-bcp/keizoku/plan"
)

// ping and web are kinds as small as a kind can be: the real ones have their own tests.
type ping struct {
	Host  string `hcl:"host"`
	Count int    `hcl:"count,optional" default:"1" min:"1"`
}

type web struct {
	Source   plan.Source            `hcl:",source"`
	URL      string                 `hcl:"url"`
	Status   []int                  `hcl:"expect_status,optional" default:"200" min:"100" max:"599"`
	Method   string                 `hcl:"method,optional" default:"GET" enum:"GET,HEAD,POST"`
	Slow     time.Duration          `hcl:"max_duration,optional"`
	Password plan.Secret            `hcl:"password,optional"`
	Headers  map[string]plan.Secret `hcl:"headers,optional"`
	Pattern  string                 `hcl:"expect_body,optional"`
}

var kinds = config.Kinds{
	"ping": {Name: "ping", Settings: ping{}},
	"web":  {Name: "web", Settings: web{}, Validate: validateWeb},
}

func validateWeb(settings any, _ hcl.Body) hcl.Diagnostics {
	w := settings.(*web)
	if strings.HasPrefix(w.URL, "http") {
		return nil
	}
	at := w.Source.At("url")
	return hcl.Diagnostics{{
		Severity: hcl.DiagError, Summary: "Not a URL", Detail: "It must begin with http:// or https://.",
		Subject: &hcl.Range{Filename: at.File, Start: hcl.Pos(at.Start), End: hcl.Pos(at.End)},
	}}
}

// upsd is a protocol as small as a protocol can be.
type upsd struct {
	Source   plan.Source `hcl:",source"`
	Address  string      `hcl:"address"`
	UPS      string      `hcl:"ups,optional" default:"ups"`
	Passcode plan.Secret `hcl:"passcode,optional"`
}

var protocols = config.Protocols{"nut": {Name: "nut", Settings: upsd{}, Validate: validateUPSD}}

func validateUPSD(settings any, _ hcl.Body) hcl.Diagnostics {
	u := settings.(*upsd)
	if strings.Contains(u.Address, ":") {
		return nil
	}
	at := u.Source.At("address")
	return hcl.Diagnostics{{
		Severity: hcl.DiagError, Summary: "Not a socket", Subject: &hcl.Range{Filename: at.File, Start: hcl.Pos(at.Start), End: hcl.Pos(at.End)},
	}}
}

// post and buzzer are kinds of channel as small as a kind can be.
type post struct {
	Source   plan.Source `hcl:",source"`
	Server   string      `hcl:"server"`
	Passcode plan.Secret `hcl:"passcode,optional"`
	PIN      plan.Secret `hcl:"pin,optional"`
}

type buzzer struct {
	Command string `hcl:"command"`
}

var channels = config.Channels{
	"post":   {Name: "post", Settings: post{}, Media: []plan.Medium{plan.Mail}},
	"buzzer": {Name: "buzzer", Settings: buzzer{}, Programs: true},
}

const theSecret = "hunter2-äß"

var options = config.Options{Env: func(name string) (string, bool) {
	return theSecret, strings.HasSuffix(name, "_PASSWORD")
}, Protocols: protocols, Channels: channels}

// load reads a plan that must be good.
func load(t *testing.T, src string) *plan.Plan {
	t.Helper()
	p, sources, diags := config.LoadBytes("plan.hcl", []byte(src), kinds, options)
	if len(diags) > 0 {
		t.Fatal(written(sources, diags))
	}
	return p
}

func written(sources *config.Sources, diags hcl.Diagnostics) string {
	var b strings.Builder
	config.WriteDiagnostics(&b, sources, diags, config.PrintOptions{})
	return b.String()
}
