package plan

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"
)

func TestLink(t *testing.T) {
	p := &Plan{
		Threats:   []*Threat{{Name: "disaster"}, {Name: "incident"}},
		Systems:   []*System{{Name: "records"}},
		Calendars: []*Calendar{{Name: "office"}},
		Agents:    []*Agent{{Name: "main"}},
	}
	if err := p.Link(); err != nil {
		t.Fatal(err)
	}
	if p.Location != time.UTC || p.ReopenWithin != DefaultReopenWithin || p.DefaultThreat() != p.Threats[0] {
		t.Errorf("defaults: %v, %v, %v", p.Location, p.ReopenWithin, p.DefaultThreat())
	}
	if p.System("records") != p.Systems[0] || p.Threat("incident") != p.Threats[1] ||
		p.Calendar("office") != p.Calendars[0] || p.Agent("main") != p.Agents[0] {
		t.Error("a look-up does not find what is there")
	}
	if p.System("x") != nil || p.Threat("x") != nil || p.Calendar("x") != nil || p.Agent("x") != nil {
		t.Error("a look-up finds what is not there")
	}
}

func TestLinkRefusesAmbiguity(t *testing.T) {
	for want, p := range map[string]*Plan{
		`system "a" is defined twice`: {Systems: []*System{{Name: "a"}, {Name: "a"}}},
		`threat "a" is defined twice`: {Threats: []*Threat{{Name: "a"}, {Name: "a"}}},
	} {
		if err := p.Link(); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestLinkKeepsWhatThePlanSays(t *testing.T) {
	p := &Plan{Location: zone(t, "Asia/Tokyo"), ReopenWithin: time.Minute, Threats: []*Threat{{Name: "a"}, {Name: "b", Default: true}}}
	if err := p.Link(); err != nil {
		t.Fatal(err)
	}
	if p.Location.String() != "Asia/Tokyo" || p.ReopenWithin != time.Minute || p.DefaultThreat().Name != "b" || p.Threats[0].Default {
		t.Errorf("got %v, %v, %v", p.Location, p.ReopenWithin, p.DefaultThreat())
	}
}

func TestUpWhenNeeded(t *testing.T) {
	for _, test := range []struct {
		up          UpWhen
		total, want int
	}{{0, 3, 3}, {1, 3, 1}, {2, 3, 2}, {5, 3, 3}, {-1, 3, 3}, {1, 0, 0}} {
		if got := test.up.Needed(test.total); got != test.want {
			t.Errorf("%d of %d: got %d, want %d", test.up, test.total, got, test.want)
		}
	}
}

func TestRunsOn(t *testing.T) {
	everywhere, annex := &Check{}, &Check{From: []string{"annex"}}
	if !everywhere.RunsOn("main") || !annex.RunsOn("annex") || annex.RunsOn("main") {
		t.Error("a check runs on the agents it names, and on all when it names none")
	}
}

func TestFormatDuration(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0:                                 "0s",
		time.Microsecond:                  "0s",
		-time.Microsecond:                 "0s",
		250 * time.Millisecond:            "250ms",
		90 * time.Second:                  "1m30s",
		36 * time.Hour:                    "1d12h",
		7 * 24 * time.Hour:                "7d",
		-5 * time.Minute:                  "-5m",
		time.Hour + 2500*time.Microsecond: "1h2ms",
	} {
		if got := FormatDuration(d); got != want {
			t.Errorf("%v: got %q, want %q", d, got, want)
		}
	}
}

// However a secret is printed, its value stays out of sight.
func TestSecretNeverPrints(t *testing.T) {
	s := NewSecret("hunter22")
	encoded, err := json.Marshal(map[string]any{"password": s, "pointer": &s})
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("login", "password", s, "inside", struct{ S Secret }{s})
	for _, text := range []string{
		string(encoded), log.String(), s.String(),
		fmt.Sprintf("%v %+v %#v %s %q %x %d", s, s, s, s, s, s, s),
		fmt.Sprintf("%v %+v %#v", struct{ S Secret }{s}, struct{ S Secret }{s}, struct{ S Secret }{s}),
		fmt.Sprint([]Secret{s}, map[string]Secret{"a": s}),
	} {
		if strings.Contains(text, "hunter22") || strings.Contains(text, fmt.Sprintf("%x", "hunter22")) {
			t.Errorf("%q tells the secret", text)
		}
	}
	if s.Reveal() != "hunter22" || s.IsZero() || !(Secret{}).IsZero() {
		t.Error("the secret itself is lost")
	}
}

func TestRedact(t *testing.T) {
	r := new(Redactor)
	for _, value := range []string{"pass", "abc", "", "password123", "pass"} {
		r.Add(value)
	}
	for text, want := range map[string]string{
		"login with password123 failed": "login with (secret) failed",
		"pass, abc":                     "(secret), abc",
		"nothing":                       "nothing",
	} {
		if got := r.Redact(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
	if got := (*Redactor)(nil).Redact("pass"); got != "pass" {
		t.Errorf("a nil Redactor gave %q", got)
	}
}

func TestSource(t *testing.T) {
	s := source(10, "needs")
	if got := s.At("needs").String(); got != "plan.hcl:11,1" {
		t.Errorf("a written attribute is at %s", got)
	}
	if got := s.At("recover_within").String(); got != "plan.hcl:10,1" {
		t.Errorf("an attribute that is not written is at %s, not at its block", got)
	}
	if got := (Source{}).At("needs").String(); got != "" {
		t.Errorf("what no file says is at %q", got)
	}
}
