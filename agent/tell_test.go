package agent

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/notify"
	"github.com/keizoku-bcp/keizoku/rules"
	"github.com/keizoku-bcp/keizoku/rules/alert"
)

// hallPlan is a hall of systems that do not depend on each other.
func hallPlan(systems int, more string) string {
	var b strings.Builder
	b.WriteString(`
plan "hall" {
  title    = "試験市"
  timezone = "Asia/Tokyo"
  locale   = "ja"
}
threat "incident" {
  title   = "非災害"
  default = true
}
agent "a1" {}
`)
	for i := range systems {
		fmt.Fprintf(&b, `
system "s%02d" {
  title              = "システム%d"
  priority           = %d
  allowable_downtime = "2d"
  typical_recovery   = "1h"
  check "scripted" "service" {
    interval = "2s"
    timeout  = "1s"
  }
}
`, i+1, i+1, i+1)
	}
	return b.String() + more
}

const hallChannels = `
alerts {
  group_within = "5s"
  alive_to     = [notify.watchdog]
}
notify "slot" "staff" { title = "情報政策課" }
notify "keeper" "duty" {}
notify "slot" "watchdog" {
  route { no_alerts = true }
}
`

func systems(from, to int) (names []string) {
	for i := from; i <= to; i++ {
		names = append(names, fmt.Sprintf("s%02d", i))
	}
	return names
}

func signed(sign string, names ...string) (all []string) {
	for _, name := range names {
		all = append(all, sign+" "+name)
	}
	return all
}

// tell runs a story of a hall with these channels.
func tell(t *testing.T, begin string, systems int, channels string, play func(s *story)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := newStory(t, begin)
		s.plan, s.name = hallPlan(systems, channels), "a1"
		s.start()
		defer func() { s.stop() }() // of whichever agent is there at the end
		play(s)
	})
}

func (s *story) fail(names ...string) { s.world.fail(checks.Refused, "connection refused", names...) }

// same compares what was told.
func (s *story) same(what string, want, got []string) {
	s.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		s.Errorf("%s: %s (-want +got):\n%s", s.now().Format(time.TimeOnly), what, diff)
	}
}

// A blackout takes all at once: one message with a table; the agent is restarted in the middle, and
// nobody hears of it; all of it closes.
func TestBlackoutIsToldOnce(t *testing.T) {
	t.Parallel()
	all := systems(1, 14)
	tell(t, "2026-11-20 14:30", 14, hallChannels, func(s *story) {
		s.at("14:40", func() { s.fail(all...) })
		s.at("14:42", func() {
			s.oneTable(all)
			s.stop()
		})
		s.at("14:50", s.start)
		s.at("14:53", func() {
			s.same("after a restart", signed("+", all...), sorted(s.box.told("staff", "SystemDown")))
			s.same("the keeper", all, s.box.keeps("duty"))
			if n := len(s.agent.Alerts("")); n < len(all) {
				s.Errorf("%d open alerts are shown", n)
			}
		})
		s.at("15:00", func() { s.world.mend(all...) })
		s.at("15:10", func() {
			for _, channel := range []string{"staff", "duty"} {
				told := s.box.told(channel, "SystemDown")
				s.same(channel, append(signed("+", all...), signed("-", all...)...), append(sorted(told[:14]), sorted(told[14:])...))
			}
			if n := len(s.box.keeps("duty")); n != 0 {
				s.Errorf("the keeper still holds %d", n)
			}
			if l := s.box.letters("staff"); len(l) > 6 {
				s.Errorf("%d messages of one blackout", len(l))
			}
		})
	})
}

func sorted(list []string) []string { return slices.Sorted(slices.Values(list)) }

// oneTable wants all in one message, in the plan's language, and its facts in it.
func (s *story) oneTable(all []string) {
	s.Helper()
	var tables []letter
	for _, l := range s.box.letters("staff") {
		if slices.ContainsFunc(l.Alerts, func(a notify.Alert) bool { return a.Name == "SystemDown" }) {
			tables = append(tables, l)
		}
	}
	told := s.box.told("staff", "SystemDown")
	if len(tables) != 1 || len(told) != len(all) {
		s.Fatalf("%d messages about %d systems", len(tables), len(told))
	}
	for _, want := range []string{"14システム停止", "システム1", "システム14"} {
		if !strings.Contains(tables[0].Subject+tables[0].Text, want) {
			s.Errorf("the message does not say %s:\n%s", want, tables[0].Text)
		}
	}
}

