package rules_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	. "github.com/keizoku-bcp/keizoku/rules"
	"github.com/keizoku-bcp/keizoku/rules/supply"
)

// sheet returns the lines of a site at the instant: "utility stopped 10:00:00".
func (h *house) sheet(site, at string) (lines []string) {
	h.t.Helper()
	for _, s := range h.at(clock(at)).Response.Survey {
		if s.Site != site {
			continue
		}
		for _, i := range s.Items {
			line := i.Item
			if i.Known != "" {
				line += " " + string(i.Known)
			}
			if !i.Since.IsZero() {
				line += " " + i.Since.Format(time.TimeOnly)
			}
			for _, name := range slices.Sorted(maps.Keys(i.Facts)) {
				line += fmt.Sprintf(" %s=%g", name, i.Facts[name])
			}
			if i.Answer != nil {
				line += fmt.Sprintf(" [%s %s]", i.Answer.Finding, i.Answer.By)
			}
			lines = append(lines, line)
		}
	}
	return lines
}

// line returns one line of a sheet, by the beginning of its name.
func (h *house) line(site, item, at string) string {
	h.t.Helper()
	for _, l := range h.sheet(site, at) {
		if name, _, _ := strings.Cut(l, " "); name == item {
			return l
		}
	}
	h.t.Fatalf("no line %s at %s", item, site)
	return ""
}

// siteRooms is the machine room in two sites: the generator feeds both, a and its system are in the
// main hall, b and desk in the annex.
func siteRooms(edit ...func(*plan.Plan)) *plan.Plan {
	return machineRoom(append([]func(*plan.Plan){func(p *plan.Plan) {
		p.Sites = []*plan.Site{{Name: "main", Title: "本庁舎"}, {Name: "annex", Title: "別館"}}
		p.Systems[0].Site, p.Systems[1].Site = "main", "annex"
		p.UPSs[2].Site = "annex"
	}}, edit...)...)
}

func TestBlankSheets(t *testing.T) {
	h := newHouse(t, siteRooms())
	equal(t, "main", h.sheet("main", "08:00:01"), []string{
		"building", "utility", "generator.roof", "ups.a", "cooling", "water", "racks", "network", "lines",
		"system.records", "system.kiosk", "expected_recovery", "first_aid", "photo",
	})
	equal(t, "annex", h.sheet("annex", "08:00:01"), []string{
		"building", "utility", "generator.roof", "ups.b", "ups.desk", "cooling", "water", "racks", "network", "lines",
		"system.mail", "expected_recovery", "first_aid", "photo",
	})
	sheets := h.at(clock("08:00:01")).Response.Survey
	equal(t, "titles", []string{sheets[0].Title, sheets[0].Items[3].Title, sheets[0].Items[9].Title}, []string{"本庁舎", "a", "records"})

	fixed := slices.DeleteFunc(h.sheet("main", "08:00:01"), func(l string) bool { return strings.Contains(l, ".") })
	equal(t, "the lines that every sheet has", fixed, SurveyItems[:])
}

// A plan without sites has one sheet.
func TestSheetWithoutSites(t *testing.T) {
	h := newHouse(t, planOf(system("tax", "tcp")))
	sheets := h.at(clock("08:00:01")).Response.Survey
	equal(t, "sheets", []any{len(sheets), sheets[0].Site, sheets[0].Title}, []any{1, "", "ICT業務継続計画"})
	h.by("佐藤", "10:00:00", AnswerSurvey{Item: "building", Finding: journal.Fine})
	equal(t, "answer", h.line("", "building", "10:01:00"), "building [normal 佐藤]")
}

func TestSystemsOnTheSheet(t *testing.T) {
	mail := with(system("mail", "a", "b"), func(s *plan.System) { s.UpWhen = 1 })
	gate := system("gate", "tcp")
	gate.Maintenance = []*plan.Maintenance{{Name: "cut", Starts: clock("09:00:00"), Ends: clock("14:00:00")}}
	h := newHouse(t, planOf(system("tax", "tcp"), mail, gate, system("up", "tcp"), system("new", "tcp")))
	h.observe(seen("up", "tcp", "08:01:00"), seen("mail", "a", "08:01:00"))
	h.observe(failed("tax", "tcp", "09:59:30", "10:00:00"), failed("mail", "b", "", "10:00:00"), failed("gate", "tcp", "", "10:00:00"))
	var systems []string
	for _, l := range h.sheet("", "11:00:00") {
		if strings.HasPrefix(l, SurveySystem) {
			systems = append(systems, l)
		}
	}
	equal(t, "systems", systems, []string{
		"system.tax stopped 09:59:30", "system.mail degraded 10:00:00", "system.gate stopped 10:00:00", "system.up normal", "system.new",
	})
}

