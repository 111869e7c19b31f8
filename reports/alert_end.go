package reports

import (
	"time"

	"github.com/keizoku-bcp/keizoku/rules"
	"github.com/keizoku-bcp/keizoku/rules/alert"
)

// ending is how an alert ended, by the words for it.
type ending struct{ tag, text string }

// ended tells how an alert ended: of a system, whether it is back, or only its deadline has moved.
func (m *teller) ended(told *alert.Told) ending {
	switch {
	case told.Dropped:
		return ending{"dropped", "dropped"}
	case told.Topic() == alert.OfOutage:
		return m.endedOutage(told)
	case told.Name == alert.UtilityLost:
		return ending{"restored", told.Name}
	default:
		return ending{"closed", told.Name}
	}
}

func (m *teller) endedOutage(told *alert.Told) ending {
	o := m.openOutage(told)
	switch {
	case o == nil || told.Name == alert.SystemDown:
		return ending{"recovered", "recovered"}
	case told.Name != alert.DeadlineMissed && o.Verdict == rules.Missed:
		return ending{"missed", "missed"}
	case told.Name == alert.StartRecoveryNow && !o.AcknowledgedAt.IsZero() && o.AcknowledgedBy != "":
		return ending{"closed", "taken"}
	case told.Name == alert.StartRecoveryNow && !o.ETA.IsZero():
		return ending{"closed", "estimated"}
	default:
		return ending{"closed", "moved"}
	}
}

// addEnd tells of the end: how long it lasted, and whether the deadline was met.
func (m *teller) addEnd(data map[string]any, told *alert.Told) {
	lasted := m.lasting(lastedOf(told))
	data["Lasted"], data["For"] = lasted, ""
	if lasted != "" {
		data["For"] = m.Say("alert_lasted", map[string]any{"Span": lasted})
	}
	data["Met"], data["Missed"] = told.Met != nil && *told.Met, told.Met != nil && !*told.Met
	if told.Met != nil && !*told.Met {
		data["Late"] = m.lasting(lateBy(told))
	}
}

// lastedOf is how long what an alert tells of lasted: of a deadline's, the outage.
func lastedOf(told *alert.Told) time.Duration {
	start := startOf(told)
	if start.IsZero() || told.EndedAt.Before(start) {
		return told.Lasted.Duration()
	}
	return told.EndedAt.Sub(start)
}

// startOf is when it began: of all alerts of an outage, the outage.
func startOf(told *alert.Told) time.Time {
	if told.Topic() == alert.OfOutage && told.Name != alert.SystemDown && told.Outage != nil {
		return told.Outage.Start
	}
	return told.Since
}

// lateBy is by how much an outage ended after its deadline, as far as that is known.
func lateBy(told *alert.Told) time.Duration {
	deadline := told.Deadline()
	if deadline.IsZero() || !told.EndedAt.After(deadline) {
		return 0
	}
	return told.EndedAt.Sub(deadline)
}
