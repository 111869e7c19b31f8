package block_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/block"
)

func TestDescribe(t *testing.T) {
	attrs := block.Describe(settings{})
	byName := map[string]block.Attribute{}
	for _, a := range attrs {
		byName[a.Name] = a
	}
	want := map[string]block.Attribute{
		"host":           {Name: "host", Type: "string", Required: true, Doc: "Name or address."},
		"count":          {Name: "count", Type: "whole number", Default: "3", Min: "1", Max: "10", Doc: "Echo requests."},
		"expect_status":  {Name: "expect_status", Type: "list of whole numbers", Default: "200,204", Min: "100", Max: "599"},
		"secret_headers": {Name: "secret_headers", Type: "map of secrets", Secret: true},
		"ca_file":        {Name: "ca_file", Type: "string"},
	}
	for name, w := range want {
		if diff := cmp.Diff(w, byName[name]); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	if got := block.SecretNames(attrs); !cmp.Equal(got, []string{"token", "secret_headers", "password"}) {
		t.Errorf("secret names: %v", got)
	}
}

func TestMarkdown(t *testing.T) {
	type inner struct {
		Path string  `hcl:"path,label"`
		Max  float64 `hcl:"max,optional" min:"0" doc:"A | B."`
	}
	type s struct {
		Host string  `hcl:"host" doc:"Name."`
		Mode string  `hcl:"mode,optional" default:"x" enum:"x,y" doc:"How."`
		Disk []inner `hcl:"disk,block" doc:"A disk."`
	}
	want := strings.Join([]string{
		"| Name | Type | Default | Meaning |",
		"|---|---|---|---|",
		"| `host` | string | **required** | Name. |",
		"| `mode` | string | `x` | How. One of `x`, `y`. |",
		"| `disk` | blocks |  | A disk. |",
		"",
		"### `disk \"path\"`",
		"",
		"A disk.",
		"",
		"| Name | Type | Default | Meaning |",
		"|---|---|---|---|",
		`| ` + "`max`" + ` | number |  | A \| B. At least 0. |`,
		"",
	}, "\n")
	if diff := cmp.Diff(want, block.Markdown(block.Describe(s{}), 3)); diff != "" {
		t.Error(diff)
	}
}
