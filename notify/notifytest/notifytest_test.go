package notifytest

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/notify"
	"github.com/keizoku-bcp/keizoku/plan"
)

// settings are those of a kind made up here.
type settings struct {
	Answer string      `hcl:"answer" doc:"What to say."`
	Key    plan.Secret `hcl:"key,optional" doc:"Something not to tell."`
}

// send is a whole channel in one function.
type send func(context.Context, *settings, *notify.Message) (notify.Receipt, error)

type channel struct {
	send     send
	settings *settings
}

func (c channel) Send(ctx context.Context, m *notify.Message) (notify.Receipt, error) {
	return c.send(ctx, c.settings, m)
}

func kind(s send) *notify.Kind {
	return &notify.Kind{
		Name: "fake", Summary: "Answers as told.", Doc: "Answers as told.", Settings: settings{},
		Example: "notify \"fake\" \"staff\" {\n  timeout = \"10s\"\n  to_roles = [role.duty]\n  answer = \"ok\"\n}\n",
		New:     func(s2 any, _ *notify.Env) (notify.Channel, error) { return channel{s, s2.(*settings)}, nil },
	}
}

// good is a channel as it should be.
func good(ctx context.Context, s *settings, _ *notify.Message) (notify.Receipt, error) {
	switch {
	case ctx.Err() != nil:
		return "", ctx.Err()
	case s.Answer == "ok":
		return "250 ok", nil
	case s.Answer == "no":
		return "", &notify.Refused{Err: errors.New("no")}
	case s.Answer == "later":
		return "", errors.New("later")
	}
	<-ctx.Done()
	return "", ctx.Err()
}

// bad are channels that break one rule each, with a word of what the suite must say.
func bad() map[string]struct {
	send send
	want string
} {
	type entry = struct {
		send send
		want string
	}
	instead := func(answer string, then send) send {
		return func(ctx context.Context, s *settings, m *notify.Message) (notify.Receipt, error) {
			if ctx.Err() == nil && s.Answer == answer {
				return then(ctx, s, m)
			}
			return good(ctx, s, m)
		}
	}
	return map[string]entry{
		"no receipt": {instead("ok", func(context.Context, *settings, *notify.Message) (notify.Receipt, error) { return "", nil }), "without a receipt"},
		"tells a secret": {instead("later", func(_ context.Context, s *settings, _ *notify.Message) (notify.Receipt, error) {
			return "", errors.New("wrong password " + s.Key.Reveal())
		}), "holds the secret"},
		"two lines": {instead("ok", func(context.Context, *settings, *notify.Message) (notify.Receipt, error) { return "a\nb", nil }), "control characters"},
		"takes a refusal for a fault": {instead("no", func(context.Context, *settings, *notify.Message) (notify.Receipt, error) {
			return "", errors.New("no")
		}), "want one of"},
		"upset by hostile text": {instead("ok", func(_ context.Context, _ *settings, m *notify.Message) (notify.Receipt, error) {
			if strings.Contains(m.Subject, "\n") {
				return "", errors.New("upset")
			}
			return "ok", nil
		}), "want one of"},
		"leaks": {instead("ok", func(context.Context, *settings, *notify.Message) (notify.Receipt, error) {
			go func() { select {} }()
			return "ok", nil
		}), "leak:"},
		"deaf": {instead("hang", func(context.Context, *settings, *notify.Message) (notify.Receipt, error) { select {} }), "still runs"},
	}
}

func suite(s send) Case {
	return Case{Kind: kind(s), Targets: []Target{
		{Name: "healthy", Settings: `answer = "ok"`, Want: Delivered},
		{Name: "refusing", Settings: `answer = "no"`, Want: Refused},
		{Name: "failing", Settings: "answer = \"later\"\nkey = secret(\"hunter2hunter2\")", Want: Retried},
		{Name: "silent", Settings: `answer = "hang"`, Want: Hangs},
	}}
}

func TestGoodChannel(t *testing.T) { Run(t, suite(good)) }

// TestBadChannels runs the suite in a process of its own for each bad channel, which must fail
// there and say why.
func TestBadChannels(t *testing.T) {
	const which = "KEIZOKU_NOTIFYTEST_BAD"
	if name := os.Getenv(which); name != "" {
		Run(t, suite(bad()[name].send))
		return
	}
	for name, b := range bad() {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
			defer cancel()
			cmd := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestBadChannels$", "-test.failfast")
			cmd.Env = append(os.Environ(), which+"="+name)
			out, err := cmd.CombinedOutput()
			if err == nil || !strings.Contains(string(out), b.want) {
				t.Errorf("%v: the suite does not say %q:\n%s", err, b.want, out)
			}
		})
	}
}
