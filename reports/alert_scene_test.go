package reports

import (
	"time"

	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/notify"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
	"github.com/keizoku-bcp/keizoku/rules/alert"
	"github.com/keizoku-bcp/keizoku/rules/supply"
)

// story is one alert on its way: as it is told while it holds, and when it is over.
type story struct {
	open alert.Alert
	// occasions are those that make sense beside opened and closed.
	occasions []alert.Occasion
	// lasts is how long it held when it ended; edit is what has changed in the Situation by then.
	lasts time.Duration
	// set is what the Situation shows while it holds.
	set  func(*rules.Situation)
	edit func(*rules.Situation)
	end  func(*alert.Told)
}

var (
	again  = []alert.Occasion{alert.Reminded}
	graver = []alert.Occasion{alert.Worsened, alert.Escalated, alert.Reminded}
)

// hall is the city hall of the quake, with the facts of an outage that alerts rest on.
func (l tongue) hall() *rules.Situation {
	s := l.quake()
	tax := s.System("tax").Outage
	tax.Deadline, tax.Allowed, tax.Left = clock("12:57:30"), seconds(4*time.Hour), seconds(clock("12:57:30").Sub(s.At))
	for _, sys := range s.Systems {
		if o := sys.Outage; o != nil && o.Allowed != nil {
			o.UsedRatio = new(float64(o.Elapsed) / float64(*o.Allowed))
			o.Check, o.Text, o.Threat = "login", "dial tcp 192.0.2.17:443: i/o timeout", "disaster"
		}
		sys.Site, sys.Owner = "main_hall", l.of("市民課", "Citizens' affairs")
	}
	s.System("core").Outage.StartRecoveryBy = clock("10:57:30")
	return s
}

// ofSystem is an alert of a system's outage, as it is derived.
func ofSystem(s *rules.Situation, name, system string, severity plan.AlertSeverity) alert.Alert {
	sys := s.System(system)
	o := sys.Outage
	a := alert.Alert{
		Key: name + "/" + system + "/" + o.ID, Name: name, Subject: system, Title: sys.Title, ID: o.ID, Severity: severity, Since: o.Start,
		System: system, Priority: sys.Priority, TopPriority: sys.Priority, Owner: sys.Owner, Site: sys.Site,
		Alternative: sys.Alternative, AlternativeLasts: sys.AlternativeLasts, Outage: o, Causes: sys.Causes,
		Acknowledged: !o.AcknowledgedAt.IsZero(), AcknowledgedAt: o.AcknowledgedAt, AcknowledgedBy: o.AcknowledgedBy,
	}
	if name == alert.SystemDown {
		a.Affects = sys.Affects
	}
	return a
}

func ofSupply(name, subject, title string, severity plan.AlertSeverity, values map[string]any) alert.Alert {
	return alert.Alert{
		Key: name + "/" + subject + "/e1", Name: name, Subject: subject, Title: title, ID: "e1", Severity: severity, Site: "main_hall",
		Since: clock("08:56:40"), Values: values,
	}
}

func ofAgent(name, subject, title string, severity plan.AlertSeverity, since string, values map[string]any) alert.Alert {
	return alert.Alert{
		Key: name + "/" + subject + "/20261123T000000.000Z", Name: name, Subject: subject, Title: title, Severity: severity, Since: clock(since), Values: values,
	}
}

// recovers ends the outage of a system.
func recovers(system string) func(*rules.Situation) {
	return func(s *rules.Situation) { s.System(system).State, s.System(system).Outage = rules.Up, nil }
}

func met(yes bool) func(*alert.Told) { return func(told *alert.Told) { told.Met = &yes } }

// stories tell of every alert, in the order of their names.
func (l tongue) stories(s *rules.Situation) map[string]story {
	all := map[string]story{}
	l.outageStories(s, all)
	l.powerStories(all)
	l.otherStories(all)
	return all
}

