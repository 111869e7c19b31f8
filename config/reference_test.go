package config_test

import (
	"strings"
	"testing"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/config"
	"github.com/keizoku-bcp/keizoku/notify"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/power"
)

func TestReference(t *testing.T) {
	text := config.Reference()
	for _, want := range []string{
		"## `plan \"name\"`", "## `site \"name\"`", "## `calendar \"name\"`", "## `threat \"name\"`", "## `business \"name\"`",
		"## `generator \"name\"`", "### `fuel`", "## `ups \"name\"`", "### `source \"protocol\"`", "## `load \"name\"`", "## `power`", "### `power`",
		"| `margin` | number | `0.2` |", "## `system \"name\"`", "## `maintenance \"name\"`", "## `agent \"name\"`",
		"### `check \"kind\" \"name\"`", "### `alternative`", "### `maintenance \"name\"`",
		"## `role \"name\"`", "### `person \"name\"`", "#### `contact \"medium\"`", "## `posture \"name\"`", "## `procedure \"name\"`", "### `step \"name\"`",
		"#### `link`", "## `decision`", "### `criterion \"name\"`", "| `when` | expression | **required** |", "| `roles` | list of references to a role |",
		"## `alerts`", "| `used` | list of shares | `50%,75%,90%` |", "### `quiet \"name\"`", "## `notify \"kind\" \"name\"`", "### `route`",
		"| `alerts` | list of names of an alert |", "## `inspection \"name\"`", "| `cron` | cron expression |", "| `notify` | list of references to a notify block |",
		"| `timezone` | time zone | `Asia/Tokyo` |", "| `opens` | time of day | **required** |",
		"| `interval` | duration | `30s` |", "| `needs` | list of references to a system |", "| `days` | list of days of the week | `mon,tue,wed,thu,fri` |",
		"| `vantage` | list of hosts |", "One of `ja`, `en`.",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("missing %s", want)
		}
	}
	// Every block has attributes, and every attribute says what it means.
	for line := range strings.Lines(text) {
		if strings.Contains(line, "No attributes.") || strings.HasPrefix(line, "| `") && strings.HasSuffix(strings.TrimSpace(line), "|  |") {
			t.Errorf("says nothing: %s", line)
		}
	}
}

func TestVerifyKinds(t *testing.T) {
	if err := kinds.Verify(); err != nil {
		t.Error(err)
	}
	for name, zero := range map[string]any{
		"timeout": struct {
			Timeout int `hcl:"timeout,optional"`
		}{},
		"chan": struct {
			A chan int `hcl:"a"`
		}{},
	} {
		err := config.Kinds{"bad": &checks.Kind{Settings: zero}}.Verify()
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestVerifyProtocols(t *testing.T) {
	if err := protocols.Verify(); err != nil {
		t.Error(err)
	}
	err := config.Protocols{"bad": &power.Protocol{Settings: struct {
		Interval int `hcl:"interval,optional"`
	}{}}}.Verify()
	if err == nil || !strings.Contains(err.Error(), "interval") {
		t.Error(err)
	}
}

func TestVerifyChannels(t *testing.T) {
	if err := channels.Verify(); err != nil {
		t.Error(err)
	}
	for name, zero := range map[string]any{
		"from": struct {
			From string `hcl:"from,optional"`
		}{},
		"route": struct {
			Route string `hcl:"route,optional"`
		}{},
		"chan": struct {
			A chan int `hcl:"a"`
		}{},
	} {
		err := config.Channels{"bad": &notify.Kind{Settings: zero}}.Verify()
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestHolidaySets keeps the sets that a calendar may name in step with those that there are.
func TestHolidaySets(t *testing.T) {
	for _, set := range plan.HolidaySets() {
		p := load(t, "plan \"p\" {\n}\ncalendar \"c\" {\n  opens = \"08:30\"\n  closes = \"17:15\"\n  holidays = [\""+set+"\"]\n}\n")
		if got := p.Calendars[0].Holidays; len(got) != 1 || got[0] != set {
			t.Errorf("holidays %v, want %s", got, set)
		}
	}
}
