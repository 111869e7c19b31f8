package alert_test

import (
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/plan"
	. "github.com/keizoku-bcp/keizoku/rules/alert"
)

// moment is one line of a story: a time, what holds, what is told.
type moment struct {
	at     string
	alerts []Alert
	says   []string
}

func hold(alerts ...Alert) []Alert { return alerts }

var nothing []string

func play(t *testing.T, d *desk, story []moment) {
	t.Helper()
	for _, m := range story {
		equal(t, m.at, d.says(m.at, m.alerts...), m.says)
	}
}

func TestAnAlertOpensRemindsAndCloses(t *testing.T) {
	play(t, newDesk(t, planOf(channel("staff"))), []moment{
		{"10:00:00", hold(down("mail")), []string{"staff: opened SystemDown/mail"}},
		{"10:00:01", hold(down("mail")), nothing},
		{"10:59:59", hold(down("mail")), nothing},
		{"11:00:00", hold(down("mail")), []string{"staff: reminded SystemDown/mail"}},
		{"12:00:00", hold(down("mail")), []string{"staff: reminded SystemDown/mail"}},
		{"12:00:01", nil, []string{"staff: closed SystemDown/mail"}},
		{"15:00:00", nil, nothing},
	})
}

func TestAcknowledgementSilencesRemindersAlone(t *testing.T) {
	play(t, newDesk(t, planOf(channel("staff"))), []moment{
		{"10:00:00", hold(down("mail")), []string{"staff: opened SystemDown/mail"}},
		{"11:00:00", hold(down("mail", acknowledged)), nothing},
		{"11:30:00", hold(down("mail", acknowledged, severity(plan.Critical))), []string{"staff: worsened SystemDown/mail"}},
		{"14:00:00", hold(down("mail", acknowledged, severity(plan.Critical))), nothing},
		{"14:00:01", nil, []string{"staff: closed SystemDown/mail"}},
	})
}

// A reminder of what nobody has taken on takes nothing along that somebody has.
func TestARemindersCompanyIsNotAcknowledged(t *testing.T) {
	taken := down("mail", outage("1"), acknowledged)
	play(t, newDesk(t, planOf(channel("staff"))), []moment{
		{"10:00:00", hold(down("mail", outage("1")), down("portal", outage("2"))), []string{"staff: opened SystemDown/mail", "staff: opened SystemDown/portal"}},
		{"11:00:00", hold(taken, down("portal", outage("2"))), []string{"staff: reminded SystemDown/portal"}},
	})
}

func TestWorseIsToldOnce(t *testing.T) {
	near := func(level int) Alert {
		return ofSystem(DeadlineNear, "mail", func(a *Alert) { a.Level = level })
	}
	play(t, newDesk(t, planOf(channel("staff"))), []moment{
		{"10:00:00", hold(near(1)), []string{"staff: opened DeadlineNear/mail"}},
		{"10:10:00", hold(near(2)), []string{"staff: worsened DeadlineNear/mail"}},
		{"10:20:00", hold(near(1)), nothing},
		{"10:30:00", hold(near(2)), nothing},
		{"10:40:00", hold(near(3)), []string{"staff: worsened DeadlineNear/mail"}},
	})
}

func TestMaintenanceSilencesTheOpeningNeverTheClose(t *testing.T) {
	planned := down("mail", silenced(Maintenance))
	play(t, newDesk(t, planOf(channel("staff"))), []moment{
		{"10:00:00", hold(planned), nothing},
		{"10:10:00", nil, nothing},
		{"10:20:00", hold(planned), nothing},
		{"11:00:00", hold(down("mail")), []string{"staff: opened SystemDown/mail"}},
		{"11:10:00", hold(planned), nothing},
		{"11:20:00", hold(down("mail", silenced(Maintenance), severity(plan.Critical))), nothing},
		{"13:00:00", hold(planned), nothing},
		{"13:00:01", nil, []string{"staff: closed SystemDown/mail"}},
	})
}

