package console

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
)

// filter is what of the chronology is wanted.
type filter struct {
	// About is the name of what it is about; Group one of the groups of kinds; Text what a line
	// says; each may be empty.
	About, Group, Text string
	// From and To bound when it was noted; zero: no bound.
	From, To time.Time
	// Oldest begins with the oldest.
	Oldest bool
	// Unread are the parts that cannot be understood, and are left out.
	Unread []string

	before, after int64 // the place in the journal; zero: from the end or the beginning
}

// filterOf reads a filter; times are in the plan's zone.
func filterOf(v *view, q url.Values) filter {
	f := filter{About: q.Get("system"), Group: q.Get("kind"), Text: strings.TrimSpace(q.Get("q")), Oldest: q.Get("order") == "oldest"}
	f.time(v, q.Get("from"), &f.From)
	f.time(v, q.Get("to"), &f.To)
	f.number(v, q.Get("before"), &f.before)
	f.number(v, q.Get("after"), &f.after)
	if f.Group != "" && f.kinds() == nil {
		f.Unread, f.Group = append(f.Unread, v.Short(f.Group)), ""
	}
	return f
}

// timeLayouts are the forms in which a browser sends a time, and a person writes one.
var timeLayouts = [...]string{fieldLayout, "2006-01-02T15:04:05", time.RFC3339, "2006-01-02 15:04", "2006-01-02 15:04:05", "2006-01-02"}

func (f *filter) time(v *view, text string, into *time.Time) {
	if text == "" {
		return
	}
	for _, layout := range timeLayouts {
		if t, err := time.ParseInLocation(layout, text, v.zone()); err == nil && t.Year() > 0 && t.Year() < 10000 {
			*into = t.In(v.zone())
			return
		}
	}
	f.Unread = append(f.Unread, v.Short(text))
}

func (f *filter) number(v *view, text string, into *int64) {
	if text == "" {
		return
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		f.Unread = append(f.Unread, v.Short(text))
		return
	}
	*into = n
}

// kindGroup is a group of kinds that people look for together.
type kindGroup struct {
	name  string
	kinds []journal.Kind
}

// kindGroups lists the groups. A kind may be in several, and is in one at least.
func kindGroups() []kindGroup {
	decisions := []journal.Kind{
		journal.KindRecommendationChanged, journal.KindStageMoved, journal.KindOrdinaryChosen, journal.KindThreatDeclared, journal.KindThreatEnded,
	}
	return []kindGroup{
		{"outages", []journal.Kind{
			journal.KindOutageOpened, journal.KindOutageReopened, journal.KindOutageClosed, journal.KindDeadlineMissed, journal.KindCheckFailed, journal.KindCheckRecovered,
			journal.KindStartCorrected, journal.KindETAGiven, journal.KindAcknowledged,
		}},
		{"power", []journal.Kind{journal.KindPowerBegan, journal.KindPowerEnded}},
		{"decisions", append(slices.Clone(decisions), journal.KindStepApplies, journal.KindStepLapsed)},
		{"people", append(slices.Clone(decisions[1:]), journal.KindStepDone, journal.KindStepUndone, journal.KindStepNoted, journal.KindCallMade,
			journal.KindSurveyAnswered, journal.KindReportIssued, journal.KindNoteAdded, journal.KindStartCorrected, journal.KindETAGiven, journal.KindAcknowledged, journal.KindAlertAcknowledged)},
		{"reports", []journal.Kind{journal.KindReportIssued, journal.KindInspectionDone}},
		{"agent", []journal.Kind{
			journal.KindAgentStarted, journal.KindAgentStopped, journal.KindPlanLoaded, journal.KindPlanRejected, journal.KindUnobserved,
			journal.KindBlindBegan, journal.KindBlindEnded, journal.KindClockStepped, journal.KindClockUntrusted, journal.KindClockTrusted,
		}},
	}
}

// kinds are those of the group; nil: all, or there is no such group.
func (f filter) kinds() []journal.Kind {
	for _, g := range kindGroups() {
		if g.name == f.Group {
			return g.kinds
		}
	}
	return nil
}
