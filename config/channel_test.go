package config_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"

	"github.com/keizoku-bcp/keizoku/block"
	"github.com/keizoku-bcp/keizoku/config"
	"github.com/keizoku-bcp/keizoku/notify"
	"github.com/keizoku-bcp/keizoku/plan"
)

// A kind sees its settings with the envelope around them, and only where nothing else is wrong.
func TestKindsSeeTheEnvelope(t *testing.T) {
	kind := &notify.Kind{Name: "post", Settings: post{}, Check: func(settings any, c *plan.Channel) hcl.Diagnostics {
		at := block.HCLRange(c.At("to_roles"))
		if settings.(*post).Server == "h" && len(c.ToRoles) == 1 && c.ToRoles[0] == "duty" {
			return nil
		}
		return hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Nobody to send to", Subject: &at}}
	}}
	with := options
	with.Channels = config.Channels{"post": kind}
	for inside, want := range map[string]string{
		`server = "h"`: "Nobody to send to",
		"server = \"h\"\n to_roles = [role.duty]":          "",
		"server = \"h\"\n to_roles = [role.dute]":          "role.duty",
		"server = \"h\"\n to_roles = []\n timeout = \"x\"": "timeout",
		"title = \"t\"": "server",
	} {
		src := "plan \"p\" {\n}\nrole \"duty\" {\n title = \"d\"\n}\nnotify \"post\" \"a\" {\n " + inside + "\n}\n"
		_, sources, diags := config.LoadBytes("p.hcl", []byte(src), kinds, with)
		text := written(sources, diags)
		if diags.HasErrors() != (want != "") || !strings.Contains(text, want) || want != "Nobody to send to" && strings.Contains(text, "Nobody") {
			t.Errorf("%s:\n%s\nwant %q", inside, text, want)
		}
	}
}