// A system is told when it stays down although its root cause is gone: not before there was time
// to see it up again.
func TestWhatWasSilencedByItsCauseIsToldWhenItStaysDown(t *testing.T) {
	p := planOf(channel("staff"))
	p.Systems = []*plan.System{{Name: "mail", Checks: []*plan.Check{{
		Interval: 30 * time.Second, Timeout: 5 * time.Second, RetryInterval: 6 * time.Second, RecoverAfter: 2,
	}}}}
	if err := p.Link(); err != nil {
		t.Fatal(err)
	}
	d := newDesk(t, p)
	hanging, root := down("mail", silenced(Dependency, "switch")), down("switch")
	play(t, d, []moment{
		{"10:00:00", hold(root, hanging), []string{"staff: opened SystemDown/switch"}},
		{"10:30:00", hold(down("mail")), []string{"staff: closed SystemDown/switch"}},
	})
	equal(t, "wakes", d.wakes(), "10:30:47")
	play(t, d, []moment{
		{"10:30:46", hold(down("mail")), nothing},
		{"10:30:47", hold(down("mail")), []string{"staff: opened SystemDown/mail"}},
		{"10:40:00", nil, []string{"staff: closed SystemDown/mail"}},
	})
}

func TestARootCauseSilencesOnlyWhereItIsHeard(t *testing.T) {
	p := planOf(channel("staff"), channel("owners", func(r *plan.Route) { r.Systems = []string{"mail"} }))
	play(t, newDesk(t, p), []moment{
		{"10:00:00", hold(down("switch"), down("mail", silenced(Dependency, "switch"))),
			[]string{"staff: opened SystemDown/switch", "owners: opened SystemDown/mail"}},
		{"10:10:00", nil, []string{"staff: closed SystemDown/switch", "owners: closed SystemDown/mail"}},
	})
}

func TestASuspicionIsNoGraceAfterIt(t *testing.T) {
	p := planOf(channel("staff"))
	p.Systems = []*plan.System{{Name: "mail", Checks: []*plan.Check{{Interval: 30 * time.Second}}}}
	if err := p.Link(); err != nil {
		t.Fatal(err)
	}
	play(t, newDesk(t, p), []moment{
		{"10:00:00", hold(down("mail", silenced(Suspected, "switch"))), nothing},
		{"10:00:20", hold(down("mail")), []string{"staff: opened SystemDown/mail"}},
	})
}

// What one outage has to tell at one moment is one message, and so are its reminders and its end.
func TestOneOutageIsOneMessage(t *testing.T) {
	near, missed := ofSystem(DeadlineNear, "mail"), ofSystem(DeadlineMissed, "mail", severity(plan.Critical))
	play(t, newDesk(t, planOf(channel("staff"))), []moment{
		{"10:00:00", hold(down("mail")), []string{"staff: opened SystemDown/mail"}},
		{"10:30:00", hold(down("mail"), near), []string{"staff: opened DeadlineNear/mail"}},
		{"11:00:00", hold(down("mail"), near), nothing},
		{"11:30:00", hold(down("mail"), near), []string{"staff: reminded DeadlineNear/mail, reminded SystemDown/mail"}},
		{"12:00:00", hold(down("mail", severity(plan.Critical)), missed),
			[]string{"staff: opened DeadlineMissed/mail, worsened SystemDown/mail, closed DeadlineNear/mail"}},
		{"12:10:00", nil, []string{"staff: closed SystemDown/mail, closed DeadlineMissed/mail"}},
	})
}

func TestManyOutagesAreOneMessageWithATable(t *testing.T) {
	p := planOf(channel("staff"))
	p.Alerting.GroupAt, p.Alerting.GroupWithin = 3, time.Second
	d := newDesk(t, p)
	a, b, c := down("a"), down("b", severity(plan.Critical)), down("c")
	equal(t, "waits", d.says("10:00:00", a, b), nothing)
	equal(t, "wakes", d.wakes(), "10:00:01")
	out := d.at(clock("10:00:01"), a, b, c)
	equal(t, "opened", lines(out), []string{"staff: opened SystemDown/b, opened SystemDown/a, opened SystemDown/c"})
	if !out[0].Table || out[0].Told[0].Severity != plan.Critical {
		t.Errorf("%+v is no table of what is critical", out[0])
	}
	play(t, d, []moment{
		{"10:00:02", hold(a, b, c, down("d")), nothing}, // what comes after a table gathers for longer
		{"10:00:16", hold(a, b, c, down("d"), down("e"), down("f")), nothing},
		{"10:00:17", hold(a, b, c, down("d"), down("e"), down("f")), []string{"staff: opened SystemDown/d, opened SystemDown/e, opened SystemDown/f"}},
	})
	equal(t, "wakes", d.wakes(), "11:00:01")
}

