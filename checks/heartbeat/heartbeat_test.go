package heartbeat

import (
	"errors"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/keizoku-bcp/keizoku/block"
	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/checks/checktest"
	"github.com/keizoku-bcp/keizoku/plan"
)

const token = "0123456789abcdef-backup"

func settings() *Settings {
	return &Settings{Token: plan.NewSecret(token), Every: 10 * time.Minute, Grace: time.Minute}
}

func env(shared *checks.Shared) *checks.Env {
	return &checks.Env{System: "backup", Check: "nightly", Shared: shared}
}

// watch is a prober and its inbox, to be used in a synctest bubble.
type watch struct {
	*testing.T
	shared *checks.Shared
	*prober
}

func start(t *testing.T) watch {
	shared := new(checks.Shared)
	return watch{t, shared, newProber(settings(), env(shared))}
}

func (w watch) push(p Push) {
	w.Helper()
	if err := w.inbox.Push("backup", "nightly", token, p); err != nil {
		w.Fatal(err)
	}
}

func (w watch) want(reason checks.Reason, text string) {
	w.Helper()
	got := w.Probe(w.Context())
	if got.Reason != reason || !strings.Contains(got.Text, text) {
		w.Errorf("at %s: got %s %q, want %s with %q", time.Now().Format(time.TimeOnly), got.Reason, got.Text, reason, text)
	}
}

func bubble(t *testing.T, f func(w watch)) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { f(start(t)) })
}

func TestSilenceBeforeTheFirstPushWaits(t *testing.T) {
	bubble(t, func(w watch) {
		w.want(checks.Waiting, "no heartbeat since this agent started to listen for it; waiting until ")
		time.Sleep(11*time.Minute - time.Nanosecond)
		w.want(checks.Waiting, "waiting until ")
		time.Sleep(time.Nanosecond)
		w.want(checks.Silent, "no heartbeat since this agent started to listen for it at ")
		w.push(Push{})
		w.want(checks.OK, "heartbeat 0s ago")
	})
}

func TestSilenceAfterAPush(t *testing.T) {
	bubble(t, func(w watch) {
		w.push(Push{Text: "42 files"})
		time.Sleep(11 * time.Minute)
		w.want(checks.OK, "heartbeat 11m ago: 42 files")
		time.Sleep(time.Second)
		w.want(checks.Silent, "no heartbeat for 11m1s (the last at ")
		if got := w.Probe(w.Context()).Values[ageValue]; got != 661 {
			t.Errorf("%s = %v, want 661", ageValue, got)
		}
		w.push(Push{}) // late, but it is alive
		w.want(checks.OK, "heartbeat 0s ago")
	})
}

func TestReportedFailure(t *testing.T) {
	bubble(t, func(w watch) {
		w.push(Push{Failed: true, Text: "tape full", Values: map[string]float64{"tapes_left": 0, ageValue: 7}})
		time.Sleep(2 * time.Second)
		w.want(checks.BadStatus, "the sender reported a failure 2s ago: tape full")
		want := map[string]float64{"tapes_left": 0, ageValue: 2}
		if diff := cmp.Diff(want, w.Probe(w.Context()).Values); diff != "" {
			t.Errorf("values (-want +got):\n%s", diff)
		}
		time.Sleep(time.Hour)
		w.want(checks.Silent, "no heartbeat for 1h")
		w.push(Push{})
		w.want(checks.OK, "heartbeat")
	})
}

func TestReloadKeepsWhatWasHeard(t *testing.T) {
	bubble(t, func(w watch) {
		w.push(Push{})
		time.Sleep(5 * time.Minute)
		// The new prober is made before the old one is closed, or after: both happen.
		before := w.prober
		w.prober = newProber(settings(), env(w.shared))
		if err := before.Close(); err != nil {
			t.Fatal(err)
		}
		w.want(checks.OK, "heartbeat 5m ago")
		w.push(Push{})
		time.Sleep(5 * time.Minute)
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		w.prober = newProber(settings(), env(w.shared))
		w.want(checks.OK, "heartbeat 5m ago")
		time.Sleep(7 * time.Minute)
		w.want(checks.Silent, "no heartbeat for 12m")
	})
}

func TestReloadDoesNotRestartTheWait(t *testing.T) {
	bubble(t, func(w watch) {
		time.Sleep(10 * time.Minute)
		w.prober = newProber(settings(), env(w.shared))
		time.Sleep(2 * time.Minute)
		w.want(checks.Silent, "started to listen")
	})
}

func TestNewPaceStartsTheWaitAnew(t *testing.T) {
	bubble(t, func(w watch) {
		w.push(Push{})
		time.Sleep(10 * time.Minute)
		faster := settings()
		faster.Every = time.Minute
		w.prober = newProber(faster, env(w.shared))
		w.want(checks.Waiting, "waiting until ")
		time.Sleep(2 * time.Minute)
		w.want(checks.Silent, "no heartbeat for 12m")
	})
}

func TestCheckGoneForAWhileStartsAnew(t *testing.T) {
	bubble(t, func(w watch) {
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(24 * time.Hour)
		w.prober = newProber(settings(), env(w.shared))
		w.want(checks.Waiting, "waiting until ")
	})
}

// Nothing can be heard through a cable that is unplugged.
func TestExcuse(t *testing.T) {
	bubble(t, func(w watch) {
		w.push(Push{})
		time.Sleep(30 * time.Minute)
		w.want(checks.Silent, "30m")
		w.inbox.Excuse()
		w.want(checks.Waiting, "no heartbeat since this agent can be reached again; waiting until ")
		time.Sleep(11 * time.Minute)
		w.want(checks.Silent, "no heartbeat for 41m")
	})
}

