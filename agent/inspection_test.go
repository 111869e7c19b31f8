package agent

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/keizoku-bcp/keizoku/agent/api"
	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/notify"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

const hallInspection = `
notify "slot" "staff" {
  route { reports = true }
}
notify "slot" "chief" {}
notify "slot" "branch" { from = ["a2"] }
agent "a2" {}
inspection "opening" {
  title = "始業前点検"
  cron  = "30 7,8 * * *"
}
`

// inspected are the reports that a channel got.
func (s *story) inspected(channel string) (all []letter) {
	for _, l := range s.box.letters(channel) {
		if l.Occasion == notify.Inspection {
			all = append(all, l)
		}
	}
	return all
}

// ran are the inspections on record.
func (s *story) ran() (all []journal.InspectionDone) {
	for _, e := range s.events("2026-11-19 00:00") {
		if done, ok := e.Payload.(journal.InspectionDone); ok {
			all = append(all, done)
		}
	}
	return all
}

// The inspection runs when it is due, its report goes to the channels that take reports and into
// the journal, and what fails is in it.
func TestInspectionBeforeOpening(t *testing.T) {
	t.Parallel()
	tell(t, "2026-11-20 07:00", 3, hallInspection, func(s *story) {
		s.at("07:31", func() {
			reports := s.inspected("staff")
			if len(reports) != 1 || !strings.Contains(reports[0].Subject, "始業前点検") || reports[0].Severity != plan.Info || len(s.ran()) != 1 {
				s.Fatalf("%d reports, on record %+v", len(reports), s.ran())
			}
			if done := s.ran()[0]; !done.Good() || done.Counts.Checks != 3 || done.Trigger != journal.Scheduled {
				s.Errorf("%+v", done)
			}
			if newest := s.agent.Situation().Inspections[0].Newest; newest == nil || !newest.Good {
				s.Errorf("the Situation says %+v", newest)
			}
		})
		s.at("08:00", func() { s.fail("s02") })
		s.at("08:31", func() {
			reports := s.inspected("staff")
			if len(reports) != 2 || reports[1].Severity != plan.Caution || !strings.Contains(reports[1].Text, "システム2") {
				s.Errorf("%d reports, the last: %+v", len(reports), reports[len(reports)-1].Message)
			}
			if n := len(s.inspected("chief")); n != 0 {
				s.Errorf("%d reports on a channel that takes none", n)
			}
		})
	})
}

// One that was due while the agent was off is told as missed, once.
func TestMissedInspectionIsTold(t *testing.T) {
	t.Parallel()
	tell(t, "2026-11-20 07:00", 1, hallInspection, func(s *story) {
		s.at("07:10", s.stop)
		s.at("09:30", s.start)
		s.at("09:35", func() {
			reports := s.inspected("staff")
			if len(reports) != 1 || reports[0].Severity != plan.Caution || len(s.ran()) != 1 || s.ran()[0].Ran() || s.ran()[0].Missed != 2 {
				s.Errorf("%d reports, on record %+v", len(reports), s.ran())
			}
			s.stop()
			s.start()
		})
		s.at("09:40", func() {
			if n := len(s.inspected("staff")); n != 1 {
				s.Errorf("after another restart %d reports", n)
			}
		})
	})
}

// A report goes out although it cannot go on record.
func TestReportGoesOutWithoutAJournal(t *testing.T) {
	t.Parallel()
	tell(t, "2026-11-20 10:00", 1, hallInspection, func(s *story) {
		s.at("10:05", func() {
			if err := s.agent.journal.Close(); err != nil {
				s.Fatal(err)
			}
			done := journal.InspectionDone{Name: "opening", Trigger: journal.Scheduled, StartedAt: s.now(), EndedAt: s.now()}
			if err := s.agent.inspected(s.Context(), done); err == nil {
				s.Error("nobody is told that it is not on record")
			}
		})
		s.at("10:06", func() {
			if n := len(s.inspected("staff")); n != 1 {
				s.Errorf("%d reports", n)
			}
		})
	})
}

