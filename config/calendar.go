package config

import (
	"cmp"
	"time"

	"github.com/keizoku-bcp/keizoku/plan"
)

type calendarBlock struct {
	Source   plan.Source `hcl:",source"`
	Title    string      `hcl:"title,optional" doc:"What people read: 「本庁開庁日」. The name when not said."`
	Days     []weekday   `hcl:"days,optional" default:"mon,tue,wed,thu,fri" doc:"Days of the week that are open."`
	Opens    clock       `hcl:"opens" doc:"Opening (始業) of an open day."`
	Closes   clock       `hcl:"closes" doc:"Closing of an open day, up to 24:00."`
	Holidays []string    `hcl:"holidays,optional" enum:"jp" doc:"Sets of national holidays that are closed. jp has the holidays of Japan with substitutes; the year-end closure (年末年始) is not among them and belongs into closed."`
	Closed   []days      `hcl:"closed,optional" doc:"More closed days and runs of days."`
	Open     []days      `hcl:"open,optional" doc:"Days that are open although anything else says closed."`
}

// readCalendars fills the calendars that were made with their names: functions have handed them
// out, or will, and a calendar must not be copied.
func (l *loader) readCalendars() {
	for i, n := range l.doc.Calendar {
		var b calendarBlock
		before := len(l.diags)
		l.decode(n.Inside, &b)
		l.fillCalendar(l.plan.Calendars[i], n, b)
		if len(l.diags) == before {
			l.checkCalendar(b)
		}
	}
}

func (l *loader) fillCalendar(c *plan.Calendar, n named, b calendarBlock) {
	c.Source, c.Title, c.Location = b.Source, cmp.Or(b.Title, n.Name), l.plan.Location
	c.Opens, c.Closes, c.Holidays = b.Opens.ClockTime, b.Closes.ClockTime, b.Holidays
	for _, d := range b.Days {
		c.Days[time.Weekday(d)] = true
	}
	for _, d := range b.Closed {
		c.Closed = append(c.Closed, d.DateRange)
	}
	for _, d := range b.Open {
		c.Open = append(c.Open, d.DateRange)
	}
}

func (l *loader) checkCalendar(b calendarBlock) {
	if b.Closes.ClockTime <= b.Opens.ClockTime {
		l.mistake(at(b.Source, "closes"), "The calendar closes before it opens",
			"closes must be later on the same day than opens; 24:00 is the end of the day.")
	}
	if len(b.Days) == 0 && len(b.Open) == 0 {
		l.mistake(at(b.Source, "days"), "The calendar never opens", "Give it at least one of its days, or days in open.")
	}
}
