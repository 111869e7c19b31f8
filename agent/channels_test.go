package agent

import (
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/keizoku-bcp/keizoku/agent/api"
	"github.com/keizoku-bcp/keizoku/notify"
	"github.com/keizoku-bcp/keizoku/rules"
	"github.com/keizoku-bcp/keizoku/rules/alert"
)

// listening is a listener with an address, of which nothing else is asked.
type listening struct {
	net.Listener
	at string
}

func (l listening) Addr() net.Addr {
	addr, _ := net.ResolveTCPAddr("tcp", l.at)
	return addr
}

// Messages link to the console where others can reach it, and nowhere else.
func TestConsoleThatOthersReach(t *testing.T) {
	t.Parallel()
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	for at, want := range map[string]string{
		"127.0.0.1:9720": "", "[::1]:9720": "", "10.20.1.20:9720": "https://10.20.1.20:9720", "0.0.0.0:9720": "https://" + host + ":9720",
	} {
		if got := (&door{tcp: listening{at: at}, tls: true}).reach(); got != want {
			t.Errorf("%s: %q, want %q", at, got, want)
		}
	}
}

// The plan may say where people find the console, as behind a proxy; a reload is enough.
func TestConsoleAsThePlanSays(t *testing.T) {
	t.Parallel()
	tell(t, "2026-11-20 09:00", 2, hallChannels, func(s *story) {
		const url = "https://keizoku.city.example/"
		s.at("09:10", func() { s.fail("s01") })
		s.at("09:20", func() {
			if l := s.box.letters("staff"); len(l) != 1 || l[0].Link != "" {
				s.Errorf("on loopback: %+v", l)
			}
			s.plan = strings.Replace(s.plan, `agent "a1" {}`, "agent \"a1\" {\n url = \""+url+"\"\n}", 1)
			if err := s.agent.Reload(s.Context()); err != nil {
				s.Fatal(err)
			}
			s.fail("s02")
		})
		s.at("09:30", func() {
			l := s.box.letters("staff")
			if last := l[len(l)-1]; len(l) != 2 || last.Link != url+"systems/s02" || !strings.Contains(last.Text, last.Link) || last.Alerts[0].Link != last.Link {
				s.Errorf("%d letters; the last: %+v", len(l), last)
			}
		})
	})
}

// Who stands behind a dead receiver has not been told, whatever was queued; who is kept quiet hears
// later.
func TestAlertsThatWait(t *testing.T) {
	t.Parallel()
	night := strings.Replace(hallChannels, "alerts {", "alerts {\n quiet \"night\" {\n from = \"22:00\"\n to = \"06:00\"\n }\n", 1)
	tell(t, "2026-11-20 21:00", 2, night, func(s *story) {
		shown := func(system string) string {
			for _, a := range s.agent.Alerts("") {
				if a.Name == alert.SystemDown && a.System == system {
					slices.Sort(a.Told)
					return fmt.Sprintf("told %v, waiting %v, quiet %q", a.Told, a.Waiting, a.Quiet)
				}
			}
			return "not open"
		}
		same := func(system, want string) {
			s.same(system, []string{want}, []string{shown(system)})
		}
		s.box.cut("staff")
		s.at("21:10", func() { s.fail("s01") })
		s.at("21:20", func() {
			same("s01", `told [duty], waiting [staff], quiet ""`)
			s.box.mend("staff")
		})
		s.at("21:50", func() { same("s01", `told [duty staff], waiting [], quiet ""`) })
		s.at("22:10", func() { s.fail("s02") })
		s.at("22:20", func() { same("s02", `told [duty], waiting [], quiet "night"`) })
		s.at("2026-11-21 06:10", func() { same("s02", `told [duty staff], waiting [], quiet ""`) })
	})
}

