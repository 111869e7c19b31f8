package reports

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/notify"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
	"github.com/keizoku-bcp/keizoku/rules/alert"
)

// crowds are messages that tell of more than one alert.
func (l tongue) crowds() map[string]*notify.Message {
	w, s := messages.For(plan.Locale(l)), l.hall()
	st := l.stories(s)
	tell := func(s *rules.Situation, all ...*alert.Told) *notify.Message {
		return Message(w, &alert.Dispatch{Channel: "staff", Occasion: all[0].Occasion, At: s.At, Told: all}, inputOf(s))
	}
	opened := func(a alert.Alert) *alert.Told { return &alert.Told{Alert: a, Occasion: alert.Opened} }
	down := func(system string, severity plan.AlertSeverity) *alert.Told {
		return opened(ofSystem(s, alert.SystemDown, system, severity))
	}
	calm := l.hall()
	calm.At = clock("12:10:00")
	var back []*alert.Told
	for i, name := range []string{"certificates", "core", "records", "tax"} {
		yes := name != "certificates"
		told := &alert.Told{Alert: ofSystem(s, alert.SystemDown, name, plan.Caution), Occasion: alert.Closed, Met: &yes}
		told.EndedAt = clock("12:05:00").Add(time.Duration(i) * time.Minute)
		told.Lasted = rules.SecondsOf(told.EndedAt.Sub(told.Since))
		told.Met, told.Dropped = &yes, name == "tax"
		if told.Dropped {
			told.Met = nil
		}
		recovers(name)(calm)
		back = append(back, told)
	}
	missed := opened(st[alert.DeadlineMissed].open)
	worse := &alert.Told{Alert: ofSystem(s, alert.SystemDown, "certificates", plan.Critical), Occasion: alert.Worsened}
	near := &alert.Told{Alert: ofSystem(s, alert.DeadlineNear, "certificates", plan.Critical), Occasion: alert.Closed, EndedAt: s.At}
	before := &alert.Told{Alert: ofSystem(s, alert.SystemDown, "certificates", plan.Caution), Occasion: alert.Closed, EndedAt: clock("08:40:00"), Met: missedBy(false)}
	before.ID, before.Since = "outage-before", clock("08:10:00")
	return map[string]*notify.Message{
		"blackout": tell(s, opened(st[alert.UtilityLost].open), down("certificates", plan.Critical), down("core", plan.Critical),
			down("records", plan.Caution), down("tax", plan.Caution), opened(st[alert.OnBattery].open), opened(st[alert.StepOverdue].open)),
		"recovery":   tell(calm, back...),
		"power":      tell(s, opened(st[alert.UtilityLost].open), opened(st[alert.GeneratorNotStarted].open), opened(st[alert.OnBattery].open), &alert.Told{Alert: st[alert.UPSLost].open, Occasion: alert.Closed, EndedAt: s.At, Lasted: rules.SecondsOf(5 * time.Minute)}),
		"one_outage": tell(s, missed, worse, before, near),
	}
}

func missedBy(yes bool) *bool { met := !yes; return &met }

// plainMessages tell of no alert.
func (l tongue) plainMessages() map[string]*notify.Message {
	w, in := messages.For(plan.Locale(l)), inputOf(l.hall())
	return map[string]*notify.Message{
		"test":  TestMessage(w, l.of("当直メール", "Duty mail"), in),
		"bare":  TestMessage(w, "", MessageInput{At: clock("11:00:00"), Agent: "main", Plan: "musashino"}),
		"alive": AliveMessage(w, in),
		"inspection": InspectionMessage(w, l.of("始業前点検 異常なし(142件)", "Inspection: all well (142)"),
			l.of("始業前点検\n==========\n異常なし\n", "Inspection\n==========\nAll well\n"), plan.Info, in),
	}
}

// flood is a mass failure: everything hangs on one switch.
func flood(l tongue, systems int) (*alert.Dispatch, *rules.Situation) {
	s := l.hall()
	s.Systems = nil
	d := &alert.Dispatch{Channel: "staff", Occasion: alert.Opened, At: s.At, Table: true}
	for n := range systems {
		name := fmt.Sprintf("system_%04d", n)
		sys := &rules.SystemFacts{Name: name, Title: l.of("業務システム", "System ") + fmt.Sprint(n), Priority: n%50 + 1, State: rules.Down, Causes: []string{"system_0000"}}
		sys.Outage = &rules.OutageFacts{
			ID: "o-" + name, Start: clock("11:00:00"), FirstBadAt: clock("11:00:00"), Deadline: clock("13:00:00"), Allowed: seconds(2 * time.Hour),
			Left: seconds(clock("13:00:00").Sub(s.At)), UsedRatio: new(0.0375), Verdict: rules.OnTrack, Reason: "timeout", Text: "i/o timeout", Check: "login",
		}
		if n == 0 {
			sys.Causes, sys.Priority = nil, 0
		} else if len(s.Systems) > 0 {
			s.Systems[0].Affects = append(s.Systems[0].Affects, name)
		}
		s.Systems = append(s.Systems, sys)
		d.Told = append(d.Told, &alert.Told{Alert: ofSystem(s, alert.SystemDown, name, plan.Caution), Occasion: alert.Opened})
	}
	return d, s
}