func (l tongue) outageStories(s *rules.Situation, all map[string]story) {
	near := ofSystem(s, alert.DeadlineNear, "tax", plan.Caution)
	near.Since, near.Level, near.Values = clock("10:57:30"), 1, map[string]any{"share": 0.5}
	start := ofSystem(s, alert.StartRecoveryNow, "core", plan.Critical)
	start.Since = clock("10:57:30")
	missed := ofSystem(s, alert.DeadlineMissed, "certificates", plan.Critical)
	missed.Since = clock("10:57:30")
	all[alert.SystemDown] = story{
		open: ofSystem(s, alert.SystemDown, "core", plan.Critical), occasions: graver, lasts: 207 * time.Minute, edit: recovers("core"), end: met(true),
	}
	all[alert.DeadlineNear] = story{
		open: near, occasions: graver, lasts: 90 * time.Minute,
		edit: func(s *rules.Situation) {
			o := s.System("tax").Outage
			o.Deadline, o.Allowed, o.Left = clock("26 08:57:30"), seconds(72*time.Hour), seconds(clock("26 08:57:30").Sub(s.At))
			o.UsedRatio = new(0.05)
		},
	}
	all[alert.StartRecoveryNow] = story{
		open: start, occasions: again, lasts: 15 * time.Minute,
		edit: func(s *rules.Situation) {
			o := s.System("core").Outage
			o.AcknowledgedAt, o.AcknowledgedBy = clock("11:10:00"), l.of("高橋", "Takahashi")
		},
	}
	all[alert.DeadlineMissed] = story{open: missed, occasions: []alert.Occasion{alert.Escalated, alert.Reminded}, lasts: 40 * time.Minute, edit: recovers("certificates"), end: met(false)}
}

func (l tongue) powerStories(all map[string]story) {
	back := func(s *rules.Situation) {
		s.Power.UtilityLost, s.Power.UtilityLostAt, s.Power.Shed = false, time.Time{}, nil
		roof, rack := s.Power.Supply("roof"), s.Power.Supply("rack_a")
		roof.Running, rack.Source, rack.ChargeRatio = new(false), supply.FromUtility, new(0.55)
	}
	ups, roof := l.of("サーバ室UPS A", "UPS A, server room"), l.of("屋上発電機", "Roof generator")
	battery := func(dying bool) map[string]any {
		return map[string]any{"runtime": 2130.0, "charge": 0.42, "dying": dying}
	}
	tell := func(name, subject, title string, severity plan.AlertSeverity, values map[string]any, more ...alert.Occasion) {
		all[name] = story{open: ofSupply(name, subject, title, severity, values), occasions: append(more, alert.Reminded), lasts: 2*time.Hour + 11*time.Minute, edit: back}
	}
	tell(alert.UtilityLost, "utility", "", plan.Critical, map[string]any{"ups": []string{"rack_a"}, "horizon": 259200.0, "left": 136330.0})
	tell(alert.GeneratorNotStarted, "roof", roof, plan.Critical, nil)
	tell(alert.RuntimeShort, "", "", plan.Critical, map[string]any{"horizon": 259200.0, "left": 136330.0}, alert.Worsened)
	tell(alert.OnBattery, "rack_a", ups, plan.Caution, battery(false), alert.Worsened)
	tell(alert.BatteryLow, "rack_a", ups, plan.Critical, battery(true))
	tell(alert.SupplyOff, "rack_a", ups, plan.Critical, map[string]any{"text": "output relay open"})
	tell(alert.OverCapacity, "rack_a", ups, plan.Critical, map[string]any{"load_w": 2910.0, "capacity_w": 2700.0, "headroom_w": -480.0}, alert.Worsened)
	tell(alert.UPSLost, "rack_a", ups, plan.Critical, map[string]any{"dying": true, "text": "read udp 192.0.2.40:161: i/o timeout"}, alert.Worsened)
	tell(alert.GeneratorLost, "roof", roof, plan.Critical, map[string]any{"text": "Modbus: no answer from unit 1"}, alert.Worsened)
	tell(alert.ReplaceBattery, "rack_b", "UPS B", plan.Caution, nil)
	show := func(name string, set func(roof, rack *supply.SupplyFacts)) {
		st := all[name]
		st.set = func(s *rules.Situation) { set(s.Power.Supply("roof"), s.Power.Supply("rack_a")) }
		all[name] = st
	}
	show(alert.GeneratorNotStarted, func(roof, _ *supply.SupplyFacts) { roof.Running, roof.RuntimeSeconds = new(false), nil })
	show(alert.SupplyOff, func(_, rack *supply.SupplyFacts) { rack.Source = supply.FromNothing })
	show(alert.OverCapacity, func(_, rack *supply.SupplyFacts) { rack.MeasuredW = new(2910.0) })
	show(alert.UPSLost, func(_, rack *supply.SupplyFacts) { rack.AssumedDying = true })
	show(alert.BatteryLow, func(_, rack *supply.SupplyFacts) { rack.AssumedDying = true })
	replace := all[alert.ReplaceBattery]
	replace.set = back
	all[alert.ReplaceBattery] = replace
}

