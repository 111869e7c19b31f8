package reports

import (
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
	"github.com/keizoku-bcp/keizoku/rules/supply"
)

// jst is the zone of the pages under test.
var jst = time.FixedZone("JST", 9*3600)

// clock is a time of the day of the earthquake, or of another day of that November.
func clock(text string) time.Time {
	layout := "2 15:04:05"
	if len(text) <= len("15:04:05") {
		text = "23 " + text
	}
	t, err := time.ParseInLocation("2006-01 "+layout, "2026-11 "+text, jst)
	if err != nil {
		panic(err)
	}
	return t
}

// tongue chooses between what a Japanese and an English plan write.
type tongue plan.Locale

func (l tongue) of(ja, en string) string {
	if plan.Locale(l) == plan.English {
		return en
	}
	return ja
}

func seconds(d time.Duration) *rules.Seconds { return new(rules.SecondsOf(d)) }

// quake is a city hall two hours after an earthquake: the power is lost, four priority systems are
// down, one of them past its deadline, and the posture is established.
func (l tongue) quake() *rules.Situation {
	return &rules.Situation{
		At: clock("11:04:30"),
		Plan: rules.PlanFacts{
			Name: "musashino", Title: l.of("武蔵野市ICT業務継続計画", "Musashino ICT continuity plan"), Version: "3.1", Locale: plan.Locale(l),
		},
		Agent: rules.AgentFacts{Name: "main", Site: "main_hall"},
		Threat: rules.ThreatFacts{
			Name: "disaster", Title: l.of("災害", "Disaster"), Onset: clock("08:55:00"), DeclaredAt: clock("09:05:12"),
			DeclaredBy: l.of("佐藤一郎", "Ichiro Sato"), Names: []string{"disaster"}, Titles: []string{l.of("災害", "Disaster")},
		},
		Stage:    plan.ContinuityResponse,
		Decision: l.decision(),
		Response: l.response(),
		Systems:  l.systems(),
		Power:    l.power(),
	}
}

func (l tongue) decision() rules.DecisionFacts {
	all := []string{"records", "certificates", "core", "tax"}
	builtIn := func(name string, holds bool, used []plan.Used, systems ...string) *rules.ReasonFacts {
		r := &rules.ReasonFacts{Criterion: name, Holds: holds, BuiltIn: true, Used: used, Systems: systems}
		for _, c := range rules.BuiltIn() {
			if c.Name == name {
				r.Title, r.Recommends, r.Expression = c.Title, c.Recommends, c.When.Text()
			}
		}
		return r
	}
	count := func(name string, n float64) []plan.Used { return []plan.Used{{Name: name, Value: n}} }
	at := builtIn("deadline_at_risk", true, count("at_risk.priority_count", 0))
	at.KeptUntil = clock("11:07:00")
	return rules.DecisionFacts{
		Recommendation: plan.EstablishPosture, Since: clock("08:58:31"),
		Reasons: []*rules.ReasonFacts{
			builtIn("deadline_missed", true, count("missed.priority_count", 1), "certificates"),
			builtIn("many_down", true, count("down.priority_count", 4), all...),
			builtIn("short_power", true, []plan.Used{
				{Name: "power.lost", Value: true}, {Name: "power.runtime_hours", Value: 31.5}, {Name: "power.horizon_hours", Value: 72.0},
			}),
			at,
			{
				Criterion: "branches", Title: l.of("支所の半数以上が停止", "half of the branches are down"), Holds: true,
				Expression: "site.east.all_down && site.west.all_down", Recommends: plan.EstablishPosture,
				Unjudged: "site.west.all_down is not known",
			},
			builtIn("priority_down", true, count("down.priority_count", 4), all...),
			builtIn("threat_declared", false, []plan.Used{{Name: "threat.declared", Value: false}}),
			{
				Criterion: "night", Title: l.of("夜間の停止", "down at night"), Expression: "time.hour >= 22 && down.count > 0",
				Recommends: plan.EstablishPosture, Used: []plan.Used{{Name: "time.hour", Value: 11.075}, {Name: "down.systems", Value: []any{"core", "tax"}}},
			},
		},
		Calm: []rules.CalmFacts{
			{System: "records", Calm: rules.AlternativeLasts, ProjectedEnd: clock("14:00:00"), Deadline: clock("24 08:57:30"),
				Alternative: l.of("紙台帳で受付", "paper ledgers"), AlternativeUntil: clock("24 08:57:30")},
			{System: "certificates", Calm: rules.InDanger, Deadline: clock("10:57:30")},
			{System: "core", Calm: rules.RecoversInTime, ProjectedEnd: clock("12:30:00"), Deadline: clock("20:57:30")},
			{System: "tax", Calm: rules.TimeLeft, Deadline: clock("30 08:30:00")},
		},
	}
}

