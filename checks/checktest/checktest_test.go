package checktest

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/plan"
)

// settings are those of a kind made up here.
type settings struct {
	Answer string      `hcl:"answer" doc:"Reason to give."`
	Key    plan.Secret `hcl:"key,optional" doc:"Something not to tell."`
}

// probe is a whole prober in one function.
type probe func(context.Context, *settings) checks.Result

type prober struct {
	probe    probe
	settings *settings
}

func (p prober) Probe(ctx context.Context) checks.Result { return p.probe(ctx, p.settings) }

func kind(p probe) *checks.Kind {
	return &checks.Kind{
		Name: "fake", Summary: "Answers as told.", Doc: "Answers as told.", Settings: settings{},
		Example: "check \"fake\" \"it\" {\n  interval = \"1m\"\n  answer = \"ok\"\n}\n",
		New: func(s any, env *checks.Env) (checks.Prober, error) {
			env.Log.Debug("made", slog.Any("settings", s))
			return prober{p, s.(*settings)}, nil
		},
	}
}

// good is a probe as it should be.
func good(ctx context.Context, s *settings) checks.Result {
	reason := checks.Reason(s.Answer)
	if reason != checks.Timeout && ctx.Err() == nil {
		return checks.Result{Reason: reason, Text: "as told"}
	}
	<-ctx.Done()
	if errors.Is(ctx.Err(), context.Canceled) {
		return checks.Failed(checks.ErrorLocal, "stopped")
	}
	return checks.Failed(checks.Timeout, "silent")
}

// broken are kinds that break one promise each, and a word of the complaint.
var broken = map[string]struct {
	kind *checks.Kind
	want string
	only string // scenario that suffices, where the suite takes its time to be sure
}{
	"no text": {kind(func(ctx context.Context, s *settings) checks.Result {
		r := good(ctx, s)
		r.Text = ""
		return r
	}), "without a text", ""},
	"own reason": {kind(func(context.Context, *settings) checks.Result { return checks.Failed("tired", "no") }), `"tired" is not one of`, ""},
	"long text": {kind(func(ctx context.Context, s *settings) checks.Result {
		r := good(ctx, s)
		r.Text = strings.Repeat("x", checks.MaxText+1)
		return r
	}), "more than", ""},
	"control characters": {kind(func(ctx context.Context, s *settings) checks.Result {
		r := good(ctx, s)
		r.Text = "\x1b[31mred"
		return r
	}), "control characters", ""},
	"secret in the text": {kind(func(ctx context.Context, s *settings) checks.Result {
		r := good(ctx, s)
		r.Text = "key " + s.Key.Reveal()
		return r
	}), `the text holds the secret "hunter2"`, ""},
	"phase twice": {kind(func(ctx context.Context, s *settings) checks.Result {
		r := good(ctx, s)
		r.Phases = []checks.Phase{{Name: "connect"}, {Name: "connect"}}
		return r
	}), "appears twice", ""},
	"negative phase": {kind(func(ctx context.Context, s *settings) checks.Result {
		r := good(ctx, s)
		r.Phases = []checks.Phase{{Name: "connect", Duration: -1}}
		return r
	}), "took -1ns", ""},
	"blames the target when canceled": {kind(func(ctx context.Context, s *settings) checks.Result {
		r := good(ctx, s)
		if r.Reason == checks.ErrorLocal {
			r.Reason = checks.Timeout
		}
		return r
	}), `reason = "timeout"`, ""},
	"deaf": {kind(func(ctx context.Context, s *settings) checks.Result {
		if ctx.Err() != nil {
			select {}
		}
		return good(ctx, s)
	}), "still runs", "/healthy/already_canceled"},
	"leaks a goroutine": {kind(func(ctx context.Context, s *settings) checks.Result {
		go func() { select {} }()
		return good(ctx, s)
	}), "leak:", "/healthy/answers_twice"},
	"leaks a file": {kind(func(ctx context.Context, s *settings) checks.Result {
		leaked = append(leaked, open())
		return good(ctx, s)
	}), "leak:", "/healthy/answers_twice"},
	"wrong example": {func() *checks.Kind {
		k := kind(good)
		k.Example = `check "fake" "it" { anwser = "ok" }`
		return k
	}(), "anwser", ""},
	"undocumented": {func() *checks.Kind {
		k := kind(good)
		k.Settings = struct {
			Answer string `hcl:"answer"`
			Every  string `hcl:"interval,optional" doc:"Not ours."`
		}{}
		return k
	}(), `"answer" has no doc`, ""},
}

// leaked keeps files from being closed by the garbage collector.
var leaked []*os.File

func open() *os.File {
	f, err := os.Open(os.DevNull)
	if err != nil {
		panic(err) // there is always a null device
	}
	return f
}

func targets() []Target {
	secret := "\nkey = secret(\"hunter2\")"
	return []Target{
		{Name: "healthy", Settings: `answer = "ok"` + secret, Want: checks.OK},
		{Name: "dead", Settings: `answer = "refused"` + secret, Want: checks.Refused},
		{Name: "silent", Settings: `answer = "timeout"` + secret, Want: checks.Timeout},
	}
}

func TestRunPassesGoodKind(t *testing.T) {
	Run(t, Case{Kind: kind(good), Targets: targets()})
}

// brokenVariable names the broken kind that a process started by the next test is to examine.
const brokenVariable = "KEIZOKU_BROKEN_KIND"

// A suite that finds nothing would pass every kind. A failing test cannot be caught, so each
// broken kind is examined in a process of its own.
func TestRunFindsBrokenKinds(t *testing.T) {
	if name := os.Getenv(brokenVariable); name != "" {
		Run(t, Case{Kind: broken[name].kind, Targets: targets()})
		return
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range broken {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd := exec.Command(exe, "-test.run=^TestRunFindsBrokenKinds$"+test.only)
			cmd.Env = append(os.Environ(), brokenVariable+"="+name)
			out, err := cmd.CombinedOutput()
			var exit *exec.ExitError
			if !errors.As(err, &exit) || !strings.Contains(string(out), test.want) {
				t.Errorf("the suite does not complain of %q: %v\n%s", test.want, err, out)
			}
		})
	}
}
