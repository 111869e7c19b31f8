package config

import (
	"cmp"
	"slices"
	"time"

	"github.com/keizoku-bcp/keizoku/plan"
)

// maintenanceBlock stands at the top of a plan.
type maintenanceBlock struct {
	Source  plan.Source `hcl:",source"`
	Systems []systemRef `hcl:"systems,optional" doc:"Systems that it covers. With neither systems nor sites it covers all."`
	Sites   []siteRef   `hcl:"sites,optional" doc:"Sites whose systems it covers."`
	window
}

// ownMaintenance stands inside a system and covers it.
type ownMaintenance struct {
	Source plan.Source `hcl:",source"`
	Name   string      `hcl:"name,label" doc:"Name of the maintenance."`
	window
}

// window is when a maintenance is: once, or recurring.
type window struct {
	Title     string        `hcl:"title,optional" doc:"What people read: 「法定停電」. The name when not said."`
	Starts    *instant      `hcl:"starts,optional" doc:"Once: when it starts, \"2026-11-22 09:00\" in the plan's zone or RFC 3339."`
	Ends      *instant      `hcl:"ends,optional" doc:"Once: when it ends, unless lasts says."`
	At        *clock        `hcl:"at,optional" doc:"Recurring: the time of day at which it starts."`
	Lasts     time.Duration `hcl:"lasts,optional" min:"1m" doc:"How long it lasts, in real time."`
	Days      []weekday     `hcl:"days,optional" doc:"Recurring: on these days of the week; every day when not said."`
	Nth       []int         `hcl:"nth,optional" min:"-5" max:"5" doc:"Recurring: only the first (1), second (2), … or last (-1) of these days of the week in a month."`
	MonthDays []int         `hcl:"month_days,optional" min:"-31" max:"31" doc:"Recurring: only on these days of the month; -1 is the last."`
	Calendar  calendarRef   `hcl:"calendar,optional" doc:"Recurring: the calendar that only speaks of; when not said the only one, or the one named office."`
	Only      string        `hcl:"only,optional" enum:"open,closed" doc:"Recurring: only on open, or only on closed, days of the calendar."`
}

func (l *loader) readMaintenance() {
	for _, n := range l.doc.Maintenance {
		var b maintenanceBlock
		l.decode(n.Inside, &b)
		m := l.maintenance(n.Name, b.Source, b.window)
		m.Systems, m.Sites = l.namesOf(refsIn(b.Systems)), l.namesOf(refsIn(b.Sites))
		l.plan.Maintenance = append(l.plan.Maintenance, m)
	}
}

func (l *loader) maintenance(name string, src plan.Source, w window) *plan.Maintenance {
	m := &plan.Maintenance{
		Source: src, Name: name, Title: cmp.Or(w.Title, name), Location: l.plan.Location,
		Lasts: w.Lasts, Nth: w.Nth, MonthDays: w.MonthDays, Only: plan.DayClass(w.Only),
	}
	for _, d := range w.Days {
		m.Days = append(m.Days, time.Weekday(d))
	}
	if w.At != nil {
		m.At = w.At.ClockTime
	}
	if wrote(m, "starts") {
		l.once(m, w)
	} else {
		l.recurring(m, w)
	}
	return m
}

// wrote reports whether the attribute stands in the plan, whether or not its value is good: what
// is there and wrong was reported, and is not missing.
func wrote(m *plan.Maintenance, attribute string) bool {
	_, ok := m.Attrs[attribute]
	return ok
}

func (l *loader) once(m *plan.Maintenance, w window) {
	for _, attr := range []string{"at", "days", "nth", "month_days", "calendar", "only"} {
		if wrote(m, attr) {
			l.mistake(at(m.Source, attr), "Once, or recurring?",
				"starts makes it happen once, "+attr+" makes it recur. Keep one of the two.")
			return
		}
	}
	switch {
	case wrote(m, "ends") && wrote(m, "lasts"):
		l.mistake(at(m.Source, "lasts"), "Two ends", "Give the end by ends or by lasts, not by both.")
		return
	case !wrote(m, "ends") && !wrote(m, "lasts"):
		l.mistake(at(m.Source, "starts"), "The maintenance has no end", "Add ends, or how long it lasts.")
		return
	}
	l.setOnce(m, w)
}

func (l *loader) setOnce(m *plan.Maintenance, w window) {
	if *w.Starts == (instant{}) || w.Ends != nil && *w.Ends == (instant{}) {
		return // written wrongly, and reported
	}
	m.Starts, m.Lasts = w.Starts.in(l.plan.Location), 0
	m.Ends = m.Starts.Add(w.Lasts)
	if w.Ends != nil {
		m.Ends = w.Ends.in(l.plan.Location)
	}
	if m.Ends.Before(m.Starts) || w.Ends != nil && m.Ends.Equal(m.Starts) {
		l.mistake(at(m.Source, "ends"), "The maintenance ends before it starts", "ends must be later than starts.")
	}
}

func (l *loader) recurring(m *plan.Maintenance, w window) {
	switch {
	case wrote(m, "ends"):
		l.mistake(at(m.Source, "ends"), "The maintenance has no start", "Add starts; a recurring maintenance has at and lasts instead.")
	case !wrote(m, "at"):
		l.mistake(at(m.Source, ""), "The maintenance has no start", "Add starts, for once, or at, for recurring.")
	case !wrote(m, "lasts"):
		l.mistake(at(m.Source, "at"), "The maintenance has no end", "Add how long it lasts.")
	}
	l.places(m, "nth", m.Nth)
	l.places(m, "month_days", m.MonthDays)
	if wrote(m, "nth") && !wrote(m, "days") {
		l.mistake(at(m.Source, "nth"), "nth of which days?", `nth counts days of the week in a month: add days, such as ["sun"].`)
	}
	l.dayClass(m, w)
}

// places reports zero, the one value in the limits of nth and month_days that is no day.
func (l *loader) places(m *plan.Maintenance, attr string, values []int) {
	if slices.Contains(values, 0) {
		l.mistake(at(m.Source, attr), "No such day", "Days count from 1, or from -1 for the last.")
	}
}

func (l *loader) dayClass(m *plan.Maintenance, w window) {
	switch {
	case !wrote(m, "only") && wrote(m, "calendar"):
		l.mistake(at(m.Source, "calendar"), "The calendar decides nothing", `Add only = "open" or only = "closed", or take the calendar away.`)
	case !wrote(m, "only"):
	case wrote(m, "calendar"):
		m.Calendar = l.plan.Calendar(w.Calendar.name)
	default:
		c, err := l.defaultCalendar()
		if err != nil {
			l.mistake(at(m.Source, "only"), "Open or closed by which calendar?", sentence(err))
		}
		m.Calendar = c
	}
}