func TestPowerOnTheSheet(t *testing.T) {
	h := newHouse(t, siteRooms())
	h.reads("roof", "09:00:00", running(false), func(r *supply.Reading) { v := 1600.0; r.FuelLiters = &v })
	h.reads("a", "09:00:01", charge(0.98), watts(900))
	h.reads("roof", "09:00:02", running(false))
	equal(t, "utility where a UPS has it", h.line("main", "utility", "09:00:03"), "utility normal")
	equal(t, "utility where none was read", h.line("annex", "utility", "09:00:03"), "utility")
	equal(t, "UPS", h.line("main", "ups.a", "09:00:03"), "ups.a normal charge_ratio=0.98 output_watts=900")
	equal(t, "UPS that was not read", h.line("annex", "ups.b", "09:00:03"), "ups.b")
	equal(t, "a generator at rest may be broken", h.line("main", "generator.roof", "09:00:03"), "generator.roof")

	h.reads("desk", "10:00:00", ob, charge(1))
	h.reads("b", "10:00:00", ob, charge(1), low)
	h.reads("a", "10:00:00", ob, charge(0.9))
	equal(t, "utility", h.line("main", "utility", "10:00:05"), "utility stopped 09:00:01")
	equal(t, "UPS on battery", h.line("main", "ups.a", "10:00:05"), "ups.a degraded 10:00:00 charge_ratio=0.9")
	h.reads("roof", "10:00:50", running(true), func(r *supply.Reading) { v := 1590.0; r.FuelLiters = &v })
	equal(t, "generator", h.line("annex", "generator.roof", "10:00:51"), "generator.roof normal 10:00:50 fuel_liters=1590")
	h.reads("a", "10:01:00", off)
	equal(t, "UPS off", h.line("main", "ups.a", "10:01:01"), "ups.a stopped 10:01:00")
	h.loses("b", "10:02:00")
	equal(t, "UPS that is silent", h.line("annex", "ups.b", "10:02:01"), "ups.b")

	h.reads("a", "10:03:00", charge(nan()))
	equal(t, "no number that is none", h.line("main", "ups.a", "10:03:01"), "ups.a normal")
}

func TestGeneratorThatDoesNotStart(t *testing.T) {
	h := newHouse(t, siteRooms(unread("b", "desk")))
	h.reads("roof", "09:00:00", running(false))
	h.reads("a", "09:00:01")
	h.reads("a", "10:00:00", ob)
	h.reads("roof", "10:02:00", running(false))
	equal(t, "generator", h.line("main", "generator.roof", "10:02:01"), "generator.roof stopped 10:02:00")
	equal(t, "utility", h.line("main", "utility", "10:02:01"), "utility stopped 09:00:01")
	equal(t, "utility of the annex, by the generator's word", h.line("annex", "utility", "10:02:01"), "utility stopped 09:00:01")
}

// Where nothing is read, nobody can tell whether utility power is there.
func TestUtilityWhereNothingIsRead(t *testing.T) {
	h := newHouse(t, siteRooms(unread("roof", "b", "desk"), func(p *plan.Plan) { p.Generators[0].Site = "main" }))
	h.reads("a", "09:00:00")
	h.reads("a", "10:00:00", ob)
	equal(t, "main", h.line("main", "utility", "10:00:01"), "utility stopped 09:00:00")
	equal(t, "annex", h.line("annex", "utility", "10:00:01"), "utility")
}

// What a check measured is a number, and normal only while the limit of the plan is kept.
func TestCoolingOnTheSheet(t *testing.T) {
	p := prepared()
	p.Systems[2].Site = "main"
	h := newHouse(t, p)
	warm := func(system string, ok bool, values map[string]float64) {
		h.state.Live.Look(CheckKey{system, "tcp"}, Look{At: clock("10:00:00"), OK: ok, Values: values})
	}
	warm("mail", true, map[string]float64{"status": 200})
	equal(t, "not measured", h.line("annex", "cooling", "10:01:00"), "cooling")
	warm("tax", true, map[string]float64{"temperature_celsius": 24, "temperature_celsius_2": 26.5})
	equal(t, "measured", h.line("main", "cooling", "10:01:00"), "cooling normal temperature_celsius=26.5")
	warm("lift", false, map[string]float64{"temperature_celsius": 41})
	equal(t, "too hot, or something else", h.line("main", "cooling", "10:01:00"), "cooling temperature_celsius=41")
	warm("lift", true, map[string]float64{"temperature_celsius": 20})
	warm("tax", false, map[string]float64{"temperature_celsius": 39})
	equal(t, "too hot in one place", h.line("main", "cooling", "10:01:00"), "cooling temperature_celsius=39")
	equal(t, "elsewhere", h.line("annex", "cooling", "10:01:00"), "cooling")
}