// One that a person wants is on record, and sent to nobody: who asked has it.
func TestInspectionByHand(t *testing.T) {
	t.Parallel()
	tell(t, "2026-11-20 10:00", 3, hallInspection, func(s *story) {
		s.at("10:05", func() {
			s.agent.started.Store(true) // in a bubble, nobody is at the door
			var seen []string
			done, err := s.agent.Inspect(s.Context(), "", func(done, total int) { seen = append(seen, fmt.Sprint(done, "/", total)) })
			if err != nil || done.Counts.Good != 3 || len(seen) != 4 || seen[3] != "3/3" {
				s.Errorf("%+v, %v, progress %q", done, err, seen)
			}
			if n := len(s.inspected("staff")); n != 0 || len(s.ran()) != 1 {
				s.Errorf("sent %d times; on record: %+v", n, s.ran())
			}
			var p *rules.Problem
			if _, err := s.agent.Inspect(s.Context(), "openning", nil); !errors.As(err, &p) || p.Code != rules.CodeNoInspection || !slices.Contains(p.Data.Known, "opening") {
				s.Errorf("%v", err)
			}
		})
	})
}

// A test message waits for its receipt, passes those that wait, and is not kept.
func TestNotifyTestOfAChannel(t *testing.T) {
	t.Parallel()
	tell(t, "2026-11-20 10:00", 1, hallInspection, func(s *story) {
		s.at("10:05", func() {
			trial, err := s.agent.NotifyTest(s.Context(), "chief")
			if l := s.box.letters("chief"); err != nil || trial.Receipt != "250 Ok" || len(l) != 1 || l[0].Occasion != notify.Test {
				s.Errorf("%+v, %v, %d letters", trial, err, len(l))
			}
			s.box.cut("chief")
			if _, err := s.agent.NotifyTest(s.Context(), "chief"); !errors.Is(err, api.ErrUndelivered) || !strings.Contains(err.Error(), "connection refused") {
				s.Errorf("through a dead link: %v", err)
			}
			for _, name := range []string{"chef", "branch"} {
				var p *rules.Problem
				if _, err := s.agent.NotifyTest(s.Context(), name); !errors.As(err, &p) || p.Code != rules.CodeNoChannel || !slices.Equal(p.Data.Known, []string{"staff", "chief"}) {
					s.Errorf("%s: %v", name, err)
				}
			}
			n, err := s.agent.Notifications(s.Context(), 10)
			if err != nil || len(n.Messages) != 2 || n.Messages[0].State != "dropped" || n.Messages[1].Receipt != "250 Ok" || len(n.Channels) != 2 {
				s.Errorf("%+v, %v", n, err)
			}
		})
	})
}

// The alerts that are shown say why one is silent, and who has taken one on.
func TestOpenAlertsAsShown(t *testing.T) {
	t.Parallel()
	tell(t, "2026-11-20 10:20", 2, onMaintenance, func(s *story) {
		s.at("10:25", func() { s.world.fail(checks.Timeout, "no answer", "s01", "s02") })
		s.at("10:30", func() { s.do("sato", "佐藤 一郎", rules.Acknowledge{System: "s02", Why: "対応中"}) })
		s.at("10:31", func() {
			shown := map[string]api.Alert{}
			for _, a := range s.agent.Alerts(plan.English) {
				shown[a.Name+" "+a.System] = a
			}
			quiet, taken := shown["SystemDown s01"], shown["SystemDown s02"]
			if quiet.Silence != "maintenance" || fmt.Sprint(quiet.Told) != "[duty]" {
				s.Errorf("%+v", quiet)
			}
			if !taken.Acknowledged || taken.AcknowledgedBy != "佐藤 一郎" || fmt.Sprint(taken.Told) != "[duty staff]" && fmt.Sprint(taken.Told) != "[staff duty]" || !strings.Contains(taken.Text, "down") {
				s.Errorf("%+v", taken)
			}
		})
	})
}
