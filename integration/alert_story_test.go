//go:build integration && linux

package integration

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/rules"
)

// blackout is a hall of systems, and all that is told of it.
type blackout struct {
	*keizoku
	services []*service
	one, two *alertmanager
	mail     *mailServer
	hook     *hook
}

func newBlackout(t *testing.T, systems int) *blackout {
	t.Helper()
	b := &blackout{one: newAlertmanager(t), two: newAlertmanager(t), mail: newMailServer(t), hook: newHook(t)}
	var plan strings.Builder
	plan.WriteString("plan \"city\" {}\nthreat \"incident\" {\n  title   = \"非災害\"\n  default = true\n}\nagent \"a1\" {}\n" +
		"alerts {\n  group_within = \"5s\"\n}\n")
	for i := range systems {
		s := newService(t, "127.0.0.1", listenTCP)
		b.services = append(b.services, s)
		fmt.Fprintf(&plan, "system %q {\n  allowable_downtime = \"4h\"\n  check \"tcp\" \"port\" {\n    address  = %q\n    interval = \"1s\"\n    timeout  = \"500ms\"\n  }\n}\n",
			systemName(i), s.addr)
	}
	fmt.Fprintf(&plan, "notify \"alertmanager\" \"duty\" {\n  urls    = [\"http://%s\", \"http://%s\"]\n  timeout = \"2s\"\n}\n", b.one.addr, b.two.addr)
	fmt.Fprintf(&plan, "notify \"webhook\" \"chat\" {\n  url     = file(%q)\n  secret  = file(%q)\n  timeout = \"2s\"\n}\n",
		secretFile(t, "http://"+b.hook.addr+hookPath), secretFile(t, hookSecret))
	plan.WriteString(b.mail.block("staff", secretFile(t, mailPassword)))
	b.keizoku = newKeizoku(t, plan.String())
	return b
}

func systemName(i int) string { return fmt.Sprintf("s%d", i) }

// all are the names of the systems from a number on.
func (b *blackout) all(from int) (names []string) {
	for i := from; i < len(b.services); i++ {
		names = append(names, systemName(i))
	}
	return names
}

func (b *blackout) fire(what string, servers []*alertmanager, want ...string) {
	b.Helper()
	until(b.T, what, func() bool {
		return !slices.ContainsFunc(servers, func(a *alertmanager) bool { return !slices.Equal(a.firing(), want) })
	})
}

// once checks that the hook heard each system's opening, and its close, once.
func (b *blackout) once(opened, closed []string) {
	b.Helper()
	until(b.T, fmt.Sprintf("the hook has heard of %d openings and %d closes", len(opened), len(closed)), func() bool {
		o, c := b.hook.told()
		return len(o) == len(opened) && len(c) == len(closed)
	})
	o, c := b.hook.told()
	for what, count := range map[string]map[string]int{"opened": o, "closed": c} {
		for system, n := range count {
			if n != 1 {
				b.Errorf("%s was %s %d times", system, what, n)
			}
		}
	}
}

// A blackout as mail, chat and two Alertmanagers see it, while each server is killed for longer
// than its time-out, and the agent is killed in the middle: all arrives, grouped, and closes.
func TestBlackoutReachesAll(t *testing.T) {
	b := newBlackout(t, 6)
	b.start()
	for _, name := range b.all(0) {
		b.awaits(name, rules.Up)
	}
	for _, s := range b.services {
		s.down()
	}
	both := []*alertmanager{b.one, b.two}
	b.fire("both Alertmanagers know all that is down", both, b.all(0)...)
	b.once(b.all(0), nil)
	until(t, "a mail is there", func() bool { return len(b.mail.subjects()) >= 1 })
	if n := len(b.hook.messages()); n > 3 {
		t.Errorf("%d messages of one blackout", n)
	}

	b.one.kill() // and with it all that it knew
	b.mail.kill()
	b.hook.stop()
	for _, s := range b.services[:3] {
		s.up()
	}
	b.fire("the living Alertmanager knows what is back", []*alertmanager{b.two}, b.all(3)...)
	pause(t, longerThanATry)
	b.kill()
	b.start()
	pause(t, longerThanATry)
	b.kill()
	for _, s := range b.services[3:] {
		s.up() // while nobody looks
	}
	b.start()
	b.awaits(systemName(5), rules.Up)
	b.one.start()
	b.mail.start()
	b.hook.start()

	b.once(b.all(0), b.all(0))
	b.fire("no Alertmanager has a zombie", both)
	until(t, "mails tell of the end", func() bool {
		return slices.ContainsFunc(b.mail.subjects(), func(s string) bool { return strings.Contains(s, "復旧") })
	})
	until(t, "nothing waits", func() bool { return b.pending() == 0 })
	b.fire("still no zombie", both)
	b.secrets()
	t.Logf("%d mails, %d messages to the hook", len(b.mail.subjects()), len(b.hook.messages()))
}

// pending counts the messages that wait.
func (b *blackout) pending() (n int) {
	b.Helper()
	for _, c := range b.situation().Channels {
		n += c.Pending
	}
	return n
}

// secrets looks for them where they must not be.
func (b *blackout) secrets() {
	b.Helper()
	queue, err := b.client.Notifications(b.Context(), 100)
	if err != nil {
		b.Fatal(err)
	}
	metrics, _ := b.page("/metrics", "")
	situation, _ := b.page("/api/v1/situation", "")
	alerts, _ := b.page("/api/v1/alerts", "")
	b.hook.mu.Lock()
	bodies := b.hook.bodies.String()
	b.hook.mu.Unlock()
	for where, text := range map[string]string{
		"the log": b.tail(), "metrics": metrics, "the Situation": situation, "alerts": alerts, "messages": bodies, "the queue": fmt.Sprintf("%+v", queue),
	} {
		for _, secret := range []string{mailPassword, hookSecret, strings.TrimPrefix(hookPath, "/hooks/")} {
			if strings.Contains(text, secret) {
				b.Errorf("%s tells %q", where, secret)
			}
		}
	}
}

// A test of a channel tells what the receiver said, and that it did not answer.
func TestChannelsAreTried(t *testing.T) {
	b := newBlackout(t, 1)
	b.start()
	var receipts []string
	for _, channel := range []string{"duty", "chat", "staff"} {
		trial, err := b.client.NotifyTest(t.Context(), channel)
		if err != nil {
			t.Fatalf("%s: %v", channel, err)
		}
		receipts = append(receipts, strings.SplitN(trial.Receipt, " ", 2)[0])
	}
	if diff := cmp.Diff([]string{"200", "200", "250"}, receipts); diff != "" {
		t.Errorf("receipts (-want +got):\n%s", diff)
	}
	b.hook.stop()
	if _, err := b.client.NotifyTest(t.Context(), "chat"); err == nil || !strings.Contains(err.Error(), "refused") {
		t.Errorf("a dead receiver: %v", err)
	}
	until(t, "the mail is there", func() bool { return len(b.mail.subjects()) == 1 })
}