func TestPushErrors(t *testing.T) {
	t.Parallel()
	shared := new(checks.Shared)
	p := newProber(settings(), env(shared))
	inbox := InboxOf(shared)
	if inbox != p.inbox {
		t.Fatal("InboxOf does not return the inbox that the prober listens to")
	}
	push := func(want error, system, check, token string) {
		t.Helper()
		if got := inbox.Push(system, check, token, Push{}); !errors.Is(got, want) {
			t.Errorf("Push(%s, %s, %s) = %v, want %v", system, check, token, got, want)
		}
	}
	push(nil, "backup", "nightly", token)
	push(ErrUnknown, "backup", "weekly", token)
	push(ErrUnknown, "tax", "nightly", token)
	push(ErrToken, "backup", "nightly", "")
	push(ErrToken, "backup", "nightly", token+"x")
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	push(ErrUnknown, "backup", "nightly", token)
	newProber(settings(), env(shared))
	push(nil, "backup", "nightly", token)
	if err := shared.Close(); err != nil {
		t.Fatal(err)
	}
	push(ErrUnknown, "backup", "nightly", token)
}

func TestTextHoldsNoSecret(t *testing.T) {
	t.Parallel()
	shared, secrets := new(checks.Shared), new(plan.Redactor)
	secrets.Add(token)
	e := env(shared)
	e.Secrets = secrets
	p := newProber(settings(), e)
	if err := p.inbox.Push("backup", "nightly", token, Push{Text: "sent with " + token}); err != nil {
		t.Fatal(err)
	}
	if got := p.Probe(t.Context()).Text; strings.Contains(got, token) || !strings.Contains(got, plan.Redacted) {
		t.Errorf("text %q, want the token blotted out", got)
	}
}

func TestReadPush(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		body string
		want Push
		err  string
	}{
		"nothing": {},
		"text":    {body: "all\nwell\r\n", want: Push{Text: "all well"}},
		"json": {
			body: ` {"status": "ok", "text": "done", "values": {"Files (total)": 3, "室温": 20}}`,
			want: Push{Text: "done", Values: map[string]float64{"files_total": 3}},
		},
		"failure":        {body: `{"status":"fail"}`, want: Push{Failed: true}},
		"without status": {body: `{}`},
		"bad status":     {body: `{"status":"meh"}`, err: `status must be "ok" or "fail"`},
		"broken json":    {body: `{"status":`, err: "not the JSON of a heartbeat"},
		"too long":       {body: strings.Repeat("x", MaxBody+1), err: "more than 16384 bytes"},
		"not UTF-8":      {body: "\x8e\xb8\x94s", want: Push{Text: "�s"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := ReadPush(strings.NewReader(test.body))
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) {
					t.Fatalf("error %v, want %q", err, test.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if len(got.Values) == 0 {
				got.Values = nil
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("ReadPush (-want +got):\n%s", diff)
			}
		})
	}
}

func TestValidate(t *testing.T) {
	t.Parallel()
	for config, want := range map[string]string{
		`token = "0123456789abcdef"` + "\n" + `every = "1m"`: "",
		`token = "short"` + "\n" + `every = "1m"`:            "Short token",
		`token = ""` + "\n" + `every = "1m"`:                 `"token" is empty`, // as package block says
	} {
		file, diags := hclsyntax.ParseConfig([]byte(config), "test.hcl", hcl.InitialPos)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		_, diags = Kind().Decode(file.Body, &block.Context{Secrets: new(plan.Redactor)})
		got := ""
		for _, d := range diags {
			got += d.Summary
			if d.Subject.Start.Line != 1 {
				t.Errorf("%q is said of line %d", d.Summary, d.Subject.Start.Line)
			}
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", config, got, want)
		}
	}
}

// Not parallel: it counts goroutines and file descriptors.
func TestConformance(t *testing.T) {
	pushes := map[string]Push{
		"token-of-the-living":  {Text: "sent with token-of-the-living"},
		"token-of-the-failing": {Text: "sent with token-of-the-failing", Failed: true},
	}
	attrs := func(token string) string { return `token = secret("` + token + `")` + "\nevery = \"10m\"" }
	checktest.Run(t, checktest.Case{
		Kind: Kind(),
		// The prober under test is made after this; an earlier one of the same check hears for it.
		Env: func(e *checks.Env) {
			for token, p := range pushes {
				if e.Secrets.Redact(token) == token {
					continue // not the token of this target
				}
				newProber(&Settings{Token: plan.NewSecret(token), Every: time.Minute}, e)
				if err := InboxOf(e.Shared).Push(e.System, e.Check, token, p); err != nil {
					t.Error(err)
				}
			}
		},
		Targets: []checktest.Target{
			{Name: "alive", Settings: attrs("token-of-the-living"), Want: checks.OK},
			{Name: "reports a failure", Settings: attrs("token-of-the-failing"), Want: checks.BadStatus},
			{Name: "not heard yet", Settings: attrs("token-of-the-unheard"), Want: checks.Waiting},
		},
	})
}

func BenchmarkProbe(b *testing.B) {
	shared := new(checks.Shared)
	probers := make([]checks.Prober, 1000)
	for i := range probers {
		e := env(shared)
		e.System = "system_" + strconv.Itoa(i)
		probers[i] = newProber(settings(), e)
		if err := InboxOf(shared).Push(e.System, e.Check, token, Push{}); err != nil {
			b.Fatal(err)
		}
	}
	checktest.BenchProbes(b, probers)
}
