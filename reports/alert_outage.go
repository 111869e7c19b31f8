package reports

import (
	"cmp"
	"math"
	"strconv"
	"time"

	"github.com/keizoku-bcp/keizoku/rules"
	"github.com/keizoku-bcp/keizoku/rules/alert"
)

// outageFacts tells of an outage: what is left first, then whatever helps to end it in time.
func (m *teller) outageFacts(l *letter, told *alert.Told) {
	o := m.outageOf(told)
	if o == nil {
		m.sinceFact(l, told)
		return
	}
	over := told.Occasion == alert.Closed && m.openOutage(told) == nil
	if over {
		m.endFacts(l, told)
	} else {
		m.clockFacts(l, o)
	}
	m.fact(l, "cause", m.causeOf(&told.Alert, o))
	m.fact(l, "affects", m.affected(told.Affects))
	if !over {
		m.fact(l, "alternative", m.alternativeOf(told, o))
		m.fact(l, "taken", m.takenBy(o))
	}
	m.rank(l, told)
}

// clockFacts are those of an open outage.
func (m *teller) clockFacts(l *letter, o *rules.OutageFacts) {
	m.fact(l, "left", m.leftText(o))
	m.fact(l, "down", m.sinceText(o.Start, o.Estimated))
	m.fact(l, "allowed", m.allowedText(o))
	if !o.StartRecoveryBy.IsZero() {
		m.fact(l, "start_by", m.passing(o.StartRecoveryBy))
	}
	m.fact(l, "eta", m.backText(o))
	m.fact(l, "risk", m.risk(o))
}

// endFacts are those of an outage that is over.
func (m *teller) endFacts(l *letter, told *alert.Told) {
	m.fact(l, "down", m.fromTo(startOf(told), told.EndedAt))
	deadline := told.Deadline()
	if told.Met == nil || deadline.IsZero() {
		return
	}
	data := map[string]any{"Deadline": m.clock(deadline), "Spare": m.lasting(max(0, deadline.Sub(told.EndedAt))), "Over": m.lasting(lateBy(told))}
	if *told.Met {
		m.fact(l, "deadline", m.Say("alert_met", data))
	} else {
		m.fact(l, "deadline", m.Say("alert_late", data))
	}
}

// passing is an instant, and how long ago it was.
func (m *teller) passing(at time.Time) string {
	return m.Say("alert_passing", map[string]any{"At": m.clock(at), "Passed": m.lasting(max(0, m.now.Sub(at)))})
}

func (m *teller) leftText(o *rules.OutageFacts) string {
	data := map[string]any{"Deadline": m.clock(o.Deadline)}
	switch {
	case o.Deadline.IsZero():
		return m.Word("console_no_deadline")
	case o.Left == nil:
		return data["Deadline"].(string)
	case m.lasting(o.Left.Duration()) == "":
		return m.Say("alert_left_none", data)
	case *o.Left < 0:
		data["Over"] = m.lasting(o.Left.Duration())
		return m.Say("alert_left_over", data)
	default:
		data["Left"] = m.lasting(o.Left.Duration())
		return m.Say("alert_left_of", data)
	}
}

func (m *teller) allowedText(o *rules.OutageFacts) string {
	if o.Allowed == nil {
		return ""
	}
	percent := ""
	if o.UsedRatio != nil {
		percent = strconv.Itoa(int(math.Floor(100 * *o.UsedRatio)))
	}
	return m.Say("alert_allowed", map[string]any{"Span": m.lasting(o.Allowed.Duration()), "Percent": percent})
}

// used is the share of the allowance that an outage has used, in percent.
func (m *teller) used(told *alert.Told) (percent string, ok bool) {
	o := m.outageOf(told)
	if o == nil || o.UsedRatio == nil {
		return "", false
	}
	return strconv.Itoa(int(math.Floor(100 * *o.UsedRatio))), true
}

