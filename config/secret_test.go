package config_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/keizoku-bcp/keizoku/config"
)

// TestSecretsNeverPrint spells a secret out, or takes it from the environment or a file, where
// something is wrong on the same line, and looks for it in the printed diagnostics.
func TestSecretsNeverPrint(t *testing.T) {
	const open = "plan \"p\" {\n}\nsystem \"s\" {\n  check \"web\" \"c\" {\n    url = \"http://h\"\n"
	const end = "\n  }\n}\n"
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "secret"), []byte(theSecret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	inWeb := []string{
		`password = "SECRET" nonsense`, `password = "SECRET`, `password = SECRET`, `password "SECRET"`, `password = "SECRET\q"`,
		`pasword = "SECRET"`, `password = ["SECRET"]`, `password = { a = "SECRET" }`, `password = "SECRET" + 1`,
		`password = "${"SECRET"}${nosuch.x}"`, `headers = { Authorization = "SECRET", X = 5 }`,
		"headers = {\n  Authorization = \"SECRET\"\n  X = nosuch\n}", "headers = {\n  X = \"SECRET\"\n  X = \"SECRET\"\n}",
		"password = <<EOT\nSECRET\nEOT\n  max_duration = 5", "headers = {\n  A = \"SECRET\",\n  B = \"x\" \"y\"\n}",
		`max_duration = env("X_PASSWORD")`, `expect_status = [env("X_PASSWORD")]`, `method = env("X_PASSWORD")`, `method = file("secret")`,
		`max_duration = file("secret")`, `expect_body = "${file("secret")}${nosuch}"`, `timeout = file("secret")`,
		`interval = env("X_PASSWORD")`, `from = [env("X_PASSWORD")]`, `expect_body = file(file("secret"))`, `fail_after = env("X_PASSWORD")`,
		"}\n  site = env(\"X_PASSWORD\")\n  check \"ping\" \"z\" {\n host = 5", "}\n  up_when = env(\"X_PASSWORD\")\n  check \"ping\" \"z\" {\n host = 5",
		"}\n  typical_recovery = env(\"X_PASSWORD\")\n  check \"ping\" \"z\" {\n host = 5",
		"}\n  allowable_downtime = { (env(\"X_PASSWORD\")) = \"1h\" }\n  check \"ping\" \"z\" {\n host = 5",
		"}\n  check \"nosuch\" \"z\" {\n api_token = \"SECRET\"", "}\n  check \"nosuch\" \"z\" { password = \"SECRET\" }\n  check \"ping\" \"z\" {",
	}
	for _, line := range inWeb {
		t.Run(line, func(t *testing.T) {
			path := filepath.Join(dir, "plan.hcl")
			src := open + strings.ReplaceAll(line, "SECRET", theSecret) + end
			noSecret(t, path, src)
		})
	}
	for _, line := range []string{
		`"password": SECRET`, `"password": "SECRET`, `"password": ["SECRET"]`, `"pasword": "SECRET"`, `"password": {"SECRET": 1}`, `"password": "SECRET" 5`,
		`"method": "${env(\"X_PASSWORD\")}"`, `"headers": {"${env(\"X_PASSWORD\")}": 1}`, `"password": "SECRET${nosuch}"`, `"password": "SECRET${"`,
		`"interval": "${env(\"X_PASSWORD\")}"`, `"expect_status": {"${env(\"X_PASSWORD\")}": 1}`, `"max_duration": ["${env(\"X_PASSWORD\")}"]`,
	} {
		t.Run(line, func(t *testing.T) {
			src := `{"plan": {"p": {}}, "system": {"s": {"check": {"web": {"c": {"url": "http://h", ` + strings.ReplaceAll(line, "SECRET", theSecret) + `}}}}}}`
			noSecret(t, filepath.Join(dir, "plan.hcl.json"), src)
		})
	}
}

func noSecret(t *testing.T, path, src string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(src), 0o600); err != nil {
		t.Fatal(err)
	}
	_, sources, diags := config.Load(path, kinds, options)
	if !diags.HasErrors() {
		t.Fatalf("no error in:\n%s", src)
	}
	text := written(sources, diags)
	for _, d := range diags {
		text += fmt.Sprintf("%s %s\n", d.Summary, d.Detail)
	}
	for _, part := range []string{theSecret, "hunter2", "äß"} {
		if strings.Contains(text, part) {
			t.Errorf("leaks %q:\n%s", part, text)
			return
		}
	}
}

// TestPlanKnowsItsSecrets is about later: what a server answers is redacted with them.
func TestPlanKnowsItsSecrets(t *testing.T) {
	p := load(t, `
plan "p" {
  owner = env("OWNER_PASSWORD")
}
system "s" {
  check "web" "c" {
    url      = "http://h"
    password = "spelt-out"
  }
}
`)
	if got := p.Secrets.Redact("a spelt-out b " + theSecret + " c"); got != "a (secret) b (secret) c" {
		t.Errorf("got %q", got)
	}
	if p.Owner != theSecret {
		t.Errorf("owner %q", p.Owner)
	}
	if text := fmt.Sprintf("%v %+v %#v", p.Systems[0].Checks[0].Settings, p.Systems[0].Checks[0].Settings, p.Systems[0].Checks[0].Settings); strings.Contains(text, "spelt-out") {
		t.Errorf("settings print: %s", text)
	}
}

func TestMasksKeepTheSourceOfASecretInSight(t *testing.T) {
	text := diagnose("p.hcl", "plan \"p\" {\n}\nsystem \"s\" {\n  check \"web\" \"c\" {\n    url = \"http://h\"\n    password = env(\"NOT_THERE\")\n    headers = { A = \"hidden-value\", B = file(\"nowhere\") } # token: hidden-too\n  }\n}\n", config.PrintOptions{})
	for _, want := range []string{
		`    password = env("NOT_THERE")`, `"NOT_THERE" is not set`,
		`    headers = { A = (secret), B = file("nowhere") } # token: (secret)`, `"nowhere" cannot be read`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("missing %s in:\n%s", want, text)
		}
	}
}

// TestSourcesOfSuppliesHideSecrets is about attributes that only a protocol knows to be secret.
func TestSourcesOfSuppliesHideSecrets(t *testing.T) {
	text := diagnose("p.hcl", `plan "p" {
}
ups "a" {
  capacity_w  = 1
  capacity_va = 1
  source "nut" {
    adress = "h:1", passcode = "spelt-out"
  }
}
ups "b" {
  capacity_w  = 1
  capacity_va = 1
  source "nutt" { passcode = "spelt-out" }
}
`, config.PrintOptions{})
	if strings.Contains(text, "spelt-out") || !strings.Contains(text, "passcode = (secret)") {
		t.Error(text)
	}
}