func TestFewAreToldOneByOneAndGroupAtZeroNeverGroups(t *testing.T) {
	p := planOf(channel("staff"))
	p.Alerting.GroupAt = 3
	equal(t, "two", newDesk(t, p).says("10:00:00", down("a"), down("b")),
		[]string{"staff: opened SystemDown/a", "staff: opened SystemDown/b"})
	p.Alerting.GroupAt = 0
	equal(t, "three", len(newDesk(t, p).says("10:00:00", down("a"), down("b"), down("c"))), 3)
}

func TestWhatPassesWhileItWaitsForOthersIsNotTold(t *testing.T) {
	p := planOf(channel("staff"))
	p.Alerting.GroupAt, p.Alerting.GroupWithin = 3, 5*time.Second
	d := newDesk(t, p)
	play(t, d, []moment{
		{"10:00:00", hold(down("a")), nothing},
		{"10:00:04", nil, nothing},
		{"10:00:06", nil, nothing},
	})
	equal(t, "ledger", len(d.told), 0)
	equal(t, "wakes", d.wakes(), "")
}

func TestQuietHoursKeepBack(t *testing.T) {
	p := planOf(channel("staff"))
	p.Alerting.Quiet = []*plan.QuietRule{
		{Name: "night", Below: plan.Critical, From: must(plan.ParseClockTime("22:00")), To: must(plan.ParseClockTime("06:00"))},
		{Name: "closed", Below: plan.Caution, Calendar: "office"},
	}
	info := func(name string) Alert { return down(name, severity(plan.Info)) }
	d := newDesk(t, p)
	play(t, d, []moment{
		{"21:59:59", hold(down("a")), []string{"staff: opened SystemDown/a"}},
		{"22:00:00", hold(down("a"), down("b"), down("c"), info("i")), nothing},
		{"22:30:00", hold(down("b"), down("c"), info("i")), []string{"staff: closed SystemDown/a"}}, // told by day, so its close is told
		{"23:30:00", hold(down("b", severity(plan.Critical)), down("c"), info("i")), []string{"staff: opened SystemDown/b"}},
		{"23:40:00", hold(down("b", severity(plan.Critical)), info("i")), nothing}, // c was never told
		{"23:50:00", hold(down("b", severity(plan.Critical)), down("e"), info("i")), nothing},
	})
	equal(t, "wakes", d.wakes(), "00:30:00") // b is reminded: critical is never kept back
	play(t, d, []moment{{"23:55:00", hold(down("e"), info("i")), []string{"staff: closed SystemDown/b"}}})
	equal(t, "wakes before midnight", d.wakes(), "06:00:00")
	play(t, d, []moment{
		{"2026-07-16 05:59:59", hold(down("e"), info("i")), nothing},
		{"2026-07-16 06:00:00", hold(down("e"), info("i")), []string{"staff: opened SystemDown/e"}},
		{"2026-07-16 08:29:59", hold(info("i")), []string{"staff: closed SystemDown/e"}},
		{"2026-07-16 08:30:00", hold(info("i")), []string{"staff: opened SystemDown/i"}},
	})
}

