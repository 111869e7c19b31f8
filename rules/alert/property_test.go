package alert_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/keizoku-bcp/keizoku/plan"
	. "github.com/keizoku-bcp/keizoku/rules/alert"
)

// people remember what they were told, by channel and key.
type people struct {
	believes map[string]map[string]bool
	// closed is when the newest close of a cause was told, opened how often one was.
	closed map[string]time.Time
	told   map[Occasion]int
}

// hear takes in what is told and says what is wrong with it.
func (p *people) hear(t *rapid.T, keeper string, out []Dispatch) {
	for _, dispatch := range out {
		if len(dispatch.Told) == 0 || dispatch.Occasion != dispatch.Told[0].Occasion {
			t.Fatalf("%+v", dispatch)
		}
		believes := p.believes[dispatch.Channel]
		if believes == nil {
			believes = map[string]bool{}
			p.believes[dispatch.Channel] = believes
		}
		for i := range dispatch.Told {
			p.hearOne(t, dispatch.Channel == keeper, believes, &dispatch, dispatch.Told[i])
		}
		if dispatch.Channel != keeper {
			lastWord(t, believes, &dispatch)
		}
	}
}

// lastWord wants no message that tells the end of an outage alone while people believe in another of
// the same system: they would take it for the end of that one.
func lastWord(t *rapid.T, believes map[string]bool, d *Dispatch) {
	for _, told := range d.Told {
		again := func(o *Told) bool { return o.Occasion != Closed && o.Name == told.Name && o.Subject == told.Subject }
		if told.Occasion != Closed || slices.ContainsFunc(d.Told, again) {
			continue
		}
		for key, open := range believes {
			if open && strings.HasPrefix(key, told.Name+"/"+told.Subject+"/") {
				t.Fatalf("%s was told that %s is over, though it believes %s", d.Channel, told.Key, key)
			}
		}
	}
}

func (p *people) hearOne(t *rapid.T, keeper bool, believes map[string]bool, d *Dispatch, told *Told) {
	opens := told.Occasion == Opened || told.Occasion == Escalated
	if opens == believes[told.Key] {
		t.Fatalf("%s was told %s of %s, and believed %v", d.Channel, told.Occasion, told.Key, believes[told.Key])
	}
	believes[told.Key] = told.Occasion != Closed
	if keeper {
		return
	}
	p.told[told.Occasion]++
	cause := d.Channel + "/" + told.Name + "/" + told.Subject
	if told.Occasion == Closed {
		if before, ok := p.closed[cause]; ok && d.At.After(before) && d.At.Sub(before) < 5*time.Minute {
			t.Fatalf("%s: closes told at %v and %v", cause, before, d.At)
		}
		p.closed[cause] = d.At
	}
}

// walk is what may be the matter at one step of a random walk: what the journal has no ID for,
// and systems whose outages get a new ID now and then.
type walk struct {
	outages map[string]int // number of the open outage, zero: none
	last    map[string]int
	failing bool
}

func (w *walk) step(t *rapid.T) []Alert {
	for _, system := range []string{"switch", "mail", "web"} {
		switch rapid.IntRange(0, 5).Draw(t, system) {
		case 0:
			w.outages[system] = 0
		case 1: // reopens
			w.outages[system] = max(1, w.last[system])
		case 2: // a new outage
			if w.outages[system] == 0 {
				w.outages[system] = w.last[system] + 1
			}
		}
		w.last[system] = max(w.last[system], w.outages[system])
	}
	w.failing = rapid.IntRange(0, 3).Draw(t, "failing") == 0
	return w.alerts(t)
}

func (w *walk) alerts(t *rapid.T) []Alert {
	var all []Alert
	for _, system := range slices.Sorted(maps.Keys(w.outages)) {
		n := w.outages[system]
		if n == 0 {
			continue
		}
		all = append(all, down(system, outage(fmt.Sprintf("o-%s-%d", system, n)), func(a *Alert) {
			a.Severity = rapid.SampledFrom(plan.AlertSeverities[:]).Draw(t, "severity")
			a.Acknowledged = rapid.Bool().Draw(t, "acknowledged")
			switch {
			case rapid.IntRange(0, 5).Draw(t, "maintenance") == 0:
				a.Silence = Maintenance
			case system != "switch" && w.outages["switch"] > 0:
				a.Silence, a.Causes = Dependency, []string{"switch"}
			}
		}))
	}
	if w.failing {
		all = append(all, alertOf(JournalFailing, "hall", "", severity(plan.Critical)))
	}
	return all
}

// loud are the alerts as they are once nothing silences them.
func loud(alerts []Alert) []Alert {
	all := slices.Clone(alerts)
	for i := range all {
		if all[i].Silence == Maintenance {
			all[i].Silence = ""
		}
	}
	return all
}

func propertyPlan(t *rapid.T) *plan.Plan {
	p := planOf(channel("staff"), channel("am"), channel("grave", func(r *plan.Route) { r.AtLeast = plan.Critical }),
		channel("head", func(r *plan.Route) { r.Unacknowledged = 10 * time.Minute }))
	p.Alerting.GroupAt = rapid.IntRange(0, 3).Draw(t, "group at")
	p.Alerting.GroupWithin = rapid.SampledFrom([]time.Duration{0, time.Second, time.Minute}).Draw(t, "group within")
	if rapid.Bool().Draw(t, "quiet") {
		p.Alerting.Quiet = []*plan.QuietRule{{Below: plan.Caution, From: must(plan.ParseClockTime("11:00")), To: must(plan.ParseClockTime("12:00"))}}
	}
	return p
}

