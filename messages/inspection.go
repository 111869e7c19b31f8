package messages

import (
	"strings"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
)

// InspectionTitle names an inspection.
func (w *Words) InspectionTitle(d journal.InspectionDone) string {
	switch {
	case d.Title != "":
		return d.Title
	case d.Name != "":
		return d.Name
	}
	return w.Word("inspection_untitled")
}

// InspectionResult says in a few words what an inspection found: 異常なし(142件).
func (w *Words) InspectionResult(d journal.InspectionDone) string {
	return w.Say("inspection_result", map[string]any{
		"Ran": d.Ran(), "Missed": d.Missed, "Many": d.Missed >= manyMissed, "Blind": d.Blind, "Checks": d.Counts.Checks,
		"Failed": d.Counts.Failed, "Unjudged": d.Counts.Unjudged, "Attention": d.Attention(),
	})
}

// manyMissed is as far as missed inspections are counted.
const manyMissed = plan.MaxInspectionsDue

// UPSAlarm says what is the matter with a UPS or generator that was inspected.
func (w *Words) UPSAlarm(a journal.UPSAlarm) string { return w.Word("inspection_alarm_" + string(a)) }

// InspectionReview says what of the plan must be looked over.
func (w *Words) InspectionReview(r journal.InspectedReview) string {
	data := map[string]any{"Count": r.Count, "Day": ""}
	if !r.DueAt.IsZero() {
		data["Day"] = r.DueAt.Format("2006-01-02")
	}
	return w.Say("inspection_review_"+strings.ReplaceAll(r.Rule, "-", "_"), data)
}

func inspectionDone(l *line, p journal.InspectionDone) {
	l.say("Title", l.words.InspectionTitle(p))
	l.say("Result", l.words.InspectionResult(p))
	l.say("Due", "")
	if !p.Ran() && !p.DueAt.IsZero() {
		l.time("Due", p.DueAt)
	}
	l.say("Earlier", 0)
	if p.Ran() {
		l.say("Earlier", p.Missed)
	}
}