// An hour that the clock leaves out, or reads twice, neither loses an alert nor wakes anybody early.
func TestQuietHoursWhereTheClocksChange(t *testing.T) {
	p := planOf(channel("staff"))
	for _, c := range []struct{ zone, from, to, quiet, told string }{
		{"Europe/Berlin", "22:00", "02:30", "2026-03-28T21:30:00Z", "2026-03-29T01:00:00Z"}, // from 02:00 the clock goes to 03:00
		{"Europe/Berlin", "22:00", "02:30", "2026-03-29T00:59:59Z", "2026-03-29T01:00:00Z"},
		{"Europe/Berlin", "02:15", "02:45", "2026-10-25T00:15:00Z", "2026-10-25T00:45:00Z"}, // from 03:00 it goes back to 02:00
		{"Europe/Berlin", "02:15", "02:45", "2026-10-25T01:20:00Z", "2026-10-25T01:45:00Z"},
		{"America/New_York", "01:15", "01:45", "2026-11-01T06:20:00Z", "2026-11-01T06:45:00Z"},
	} {
		p.Location = must(time.LoadLocation(c.zone))
		p.Alerting.Quiet = []*plan.QuietRule{{
			Name: "night", Below: plan.Critical, From: must(plan.ParseClockTime(c.from)), To: must(plan.ParseClockTime(c.to)),
		}}
		d := newDesk(t, p)
		quiet, end := must(time.Parse(time.RFC3339, c.quiet)), must(time.Parse(time.RFC3339, c.told))
		equal(t, c.quiet, len(d.at(quiet, down("a"))), 0)
		equal(t, c.told+", a second before", len(d.at(end.Add(-time.Second), down("a"))), 0)
		equal(t, c.told, len(d.at(end, down("a"))), 1)
	}
}

func TestRemindersWaitForTheEndOfQuietHours(t *testing.T) {
	p := planOf(channel("staff"))
	p.Alerting.Quiet = []*plan.QuietRule{{Below: plan.Critical, From: must(plan.ParseClockTime("22:00")), To: must(plan.ParseClockTime("23:30"))}}
	d := newDesk(t, p)
	play(t, d, []moment{{"21:30:00", hold(down("a")), []string{"staff: opened SystemDown/a"}}, {"22:45:00", hold(down("a")), nothing}})
	equal(t, "wakes", d.wakes(), "23:30:00")
	play(t, d, []moment{{"23:30:00", hold(down("a")), []string{"staff: reminded SystemDown/a"}}})
}

func TestInfoIsRepeatedDailyAndAReviewWeekly(t *testing.T) {
	d := newDesk(t, planOf(channel("staff")))
	review := alertOf(PlanReviewDue, "musashino", "", severity(plan.Info))
	d.says("10:00:00", review, down("a", severity(plan.Info)))
	equal(t, "the same day", d.says("23:00:00", review, down("a", severity(plan.Info))), nothing)
	equal(t, "a day later", d.says("2026-07-16 10:00:00", review, down("a", severity(plan.Info))), []string{"staff: reminded SystemDown/a"})
	equal(t, "a week later", d.says("2026-07-22 10:00:00", review), []string{"staff: closed SystemDown/a", "staff: reminded PlanReviewDue/musashino"})
}

// What of one outage is only info waits for no day when something graver of it is told each hour.
func TestAnOutageIsRepeatedAsItsGravestAlert(t *testing.T) {
	d := newDesk(t, planOf(channel("staff")))
	info, late := down("a", severity(plan.Info)), ofSystem(DeadlineMissed, "a")
	play(t, d, []moment{
		{"10:00:00", hold(info, late), []string{"staff: opened DeadlineMissed/a, opened SystemDown/a"}},
		{"10:59:59", hold(info, late), nothing},
		{"11:00:00", hold(info, late), []string{"staff: reminded DeadlineMissed/a, reminded SystemDown/a"}},
	})
}

func TestWithoutRepeatNothingIsRepeated(t *testing.T) {
	p := planOf(channel("staff"))
	p.Alerting.Repeat = 0
	d := newDesk(t, p)
	d.says("10:00:00", down("a"))
	equal(t, "a week later", d.says("2026-07-22 10:00:00", down("a")), nothing)
	equal(t, "wakes", d.wakes(), "")
}

