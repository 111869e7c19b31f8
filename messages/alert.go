package messages

import (
	"strconv"
	"time"

	"github.com/keizoku-bcp/keizoku/plan"
)

// AlertTitle names an alert in a word or two, for lists.
func (w *Words) AlertTitle(name string) string { return w.Word("alert_title_" + name) }

// AlertSeverity names how soon somebody must look.
func (w *Words) AlertSeverity(s plan.AlertSeverity) string {
	return w.Word("alert_severity_" + string(s))
}

// Day writes the day of an instant as the head of a document does, without a time.
func (w *Words) Day(t time.Time) string {
	switch {
	case t.IsZero():
		return w.Word("not_known")
	case w.locale == plan.English:
		return t.Format("Mon 2 Jan 2006")
	default:
		return t.Format("2006年1月2日") + "(" + w.Word("weekday_"+strconv.Itoa(int(t.Weekday()))) + ")"
	}
}
