package config_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/config"
	"github.com/keizoku-bcp/keizoku/plan"
)

// addAlerting puts into a plan what 60-alerting.hcl says.
func addAlerting(p *plan.Plan) {
	p.Alerting = &plan.Alerting{
		Used: []float64{0.5, 0.9}, Repeat: 30 * time.Minute, GroupAt: 3, GroupWithin: 2 * time.Second, Quiet: []*plan.QuietRule{
			{Name: "night", Below: plan.Critical, From: 22 * 60, To: 6 * 60},
			{Name: "closed", Below: plan.Caution, Calendar: "office"},
		},
		AliveTo: []string{"bell"}, AliveEvery: 2 * time.Minute,
	}
	p.Channels = []*plan.Channel{
		{
			Kind: "post", Name: "staff", Title: "情報政策課", Timeout: 20 * time.Second, ToRoles: []string{"it_lead"}, From: []string{"main_hall", "branch"},
			Settings: &post{Server: "mail.example", Passcode: plan.NewSecret(theSecret)}, Media: []plan.Medium{plan.Mail},
			Route: plan.Route{
				AtLeast: plan.Caution, Alerts: []string{"SystemDown", "DeadlineNear"}, Systems: []string{"resident_records"}, Sites: []string{"main_hall"},
				Priority: 3, Roles: []string{"it_lead"}, Threats: []string{"disaster"}, Stages: []plan.Stage{plan.InitialResponse, plan.ContinuityResponse},
				Calendar: "library", Outside: true, UsedFrom: 0.75, Unacknowledged: 15 * time.Minute, Reports: true,
			},
		},
		{Kind: "buzzer", Name: "bell", Title: "bell", Timeout: 10 * time.Second, Settings: &buzzer{Command: "buzz"}, Programs: true, Route: plan.Route{NoAlerts: true}},
	}
	p.Inspections = []*plan.Inspection{
		{
			Name: "opening", Title: "始業前点検", At: 7*60 + 30, Calendar: "office", Systems: []string{"resident_records"}, Timeout: 10 * time.Second,
			Retries: 2, Channels: []string{"staff", "bell"}, From: []string{"main_hall"},
		},
		{Name: "monthly", Title: "monthly", Cron: "0 6 1 * *"},
	}
}

// TestAlertsHaveDefaults: an empty block, and none, are the same.
func TestAlertsHaveDefaults(t *testing.T) {
	for _, src := range []string{"", "alerts {\n}\n"} {
		p := load(t, "plan \"p\" {\n}\n"+src)
		if diff := cmp.Diff(plan.DefaultAlerting(), p.Alerting, samePlan); diff != "" {
			t.Errorf("%q (-want +got):\n%s", src, diff)
		}
	}
	p := load(t, "plan \"p\" {\n}\nalerts {\n  used = []\n  repeat = \"0s\"\n  group_within = \"0s\"\n}\n")
	if a := p.Alerting; len(a.Used) != 0 || a.Repeat != 0 || a.GroupWithin != 0 {
		t.Errorf("what was switched off: %+v", a)
	}
}

// TestRoutesKnowEveryAlert keeps the names that a route may name in step with those that there are.
func TestRoutesKnowEveryAlert(t *testing.T) {
	names := plan.AlertNames()
	p := load(t, "plan \"p\" {\n}\nnotify \"buzzer\" \"b\" {\n  command = \"x\"\n  route {\n    alerts = [\""+strings.Join(names, "\", \"")+"\"]\n  }\n}\n")
	if diff := cmp.Diff(names, p.Channels[0].Route.Alerts); diff != "" {
		t.Error(diff)
	}
}

// TestRepeatedNamesInARoute are told, and taken once.
func TestRepeatedNamesInARoute(t *testing.T) {
	src := "plan \"p\" {\n}\nnotify \"buzzer\" \"b\" {\n  command = \"x\"\n  route {\n    alerts = [\"OnBattery\", \"OnBattery\"]\n  }\n}\n"
	p, sources, diags := config.LoadBytes("p.hcl", []byte(src), kinds, options)
	if p == nil || len(diags) != 1 || !strings.Contains(written(sources, diags), `"OnBattery" stands here twice`) {
		t.Fatal(written(sources, diags))
	}
	if diff := cmp.Diff([]string{"OnBattery"}, p.Channels[0].Route.Alerts); diff != "" {
		t.Error(diff)
	}
}

// TestWithoutKinds: whoever hands in no table knows no kind.
func TestWithoutKinds(t *testing.T) {
	src := []byte("plan \"p\" {\n}\nnotify \"post\" \"b\" {\n}\n")
	_, sources, diags := config.LoadBytes("p.hcl", src, kinds, config.Options{})
	if text := written(sources, diags); len(diags) != 1 || !strings.Contains(text, "No kind of channel is known here.") {
		t.Error(text)
	}
}

// TestBrokenChannelsAreKnown: a channel whose block is refused is no unknown name elsewhere.
func TestBrokenChannelsAreKnown(t *testing.T) {
	_, sources, diags := config.LoadBytes("p.hcl", []byte(`plan "p" {
}
notfy "post" "staff" {
}
inspection "i" {
  at     = "07:30"
  notify = [notify.staff]
}
`), kinds, options)
	if text := written(sources, diags); len(diags) != 1 || !strings.Contains(text, `Did you mean "notify"?`) {
		t.Error(text)
	}
}

// TestSecretsOfChannelsNeverPrint is about attributes that only a kind knows to be secret, and
// about the envelope.
func TestSecretsOfChannelsNeverPrint(t *testing.T) {
	text := diagnose("p.hcl", `plan "p" {
}
notify "post" "a" {
  server   = "h"
  passcode = ["spelt-out"]
}
notify "pots" "b" { pin = "spelt-out" }
`, config.PrintOptions{})
	if strings.Contains(text, "spelt-out") || !strings.Contains(text, "passcode = (secret)") || !strings.Contains(text, "pin = (secret)") {
		t.Error(text)
	}
	for _, line := range []string{
		`title = [env("X_PASSWORD")]`, `timeout = env("X_PASSWORD")`, `to_roles = [env("X_PASSWORD")]`, `from = [env("X_PASSWORD")]`, `route = env("X_PASSWORD")`,
		"route {\n alerts = [env(\"X_PASSWORD\")]\n }", "route {\n used_from = env(\"X_PASSWORD\")\n }", "route {\n at_least = env(\"X_PASSWORD\")\n }",
		"}\ninspection \"i\" {\n cron = env(\"X_PASSWORD\")", "}\ninspection \"i\" {\n at = env(\"X_PASSWORD\")", "}\nalerts {\n used = [env(\"X_PASSWORD\")]",
		"}\ninspection \"i\" {\n notify = [env(\"X_PASSWORD\")]",
	} {
		_, sources, diags := config.LoadBytes("p.hcl", []byte("plan \"p\" {\n}\nnotify \"post\" \"a\" {\n  server = \"h\"\n  "+line+"\n}\n"), kinds, options)
		if text := written(sources, diags); !diags.HasErrors() || strings.Contains(text, theSecret) {
			t.Errorf("%s:\n%s", line, text)
		}
	}
}