// Of the network the agent knows its own corner, when something tells whether it is cut off.
func TestNetworkOnTheSheet(t *testing.T) {
	p := prepared()
	h := newHouse(t, p)
	equal(t, "no vantage", h.line("main", "network", "10:00:00"), "network")
	p.Agents[0].Vantage = []string{"10.1.0.1"}
	equal(t, "it sees", h.line("main", "network", "10:00:00"), "network normal")
	equal(t, "elsewhere", h.line("annex", "network", "10:00:00"), "network")
	h.write(journal.BlindBegan{Since: clock("09:30:00")})
	equal(t, "cut off", h.line("main", "network", "10:00:00"), "network stopped 09:30:00")
}

func TestAnswers(t *testing.T) {
	h := responding(t)
	first := h.by("高橋 健", "10:10:00", AnswerSurvey{Site: "main", Item: "racks", Finding: journal.Impaired, Note: "1本傾斜", SeenAt: clock("10:08:00").UTC()})
	equal(t, "subject", first.Subject, "main")
	item := h.surveyItem("main", "racks", "10:11:00")
	equal(t, "answer", item.Answer, &SurveyAnswer{ID: first.ID, Finding: journal.Impaired, Note: "1本傾斜", SeenAt: clock("10:08:00"), By: "高橋 健"})
	second := h.by("伊藤 実", "10:12:00", AnswerSurvey{Site: "main", Item: "racks", Finding: journal.Fine})
	equal(t, "corrects", second.Payload.(journal.SurveyAnswered).Corrects, first.ID)
	equal(t, "newest", h.surveyItem("main", "racks", "10:13:00").Answer, &SurveyAnswer{
		ID: second.ID, Finding: journal.Fine, SeenAt: clock("10:12:00"), By: "伊藤 実", Corrects: first.ID,
	})
	equal(t, "of a system", h.by("", "10:14:00", AnswerSurvey{Site: "main", Item: "system.tax", Finding: journal.Stopped}).Subject, "tax")
	h.by("", "10:15:00", AnswerSurvey{Site: "annex", Item: "photo", Note: "共有フォルダ"})
	equal(t, "words", h.line("annex", "photo", "10:16:00"), "photo [ u501]")
}

func (h *house) surveyItem(site, item, at string) *SurveyItem {
	h.t.Helper()
	for _, s := range h.at(clock(at)).Response.Survey {
		for _, i := range s.Items {
			if s.Site == site && i.Item == item {
				return i
			}
		}
	}
	h.t.Fatalf("no line %s at %s", item, site)
	return nil
}

func TestOpenLines(t *testing.T) {
	h := responding(t)
	equal(t, "building", h.surveyItem("main", "building", "10:10:00").Open(), true)
	equal(t, "words alone", h.surveyItem("main", "photo", "10:10:00").Open(), false)
	h.observe(failed("tax", "tcp", "10:00:00", "10:10:00"))
	equal(t, "known", h.surveyItem("main", "system.tax", "10:11:00").Open(), false)
	h.by("", "10:12:00", AnswerSurvey{Site: "main", Item: "building", Finding: journal.Unclear})
	equal(t, "answered", h.surveyItem("main", "building", "10:13:00").Open(), false)
}

