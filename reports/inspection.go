package reports

import (
	"cmp"
	"strconv"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

// InspectionInput is what the page of an inspection (始業前点検) is written from.
type InspectionInput struct {
	Done journal.InspectionDone
	Plan rules.PlanFacts
	// Agent is the one that looked.
	Agent string
	// Zone is the plan's; nil: the one that the times of Done are in.
	Zone *time.Location
	// Drill marks an exercise (訓練): its first characters say so.
	Drill bool
}

// InspectionSubject is the one line that tells what an inspection found: 始業前点検 異常なし(142件).
func InspectionSubject(w *messages.Words, in InspectionInput) string {
	subject := w.Say("inspection_subject", map[string]any{"Title": w.InspectionTitle(in.Done), "Result": w.InspectionResult(in.Done)})
	if in.Drill {
		subject = w.Word("page_drill") + subject
	}
	return inert(subject)
}

// Inspection is the page of an inspection: what is not as it should be first, and one sheet when
// all is well.
func Inspection(w *messages.Words, in InspectionInput) string {
	d := &in.Done
	p := newPage(w, func(name string) string { return name }, instant(d, in.Zone))
	p.head(InspectionSubject(w, in), p.planLine(&in.Plan), p.period(d), p.inspectedLate(d), p.inspector(in.Agent, d.Ran()))
	if d.Missed > 0 {
		p.warn(p.inspectedMissed(d))
	}
	if !d.Ran() {
		return p.String()
	}
	if d.Blind {
		p.warn(p.Word("inspection_blind"))
	}
	if !d.UtilityLostAt.IsZero() {
		p.warn(p.Say("inspection_utility_lost", map[string]any{"At": p.clock(d.UtilityLostAt)}))
	}
	p.inspectedChecks(d)
	p.certificates(d.Certificates)
	p.disks(d.Disks)
	p.inspectedPower(d)
	p.reviews(d.Reviews)
	return p.String()
}

// instant is the time of the page: the inspection's, or when it was due.
func instant(d *journal.InspectionDone, zone *time.Location) time.Time {
	at := d.EndedAt
	if !d.Ran() {
		at = d.DueAt
	}
	if zone != nil && !at.IsZero() {
		return at.In(zone)
	}
	return at
}

// period tells from when to when it was run.
func (p *page) period(d *journal.InspectionDone) string {
	if !d.Ran() {
		return ""
	}
	span := ""
	if took := d.EndedAt.Sub(d.StartedAt); took >= time.Second {
		span = p.Span(took)
	}
	return p.Say("inspection_period", map[string]any{
		"From": p.Office(d.StartedAt.In(p.now.Location())), "To": p.now.Format("15:04:05"), "Span": span, "ByHand": d.Trigger == journal.ByHand,
	})
}

// lateFrom is from when on an inspection is told to have begun late.
const lateFrom = time.Minute

func (p *page) inspectedLate(d *journal.InspectionDone) string {
	by := d.StartedAt.Sub(d.DueAt)
	if !d.Ran() || d.DueAt.IsZero() || by < lateFrom {
		return ""
	}
	return p.Say("inspection_late", map[string]any{"At": p.clock(d.DueAt), "Late": p.Span(by.Truncate(time.Minute))})
}

// inspector is who looked, or should have.
func (p *page) inspector(agent string, ran bool) string {
	switch {
	case agent == "":
		return ""
	case !ran:
		return p.Word("alert_label_agent") + " " + agent
	}
	return p.Say("inspection_agent", map[string]any{"Agent": agent})
}

// inspectedMissed tells of those that were due and not run.
func (p *page) inspectedMissed(d *journal.InspectionDone) string {
	data := map[string]any{"Missed": d.Missed, "Many": d.Missed >= plan.MaxInspectionsDue, "Due": p.Office(p.now)}
	if d.Ran() {
		return p.Say("inspection_missed_before", data)
	}
	return p.Say("inspection_missed", data)
}

// inspectedChecks tells of the checks, those that failed first.
func (p *page) inspectedChecks(d *journal.InspectionDone) {
	p.section(p.Word("inspection_checks"))
	c := d.Counts
	if c.Good == c.Checks {
		p.put("  " + p.Say("inspection_all_good", map[string]any{"Checks": c.Checks}))
	} else {
		p.put("  " + p.Say("inspection_counts", map[string]any{
			"Checks": c.Checks, "Good": c.Good, "Failed": c.Failed, "Planned": c.Planned, "Unjudged": c.Unjudged,
		}))
	}
	p.lines("inspection_failed", d.Failed, c.Failed, p.failure)
	p.lines("inspection_unjudged", d.Unjudged, c.Unjudged, p.unjudged)
	p.lines("inspection_planned", d.Planned, c.Planned, p.maintained)
	p.lines("inspection_slow", d.Slow, c.Slow, p.took)
}

// mostLines is how many checks of a list a page tells one by one, the most important first. When
// more have failed, it is no longer one check that matters, and the console shows all.
const mostLines = 30

// lines is a list of checks under its heading; total counts those that did not fit it too.
func (p *page) lines(heading string, list []journal.InspectedCheck, total int, tell func(*journal.InspectedCheck) (string, []string)) {
	if total == 0 {
		return
	}
	p.blank()
	p.block("  ", p.Say(heading, map[string]any{"Count": total}))
	list = list[:min(len(list), mostLines)]
	rows := make([]row, len(list))
	for i := range list {
		text, below := tell(&list[i])
		rows[i] = row{[]string{priority(list[i].Priority), cmp.Or(list[i].Title, list[i].System), list[i].Check, text}, below}
	}
	p.table(2, rows)
	p.more("inspection_more", total-len(list))
}

// more says that there are others.
func (p *page) more(id string, count int) {
	if count > 0 {
		p.put("    " + p.Say(id, map[string]any{"Count": count}))
	}
}

func priority(rank int) string {
	if rank <= 0 {
		return ""
	}
	return strconv.Itoa(rank)
}

// failure tells why a check failed, and whether that is news.
func (p *page) failure(c *journal.InspectedCheck) (string, []string) {
	known := p.knownOutage(c)
	if known == "" {
		known = p.Word("inspection_new")
	}
	return p.Reason(c.Reason), []string{p.join(known, p.tried(c)), c.Text}
}

// unjudged tells why nothing is known of a check.
func (p *page) unjudged(c *journal.InspectedCheck) (string, []string) {
	return p.Reason(c.Reason), []string{p.join(p.knownOutage(c), p.tried(c)), c.Text}
}

// knownOutage tells of the outage that was known before; empty: there was none.
func (p *page) knownOutage(c *journal.InspectedCheck) string {
	if c.Since.IsZero() {
		return ""
	}
	deadline := ""
	if !c.Deadline.IsZero() {
		deadline = p.clock(c.Deadline)
	}
	return p.Say("inspection_known", map[string]any{"At": p.clock(c.Since), "Acknowledged": c.Acknowledged, "Deadline": deadline})
}

func (p *page) tried(c *journal.InspectedCheck) string {
	if c.Attempts == 0 {
		return ""
	}
	return p.Say("inspection_attempts", map[string]any{"Count": c.Attempts})
}

func (p *page) maintained(c *journal.InspectedCheck) (string, []string) {
	return p.join(p.Say("inspection_until", map[string]any{"At": p.clock(c.Until)}), p.Reason(c.Reason)), nil
}

func (p *page) took(c *journal.InspectedCheck) (string, []string) {
	return p.Say("inspection_took", map[string]any{"Seconds": strconv.FormatFloat(c.Seconds, 'f', 1, 64)}), nil
}