func (l tongue) systems() []*rules.SystemFacts {
	down := func(name, ja, en string, priority int, o rules.OutageFacts) *rules.SystemFacts {
		o.ID, o.Start, o.FirstBadAt = "outage-"+name, clock("08:57:30"), clock("08:57:30")
		o.Elapsed, o.Reason = rules.SecondsOf(clock("11:04:30").Sub(o.Start)), "timeout"
		if !o.Deadline.IsZero() {
			o.Allowed, o.Left = seconds(o.Deadline.Sub(o.Start)), seconds(o.Deadline.Sub(clock("11:04:30")))
		}
		return &rules.SystemFacts{Name: name, Title: l.of(ja, en), Priority: priority, State: rules.Down, Since: o.Start, Outage: &o}
	}
	records := down("records", "住民記録システム", "Resident records", 1, rules.OutageFacts{
		Deadline: clock("24 08:57:30"), ETA: clock("14:00:00"), Verdict: rules.OnTrack, AcknowledgedAt: clock("09:30:00"),
		AcknowledgedBy: l.of("鈴木", "Suzuki"), AcknowledgedWhy: l.of("予備機へ交換中", "swapping in the spare"), Estimated: true,
	})
	records.Causes, records.Alternative, records.AlternativeLasts = []string{"core"}, l.of("紙台帳で受付", "paper ledgers"), rules.SecondsOf(24*time.Hour)
	certificates := down("certificates", "証明書発行システム(コンビニ交付を含む)", "Certificates, kiosks included", 2, rules.OutageFacts{
		Deadline: clock("10:57:30"), Verdict: rules.Missed,
	})
	certificates.Causes = []string{"core"}
	core := down("core", "基幹スイッチ", "Core switch", 3, rules.OutageFacts{
		Deadline: clock("20:57:30"), ProjectedEnd: clock("12:30:00"), Verdict: rules.AtRisk, Risk: rules.RiskPower, SupplyEndsAt: clock("11:40:00"),
	})
	core.Affects = []string{"records", "certificates"}
	tax := down("tax", "税務システム", "Tax", 4, rules.OutageFacts{Deadline: clock("30 08:30:00"), Verdict: rules.OnTrack})
	up := func(name string) *rules.SystemFacts {
		return &rules.SystemFacts{Name: name, Title: name, State: rules.Up}
	}
	return []*rules.SystemFacts{
		tax, core, certificates, records, up("mail"), up("web"), up("files"),
		{
			Name: "groupware", Title: l.of("グループウェア", "Groupware"), State: rules.Degraded, Since: clock("09:10:00"),
			Checks: []*rules.CheckFacts{{Name: "login", State: rules.Down, Reason: "slow"}, {Name: "web", State: rules.Up}},
		},
		{Name: "phones", Title: l.of("電話交換機", "Telephone exchange"), State: rules.Pending},
		{
			Name: "gis", Title: l.of("地図情報", "Maps"), State: rules.Planned, Since: clock("22 20:00:00"),
			Maintenance: &rules.Window{Title: l.of("更新作業", "Upgrade"), To: clock("17:00:00")},
		},
	}
}