func TestEscalationByTimeWithoutAcknowledgement(t *testing.T) {
	p := planOf(channel("staff"), channel("head", func(r *plan.Route) { r.Unacknowledged = 20 * time.Minute }))
	d := newDesk(t, p)
	d.says("10:00:00", down("a"), down("b"))
	equal(t, "wakes", d.wakes(), "10:20:00")
	play(t, d, []moment{
		{"10:19:59", hold(down("a"), down("b")), nothing},
		{"10:20:00", hold(down("a"), down("b", acknowledged)), []string{"head: escalated SystemDown/a"}},
		{"10:30:00", hold(down("a", acknowledged), down("b", acknowledged)), nothing},
		{"10:35:00", hold(down("a", acknowledged, severity(plan.Critical)), down("b", acknowledged)), []string{
			"staff: worsened SystemDown/a", "head: worsened SystemDown/a",
		}},
		{"10:40:00", nil, []string{"staff: closed SystemDown/a", "staff: closed SystemDown/b", "head: closed SystemDown/a"}},
	})
}

// Who hears of one system alone, and not of its root cause, is told of that one, and not before its time.
func TestEscalationWhereTheRootCauseIsNotHeard(t *testing.T) {
	d := newDesk(t, planOf(channel("head", func(r *plan.Route) { r.Unacknowledged, r.Systems = 20*time.Minute, []string{"a"} })))
	hold := hold(down("a", silenced(Dependency, "switch")), down("switch"))
	play(t, d, []moment{{"10:00:00", hold, nothing}, {"10:19:59", hold, nothing}})
	equal(t, "wakes", d.wakes(), "10:20:00")
	play(t, d, []moment{{"10:20:00", hold, []string{"head: escalated SystemDown/a"}}})
}

// A system that is probed seldom waits five minutes after its root cause is gone, and no longer.
func TestNothingSettlesForLong(t *testing.T) {
	p := planOf(channel("staff"))
	p.Systems = []*plan.System{{Name: "a", Checks: []*plan.Check{{Interval: time.Hour, Timeout: time.Second, RecoverAfter: 2, RetryInterval: time.Minute}}}}
	if err := p.Link(); err != nil {
		t.Fatal(err)
	}
	d := newDesk(t, p)
	play(t, d, []moment{
		{"10:00:00", hold(down("a", silenced(Dependency, "switch")), down("switch")), []string{"staff: opened SystemDown/switch"}},
		{"10:30:00", hold(down("a")), []string{"staff: closed SystemDown/switch"}},
		{"10:34:59", hold(down("a")), nothing},
		{"10:35:00", hold(down("a")), []string{"staff: opened SystemDown/a"}},
	})
}

func TestEscalationByShareUsed(t *testing.T) {
	used := func(share float64) func(*Alert) {
		return func(a *Alert) {
			o := *a.Outage
			o.UsedRatio, o.Deadline = &share, a.Since.Add(4*time.Hour)
			a.Outage = &o
		}
	}
	p := planOf(channel("head", func(r *plan.Route) { r.UsedFrom = 0.5 }))
	d := newDesk(t, p)
	battery := alertOf(OnBattery, "rack_a", "p-1")
	equal(t, "what is no outage", d.says("10:00:00", down("a", used(0)), down("b"), battery), []string{"head: opened OnBattery/rack_a"})
	equal(t, "wakes", d.wakes(), "11:00:00") // for the battery
	play(t, d, []moment{{"10:00:01", hold(down("a", used(0.1)), down("b")), []string{"head: closed OnBattery/rack_a"}}})
	equal(t, "wakes", d.wakes(), "12:00:00")
	play(t, d, []moment{
		{"11:59:59", hold(down("a", used(0.49999)), down("b")), nothing},
		{"12:00:00", hold(down("a", used(0.5)), down("b")), []string{"head: escalated SystemDown/a"}},
		{"12:10:00", nil, []string{"head: closed SystemDown/a"}},
	})
}

func TestANewChannelHearsOnceAndAnOldOneIsForgotten(t *testing.T) {
	p := planOf(channel("staff"))
	d := newDesk(t, p)
	d.says("10:00:00", down("a"))
	p.Channels = append(p.Channels, channel("duty"), &plan.Channel{Name: "branch", From: []string{"other"}})
	play(t, d, []moment{
		{"10:10:00", hold(down("a")), []string{"duty: opened SystemDown/a"}},
		{"10:10:01", hold(down("a")), nothing},
	})
	p.Channels = p.Channels[1:]
	play(t, d, []moment{
		{"10:20:00", hold(down("a")), nothing},
		{"2026-07-23 10:19:59", hold(down("a")), []string{"duty: reminded SystemDown/a"}},
	})
	for key, e := range d.told {
		equal(t, key, len(e.Told), 2)
	}
	play(t, d, []moment{{"2026-07-23 10:20:00", hold(down("a")), nothing}})
	for key, e := range d.told {
		equal(t, key, len(e.Told), 1)
	}
	play(t, d, []moment{{"2026-07-23 10:30:00", nil, []string{"duty: closed SystemDown/a"}}})
}