func (l tongue) otherStories(all map[string]story) {
	posture := ofAgent(alert.EstablishPosture, "", "", plan.Critical, "08:58:31", map[string]any{"criteria": []string{"many_down"}, "reasons": []string{"x"}})
	posture.Roles = []string{"lead"}
	all[alert.EstablishPosture] = story{open: posture, occasions: []alert.Occasion{alert.Escalated, alert.Reminded}, lasts: 21 * time.Minute}
	step := ofAgent(alert.StepOverdue, "continuity.vendor", l.of("保守事業者への連絡", "Call the maintenance contractor"), plan.Caution, "10:20:10", map[string]any{
		"procedure": "continuity", "procedure_title": l.of("ICT業務継続対応手順", "Continuity response"), "due_at": clock("10:20:10"),
		"role_title": l.of("ネットワーク班", "Network"),
	})
	step.Roles = []string{"network"}
	all[alert.StepOverdue] = story{open: step, occasions: []alert.Occasion{alert.Escalated, alert.Reminded}, lasts: 50 * time.Minute, edit: func(s *rules.Situation) {
		vendor := s.Response.Checklists[1].Steps[1]
		vendor.State, vendor.DoneAt, vendor.DoneBy, vendor.Overdue = rules.StepDone, clock("11:10:00"), "takahashi", false
	}}
	judged := ofAgent(alert.CriterionUnjudged, "branches", l.of("支所の半数以上が停止", "half of the branches are down"), plan.Caution, "09:00:00", map[string]any{
		"why": "site.west.all_down is not known", "expression": "site.east.all_down && site.west.all_down",
	})
	tell := func(a alert.Alert, more ...alert.Occasion) {
		all[a.Name] = story{open: a, occasions: append(more, alert.Reminded), lasts: 25 * time.Minute}
	}
	tell(judged)
	tell(ofAgent(alert.AgentBlind, "main", "main", plan.Critical, "10:45:00", map[string]any{"text": "gateway 192.0.2.1 does not answer"}), alert.Worsened)
	tell(ofAgent(alert.ClockUntrusted, "main", "main", plan.Caution, "10:45:00", nil))
	tell(ofAgent(alert.JournalFailing, "main", "main", plan.Critical, "11:00:00", map[string]any{"text": "no space left on device", "unwritten": 3.0}))
	tell(ofAgent(alert.DeliveryFailing, "duty", l.of("当直メール", "Duty mail"), plan.Caution, "10:40:00", map[string]any{"text": "mail.example:587: connection refused", "pending": 12.0}))
	title := l.of("武蔵野市ICT業務継続計画", "Musashino ICT continuity plan")
	tell(ofAgent(alert.PlanRejected, "musashino", title, plan.Caution, "10:40:00", map[string]any{"text": `plan.hcl:12: there is no system "core2"`}))
	tell(ofAgent(alert.PlanReviewDue, "musashino", title, plan.Info, "20 00:00:00", map[string]any{"due_at": clock("20 00:00:00")}))
}

// told is the dispatch of one occasion of a story, and the Situation of its moment.
func (st story) told(l tongue, o alert.Occasion) (*alert.Dispatch, *rules.Situation) {
	s := l.hall()
	told := &alert.Told{Alert: st.open, Occasion: o}
	if st.set != nil && o != alert.Closed {
		st.set(s)
	}
	if o == alert.Closed {
		told.EndedAt, told.Lasted = st.open.Since.Add(st.lasts), rules.SecondsOf(st.lasts)
		s.At = told.EndedAt.Add(30 * time.Second)
		if st.edit != nil {
			st.edit(s)
		}
		if st.end != nil {
			st.end(told)
		}
	}
	return &alert.Dispatch{Channel: "staff", Occasion: o, At: s.At, Told: []*alert.Told{told}}, s
}

func inputOf(s *rules.Situation) MessageInput {
	return MessageInput{ID: "01JD8Q5Z3K7W9X1Y2Z3A4B5C6D", Situation: s, Link: "https://keizoku.example/"}
}

// tellings are the messages of a story, by occasion, in the order in which they come.
func (st story) tellings(l tongue) (all []*notify.Message) {
	w := messages.For(plan.Locale(l))
	for _, o := range append(append([]alert.Occasion{alert.Opened}, st.occasions...), alert.Closed) {
		d, s := st.told(l, o)
		all = append(all, Message(w, d, inputOf(s)))
	}
	return all
}
