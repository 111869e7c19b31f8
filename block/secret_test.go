package block_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"

	"github.com/keizoku-bcp/keizoku/block"
)

// TestSecretsNeverInDiagnostics puts a secret, from the environment and spelt out, wherever an
// attribute can go wrong, and looks for it in all that comes back.
func TestSecretsNeverInDiagnostics(t *testing.T) {
	wrong := []string{
		`count = SECRET`, `max_loss = SECRET`, `wait = SECRET`, `verify = SECRET`, `family = SECRET`,
		`expect_status = SECRET`, `expect_status = [SECRET]`, `names = SECRET`, `names = { a = SECRET }`,
		`headers = SECRET`, `headers = { (SECRET) = "x" }`, `headers = { "${SECRET}" = "x", "${SECRET}" = "y" }`,
		`burn = { a = SECRET }`, `secret_headers = SECRET`, `secret_headers = { (SECRET) = "x" }`, `secret_headers = [SECRET]`,
		`token = [SECRET]`, `token = { a = SECRET }`, `token = SECRET + 1`, `token = "${SECRET}" + 1`,
		`host = system[SECRET]`, `host = env(SECRET)`, `host = nosuch(SECRET)`, `host = SECRET.x`, `host = SECRET ? 1 : 2`,
		`host = upper(SECRET, 1)`, `host = [for a in SECRET : a]`, `host = SECRET[0]`, `nosuch = SECRET`,
	}
	for _, line := range wrong {
		t.Run(line, func(t *testing.T) {
			src := strings.ReplaceAll(line, "SECRET", `env("SECRET")`)
			if !strings.HasPrefix(line, "host") {
				src = "host = \"h\"\n" + src
			}
			diags := block.Decode(parse(t, src), context(), new(settings))
			if !diags.HasErrors() {
				t.Fatalf("no error for %s", src)
			}
			noLeak(t, diags, theSecret)
		})
	}
}

func noLeak(t *testing.T, diags hcl.Diagnostics, secret string) {
	t.Helper()
	for _, d := range diags {
		if text := fmt.Sprintf("%s %s %v", d.Summary, d.Detail, d.Extra); strings.Contains(text, secret) {
			t.Errorf("leaks: %s", text)
		}
		if d.EvalContext != nil || d.Expression != nil {
			t.Errorf("carries values that a printer would show: %s", d.Summary)
		}
	}
}

func TestSpeltOutSecrets(t *testing.T) {
	for _, line := range []string{
		`token = hunter2x`, `token = hunter2x.y`, `token = system.hunter2x`, `token = ["hunter2x"]`, `token = { hunter2x = "hunter2x" }`,
		`token = hunter2x()`, `token = hunter2x("hunter2x")`, `secret_headers = "hunter2x"`, `secret_headers = { a = hunter2x }`,
		`tokn = "hunter2x"`, `basic_auth {
password = hunter2x
}`,
		`{"host": "h", "token": "${hunter2x}"}`, `{"host": "h", "token": {"hunter2x": 1}}`, `{"host": "h", "tokn": "hunter2x"}`,
		`{"host": "h", "token": "${env(\"SECRET\")"}`, `{"host": "h", "headers": {"${env(\"SECRET\")}": 1}}`,
	} {
		t.Run(line, func(t *testing.T) {
			src := line
			if !strings.HasPrefix(src, "{") {
				src = "host = \"h\"\n" + src
			}
			ctx := context()
			var hidden []hcl.Range
			ctx.Hide = func(r hcl.Range) { hidden = append(hidden, r) }
			diags := block.Decode(parse(t, src), ctx, new(settings))
			if !diags.HasErrors() {
				t.Fatal("no error")
			}
			noLeak(t, diags, "hunter2")
			if strings.Contains(line, "tok") && len(hidden) == 0 {
				t.Error("nothing is hidden from snippets")
			}
		})
	}
}

func TestErrorsOfEnvNameTheVariable(t *testing.T) {
	ctx := context()
	var hidden []hcl.Range
	ctx.Hide = func(r hcl.Range) { hidden = append(hidden, r) }
	diags := block.Decode(parse(t, "host = \"h\"\ntoken = env(\"SECRIT\")"), ctx, new(settings))
	matches(t, []string{`2:9|Environment variable "SECRIT" is not set`}, texts(diags))
	if len(hidden) > 0 {
		t.Error("the call is hidden, so that nobody sees what to mend")
	}
}