func TestRefusedAnswers(t *testing.T) {
	h := newHouse(t, siteRooms())
	tests := []struct {
		name   string
		action AnswerSurvey
		kind   ProblemKind
		text   string
		hint   string
	}{
		{"no site", AnswerSurvey{Item: "racks", Finding: journal.Fine}, Invalid, "the site is missing", "sites are: main, annex"},
		{"misspelt site", AnswerSurvey{Site: "anex", Item: "racks", Finding: journal.Fine}, NotFound, `no site "anex"`, `did you mean "annex"?`},
		{"no line", AnswerSurvey{Site: "main", Finding: journal.Fine}, Invalid, "line of the survey is missing", "lines are: building, utility"},
		{"misspelt line", AnswerSurvey{Site: "main", Item: "rack", Finding: journal.Fine}, NotFound, `site "main" has no line "rack"`, `did you mean "racks"?`},
		{"system without its kind", AnswerSurvey{Site: "main", Item: "records", Finding: journal.Fine}, NotFound, `no line "records"`, `did you mean "system.records"?`},
		{"line of another site", AnswerSurvey{Site: "main", Item: "system.mail", Finding: journal.Fine}, NotFound, `no line "system.mail"`, "lines are"},
		{"misspelt finding", AnswerSurvey{Site: "main", Item: "racks", Finding: "stoped"}, Invalid, `no finding "stoped"`, `did you mean "stopped"?`},
		{"no finding", AnswerSurvey{Site: "main", Item: "racks", Note: "x"}, Invalid, "the finding is missing", "findings are: normal"},
		{"no words", AnswerSurvey{Site: "main", Item: "photo", Note: " "}, Invalid, `line "photo" needs a note`, "words"},
		{"misspelt finding beside words", AnswerSurvey{Site: "main", Item: "photo", Finding: "x", Note: "y"}, Invalid, "no finding", ""},
		{"finding on a line of words", AnswerSurvey{Site: "main", Item: "photo", Finding: journal.Fine}, Invalid,
			`line "photo" takes words and no finding`, "leave the finding out"},
		{"seen in the future", AnswerSurvey{Site: "main", Item: "racks", Finding: journal.Fine, SeenAt: clock("10:01:01")}, Invalid, "lies in the future", "clock"},
		{"long note", AnswerSurvey{Site: "main", Item: "racks", Finding: journal.Fine, Note: string(make([]byte, 4001))}, Invalid, "longer", "shorten"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { says(t, h.refused("佐藤", "10:00:00", tt.action), tt.kind, tt.text, tt.hint) })
	}
}

// An answer stays on the sheet when the plan loses its line or its site.
func TestAnswersOutliveTheirLines(t *testing.T) {
	h := responding(t)
	for _, a := range []AnswerSurvey{{Site: "main", Item: "system.tax"}, {Site: "annex", Item: "water"}, {Site: "annex", Item: "racks"}} {
		a.Finding = journal.Stopped
		h.by("佐藤", "10:10:00", a)
	}
	p := prepared()
	p.Systems, p.Sites = p.Systems[1:], p.Sites[:1]
	p.Systems[0].Site = ""
	h.reload(clock("10:11:00"), p)
	lines := h.sheet("main", "10:12:00")
	equal(t, "at the end", lines[len(lines)-3:], []string{"racks [stopped 佐藤]", "water [stopped 佐藤]", "system.tax [stopped 佐藤]"})

	h = responding(t)
	h.by("佐藤", "10:10:00", AnswerSurvey{Site: "annex", Item: "system.mail", Finding: journal.Stopped})
	p = prepared()
	p.Systems = slices.Delete(p.Systems, 1, 2)
	h.reload(clock("10:11:00"), p)
	lines = h.sheet("annex", "10:12:00")
	equal(t, "at the end of its own site", lines[len(lines)-1], "system.mail [stopped 佐藤]")
}

// In ordinary times answers grow old, as calls do.
func TestOldAnswersDoNotCount(t *testing.T) {
	h := newHouse(t, prepared())
	e := h.by("佐藤", "10:00:00", AnswerSurvey{Site: "main", Item: "racks", Finding: journal.Stopped})
	equal(t, "a day later", h.line("main", "racks", "2026-07-16 10:00:00"), "racks [stopped 佐藤]")
	equal(t, "after that", h.line("main", "racks", "2026-07-16 10:00:01"), "racks")
	again := AnswerSurvey{Site: "main", Item: "racks", Finding: journal.Fine}
	equal(t, "corrects", h.by("佐藤", "2026-07-16 10:00:00", again).Payload.(journal.SurveyAnswered).Corrects, e.ID)
	equal(t, "too old", h.by("佐藤", "2026-07-18 10:00:00", again).Payload.(journal.SurveyAnswered).Corrects, "")
}

func BenchmarkSurvey(b *testing.B) {
	h := largeHouse(b, 5000)
	h.plan.Sites = []*plan.Site{{Name: "main"}, {Name: "annex"}}
	for i, s := range h.plan.Systems {
		s.Site = h.plan.Sites[i%2].Name
	}
	now := clock("10:30:00")
	b.ReportAllocs()
	for b.Loop() {
		if sheets := h.at(now).Response.Survey; len(sheets[1].Items) < 2500 {
			b.Fatalf("%d lines", len(sheets[1].Items))
		}
	}
}
