//go:build unix

package exec

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/notify"
	"github.com/keizoku-bcp/keizoku/notify/notifytest"
)

// script writes a shell script and returns the settings that run it.
func script(t *testing.T, text, more string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "tell.sh")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return "command = [\"/bin/sh\", \"" + file + "\"]\n" + more
}

func TestConformance(t *testing.T) {
	seen := filepath.Join(t.TempDir(), "seen")
	received := func() []string {
		text, _ := os.ReadFile(seen)
		return strings.Fields(string(text))
	}
	const pin = "env = {\n  PIN = secret(\"hunter2hunter2\")\n}\n"
	notifytest.Run(t, notifytest.Case{Kind: Kind(), Targets: []notifytest.Target{
		{Name: "healthy", Settings: script(t, `cat >/dev/null; echo "$KEIZOKU_ID" >>`+seen+`; echo "sent with $PIN"`, pin), Want: notifytest.Delivered, Received: received},
		{Name: "reads nothing", Settings: script(t, "exit 0", `input = "none"`), Want: notifytest.Delivered},
		{Name: "does not read its input", Settings: script(t, "exit 0", `input = "text"`), Want: notifytest.Delivered},
		{Name: "fails", Settings: script(t, `echo "no dial tone $PIN" >&2; exit 1`, pin), Want: notifytest.Retried},
		{Name: "wrong usage", Settings: script(t, "exit 64", ""), Want: notifytest.Retried},
		{Name: "does not want it", Settings: script(t, "exit 65", ""), Want: notifytest.Refused},
		{Name: "crashes", Settings: script(t, "kill -SEGV $$", ""), Want: notifytest.Retried},
		{Name: "talkative", Settings: script(t, "yes | head -c 3000000", ""), Want: notifytest.Delivered},
		{Name: "hangs", Settings: script(t, "sleep 600 & exec sleep 600", ""), Want: notifytest.Hangs},
		{Name: "not there", Settings: `command = ["/nowhere/buzz"]`, Want: notifytest.Retried},
	}})
}

func open(t *testing.T, settings string) notify.Channel {
	t.Helper()
	c, err := newChannel(notifytest.Settings(t, Kind(), settings), &notify.Env{Agent: "main", AllowExec: true})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func send(t *testing.T, c notify.Channel, m *notify.Message) (notify.Receipt, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	return c.Send(ctx, m)
}

func TestInput(t *testing.T) {
	t.Parallel()
	m := notifytest.Message()
	whole, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	for input, want := range map[string]string{"json": string(whole), "text": m.Text, "short": m.Short + "\n", "none": ""} {
		out := filepath.Join(t.TempDir(), "out")
		if _, err := send(t, open(t, script(t, "cat >"+out, "input = \""+input+"\"")), m); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(out)
		if err != nil || string(got) != want {
			t.Errorf("%s: %q, %v, want %q", input, got, err, want)
		}
	}
}

func TestVariables(t *testing.T) {
	t.Setenv("KEIZOKU_TEST_PASSWORD", "geheim")
	out := filepath.Join(t.TempDir(), "env")
	m := notifytest.Hostile()
	m.Roles = []string{"chief", "duty"}
	c := open(t, script(t, "env >"+out, "env = {\n  PORT = \"/dev/ttyS0\"\n}\n"))
	if _, err := send(t, c, m); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"KEIZOKU_ID=" + m.ID, "KEIZOKU_OCCASION=opened", "KEIZOKU_SEVERITY=critical", "KEIZOKU_DRILL=false", "KEIZOKU_ALERTS=1",
		"KEIZOKU_ALERT=SystemDown", "KEIZOKU_PRIORITY=1", "KEIZOKU_ROLES=chief,duty", "KEIZOKU_AT=2026-11-23T15:04:05+09:00", "PORT=/dev/ttyS0", "LANG=C.UTF-8",
	} {
		if !strings.Contains("\n"+string(text), "\n"+want+"\n") {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
	if strings.Contains(string(text), "geheim") || strings.Contains("\n"+string(text), "\n"+notifytest.Injected) || strings.Contains(string(text), "\u202e") {
		t.Errorf("something went along, or was smuggled in:\n%q", text)
	}
}

func TestReceipt(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]notify.Receipt{"exit 0": "exit code 0", "echo 'sent as 7'; echo more": "sent as 7"} {
		if got, err := send(t, open(t, script(t, text, "")), notifytest.Message()); got != want || err != nil {
			t.Errorf("%s: %q, %v, want %q", text, got, err, want)
		}
	}
}

func TestNotAllowed(t *testing.T) {
	t.Parallel()
	_, err := newChannel(&Settings{Command: []string{"/bin/true"}}, &notify.Env{Agent: "main"})
	if err == nil || !strings.Contains(err.Error(), `allow_exec = true in the block agent "main"`) {
		t.Errorf("New: %v", err)
	}
}

func TestValidate(t *testing.T) {
	t.Parallel()
	for settings, want := range map[string]string{
		"command = []":     "is empty",
		"command = [\"\"]": "is empty",
		"command = [\"x\"]\nenv = {\n \"KEIZOKU_ID\" = \"1\"\n}": "is not the name of an environment variable",
		"command = [\"x\"]\nenv = {\n \"A=B\" = \"1\"\n}":        "is not the name of an environment variable",
		"command = [\"x\"]\ninput = \"xml\"":                     "input",
	} {
		if got := notifytest.Mistakes(t, Kind(), settings); !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", settings, got, want)
		}
	}
}
