package reports

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dustin/go-humanize"

	"github.com/keizoku-bcp/keizoku/journal"
)

// quietLines is how many lines of a list a page gives to what has nothing the matter: the sheet
// is for what has.
const quietLines = 5

// shown returns the lines of a list that a page has room for: all that need somebody, and a few
// others, those that need somebody first. rest counts what is left out.
func shown[T any](all []T, needs func(T) bool) (lines []T, rest int) {
	quiet := 0
	for _, wanted := range []bool{true, false} {
		for _, one := range all {
			if needs(one) != wanted {
				continue
			}
			if !wanted {
				if quiet++; quiet > quietLines {
					rest++
					continue
				}
			}
			lines = append(lines, one)
		}
	}
	return lines, rest
}

// list is a section of lines, a mark before those that need somebody.
func list[T any](p *page, all []T, needs func(T) bool, tell func(T) []string) {
	lines, rest := shown(all, needs)
	rows := make([]row, len(lines))
	for i, line := range lines {
		mark := markNone
		if needs(line) {
			mark = markRisk
		}
		rows[i] = row{cells: append([]string{mark}, tell(line)...)}
	}
	if len(rows) > 0 {
		p.table(0, rows)
	}
	p.more("inspection_rest", rest)
}

func (p *page) certificates(all []journal.InspectedCertificate) {
	if len(all) == 0 {
		return
	}
	p.section(p.Word("inspection_certificates"))
	list(p, all, func(c journal.InspectedCertificate) bool { return c.Soon }, func(c journal.InspectedCertificate) []string {
		left := p.Say("inspection_certificate", map[string]any{"Days": c.Days, "Day": p.day(c.NotAfter)})
		return []string{cmp.Or(c.Title, c.System), c.Check, left}
	})
}

// day writes a day of the civil calendar.
func (p *page) day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(p.now.Location()).Format(time.DateOnly)
}

func (p *page) disks(all []journal.InspectedDisk) {
	if len(all) == 0 {
		return
	}
	p.section(p.Word("inspection_disks"))
	list(p, all, func(d journal.InspectedDisk) bool { return d.Full }, func(d journal.InspectedDisk) []string {
		free := ""
		if d.FreeBytes != nil && *d.FreeBytes >= 0 && *d.FreeBytes < math.MaxInt64 {
			free = humanize.IBytes(uint64(*d.FreeBytes))
		}
		return []string{cmp.Or(d.Title, d.System), d.Check, d.Disk, p.Say("inspection_disk", map[string]any{"Used": ratio(d.UsedRatio), "Free": free})}
	})
}

func ratio(r float64) string { return strconv.FormatFloat(math.Floor(r*100), 'f', 0, 64) + "%" }

// inspectedPower tells of UPS and generators.
func (p *page) inspectedPower(d *journal.InspectionDone) {
	if len(d.Batteries)+len(d.Fuel) == 0 {
		return
	}
	p.section(p.Word("inspection_power"))
	list(p, d.Batteries, func(b journal.InspectedBattery) bool { return len(b.Trouble) > 0 }, func(b journal.InspectedBattery) []string {
		return []string{cmp.Or(b.Title, b.UPS), p.join(p.alarms(b.Trouble), p.battery(&b))}
	})
	list(p, d.Fuel, func(f journal.InspectedFuel) bool { return len(f.Trouble) > 0 }, func(f journal.InspectedFuel) []string {
		return []string{cmp.Or(f.Title, f.Generator), p.join(p.alarms(f.Trouble), p.tank(&f))}
	})
}

func (p *page) alarms(all []journal.UPSAlarm) string {
	said := make([]string, len(all))
	for i, a := range all {
		said[i] = p.UPSAlarm(a)
	}
	return p.join(said...)
}

// battery is what a UPS says of its battery and of its newest self-test. One that does not answer
// says nothing now, and its last words are old.
func (p *page) battery(b *journal.InspectedBattery) string {
	if slices.Contains(b.Trouble, journal.AlarmSilent) {
		return ""
	}
	said := []string{}
	if b.ChargeRatio != nil {
		said = append(said, p.Say("inspection_charge", map[string]any{"Ratio": ratio(*b.ChargeRatio)}))
	}
	if b.RuntimeSeconds != nil {
		said = append(said, p.lasts(*b.RuntimeSeconds))
	}
	if b.LoadRatio != nil {
		said = append(said, p.Say("inspection_load", map[string]any{"Ratio": ratio(*b.LoadRatio)}))
	}
	said = append(said, p.tested(b))
	if b.BatteryDate != "" {
		said = append(said, p.Say("inspection_battery_date", map[string]any{"Date": b.BatteryDate}))
	}
	return p.join(append(said, p.doubts(b)...)...)
}

// doubts are what of a battery's words cannot be believed; an older record has them in English alone.
func (p *page) doubts(b *journal.InspectedBattery) []string {
	if len(b.Doubted) == 0 {
		return b.Doubts
	}
	return p.JournaledDoubts(b.Doubted, p.now)
}

func (p *page) lasts(seconds int64) string {
	return p.Say("inspection_runtime", map[string]any{"Span": p.Span(time.Duration(seconds) * time.Second)})
}

func (p *page) tested(b *journal.InspectedBattery) string {
	if (b.TestResult == "" || strings.EqualFold(b.TestResult, untested)) && b.TestedAt.IsZero() {
		return p.Word("inspection_untested")
	}
	return p.Say("inspection_tested", map[string]any{"Result": p.testResult(b.TestResult), "Day": p.day(b.TestedAt)})
}

// untested and doneAnd are how the drivers of NUT word what UPS-MIB has as numbers.
const untested, doneAnd = "No test initiated", "done and "

// testResults are the words that readers of UPS share for a self-test; others are the device's own.
var testResults = [...]string{"passed", "failed", "warning", "error", "aborted", "in progress"}

// testResult puts a device's word on its self-test into words; what it adds stays as it is.
func (p *page) testResult(said string) string {
	word, detail, _ := strings.Cut(said, ": ")
	word = strings.TrimPrefix(strings.ToLower(word), doneAnd)
	if !slices.Contains(testResults[:], word) {
		return said
	}
	word = p.Word("inspection_test_" + strings.ReplaceAll(word, " ", "_"))
	if detail != "" {
		word += ": " + detail
	}
	return word
}

func (p *page) tank(f *journal.InspectedFuel) string {
	said := []string{}
	if f.Liters != nil {
		said = append(said, p.Say("inspection_liters", map[string]any{"Liters": strconv.FormatFloat(math.Floor(*f.Liters), 'f', 0, 64), "Measured": f.Measured}))
	}
	if f.RuntimeSeconds != nil {
		said = append(said, p.lasts(*f.RuntimeSeconds))
	}
	return p.join(said...)
}

func (p *page) reviews(all []journal.InspectedReview) {
	if len(all) == 0 {
		return
	}
	p.section(p.Word("inspection_reviews"))
	for _, r := range all {
		p.bullet(2, p.InspectionReview(r))
	}
}
