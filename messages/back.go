package messages

import (
	"time"

	"github.com/keizoku-bcp/keizoku/rules"
)

// Back says when an open outage may be expected to end: by a person's word, by what it waits for,
// by what is usual, or that nobody knows. clock writes a time.
func (w *Words) Back(o *rules.OutageFacts, titles Titles, clock func(time.Time) string) string {
	at := func(id string, t time.Time) string {
		return w.Say(id, map[string]any{"At": clock(t), "Cause": titles(o.WaitsFor)})
	}
	switch {
	case o.WaitsFor != "" && o.ProjectionPassed:
		return at("sitrep_waits_passed", time.Time{})
	case o.WaitsFor != "":
		return at("sitrep_waits", o.ProjectedEnd)
	case o.ProjectionPassed && !o.ETA.IsZero():
		return at("eta_passed", o.ETA)
	case o.ProjectionPassed:
		return w.Word("recovery_passed")
	case !o.ETA.IsZero():
		return at("sitrep_eta", o.ETA)
	case !o.ProjectedEnd.IsZero():
		return at("sitrep_projected", o.ProjectedEnd)
	default:
		return w.Word("sitrep_no_eta")
	}
}
