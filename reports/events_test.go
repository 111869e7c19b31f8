package reports

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

func written(write func(io.Writer, *messages.Words, []Line) error, w *messages.Words, lines []Line) string {
	var b strings.Builder
	if err := write(&b, w, lines); err != nil {
		panic(err)
	}
	return b.String()
}

// noted makes events as a journal would, numbered in the order of noting.
type noted struct{ events []journal.Event }

func (n *noted) add(at, subject string, actor *journal.Actor, payload journal.Payload) *journal.Event {
	seq := int64(len(n.events) + 1)
	n.events = append(n.events, journal.Event{
		ID: fmt.Sprintf("E%02d", seq), Seq: seq, At: clock(at).UTC(), Kind: payload.Kind(), Subject: subject, Actor: actor, Payload: payload,
	})
	return &n.events[seq-1]
}

func (l tongue) lines(w *messages.Words) []Line {
	return Lines(w, l.events(), messages.TitlesIn(l.quake()), jst)
}

// events are the first hour of the earthquake, as they were noted.
func (l tongue) events() []journal.Event {
	sato, suzuki := &journal.Actor{User: "sato", Via: "socket", By: l.of("佐藤一郎", "Ichiro Sato")}, &journal.Actor{User: "suzuki", Via: "http"}
	n := &noted{}
	n.add("08:56:50", journal.Utility, nil, journal.PowerBegan{Supply: journal.Utility, Condition: journal.UtilityLost, FirstAt: clock("08:56:40")})
	n.add("08:58:10", "core", nil, journal.OutageOpened{System: "core", LastOKAt: clock("08:57:00"), FirstBadAt: clock("08:57:30"), Reason: "timeout",
		Terms: journal.Terms{Deadline: clock("20:57:00")}}).Estimated = true
	n.add("08:58:31", "", nil, journal.RecommendationChanged{From: plan.Normal, To: plan.OrdinaryFailure, Reasons: []journal.Reason{
		{Criterion: "priority_down", Title: "A priority system is down", Used: []plan.Used{{Name: "down.priority_count", Value: 1.0}}},
		{Criterion: "night", Title: l.of("夜間の停止", "down at night"), Used: []plan.Used{{Name: "time.hour", Value: 8.975}}},
	}})
	n.add("09:00:00", "", sato, journal.OrdinaryChosen{Why: l.of("様子を見る", "wait and see"), Recommendation: plan.OrdinaryFailure})
	n.add("09:05:12", "disaster", sato, journal.ThreatDeclared{Threat: "disaster", Onset: clock("08:55:00"), Moved: make([]journal.DeadlineMoved, 1)})
	n.add("09:05:30", "", sato, journal.OrdinaryChosen{Why: l.of("災害と判明", "it is a disaster"), Withdraws: "E04"})
	n.add("09:06:00", "", sato, journal.StageMoved{From: plan.Monitoring, To: plan.InitialResponse, Why: l.of("震度6弱", "intensity 6 lower"), Against: true, Unlisted: true, NewFile: true})
	n.add("09:07:00", "", sato, journal.StageMoved{From: plan.InitialResponse, To: plan.Monitoring, Why: l.of("誤操作", "by mistake"), Undoes: "E07"})
	n.add("09:10:00", "servers", sato, journal.CallMade{Role: "servers", Person: l.of("鈴木花子", "Hanako Suzuki"), Medium: plan.Mobile, Result: journal.Coming, ComingAt: clock("11:30:00"), Note: l.of("徒歩", "on foot")})
	n.add("09:12:00", "first.safety", suzuki, journal.StepDone{Step: "first.safety", Note: l.of("全員無事", "all safe")})
	n.add("09:13:00", "first.safety", suzuki, journal.StepUndone{Step: "first.safety", Undoes: "E10", Why: l.of("1名未確認", "one is missing")})
	n.add("09:14:00", "first.safety", suzuki, journal.StepNoted{Step: "first.safety", Text: l.of("再確認中", "asking again")})
	n.add("10:12:00", "main_hall", suzuki, journal.SurveyAnswered{Site: "main_hall", Item: rules.SurveyWater, Finding: journal.Impaired, Note: l.of("配管から漏れ", "a pipe drips"), SeenAt: clock("08:59:00")})
	n.add("10:20:00", "", suzuki, journal.NoteAdded{Text: l.of("本震の時刻を気象庁で確認", "time of the shock confirmed"), About: clock("08:55:00"), Corrects: "E99"})
	n.add("10:30:00", "", sato, journal.ReportIssued{Number: 1})
	n.add("10:40:00", "core", nil, journal.OutageClosed{System: "core", EndedAt: clock("10:39:30"), Met: true})
	n.add("10:41:00", "core", suzuki, journal.StartCorrected{Outage: "E02", System: "core", From: clock("08:57:00"), To: clock("08:56:40"), Moved: journal.DeadlineMoved{To: journal.Terms{Deadline: clock("20:56:40")}}})
	n.add("10:50:00", "", suzuki, journal.NoteAdded{Text: l.of("訓練の想定", "as the scenario says")}).Drill = true
	return n.events
}

func (l tongue) callOut() *rules.CallOut {
	s := l.quake()
	person := func(ja, en, jaPosition, enPosition, mobile string) *rules.Candidate {
		return &rules.Candidate{Name: l.of(ja, en), Position: l.of(jaPosition, enPosition), Contacts: []rules.ContactFacts{
			{Medium: plan.Mobile, Address: mobile}, {Medium: plan.Home, Address: "0422-00-0000", Note: l.of("18時以降", "after 18:00")},
		}}
	}
	sato := person("佐藤一郎", "Ichiro Sato", "情報政策課長", "head of information policy", "090-0000-0001")
	sato.ConfirmedAt = time.Date(2026, 4, 1, 0, 0, 0, 0, jst)
	sato.Call = &rules.CallFacts{Person: sato.Name, Medium: plan.Mobile, Result: journal.Arrived, At: clock("09:01:00"), By: "sato"}
	ito := person("伊藤", "Ito", "係長", "section chief", "090-0000-0003")
	ito.Call = &rules.CallFacts{Person: ito.Name, Medium: plan.Mobile, Result: journal.NotReached, At: clock("09:15:00"), By: "sato", Note: l.of("留守番電話", "answering machine")}
	next := person("高橋", "Takahashi", "", "", "090-0000-0004")
	next.Next = true
	roles := l.roles()
	return &rules.CallOut{
		At: s.At, Threat: "disaster", ThreatTitle: s.Threat.Title, Posture: "quake", Title: s.Response.Posture.Title,
		Conditions: s.Response.Posture.Conditions, DeclaredBy: []string{roles[0].Title},
		Roles: []*rules.CallOutRole{
			{RoleFacts: *roles[0], Candidates: []*rules.Candidate{sato, person("田中", "Tanaka", "課長補佐", "deputy head", "090-0000-0002")}},
			{RoleFacts: *roles[2], Candidates: []*rules.Candidate{ito, next}},
			{RoleFacts: *roles[3]},
		},
	}
}
