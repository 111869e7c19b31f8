package agent

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/notify"
	"github.com/keizoku-bcp/keizoku/rules"
)

const withAHead = `
alerts {
  group_within = "5s"
  repeat       = "10m"
}
notify "slot" "staff" {}
notify "keeper" "duty" {}
notify "slot" "paper" {}
notify "slot" "head" {
  route {
    alerts         = ["DeliveryFailing"]
    unacknowledged = "10m"
  }
}
`

// heardOf are the occasions on which a channel was told of alerts of a name.
func (s *story) heardOf(channel, name string) (all []notify.Occasion) {
	for _, l := range s.box.letters(channel) {
		for i := range l.Alerts {
			if l.Alerts[i].Name == name {
				all = append(all, l.Occasion)
			}
		}
	}
	return all
}

// Who takes on an alert of no outage ends its reminders and keeps it from the next step, also after a
// restart, and everybody sees who did. Who takes on one of an outage takes on that.
func TestAnAlertIsTakenOn(t *testing.T) {
	t.Parallel()
	tell(t, "2026-11-20 09:00", 2, withAHead, func(s *story) {
		s.at("09:01", func() {
			s.box.cut("paper")
			s.fail("s01", "s02")
		})
		s.at("09:20", func() {
			s.do("sato", "佐藤 一郎", rules.Acknowledge{Alert: "SystemDown/s01", Why: "現地へ"})
			if by := s.agent.Situation().System("s01").Outage.AcknowledgedBy; by != "佐藤 一郎" {
				s.Errorf("the outage was taken on by %q", by)
			}
			s.do("sato", "佐藤 一郎", rules.Acknowledge{Alert: "Deliv", Why: "用紙を補給"})
			for _, a := range s.agent.OpenAlerts() { // at once, whatever was told since
				if a.Name == "DeliveryFailing" && (a.AcknowledgedBy != "佐藤 一郎" || a.AcknowledgedWhy != "用紙を補給" || a.AcknowledgedAt.IsZero()) {
					s.Errorf("%+v", a)
				}
			}
			s.refusesToTakeOn()
			s.stop()
		})
		s.at("09:21", s.start)
		s.at("09:50", func() {
			s.same("the keeper knows by whom", []string{"佐藤 一郎"}, s.takenBy("duty", "DeliveryFailing"))
			s.box.mend("paper")
		})
		s.at("09:55", func() {
			if diff := cmp.Diff([]notify.Occasion{notify.Opened, notify.Closed}, s.heardOf("staff", "DeliveryFailing")); diff != "" {
				s.Error(diff)
			}
			if heard := s.heardOf("head", "DeliveryFailing"); heard != nil {
				s.Errorf("the next step heard of it: %v", heard)
			}
		})
	})
}

// refusesToTakeOn tries what is no open alert, or might be one of several.
func (s *story) refusesToTakeOn() {
	for _, c := range []struct {
		ack  rules.Acknowledge
		want rules.Problem
	}{
		{rules.Acknowledge{Alert: "SystemDown"}, rules.Problem{Kind: rules.Invalid, Code: rules.CodeAlertAmbiguous, Data: rules.Particulars{Given: "SystemDown", Known: []string{"s01", "s02"}}}},
		{rules.Acknowledge{Alert: "deliveryfailing/paper"}, rules.Problem{Kind: rules.NotFound, Code: rules.CodeNoAlert, Data: rules.Particulars{Given: "deliveryfailing/paper", Near: "DeliveryFailing/paper"}}},
		{rules.Acknowledge{Alert: "s03"}, rules.Problem{Kind: rules.NotFound, Code: rules.CodeNoAlert, Data: rules.Particulars{Given: "s03", Near: "s01"}}},
		{rules.Acknowledge{Alert: "DeliveryFailing", System: "s01"}, rules.Problem{Kind: rules.Invalid, Code: rules.CodeSystemOrAlert}},
		{rules.Acknowledge{Alert: "DeliveryFailing"}, rules.Problem{Kind: rules.Invalid, Code: rules.CodeNoAckReason}},
	} {
		var refused *rules.Problem
		if _, err := s.agent.Act(s.Context(), c.ack, journal.Actor{User: "sato"}); !errors.As(err, &refused) {
			s.Errorf("%+v: %v", c.ack, err)
		} else if diff := cmp.Diff(c.want, *refused); diff != "" {
			s.Error(diff)
		}
	}
}

// takenBy are those who have taken on the alerts of a name that a keeper holds.
func (s *story) takenBy(channel, name string) (all []string) {
	s.box.mu.Lock()
	defer s.box.mu.Unlock()
	for _, a := range s.box.held[channel] {
		if a.Name == name {
			all = append(all, a.Annotations["acknowledged_by"])
		}
	}
	return all
}
