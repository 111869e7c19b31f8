package console

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/rules"
)

// recentEvents is how many lines of the chronology the wall shows.
const recentEvents = 10

// wallPage answers what somebody on duty asks in the first seconds: is anything wrong, how much time
// is left, is anybody at it, who knows.
type wallPage struct {
	*view
	wallSystems
	Headline headline
	Tally    []tallied
	Nearest  *rules.SystemFacts // whose deadline comes next; nil: none
	Alerts   wallAlerts
	Day      wallDay
	Recent   []line
	// Unread says that the chronology could not be read.
	Unread bool
}

// line is one line of the chronology.
type line struct {
	At        time.Time
	Text      string
	Estimated bool
}

func buildWall(c *console, v *view, r *http.Request) (any, error) {
	urgent := v.ByUrgency()
	p := &wallPage{
		view: v, wallSystems: sortSystems(urgent), Headline: v.headline(), Tally: v.tally(), Nearest: nearest(urgent),
		Alerts: v.alerts(c.agent.OpenAlerts()), Day: v.day(),
	}
	p.Recent, p.Unread = c.recent(r.Context(), v)
	return p, nil
}

// recent returns the newest lines of the chronology, the newest first.
func (c *console) recent(ctx context.Context, v *view) (lines []line, unread bool) {
	zone := v.Written.Location
	for e, err := range c.agent.Events(ctx, journal.Query{Limit: recentEvents, Newest: true}) {
		if err != nil {
			c.log.Error("the chronology could not be read", "err", err)
			unread = true
			break
		}
		lines = append(lines, line{e.At.In(zone), v.Words.Event(e, v.titles, zone), e.Estimated})
	}
	slices.Reverse(lines)
	return lines, unread
}

// LeftShare is what is left of an allowance in percent, 0 to 100, for the bar.
func (v *view) LeftShare(o *rules.OutageFacts) int {
	if o.UsedRatio == nil {
		return 0
	}
	return int(100 * (1 - min(1, max(0, *o.UsedRatio))))
}

// Passed reports whether an instant that is known has passed.
func (v *view) Passed(t time.Time) bool { return !t.IsZero() && !t.After(v.At) }

// Failed returns the checks that fail.
func (v *view) Failed(s *rules.SystemFacts) []*rules.CheckFacts {
	var failed []*rules.CheckFacts
	for _, c := range s.Checks {
		if !c.LastRunAt.IsZero() && !c.Success {
			failed = append(failed, c)
		}
	}
	return failed
}

// ReasonOf names why a check fails; nothing where the check's own words begin with it, as they
// often do in English.
func (v *view) ReasonOf(c *rules.CheckFacts) string {
	reason := v.Words.Reason(c.Reason)
	if strings.HasPrefix(c.Error, reason) {
		return ""
	}
	return reason
}