// backText is when it is expected back, and by whose word.
func (m *teller) backText(o *rules.OutageFacts) string {
	switch {
	case o.WaitsFor != "" && !o.ProjectionPassed:
		return m.Say("alert_waits", map[string]any{"At": m.clock(o.ProjectedEnd), "Cause": m.titles(o.WaitsFor)})
	case o.ProjectionPassed && !o.ETA.IsZero():
		return m.Say("eta_passed", map[string]any{"At": m.clock(o.ETA)})
	case o.ProjectionPassed:
		return m.Word("recovery_passed")
	case !o.ETA.IsZero():
		return m.Say("alert_eta", map[string]any{"At": m.clock(o.ETA)})
	case !o.ProjectedEnd.IsZero():
		return m.Say("alert_projected", map[string]any{"At": m.clock(o.ProjectedEnd)})
	default:
		return m.Word("alert_no_eta")
	}
}

// maxDetail is how much of what a probe met is told.
const maxDetail = 200

// causeOf is the root cause, or what was seen where it is the root itself.
func (m *teller) causeOf(a *alert.Alert, o *rules.OutageFacts) string {
	if len(a.Causes) > 0 {
		return m.names(a.Causes)
	}
	if o == nil || o.Reason == "" {
		return ""
	}
	detail := m.clean(o.Text)
	if o.Check != "" && detail != "" {
		detail = m.clean(o.Check) + ": " + detail
	}
	return m.Say("alert_reason", map[string]any{"Reason": m.Reason(o.Reason), "Detail": cut(detail, maxDetail)})
}

// maxNames is how many names a line lists.
const maxNames = 10

// names lists titles, and counts those for which there is no room.
func (m *teller) names(all []string) string {
	var said []string
	for _, name := range all[:min(len(all), maxNames)] {
		said = append(said, m.titles(name))
	}
	if more := len(all) - len(said); more > 0 {
		said = append(said, m.Say("page_more", map[string]any{"Count": more}))
	}
	return m.List(said)
}

func (m *teller) affected(all []string) string {
	if len(all) == 0 {
		return ""
	}
	return m.names(all)
}

// alternativeOf is what to do without the system, and for how long that goes.
func (m *teller) alternativeOf(told *alert.Told, o *rules.OutageFacts) string {
	if told.Alternative == "" {
		return ""
	}
	data := map[string]any{"Title": m.clean(told.Alternative), "Lasts": "", "Until": ""}
	if lasts := told.AlternativeLasts.Duration(); lasts > 0 {
		data["Lasts"], data["Until"] = m.lasting(lasts), m.clock(o.Start.Add(lasts))
	}
	return m.Say("alert_alternative", data)
}

func (m *teller) takenBy(o *rules.OutageFacts) string {
	if o.AcknowledgedAt.IsZero() {
		return m.Word("alert_nobody")
	}
	return m.takenText(o.AcknowledgedBy, o.AcknowledgedAt, o.AcknowledgedWhy)
}

// taken tells who has taken on an alert of no outage; empty: nobody has said so.
func (m *teller) taken(told *alert.Told) string {
	if !told.Acknowledged || told.Occasion == alert.Closed {
		return ""
	}
	return m.takenText(told.AcknowledgedBy, told.AcknowledgedAt, told.AcknowledgedWhy)
}

func (m *teller) takenText(by string, at time.Time, why string) string {
	return m.Say("alert_taken", map[string]any{
		"By": cmp.Or(m.clean(by), m.Word("not_known")), "At": m.clock(at), "Why": cut(m.clean(why), maxDetail),
	})
}

func (m *teller) rank(l *letter, told *alert.Told) {
	if told.Priority > 0 {
		m.fact(l, "rank", strconv.Itoa(told.Priority))
	}
	m.fact(l, "owner", told.Owner)
}

// sinceText is since when something is so, and for how long.
func (m *teller) sinceText(since time.Time, estimated bool) string {
	if since.IsZero() {
		return ""
	}
	return m.Say("alert_since", map[string]any{
		"At": m.clock(since) + m.estimated(estimated), "Span": m.lasting(max(0, m.now.Sub(since))),
	})
}

func (m *teller) fromTo(from, to time.Time) string {
	if from.IsZero() || to.IsZero() {
		return ""
	}
	return m.Say("alert_from_to", map[string]any{"From": m.clock(from), "To": m.clock(to), "Span": m.lasting(to.Sub(from))})
}

// sinceFact tells since when an alert holds, or from when until when it did.
func (m *teller) sinceFact(l *letter, told *alert.Told) {
	if told.Occasion == alert.Closed {
		m.fact(l, "since", m.fromTo(told.Since, told.EndedAt))
		return
	}
	m.fact(l, "since", m.sinceText(told.Since, false))
}