func (l tongue) power() *supply.Facts {
	return &supply.Facts{
		At: clock("11:04:30"), UtilityLost: true, UtilityLostAt: clock("08:56:40"), HorizonSeconds: 72 * 3600, ReachesSeconds: new(int64(40 * 3600)),
		Supplies: []*supply.SupplyFacts{
			{Name: "roof", Title: l.of("屋上発電機", "Roof generator"), Kind: plan.GeneratorSupply, CapacityW: 160000, PlannedW: 92000, Running: new(true),
				RuntimeSeconds: new(int64(31*3600 + 1800)), Problems: []supply.Problem{supply.HorizonShort}, ReadingAt: clock("11:04:00")},
			{Name: "rack_a", Title: l.of("サーバ室UPS A", "UPS A, server room"), Kind: plan.UPSSupply, CapacityW: 2700, PlannedW: 850, MeasuredW: new(910.0),
				Source: supply.FromBattery, ChargeRatio: new(0.42), RuntimeSeconds: new(int64(2130)), ReadingAt: clock("11:04:10"),
				Doubted: []supply.Doubt{{Code: supply.DoubtAged, Values: map[string]any{"SaidSeconds": int64(2130), "HeldSeconds": int64(7200)}}}},
			{Name: "rack_b", Title: "UPS B", Kind: plan.UPSSupply, Source: supply.FromUtility, ReadingAt: clock("11:04:10")},
		},
		Shed: []*supply.ShedFacts{
			{Load: "signage", Title: l.of("庁内案内表示", "Signage"), Watts: 400, At: clock("10:00:00"), Reason: supply.ForCapacity},
			{Load: "files", Title: l.of("ファイルサーバ", "File server"), Watts: 850, At: clock("11:30:00"), Reason: supply.ForHorizon},
			{Load: "aircon", Title: l.of("サーバ室空調2号", "Server room air conditioner 2"), Watts: 3500, At: clock("24 02:00:00"), Reason: supply.ForHorizon},
		},
	}
}

func (l tongue) response() rules.ResponseFacts {
	return rules.ResponseFacts{
		Move: &rules.MoveFacts{
			ID: "move-2", From: plan.InitialResponse, To: plan.ContinuityResponse, At: clock("09:20:10"), By: l.of("佐藤一郎", "Ichiro Sato"), User: "sato",
			Why: l.of("基幹系が全停止し、復旧の見通しが立たないため", "all core systems are down and nobody can say until when"),
		},
		BeganAt: clock("09:05:12"),
		Posture: &rules.PostureFacts{
			Name: "quake", Title: l.of("災害対策ICT体制", "ICT disaster posture"), DeclaredBy: []string{"lead"},
			Conditions: []string{l.of("市内で震度6弱以上", "seismic intensity 6 lower or more in the city"), l.of("CIOが必要と認めたとき", "when the CIO finds it necessary")},
			Roles:      l.roles(),
		},
		Checklists: l.checklists(),
		Steps:      rules.StepCounts{Done: 1, Open: 3, Overdue: 1},
		Survey:     l.survey(),
		Reports:    rules.ReportCounts{Issued: 2, LastAt: clock("10:00:00"), LastID: "report-2"},
	}
}

func (l tongue) roles() []*rules.RoleFacts {
	return []*rules.RoleFacts{
		{Name: "lead", Title: l.of("総括責任者", "Overall lead"), People: 3, Holder: l.of("佐藤一郎", "Ichiro Sato"), State: journal.Arrived},
		{Name: "servers", Title: l.of("サーバ班", "Servers"), People: 2, Holder: l.of("鈴木花子", "Hanako Suzuki"), State: journal.Coming, ComingAt: clock("11:30:00")},
		{Name: "network", Title: l.of("ネットワーク班", "Network"), People: 2, Next: l.of("高橋", "Takahashi")},
		{Name: "power", Title: l.of("電源・設備班", "Power and facilities"), People: 1, Exhausted: true},
	}
}