// A channel that is dead for hours is told of on the others, and gets all in the end, in order.
func TestDeadLink(t *testing.T) {
	t.Parallel()
	tell(t, "2026-11-20 09:00", 2, hallChannels+"notify \"slot\" \"chief\" {}\n", func(s *story) {
		s.box.cut("staff")
		s.at("09:10", func() { s.fail("s01") })
		s.at("09:20", func() { s.same("too early", nil, s.box.told("chief", "DeliveryFailing")) })
		s.at("09:40", func() {
			s.same("of the failure", []string{"+ staff"}, s.box.told("chief", "DeliveryFailing"))
			if c := s.agent.Situation().Channels[2]; c.Name != "staff" || c.FailingSince.IsZero() || c.Pending == 0 {
				s.Errorf("the Situation says %+v", c)
			}
			s.world.mend("s01")
			s.stop()
			s.start()
		})
		s.at("11:00", func() { s.box.mend("staff") })
		s.at("11:40", func() {
			s.same("of the failure", []string{"+ staff", "- staff"}, s.box.told("chief", "DeliveryFailing"))
			s.same("what waited", []string{"+ s01", "- s01"}, s.box.told("staff", "SystemDown"))
			if l := s.box.letters("staff")[0]; !strings.HasPrefix(l.Subject, "【遅延 09:10】【警告】システム1 停止") {
				s.Errorf("what arrives two hours late reads %q", l.Subject)
			}
			s.same("its own failure", nil, s.box.told("staff", "DeliveryFailing"))
		})
	})
}

// What a receiver refuses is tried no more: the others are told that it does not arrive.
func TestReceiverThatRefuses(t *testing.T) {
	t.Parallel()
	tell(t, "2026-11-20 09:00", 1, hallChannels+"notify \"slot\" \"chief\" {}\n", func(s *story) {
		s.box.set("staff", &notify.Refused{Err: errors.New("410 Gone")})
		s.at("09:10", func() { s.fail("s01") })
		s.at("09:20", func() { s.same("too early", nil, s.box.told("chief", "DeliveryFailing")) })
		s.at("09:30", func() {
			s.same("of the failure", []string{"+ staff"}, s.box.told("chief", "DeliveryFailing"))
			s.box.mend("staff")
			s.world.mend("s01")
		})
		s.at("09:40", func() {
			s.same("of the failure", []string{"+ staff", "- staff"}, s.box.told("chief", "DeliveryFailing"))
		})
	})
}

// A receiver that only has to be reminded of what is open fails too, and neither a new plan nor a
// restart makes it well.
func TestKeeperThatIsDead(t *testing.T) {
	t.Parallel()
	tell(t, "2026-11-20 09:00", 1, hallChannels, func(s *story) {
		s.at("09:10", func() { s.fail("s01") })
		s.at("09:20", func() { s.box.cut("duty") })
		s.at("09:40", func() {
			s.same("of the failure", []string{"+ duty"}, s.box.told("staff", "DeliveryFailing"))
			if err := s.agent.Reload(s.Context()); err != nil {
				s.Fatal(err)
			}
		})
		s.at("09:50", func() {
			s.stop()
			s.start()
		})
		s.at("10:00", func() {
			s.same("of the failure", []string{"+ duty"}, s.box.told("staff", "DeliveryFailing"))
			s.box.mend("duty")
		})
		s.at("10:10", func() {
			s.same("of the failure", []string{"+ duty", "- duty"}, s.box.told("staff", "DeliveryFailing"))
		})
	})
}