// Whatever happens, nobody is told a close that was never opened or an opening twice, closes of
// one cause are minutes apart, and once it is calm everybody believes what is true.
func TestEverybodyBelievesWhatIsTrueInTheEnd(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := newDesk(t, propertyPlan(t))
		d.moment.Keepers = map[string]bool{"am": true}
		heard := &people{map[string]map[string]bool{}, map[string]time.Time{}, map[Occasion]int{}}
		w := &walk{outages: map[string]int{}, last: map[string]int{}}
		now, steps := clock("10:00:00"), rapid.IntRange(1, 60).Draw(t, "steps")
		var alerts []Alert
		for range steps {
			alerts = w.step(t)
			heard.hear(t, "am", d.at(now, alerts...))
			if wake := Wake(d.told, &d.moment); !wake.IsZero() && !wake.After(now) {
				t.Fatalf("at %v it would be asked again at %v", now, wake)
			}
			now = now.Add(rapid.SampledFrom([]time.Duration{time.Second, 20 * time.Second, 3 * time.Minute, 20 * time.Minute}).Draw(t, "passes"))
		}
		alerts = loud(alerts)
		end := settle(t, d, heard, now, alerts)
		believed(t, d, heard, alerts)
		boundedMessages(t, heard, end.Sub(clock("10:00:00")))
	})
}

// settle lets six hours go by with nothing new, waking up only when asked to.
func settle(t *rapid.T, d *desk, heard *people, now time.Time, alerts []Alert) time.Time {
	for until := now.Add(6 * time.Hour); now.Before(until); {
		heard.hear(t, "am", d.at(now, alerts...))
		wake := Wake(d.told, &d.moment)
		if wake.IsZero() {
			break
		}
		if !wake.After(now) {
			_, more := Next(d.told, &d.moment)
			t.Fatalf("at %v it would be asked again at %v; then it says %v\n%s", now, wake, lines(more), dump(d.told))
		}
		now = wake
	}
	return now
}

func believed(t *rapid.T, d *desk, heard *people, alerts []Alert) {
	truth := map[string]Alert{}
	for _, a := range Open(d.told, &d.moment) {
		truth[a.Key] = a
	}
	for name, beliefs := range heard.believes {
		for key, believes := range beliefs {
			if _, holds := truth[key]; believes && !holds {
				t.Fatalf("%s still believes %s; %d alerts hold", name, key, len(alerts))
			}
		}
	}
	for key, a := range truth {
		for _, c := range []string{"staff", "am"} {
			if a.Silence == "" && !heard.believes[c][key] {
				t.Fatalf("%s does not know of %s", c, key)
			}
		}
	}
}

// boundedMessages: closes are five minutes apart at least, and all else follows from them.
func boundedMessages(t *rapid.T, heard *people, lasted time.Duration) {
	const channels, causes = 3, 4
	closes := channels * causes * (int(lasted/(5*time.Minute)) + 1)
	reminders := channels * causes * (int(lasted/(50*time.Minute)) + 1)
	if n := heard.told[Closed]; n > closes {
		t.Fatalf("%d closes in %v", n, lasted)
	}
	if n := heard.told[Reminded]; n > reminders {
		t.Fatalf("%d reminders in %v", n, lasted)
	}
}

// The same ledger and moment give the same, and the ledger given stays as it is.
func TestNextIsPure(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := newDesk(t, propertyPlan(t))
		w := &walk{outages: map[string]int{}, last: map[string]int{}}
		now := clock("10:00:00")
		for range 5 {
			d.at(now, w.step(t)...)
			now = now.Add(time.Minute)
		}
		sit := *d.moment.Situation
		sit.At = now
		d.moment.Situation, d.moment.Alerts = &sit, w.step(t)
		before := throughJSON(t, d.told)
		_, first := Next(d.told, &d.moment)
		_, second := Next(before, &d.moment)
		if diff := cmp.Diff(first, second); diff != "" {
			t.Fatalf("told twice (-first +second):\n%s", diff)
		}
		if diff := cmp.Diff(before, d.told); diff != "" {
			t.Fatalf("the ledger given has changed:\n%s", diff)
		}
	})
}

// A system that never comes to rest is told of ever more rarely.
func TestAFlappingSystemIsToldRarely(t *testing.T) {
	for name, c := range map[string]struct {
		period time.Duration
		fresh  bool // each failure is an outage of its own
		most   int
	}{
		"every 20 s":  {20 * time.Second, false, 3},
		"every 4 min": {4 * time.Minute, false, 3},
		"every 8 min": {8 * time.Minute, true, 30},
		"every hour":  {time.Hour, true, 30},
	} {
		p := planOf(channel("staff"))
		p.Alerting.Repeat = 0
		d := newDesk(t, p)
		messages := 0
		for n, now := 0, clock("00:00:00"); now.Before(clock("23:59:00")); n, now = n+1, now.Add(c.period) {
			a := down("a")
			if c.fresh {
				a = down("a", outage(fmt.Sprint("o-", n)))
			}
			messages += len(d.at(now, a))
			messages += len(d.at(now.Add(c.period / 2)))
			if wake := Wake(d.told, &d.moment); !wake.IsZero() && wake.Before(now.Add(c.period)) {
				messages += len(d.at(wake))
			}
		}
		if messages > c.most {
			t.Errorf("%s: %d messages in a day, want at most %d", name, messages, c.most)
		}
		if len(d.told) > 10 {
			t.Errorf("%s: %d entries in the ledger", name, len(d.told))
		}
	}
}

func dump(v any) string {
	data, _ := json.MarshalIndent(v, "", " ")
	return string(data)
}