// What ended while the agent was off is closed, what began is opened, what goes on is not told anew.
func TestWhileTheAgentWasOff(t *testing.T) {
	t.Parallel()
	tell(t, "2026-11-20 14:30", 3, hallChannels, func(s *story) {
		s.at("14:40", func() { s.fail("s01", "s02") })
		s.at("14:45", func() {
			s.stop()
			s.world.mend("s01")
			s.fail("s03")
		})
		s.at("16:00", s.start)
		s.at("16:30", func() {
			told := sorted(s.box.told("staff", "SystemDown"))
			s.same("staff", []string{"+ s01", "+ s02", "+ s03", "- s01"}, told)
			s.same("duty", []string{"s02", "s03"}, s.box.keeps("duty"))
		})
	})
}

// An acknowledgement ends the reminders, and not the close.
func TestAcknowledgementSilencesReminders(t *testing.T) {
	t.Parallel()
	tell(t, "2026-11-20 09:00", 2, hallChannels, func(s *story) {
		s.at("09:10", func() { s.fail("s01", "s02") })
		s.at("09:30", func() { s.do("sato", "佐藤 一郎", rules.Acknowledge{System: "s01", Why: "対応中"}) })
		s.at("12:30", func() {
			s.same("reminders", []string{"s02", "s02", "s02"}, s.reminded("staff"))
			s.world.mend("s01")
		})
		s.at("12:40", func() { s.same("told", []string{"+ s01", "+ s02", "- s01"}, s.box.told("staff", "SystemDown")) })
	})
}

// reminded are the systems of which a channel was reminded.
func (s *story) reminded(channel string) (names []string) {
	for _, l := range s.box.letters(channel) {
		if l.Occasion != notify.Reminded {
			continue
		}
		for i := range l.Alerts {
			if l.Alerts[i].Name == "SystemDown" {
				names = append(names, subjectOf(&l.Alerts[i]))
			}
		}
	}
	return names
}

// A step of the clock neither hastens nor delays what waits.
func TestReminderAcrossAStepOfTheClock(t *testing.T) {
	t.Parallel()
	tell(t, "2026-11-20 09:00", 1, hallChannels, func(s *story) {
		s.at("09:10", func() { s.fail("s01") })
		s.at("09:30", func() { s.off.Store(int64(45 * time.Minute)) })
		s.at("10:40", func() { s.same("after 45 minutes", nil, s.reminded("staff")) })
		s.at("11:05", func() { s.same("after 65 minutes", []string{"s01"}, s.reminded("staff")) })
	})
}

const onMaintenance = hallChannels + `
maintenance "works" {
  systems = [system.s01]
  starts  = "2026-11-20 10:00"
  ends    = "2026-11-20 11:00"
}
`

// Maintenance silences the opening; what stays down when it is over is told.
func TestMaintenanceIsSilent(t *testing.T) {
	t.Parallel()
	tell(t, "2026-11-20 09:50", 2, onMaintenance, func(s *story) {
		s.at("10:10", func() { s.fail("s01", "s02") })
		s.at("10:50", func() {
			s.same("meanwhile", []string{"+ s02"}, s.box.told("staff", "SystemDown"))
			s.same("the keeper hears all", []string{"s01", "s02"}, s.box.keeps("duty"))
			s.same("the keeper hears why", []string{"s01 maintenance", "s02 "}, s.box.silences("duty"))
		})
		s.at("11:05", func() {
			s.same("afterwards", []string{"+ s02", "+ s01"}, s.box.told("staff", "SystemDown"))
			s.same("the keeper afterwards", []string{"s01 ", "s02 "}, s.box.silences("duty"))
			if all := s.box.letters("duty"); all[len(all)-1].Occasion != notify.Reminded || all[len(all)-1].Alerts[0].Labels["system"] != "s01" {
				s.Errorf("the keeper was told last: %+v", all[len(all)-1])
			}
		})
	})
}

// A fault in what tells people ends neither the watch nor the turns to come.
func TestAFaultInTellingEndsNothing(t *testing.T) {
	t.Parallel()
	tell(t, "2026-11-20 09:00", 1, hallChannels, func(s *story) {
		s.at("09:10", func() {
			good := s.agent.account.Load()
			s.agent.account.Store(&account{ledger: alert.Ledger{"damaged": nil}, moment: good.moment})
			if _, err := s.agent.tellSafely(s.Context()); err == nil || !strings.Contains(err.Error(), "fault") {
				s.Errorf("err = %v", err)
			}
			s.agent.account.Store(good)
			s.fail("s01")
		})
		s.at("09:20", func() { s.same("staff", []string{"+ s01"}, s.box.told("staff", "SystemDown")) })
	})
}