func (l tongue) checklists() []*rules.ChecklistFacts {
	servers := l.of("サーバ班", "Servers")
	return []*rules.ChecklistFacts{
		{
			Procedure: "first", Title: l.of("初動対応手順", "First response"), Stage: plan.InitialResponse, BeganAt: clock("09:05:12"),
			Steps: []*rules.StepFacts{
				{ID: "first.safety", Title: l.of("職員の安否確認", "Is everybody safe?"), State: rules.StepDone, DoneAt: clock("09:12:00"), DoneBy: "sato", DueAt: clock("09:35:12")},
			},
		},
		{
			Procedure: "continuity", Title: l.of("ICT業務継続対応手順", "Continuity response"), Stage: plan.ContinuityResponse, BeganAt: clock("09:20:10"), Current: true,
			Steps: []*rules.StepFacts{
				{ID: "continuity.room", Title: l.of("サーバ室の被害調査", "Survey of the server room"), Role: "servers", RoleTitle: servers, Holder: l.of("鈴木花子", "Hanako Suzuki"),
					State: rules.StepDone, DueAt: clock("09:50:10"), DoneAt: clock("10:05:00"), DoneBy: l.of("鈴木", "Suzuki"), Overdue: true,
					Notes: []rules.StepNote{{At: clock("09:58:00"), By: l.of("鈴木", "Suzuki"), Text: l.of("入口の扉が開かず、迂回した", "the door was jammed; went round")}}},
				{ID: "continuity.vendor", Title: l.of("保守事業者への連絡", "Call the maintenance contractor"), Role: "network", RoleTitle: l.of("ネットワーク班", "Network"),
					State: rules.StepOpen, DueAt: clock("10:20:10"), Overdue: true, Links: []journal.Link{{Title: l.of("様式9 連絡先一覧", "Form 9, contacts"), To: "binder 3, p. 12"}}},
				{ID: "continuity.paper", Title: l.of("窓口を紙台帳に切替", "Counters to paper ledgers"), State: rules.StepOpen, DueAt: clock("12:20:10"), OnlyIf: "system.records.down", Change: "changed"},
				{ID: "continuity.report", Title: l.of("県への報告", "Report to the prefecture"), State: rules.StepOpen, OnlyIf: "site.west.all_down", Unjudged: "site.west.all_down is not known"},
				{ID: "continuity.fuel", Title: l.of("燃料の手配", "Order fuel"), State: rules.StepIdle, OnlyIf: "power.runtime_hours < 12"},
			},
			Added: []string{l.of("消防への通報", "Tell the fire brigade")},
		},
	}
}

func (l tongue) survey() []*rules.SiteSurvey {
	answer := func(id string, f journal.Finding, note string) *rules.SurveyAnswer {
		return &rules.SurveyAnswer{ID: id, Finding: f, Note: note, SeenAt: clock("10:10:00"), By: l.of("鈴木", "Suzuki")}
	}
	return []*rules.SiteSurvey{
		{Site: "main_hall", Title: l.of("本庁舎", "Main hall"), Items: []*rules.SurveyItem{
			{Item: rules.SurveyBuilding, Answer: answer("answer-1", journal.Fine, "")},
			{Item: rules.SurveyUtility, Known: journal.Stopped, Since: clock("08:56:40")},
			{Item: "generator.roof", Title: l.of("屋上発電機", "Roof generator"), Known: journal.Fine, Facts: map[string]float64{"fuel_liters": 812.5, "fuel_ratio": 0.855}},
			{Item: rules.SurveyCooling, Facts: map[string]float64{"temperature_celsius": 31.25}},
			{Item: rules.SurveyWater, Answer: answer("answer-2", journal.Impaired, l.of("配管から少量の漏れ。養生済み", "a pipe drips; covered"))},
			{Item: rules.SurveyRacks},
			{Item: "system.records", Title: l.of("住民記録システム", "Resident records"), Known: journal.Stopped, Since: clock("08:57:30")},
			{Item: rules.SurveyFirstAid, Answer: answer("answer-3", "", l.of("止水栓を閉めた", "closed the stopcock"))},
			{Item: rules.SurveyPhoto},
		}},
		{Site: "west", Title: l.of("西支所", "West branch"), Items: []*rules.SurveyItem{{Item: rules.SurveyBuilding}, {Item: rules.SurveyLines}}},
	}
}

// earlier is the city hall an hour before: what the last report told.
func (l tongue) earlier() *rules.Situation {
	s := l.quake()
	s.At, s.Stage = clock("10:00:00"), plan.InitialResponse
	s.Decision.Recommendation = plan.OrdinaryFailure
	s.Decision.Choice = &rules.ChoiceFacts{ID: "choice", By: l.of("佐藤一郎", "Ichiro Sato"), At: clock("09:00:00")}
	for _, sys := range s.Systems {
		switch sys.Name {
		case "tax":
			sys.State, sys.Outage = rules.Up, nil
		case "certificates":
			sys.Outage.Verdict = rules.OnTrack
		case "records":
			sys.Outage.ETA = clock("12:00:00")
		case "web":
			sys.State, sys.Outage = rules.Down, &rules.OutageFacts{ID: "outage-web", Start: clock("08:57:30")}
		case "groupware":
			sys.State = rules.Up
		}
	}
	s.Power = nil
	s.Response.Survey = nil
	s.Response.Posture.Roles[1] = &rules.RoleFacts{Name: "servers", Title: "x", Next: "x"}
	s.Response.Checklists[1].Steps[0].State = rules.StepOpen
	s.Response.Checklists[1].Steps[1].Overdue = false
	return s
}
