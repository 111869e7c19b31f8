package powertest

import (
	"context"
	"errors"
	"math"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/power"
)

// settings are those of a protocol made up here.
type settings struct {
	Answer string      `hcl:"answer" doc:"Reason to give."`
	Key    plan.Secret `hcl:"key,optional" doc:"Something not to tell."`
}

// read is a whole reader in one function.
type read func(context.Context, *settings) power.Result

type reader struct {
	read     read
	settings *settings
}

func (r reader) Read(ctx context.Context) power.Result { return r.read(ctx, r.settings) }

func protocol(r read) *power.Protocol {
	return &power.Protocol{
		Name: "fake", Summary: "Answers as told.", Doc: "Answers as told.", Settings: settings{},
		Example: "source \"fake\" {\n  interval = \"1m\"\n  answer = \"ok\"\n}\n",
		New:     func(s any, _ *power.Env) (power.Reader, error) { return reader{r, s.(*settings)}, nil },
	}
}

// good is a reader as it should be.
func good(ctx context.Context, s *settings) power.Result {
	reason := checks.Reason(s.Answer)
	switch {
	case ctx.Err() == nil && reason == checks.OK:
		return power.Result{Reason: checks.OK, Reading: power.Reading{Source: power.Utility, LoadRatio: new(0.5)}}
	case ctx.Err() == nil && reason != checks.Timeout:
		return power.Failed(reason, "as told")
	}
	<-ctx.Done()
	if errors.Is(ctx.Err(), context.Canceled) {
		return power.Failed(checks.ErrorLocal, "stopped")
	}
	return power.Failed(checks.Timeout, "silent")
}

// spoilt is the good reader with its good readings changed.
func spoilt(spoil func(*settings, *power.Result)) *power.Protocol {
	return protocol(func(ctx context.Context, s *settings) power.Result {
		r := good(ctx, s)
		spoil(s, &r)
		return r
	})
}

// broken are protocols that break one promise each, and a word of the complaint.
var broken = map[string]struct {
	protocol *power.Protocol
	want     string
}{
	"no source": {spoilt(func(_ *settings, r *power.Result) { r.Reading.Source = "" }), `source "" is not one of`},
	"own battery state": {spoilt(func(_ *settings, r *power.Result) {
		r.Reading.BatteryState = "tired"
	}), `battery state "tired"`},
	"not a number": {spoilt(func(_ *settings, r *power.Result) {
		r.Reading.OutputWatts = new(math.NaN())
	}), "OutputWatts = NaN"},
	"overfull":  {spoilt(func(_ *settings, r *power.Result) { r.Reading.ChargeRatio = new(1.01) }), "ChargeRatio = 1.01"},
	"negative":  {spoilt(func(_ *settings, r *power.Result) { r.Reading.RuntimeSeconds = new(-1.0) }), "RuntimeSeconds = -1"},
	"own clock": {spoilt(func(_ *settings, r *power.Result) { r.Reading.At = time.Unix(1, 0) }), "At is the agent's"},
	"control characters": {spoilt(func(_ *settings, r *power.Result) {
		r.Reading.Alarms = []string{"\x1b[31mred"}
	}), "not fit to be shown"},
	"empty doubt":         {spoilt(func(_ *settings, r *power.Result) { r.Reading.Doubts = []string{""} }), "not fit to be shown"},
	"secret in the model": {spoilt(func(s *settings, r *power.Result) { r.Reading.Model = s.Key.Reveal() }), "the reading holds a secret"},
	"chatty success":      {spoilt(func(_ *settings, r *power.Result) { r.Text = "fine" }), `a success with the text "fine"`},
	"failure with a reading": {spoilt(func(_ *settings, r *power.Result) {
		r.Reading.Source = power.Battery
	}), "a failure (refused) with a reading"},
	"silent failure": {spoilt(func(_ *settings, r *power.Result) { r.Text = "" }), "without a text"},
	"wrong block": {func() *power.Protocol {
		p := protocol(good)
		p.Example = `source "false" { answer = "ok" }`
		return p
	}(), `is not a block source "fake"`},
	"unknown attribute": {func() *power.Protocol {
		p := protocol(good)
		p.Example = `source "fake" { anwser = "ok" }`
		return p
	}(), "anwser"},
}

func targets() []Target {
	secret := "\nkey = secret(\"hunter2\")"
	return []Target{
		{Name: "healthy", Settings: `answer = "ok"` + secret, Want: checks.OK},
		{Name: "dead", Settings: `answer = "refused"` + secret, Want: checks.Refused},
		{Name: "silent", Settings: `answer = "timeout"` + secret, Want: checks.Timeout},
	}
}

func TestRunPassesGoodProtocol(t *testing.T) {
	Run(t, Case{Protocol: protocol(good), Targets: targets()})
}

// brokenVariable names the broken protocol that a process started by the next test examines.
const brokenVariable = "KEIZOKU_BROKEN_PROTOCOL"

// A failing test cannot be caught, so each broken protocol is examined in a process of its own.
func TestRunFindsBrokenProtocols(t *testing.T) {
	if name := os.Getenv(brokenVariable); name != "" {
		Run(t, Case{Protocol: broken[name].protocol, Targets: targets()})
		return
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range broken {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd := exec.Command(exe, "-test.run=^TestRunFindsBrokenProtocols$")
			cmd.Env = append(os.Environ(), brokenVariable+"="+name)
			out, err := cmd.CombinedOutput()
			var exit *exec.ExitError
			if !errors.As(err, &exit) || !strings.Contains(string(out), test.want) {
				t.Errorf("the suite does not complain of %q: %v\n%s", test.want, err, out)
			}
		})
	}
}

func TestSettings(t *testing.T) {
	got := Settings(t, protocol(good), `answer = "ok"`).(*settings)
	if got.Answer != "ok" {
		t.Errorf("answer = %q", got.Answer)
	}
}