// Threats and causes may change while an alert is open; a receiver that knows it by its labels
// still finds it when it closes, also after a restart.
func TestLabelsStayAsTheyWere(t *testing.T) {
	t.Parallel()
	more := hallChannels + "threat \"disaster\" { title = \"災害\" }\n"
	tell(t, "2026-11-20 09:00", 1, more, func(s *story) {
		s.at("09:10", func() { s.fail("s01") })
		s.at("09:20", func() {
			s.do("sato", "佐藤 一郎", rules.Declare{Threat: "disaster"})
			s.stop()
			s.start()
		})
		s.at("09:30", func() { s.world.mend("s01") })
		s.at("09:40", func() {
			labels := map[string]bool{}
			for _, l := range s.box.letters("duty") {
				for _, a := range l.Alerts {
					if a.Name == "SystemDown" {
						labels[a.Labels["threat"]] = true
					}
				}
			}
			if !labels["incident"] || len(labels) != 1 {
				s.Errorf("threats in the labels: %v", labels)
			}
		})
	})
}

// The dead man's switch hears each minute that all works; of an hour without a link it hears once.
func TestHeartbeats(t *testing.T) {
	t.Parallel()
	tell(t, "2026-11-20 09:00", 1, hallChannels, func(s *story) {
		s.at("09:30", func() {
			if n := s.box.beats("watchdog"); n < 29 || n > 31 {
				s.Errorf("%d heartbeats in half an hour", n)
			}
			s.box.cut("watchdog")
		})
		s.at("10:30", func() {
			for _, c := range s.agent.Situation().Channels {
				if c.Name == "watchdog" && c.Pending > 1 {
					s.Errorf("%d heartbeats wait", c.Pending)
				}
			}
			s.box.mend("watchdog")
		})
		s.at("10:40", func() {
			if n := s.box.beats("watchdog"); n < 31 || n > 43 {
				s.Errorf("%d heartbeats", n)
			}
			if n := len(s.box.letters("watchdog")); n != 0 {
				s.Errorf("%d other messages", n)
			}
		})
	})
}

// A system that flaps for an hour is told of a few times, and the last word is the true one.
func TestFlappingIsBounded(t *testing.T) {
	t.Parallel()
	tell(t, "2026-11-20 09:00", 1, hallChannels, func(s *story) {
		time.Sleep(5 * time.Minute)
		for range 60 {
			s.fail("s01")
			time.Sleep(30 * time.Second)
			s.world.mend("s01")
			time.Sleep(30 * time.Second)
		}
		s.at("13:00", func() {
			told := s.box.told("staff", "SystemDown")
			if len(told) > 12 || len(told) == 0 || told[len(told)-1] != "- s01" {
				s.Errorf("%d: %q", len(told), told)
			}
		})
	})
}

// What was told is forgotten two hours after all is over, on disk too.
func TestWhatIsOverIsForgotten(t *testing.T) {
	t.Parallel()
	tell(t, "2026-11-20 09:00", 2, hallChannels, func(s *story) {
		s.at("09:10", func() { s.fail("s01", "s02") })
		s.at("09:20", func() {
			if n := len(s.agent.outbox.Alerts()); n < 2 {
				s.Errorf("%d alerts are kept", n)
			}
			s.world.mend("s01", "s02")
		})
		s.at("13:00", func() {
			if kept := s.agent.outbox.Alerts(); len(kept) != 0 {
				s.Errorf("%d alerts are kept: %s", len(kept), slices.Collect(maps.Keys(kept)))
			}
			if n := len(s.agent.account.Load().labels); n != 0 {
				s.Errorf("labels of %d alerts are kept", n)
			}
		})
	})
}

// A message is a close only where it closes all that it tells of.
func TestOccasionOfAMixedMessage(t *testing.T) {
	t.Parallel()
	closes, reminds := &alert.Told{Occasion: alert.Closed}, &alert.Told{Occasion: alert.Reminded}
	for want, told := range map[notify.Occasion][]*alert.Told{
		notify.Closed: {closes, closes}, notify.Reminded: {closes, reminds},
	} {
		if got := occasionOf(&alert.Dispatch{Occasion: alert.Closed, Told: told}); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// Channels that are told the same share one message, and others do not.
func TestChannelsShareAMessage(t *testing.T) {
	t.Parallel()
	tell(t, "2026-11-20 09:00", 2, hallChannels+"notify \"slot\" \"chief\" {}\n", func(s *story) {
		s.at("09:10", func() { s.fail("s01", "s02") })
		s.at("09:20", func() {
			staff, chief, duty := s.box.letters("staff"), s.box.letters("chief"), s.box.letters("duty")
			if staff[0].ID != chief[0].ID || staff[0].ID == duty[0].ID {
				s.Errorf("IDs: %s, %s, and the keeper's %s", staff[0].ID, chief[0].ID, duty[0].ID)
			}
		})
	})
}