// A channel that is gone for a while, for its name was mistyped, hears of the end of what it was
// told, however long that has been over; what it was not told, it does not hear of.
func TestAChannelThatComesBackHearsTheClose(t *testing.T) {
	staff, duty := channel("staff"), channel("duty")
	p := planOf(staff, duty)
	d := newDesk(t, p)
	d.says("10:00:00", down("a"))
	d.says("10:01:00", down("a"), down("b"))
	d.says("10:02:00", down("a"), down("b"), down("c"))
	p.Channels = []*plan.Channel{duty}
	play(t, d, []moment{
		{"10:10:00", hold(down("a"), down("c")), []string{"duty: closed SystemDown/b"}},
		{"10:20:00", hold(down("c"), down("d")), []string{"duty: opened SystemDown/d", "duty: closed SystemDown/a"}},
		{"10:30:00", hold(down("c")), []string{"duty: closed SystemDown/d"}},
	})
	p.Channels = []*plan.Channel{duty, staff}
	play(t, d, []moment{
		{"16:00:00", hold(down("c")), []string{
			"duty: reminded SystemDown/c", "staff: closed SystemDown/a", "staff: closed SystemDown/b", "staff: reminded SystemDown/c",
		}},
		{"16:10:00", nil, []string{"duty: closed SystemDown/c", "staff: closed SystemDown/c"}},
	})
}

// What comes again after a calm begins anew for the others, whoever else has not heard of its end.
func TestWhatComesAgainWhileAChannelIsGone(t *testing.T) {
	staff, duty := channel("staff"), channel("duty")
	p := planOf(staff, duty)
	d := newDesk(t, p)
	failing := alertOf(JournalFailing, "hall", "", func(a *Alert) { a.Since = time.Time{} })
	d.says("10:00:00", failing)
	p.Channels = []*plan.Channel{duty}
	play(t, d, []moment{{"10:05:00", nil, []string{"duty: closed JournalFailing/hall"}}})
	out := d.at(clock("15:00:00"), failing)
	equal(t, "told again", lines(out), []string{"duty: opened JournalFailing/hall"})
	equal(t, "since", out[0].Told[0].Since.In(tokyo).Format(time.TimeOnly), "15:00:00")
	p.Channels = []*plan.Channel{duty, staff}
	play(t, d, []moment{
		{"15:10:00", hold(failing), []string{"staff: reminded JournalFailing/hall"}},
		{"15:20:00", nil, []string{"duty: closed JournalFailing/hall", "staff: closed JournalFailing/hall"}},
	})
}

func TestAChannelIsNotToldOfItsOwnTrouble(t *testing.T) {
	d := newDesk(t, planOf(channel("staff"), channel("duty")))
	equal(t, "told", d.says("10:00:00", alertOf(DeliveryFailing, "staff", "")), []string{"duty: opened DeliveryFailing/staff"})
}

func TestWhatHasNoIDIsNamedByTheLedger(t *testing.T) {
	d := newDesk(t, planOf(channel("staff")))
	failing := alertOf(JournalFailing, "hall", "", func(a *Alert) { a.Since = time.Time{} })
	opened := d.at(clock("10:00:00"), failing)[0].Told[0]
	closed := d.at(clock("10:05:00"))[0].Told[0]
	equal(t, "key", opened.Key, "JournalFailing/hall/20260715T010000.000Z")
	equal(t, "key at the close", closed.Key, opened.Key)
	if !opened.Since.Equal(clock("10:00:00")) || closed.Lasted.Duration() != 5*time.Minute {
		t.Errorf("since %v, lasted %v", opened.Since, closed.Lasted)
	}
	again := d.at(clock("14:00:00"), failing)[0].Told[0]
	if again.Key == opened.Key {
		t.Errorf("key %s was used again", again.Key)
	}
}