func TestAMassFailureFitsAPage(t *testing.T) {
	for _, locale := range messages.Locales {
		l := tongue(locale)
		d, s := flood(l, 500)
		msg := Message(messages.For(locale), d, inputOf(s))
		if n := strings.Count(msg.Text, "\n"); n > 70 || !strings.Contains(msg.Text, messages.For(locale).Say("alert_more", map[string]any{"Count": 460})) {
			t.Errorf("%d lines:\n%s", n, msg.Text)
		}
		_, table, _ := strings.Cut(msg.Text, messages.For(locale).Word("alert_sheet_down"))
		if rows := strings.Split(table, "\n"); !strings.Contains(rows[2], s.Systems[0].Title) || len(msg.Alerts) != 500 {
			t.Errorf("the root cause comes first: %s", table)
		}
		golden(t, "alert/flood."+string(locale)+".txt", show(msg, false))
	}
}

// To a receiver that knows alerts by their labels, what has begun under some must end under them.
func TestLabelsStayWhileAnAlertIsOpen(t *testing.T) {
	l := tongue(plan.English)
	d, s := l.stories(l.hall())[alert.SystemDown].told(l, alert.Opened)
	first := Message(messages.For(plan.English), d, inputOf(s)).Alerts[0]
	s.Threat.Name = "incident"
	d.Told[0].Causes, d.Told[0].Severity, d.Told[0].Silence = []string{"power"}, plan.Caution, alert.Dependency
	in := inputOf(s)
	in.Labels = func(key string) map[string]string {
		return map[string]map[string]string{first.Key: first.Labels}[key]
	}
	then := Message(messages.For(plan.English), d, in).Alerts[0]
	want := map[string]string{
		"alertname": "SystemDown", "agent": "main", "plan": "musashino", "severity": "warning", "system": "core", "priority": "3",
		"site": "main_hall", "owner": "Citizens' affairs", "threat": "disaster", "silence": "dependency",
	}
	if diff := cmp.Diff(want, then.Labels); diff != "" {
		t.Errorf("labels (-want +got):\n%s", diff)
	}
	held := Alerts(messages.For(plan.English), []alert.Alert{d.Told[0].Alert}, in)
	if diff := cmp.Diff(then, held[0]); diff != "" {
		t.Errorf("held (-message +held):\n%s", diff)
	}
	if first.Labels["severity"] != "critical" || first.Labels["silence"] != "" {
		t.Error("labels that were told before were changed")
	}
}

// Receivers keep quiet by this label, so it says what holds, whatever was told first.
func TestTheLabelOfSilence(t *testing.T) {
	l := tongue(plan.English)
	d, s := l.stories(l.hall())[alert.SystemDown].told(l, alert.Opened)
	for _, before := range []string{"", "maintenance"} {
		in := inputOf(s)
		in.Labels = func(string) map[string]string { return map[string]string{"alertname": "SystemDown", "silence": before} }
		for silence, want := range map[alert.Silence]string{
			"": "", alert.Maintenance: "maintenance", alert.Dependency: "dependency", alert.Suspected: "",
		} {
			d.Told[0].Silence = silence
			got, has := Message(messages.For(plan.English), d, in).Alerts[0].Labels["silence"]
			if got != want || has != (want != "") {
				t.Errorf("%q after %q: label %q (there: %v), want %q", silence, before, got, has, want)
			}
		}
	}
}

// What ends alone, while its system stays down, says so.
func TestEndsOfDeadlines(t *testing.T) {
	l := tongue(plan.English)
	for _, c := range []struct {
		name, want string
		edit       func(*alert.Told, *rules.OutageFacts)
	}{
		{alert.DeadlineNear, "MISSED: Core switch down, 7m past its deadline (10:57)", func(_ *alert.Told, o *rules.OutageFacts) {
			o.Verdict, o.Deadline, o.Left = rules.Missed, clock("10:57:30"), seconds(-7*time.Minute)
		}},
		{alert.DeadlineNear, "OVER: Core switch down, its deadline has moved away, no deadline", func(_ *alert.Told, o *rules.OutageFacts) {
			o.Deadline, o.Left = time.Time{}, nil
		}},
		{alert.StartRecoveryNow, "OVER: Core switch down, expected back 15:00, 9h53m left (deadline 20:57)", func(_ *alert.Told, o *rules.OutageFacts) {
			o.ETA = clock("15:00:00")
		}},
		{alert.StartRecoveryNow, "NO LONGER WATCHED: Core switch dropped from the plan (nobody saw it recover)", func(told *alert.Told, _ *rules.OutageFacts) {
			told.Dropped = true
		}},
		{alert.DeadlineMissed, "RECOVERED: Core switch back after 2h7m", func(told *alert.Told, _ *rules.OutageFacts) { told.ID = "another" }},
	} {
		s := l.hall()
		told := &alert.Told{Alert: ofSystem(s, c.name, "core", plan.Caution), Occasion: alert.Closed, EndedAt: s.At}
		c.edit(told, s.System("core").Outage)
		msg := Message(messages.For(plan.English), &alert.Dispatch{Occasion: alert.Closed, At: s.At, Told: []*alert.Told{told}}, inputOf(s))
		if diff := cmp.Diff(c.want, msg.Subject); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// A close is no emergency, unless something else is.
func TestGoodNewsWakesNobody(t *testing.T) {
	l := tongue(plan.Japanese)
	for name, st := range l.stories(l.hall()) {
		d, s := st.told(l, alert.Closed)
		if got := Message(messages.For(plan.Japanese), d, inputOf(s)); got.Severity != plan.Info || got.Alerts[0].Severity != st.open.Severity {
			t.Errorf("%s: %s, its alert %s", name, got.Severity, got.Alerts[0].Severity)
		}
	}
}

func BenchmarkMassFailure(b *testing.B) {
	d, s := flood(tongue(plan.Japanese), 5000)
	w := messages.For(plan.Japanese)
	for b.Loop() {
		Message(w, d, inputOf(s))
	}
}