// A channel that cannot be set up ends nothing: it is told of, its messages wait, and go out when
// the plan is mended.
func TestChannelThatCannotBeSetUp(t *testing.T) {
	t.Parallel()
	const bad = "notify \"slot\" \"buzzer\" { broken = \"programs are not allowed\" }\n"
	tell(t, "2026-11-20 09:00", 1, hallChannels+bad, func(s *story) {
		s.at("09:10", func() { s.fail("s01") })
		s.at("09:20", func() {
			s.same("told", []string{"+ buzzer"}, s.box.told("staff", "DeliveryFailing"))
			n, err := s.agent.Notifications(s.Context(), 10)
			i := slices.IndexFunc(n.Messages, func(m api.Notification) bool { return m.Channel == "buzzer" && m.State == "pending" })
			if err != nil || i < 0 || !strings.Contains(n.Messages[i].LastError, "not allowed") {
				s.Errorf("the queue: %+v, %v", n, err)
			}
			_, err = s.agent.NotifyTest(s.Context(), "buzzer")
			if !errors.Is(err, api.ErrUnusable) || err.Error() != "the channel cannot be set up: programs are not allowed" {
				s.Errorf("a test: %v", err)
			}
			s.plan = strings.Replace(s.plan, `{ broken = "programs are not allowed" }`, "{}", 1)
			if err := s.agent.Reload(s.Context()); err != nil {
				s.Fatal(err)
			}
		})
		s.at("09:25", func() {
			s.same("what waited", []string{"+ s01"}, s.box.told("buzzer", "SystemDown"))
			s.same("told", []string{"+ buzzer", "- buzzer"}, s.box.told("staff", "DeliveryFailing"))
		})
	})
}

// What waits for a channel that is gone is not out of sight.
func TestWhatWaitsForAGoneChannel(t *testing.T) {
	t.Parallel()
	tell(t, "2026-11-20 09:00", 1, hallChannels, func(s *story) {
		s.box.cut("staff")
		s.at("09:10", func() { s.fail("s01") })
		s.at("09:15", func() {
			s.plan = strings.Replace(s.plan, `notify "slot" "staff" {`, `notify "slot" "chief" {`, 1)
			if err := s.agent.Reload(s.Context()); err != nil {
				s.Fatal(err)
			}
		})
		s.at("09:40", func() {
			i := slices.IndexFunc(s.agent.Situation().Channels, func(c rules.ChannelFacts) bool { return c.Name == "staff" })
			if i < 0 || s.agent.Situation().Channels[i].Pending != 1 || !s.agent.Situation().Channels[i].FailingSince.IsZero() {
				s.Errorf("the Situation says %+v", s.agent.Situation().Channels)
			}
			n, err := s.agent.Notifications(s.Context(), 10)
			if err != nil || len(n.Messages) == 0 || !n.Messages[0].ChannelGone || n.Messages[0].State != "pending" {
				s.Errorf("the queue: %+v, %v", n, err)
			}
			s.world.mend("s01")
			s.stop()
			s.start()
		})
		// It was a slip: who gets what waited gets the close that came meanwhile, too.
		s.at("11:00", func() {
			s.box.mend("staff")
			s.plan = strings.Replace(s.plan, `notify "slot" "chief" {`, `notify "slot" "staff" {`, 1)
			if err := s.agent.Reload(s.Context()); err != nil {
				s.Fatal(err)
			}
		})
		s.at("11:10", func() {
			s.same("what waited, and the close", []string{"+ s01", "- s01"}, s.box.told("staff", "SystemDown"))
		})
	})
}

// A channel that comes with a reload hears of what is open; one that goes is forgotten.
func TestReloadOfChannels(t *testing.T) {
	t.Parallel()
	tell(t, "2026-11-20 09:00", 2, hallChannels, func(s *story) {
		reload := func(old, fresh string) {
			s.plan = strings.Replace(s.plan, old, fresh, 1)
			if err := s.agent.Reload(s.Context()); err != nil {
				s.Fatal(err)
			}
		}
		s.at("09:10", func() { s.fail("s01") })
		s.at("09:15", func() { reload(`notify "slot" "staff" {`, `notify "slot" "chief" {`) })
		s.at("09:20", func() {
			s.same("the new one", []string{"+ s01"}, s.box.told("chief", "SystemDown"))
			s.world.mend("s01")
		})
		s.at("09:30", func() {
			s.same("the new one", []string{"+ s01", "- s01"}, s.box.told("chief", "SystemDown"))
			s.same("the old one", []string{"+ s01"}, s.box.told("staff", "SystemDown"))
			if n := len(s.box.told("duty", "SystemDown")); n != 2 {
				s.Errorf("the other was told %d times", n)
			}
		})
	})
}