func TestACloseTellsHowTheOutageEnded(t *testing.T) {
	d := newDesk(t, planOf(channel("staff")))
	d.says("10:01:00", down("mail"))
	met := true
	d.moment.Conditions.Ended = map[string]Ending{"o-mail": {Start: clock("09:59:00"), EndedAt: clock("10:29:00"), Met: &met}}
	closed := d.at(clock("10:30:00"))[0].Told[0]
	if closed.Lasted.Duration() != 30*time.Minute || !closed.EndedAt.Equal(clock("10:29:00")) || closed.Met == nil || !*closed.Met {
		t.Errorf("%+v", closed)
	}
}

// The end is backdated to the first good look, which may lie before the deadline although that had
// passed by when it was confirmed: then the miss lasted no time, and not less.
func TestAMissThatWasNone(t *testing.T) {
	d := newDesk(t, planOf(channel("staff")))
	d.says("14:00:01", ofSystem(DeadlineMissed, "mail", func(a *Alert) { a.Since = clock("14:00:00") }))
	met := true
	d.moment.Conditions.Ended = map[string]Ending{"o-mail": {Start: clock("10:00:00"), EndedAt: clock("13:59:50"), Met: &met}}
	closed := d.at(clock("14:00:10"))[0].Told[0]
	if closed.Lasted != 0 || closed.Met == nil || !*closed.Met {
		t.Errorf("lasted %v, met %v", closed.Lasted, closed.Met)
	}
}

// What comes back before people were told of its end has lasted from when they were told that it began.
func TestWhatFlapsLastsFromItsOpening(t *testing.T) {
	d := newDesk(t, planOf(channel("staff")))
	failing := alertOf(JournalFailing, "hall", "", func(a *Alert) { a.Since = time.Time{} })
	opened, closed, none := []string{"staff: opened JournalFailing/hall"}, []string{"staff: closed JournalFailing/hall"}, nothing
	play(t, d, []moment{
		{"10:00:00", hold(failing), opened}, {"10:01:00", nil, closed}, {"10:02:00", hold(failing), opened},
		{"10:03:00", nil, none}, {"10:04:00", hold(failing), none}, {"10:10:00", nil, none},
	})
	told := d.at(clock("10:15:00"))
	equal(t, "told", lines(told), closed)
	equal(t, "lasted", told[0].Told[0].Lasted.Duration(), 8*time.Minute)
}

func TestKeepersHearAllAtOnce(t *testing.T) {
	p := planOf(channel("am"), channel("staff"))
	p.Alerting.GroupAt, p.Alerting.GroupWithin = 2, time.Minute
	p.Alerting.Quiet = []*plan.QuietRule{{Below: plan.Critical, From: 0, To: must(plan.ParseClockTime("24:00"))}}
	d := newDesk(t, p)
	d.moment.Keepers = map[string]bool{"am": true}
	a, b := down("a"), down("b", silenced(Dependency, "a"))
	play(t, d, []moment{
		{"10:00:00", hold(a, b), []string{"am: opened SystemDown/a, opened SystemDown/b"}},
		{"12:00:00", hold(a, b), nothing},
		{"12:00:01", hold(down("a", severity(plan.Critical)), b), []string{"am: worsened SystemDown/a"}},
	})
	held := Held(d.told, &d.moment, "am")
	equal(t, "held", len(held), 2)
	equal(t, "severity", held[0].Severity, plan.Critical)
	play(t, d, []moment{
		{"12:10:00", hold(down("c")), []string{"am: opened SystemDown/c, closed SystemDown/a, closed SystemDown/b"}},
		{"12:10:01", hold(down("c"), a), []string{"am: opened SystemDown/a"}},
		{"12:10:02", hold(down("c")), []string{"am: closed SystemDown/a"}},
	})
	equal(t, "held", len(Held(d.told, &d.moment, "am")), 1)
	equal(t, "open", len(Open(d.told, &d.moment)), 1)
}
