package plan

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/netresearch/go-cron"
)

// RunsOn reports whether the agent named runs the inspection.
func (i *Inspection) RunsOn(agent string) bool {
	return len(i.From) == 0 || slices.Contains(i.From, agent)
}

// SameSchedule reports whether two inspections are due at the same times by their own words.
func (i *Inspection) SameSchedule(other *Inspection) bool {
	return i.At == other.At && i.Cron == other.Cron && i.Calendar == other.Calendar
}

// Inspection returns the inspection named, or nil.
func (p *Plan) Inspection(name string) *Inspection {
	return find(p.Inspections, func(i *Inspection) bool { return i.Name == name })
}

// NextInspection returns when the inspection is due strictly after the instant, in the zone in
// which its clock times are read; zero when it is never due within [inspectionHorizon].
func (p *Plan) NextInspection(i *Inspection, after time.Time) time.Time {
	for due := range p.inspectionTimes(i, after) {
		return due
	}
	return time.Time{}
}

// MaxInspectionsDue is as far as [Plan.InspectionsDue] counts: an expression that means every
// minute would otherwise be counted for as long as a machine has been in a cupboard.
const MaxInspectionsDue = 1000

// InspectionsDue returns how often the inspection was due after since and until until, which
// belongs to it, and the last of these times. From [MaxInspectionsDue] on the count is at least that.
func (p *Plan) InspectionsDue(i *Inspection, since, until time.Time) (count int, last time.Time) {
	for due := range p.inspectionTimes(i, since) {
		if due.After(until) {
			return count, last
		}
		count, last = count+1, due
		if count == MaxInspectionsDue {
			return count, p.lastInspection(i, last, until)
		}
	}
	return count, last
}

// lastInspection returns the last time until until at which the inspection was due, of which
// known is one. Looking back further and further finds it after few steps, however close together
// the times are.
func (p *Plan) lastInspection(i *Inspection, known, until time.Time) time.Time {
	for back := time.Hour; until.Add(-back).After(known); back *= 4 {
		last := time.Time{}
		for due := range p.inspectionTimes(i, until.Add(-back)) {
			if due.After(until) {
				break
			}
			last = due
		}
		if !last.IsZero() {
			return last
		}
	}
	return p.after(i, known, until)
}

// after returns the last time that is due from known on, which is one, until until.
func (p *Plan) after(i *Inspection, known, until time.Time) time.Time {
	for due := range p.inspectionTimes(i, known) {
		if due.After(until) {
			break
		}
		known = due
	}
	return known
}

// inspectionHorizon is how many days ahead an inspection is looked for.
const inspectionHorizon = 10 * 366

// inspectionTimes yields when the inspection is due after the instant, in order. One that names a
// calendar that the plan has not, or an expression that cannot be read, is never due.
func (p *Plan) inspectionTimes(i *Inspection, after time.Time) iter.Seq[time.Time] {
	return func(yield func(time.Time) bool) {
		zone, calendar := orUTC(p.Location), (*Calendar)(nil)
		if i.Calendar != "" {
			if calendar = p.Calendar(i.Calendar); calendar == nil {
				return
			}
			zone = calendar.zone()
		}
		for reading := range i.readings(after.In(zone), calendar) {
			// Readings that the clocks skip fall together, those that they show twice come once.
			if due := reading.in(zone); due.After(after) {
				if !yield(due) {
					return
				}
				after = due
			}
		}
	}
}

// reading is what a clock on the wall shows on a day.
type reading struct {
	day   Date
	clock ClockTime
}

func (r reading) in(zone *time.Location) time.Time {
	return r.clock.on(r.day.Year, r.day.Month, r.day.Day, zone)
}

// readings yields what the clock shows when the inspection is due, from what it shows at the
// instant on, on the days that the calendar calls open; nil calls every day open.
func (i *Inspection) readings(from time.Time, calendar *Calendar) iter.Seq[reading] {
	open := func(day Date) bool {
		return calendar == nil || calendar.openDaysOf(day.Year).has(noon(day.Year, day.Month, day.Day).YearDay())
	}
	if i.Cron != "" {
		return i.cronReadings(from, open)
	}
	return func(yield func(reading) bool) {
		first := DateOf(from)
		for n := range inspectionHorizon {
			if day := first.AddDays(n); open(day) && !yield(reading{day, i.At}) {
				return
			}
		}
	}
}

func (i *Inspection) cronReadings(from time.Time, open func(Date) bool) iter.Seq[reading] {
	return func(yield func(reading) bool) {
		schedule, err := ParseCron(i.Cron)
		if err != nil {
			return
		}
		day := DateOf(from)
		end := day.AddDays(inspectionHorizon)
		// A minute earlier, for the reading of this very moment may be shown again in an hour.
		t := time.Date(day.Year, day.Month, day.Day, from.Hour(), from.Minute()-1, 0, 0, time.UTC)
		for {
			t = schedule.next(t)
			day = DateOf(t)
			switch {
			case t.IsZero() || day.Compare(end) > 0:
				return
			case !open(day):
				t = time.Date(day.Year, day.Month, day.Day, 23, 59, 0, 0, time.UTC)
			case !yield(reading{day, ClockTime(60*t.Hour() + t.Minute())}):
				return
			}
		}
	}
}

// Cron is a cron expression of five fields: minute, hour, day of the month, month, day of the week.
type Cron struct{ schedule cron.Schedule }

// ParseCron reads a cron expression of five fields, as crontab(5) has them. Zones (CRON_TZ=),
// seconds and names such as @daily are refused: the plan has one zone, and nothing here needs them.
func ParseCron(text string) (*Cron, error) {
	fields := strings.Fields(text)
	if len(fields) != 5 || strings.Contains(text, "=") {
		return nil, fmt.Errorf(
			"%q is not a cron expression of five fields: minute, hour, day of the month, month, day of the week, as \"30 7 * * 1-5\"", text)
	}
	parser, err := cron.TryNewParser(cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow | cron.DowOrDom)
	if err != nil {
		return nil, err
	}
	schedule, err := parser.Parse(strings.Join(fields, " "))
	if err != nil {
		return nil, fmt.Errorf("%q is not a cron expression of five fields: %w", text, err)
	}
	return &Cron{schedule}, nil
}

// next returns the next time after t. It is asked in UTC alone, whose clocks never change: what
// becomes of readings that a zone skips or repeats is [ClockTime]'s law, as for all clock times.
func (c *Cron) next(t time.Time) time.Time { return c.schedule.Next(t) }
