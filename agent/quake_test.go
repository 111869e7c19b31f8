package agent

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"log/slog"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/config"
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/reports"
	"github.com/keizoku-bcp/keizoku/rules"
)

var update = flag.Bool("update", false, "write the golden files anew")

// The afternoon of an earthquake, from the first shock to stand-down: six hours, fourteen systems,
// the agent as it is but for its listeners. What people read of it afterwards are golden files.
func TestQuakeFromShockToStandDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := beginStory(t, "2026-11-20 14:30")
		defer s.stop()
		s.firstHour()
		s.response()
		s.recovery()
		s.end()
		s.compare()
	})
}

func (s *story) firstHour() {
	s.at("14:46:10", func() { // the shock
		s.world.say("rack_a", onBattery(1))
		s.world.fail(checks.Refused, "connection refused by 10.1.0.30:443", "virtual_base")
		s.world.fail(checks.Timeout, "no answer within 5s", "resident_records", "family_register", "welfare", "care_insurance", "health_insurance", "tax")
	})
	s.at("14:46:55", func() { s.world.say("roof", generatorRuns(1600)) })
	s.at("14:47:05", func() { s.world.say("rack_a", onUtility()) })
	s.at("14:49", func() { s.world.fail(checks.Timeout, "no answer within 5s", "website") })
	s.at("14:52", func() {
		s.do("ando", "安藤 務", rules.Declare{Threat: "disaster", Onset: s.clock("14:46"), Note: "市内で震度6弱"})
	})
	s.at("14:55", func() {
		s.do("sato", "佐藤 一郎", rules.MoveStage{To: plan.InitialResponse, Why: "震度6弱。仮想化基盤ほか8システム停止、停電"})
	})
	s.at("14:58", func() {
		s.do("sato", "", rules.RecordCall{Role: "head", Person: "青木 恵", Medium: plan.Mobile, Result: journal.NotReached})
		s.do("sato", "", rules.RecordCall{Role: "head", Person: "井上 誠", Medium: plan.Mobile, Result: journal.Coming, ComingAt: s.clock("15:20")})
	})
	s.at("14:59", func() {
		s.do("ito", "", rules.MarkStep{Step: "generator", Note: "14:46に自動始動。残量1,600L"})
	})
	s.at("15:02", func() {
		s.do("sato", "", rules.RecordCall{Role: "server_team", Person: "高橋 健", Medium: plan.Mobile, Result: journal.Arrived})
		s.do("sato", "", rules.RecordCall{Role: "facility_team", Person: "伊藤 実", Medium: plan.Radio, Result: journal.Arrived})
	})
	s.at("15:05", func() { s.do("sato", "", rules.MarkStep{Step: "safety", Note: "負傷者なし"}) })
	s.at("15:12", func() {
		s.do("takahashi", "", rules.MarkStep{Step: "machine_room", Note: "入室可。ラック1本が移動"})
	})
	s.at("15:14", func() {
		s.do("takahashi", "", rules.AnswerSurvey{Site: "main_hall", Item: "building", Finding: journal.Fine, Note: "応急危険度判定の前。1階から3階は立入可"})
		s.do("takahashi", "", rules.AnswerSurvey{Site: "main_hall", Item: "racks", Finding: journal.Impaired, Note: "共有ストレージのラックが10cm移動"})
		s.do("takahashi", "", rules.AnswerSurvey{Site: "main_hall", Item: "cooling", Finding: journal.Fine, SeenAt: s.clock("15:10")})
	})
	s.at("15:20", func() { s.do("sato", "佐藤 一郎", rules.IssueReport{}) })
	s.at("15:32", func() {
		s.do("takahashi", "", rules.MarkStep{Step: "contractors", Note: "ストレージ業者は18時到着見込み"})
	})
	s.at("15:40", func() { s.do("takahashi", "", rules.MarkStep{Step: "survey"}) })
}

func (s *story) response() {
	s.at("15:42", func() {
		s.do("inoue", "井上 誠", rules.MoveStage{To: plan.ContinuityResponse, Why: "優先システム8件停止。復旧は停止許容時間を超えるおそれ"})
	})
	s.at("15:45", func() {
		s.do("takahashi", "", rules.Acknowledge{System: "virtual_base", Why: "予備コントローラーへ切替作業中"})
	})
	s.at("15:58", func() { s.do("inoue", "", rules.MarkStep{Step: "order"}) })
	s.at("16:05", func() {
		s.do("sato", "佐藤 一郎", rules.MoveStage{To: plan.InitialResponse, Why: "仮想化基盤が復旧したとの報告"})
	})
	s.at("16:08", func() {
		s.do("sato", "佐藤 一郎", rules.MoveStage{Undo: true, Why: "誤報。業務継続体制を続ける"})
	})
	s.at("16:15", func() { s.do("sato", "", rules.MarkStep{Step: "alternatives"}) })
	s.at("16:20", func() { s.do("sato", "", rules.MarkStep{Step: "public"}) })
}

func (s *story) recovery() {
	s.at("16:24", func() { s.world.mend("virtual_base") })
	s.at("16:31", func() { s.world.mend("resident_records", "welfare") })
	s.at("16:47", func() { s.world.mend("care_insurance", "health_insurance") })
	s.at("17:02", func() { s.world.mend("family_register", "tax") })
	s.at("17:10", func() {
		s.do("sato", "", rules.GiveETA{System: "website", At: s.clock("2026-11-21 10:00"), Why: "回線事業者の現地作業は翌朝"})
	})
	s.at("17:15", func() { s.do("sato", "佐藤 一郎", rules.IssueReport{}) })
	s.at("18:30", func() {
		s.world.say("roof", generatorAtRest(1480))
		s.do("ito", "", rules.AddNote{Text: "東京電力より復電の連絡", About: s.clock("18:29")})
	})
	s.at("18:50", func() {
		s.do("hisho", "", rules.AddNote{Text: "公式サイトの代わりに県ポータルで広報を開始", System: "website"})
	})
}

func (s *story) end() {
	s.at("20:35", func() {
		s.do("inoue", "井上 誠", rules.MoveStage{To: plan.StoodDown, Why: "公式サイトを除き復旧。公式サイトは通常の障害として扱う"})
	})
	s.at("20:40", func() { s.do("sato", "佐藤 一郎", rules.IssueReport{Remarks: "最終報"}) })
	s.at("20:46", func() {
		s.do("inoue", "井上 誠", rules.End{Threat: "disaster", Note: "災害対策本部を縮小"})
	})
}

// story drives an agent through an afternoon.
type story struct {
	*testing.T
	world *world
	box   *postbox
	plan  string // the text; empty: the afternoon of the quake
	name  string // of the agent; empty: the only one
	agent *Agent
	zone  *time.Location
	begin time.Time    // of the story, by its own clock
	real  time.Time    // the same by the bubble's
	off   atomic.Int64 // by how many nanoseconds the wall clock has stepped
	dir   string
	stop  func()
}

func beginStory(t *testing.T, begin string) *story {
	t.Helper()
	s := newStory(t, begin)
	s.world.say("rack_a", onUtility())
	s.world.say("roof", generatorAtRest(1600))
	s.start()
	return s
}

// newStory is a story whose agent is not there yet.
func newStory(t *testing.T, begin string) *story {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Tokyo")
	if err != nil {
		t.Fatal(err)
	}
	s := &story{T: t, world: newWorld(), box: newPostbox(), zone: zone, real: time.Now()}
	s.begin, err = time.ParseInLocation("2006-01-02 15:04", begin, zone)
	if err != nil {
		t.Fatal(err)
	}
	if s.dir, err = os.MkdirTemp("", "kz"); err != nil { // a socket's path must be short
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(s.dir) })
	return s
}

// start makes an agent on the journal that there is, and has it watch.
func (s *story) start() {
	s.Helper()
	var err error
	s.agent, err = New(s.Context(), Options{
		Load: s.load, Kinds: s.world.kinds(), Protocols: s.world.protocols(), Channels: s.box.kinds(),
		Name: s.name, Listen: "127.0.0.1:0", StateDir: filepath.Join(s.dir, "state"), Version: "test",
		Log: slog.New(slog.DiscardHandler), Wall: s.now, Uptime: func() time.Duration { return time.Since(s.real) },
	})
	if err != nil {
		s.Fatal(err)
	}
	ctx, cancel := context.WithCancel(s.Context())
	if err := s.agent.watch(ctx); err != nil { // nobody at the door: the bubble has no network
		s.Fatal(err)
	}
	s.stop = func() {
		cancel()
		s.agent.Stop("end of the story")
	}
}

func (s *story) load() (*plan.Plan, error) {
	opts := config.Options{Protocols: s.world.protocols(), Channels: s.box.kinds()}
	p, sources, diags := config.LoadBytes("plan.hcl", []byte(s.plan), s.world.kinds(), opts)
	if s.plan == "" {
		p, sources, diags = config.Load(filepath.Join("testdata", "quake", "plan.hcl"), s.world.kinds(), opts)
	}
	if diags.HasErrors() {
		var b bytes.Buffer
		config.WriteDiagnostics(&b, sources, diags, config.PrintOptions{})
		return nil, errors.New(b.String())
	}
	return p, nil
}

func (s *story) now() time.Time { return s.begin.Add(time.Since(s.real) + time.Duration(s.off.Load())) }

// clock reads a time of the story's day, or a full one.
func (s *story) clock(text string) time.Time {
	s.Helper()
	for _, layout := range []string{"15:04", "15:04:05"} {
		if t, err := time.ParseInLocation(layout, text, s.zone); err == nil {
			y, m, d := s.begin.Date()
			return time.Date(y, m, d, t.Hour(), t.Minute(), t.Second(), 0, s.zone)
		}
	}
	t, err := time.ParseInLocation("2006-01-02 15:04", text, s.zone)
	if err != nil {
		s.Fatal(err)
	}
	return t
}

// at waits for a time of day and then does something.
func (s *story) at(clock string, do func()) {
	s.Helper()
	time.Sleep(s.clock(clock).Sub(s.now()))
	synctest.Wait()
	do()
}

// do is what a person does; user is the login, by the person named.
func (s *story) do(user, by string, action rules.Action) {
	s.Helper()
	if _, err := s.agent.Act(context.Background(), action, journal.Actor{User: user, Via: "socket", By: by}); err != nil {
		s.Errorf("%s: %T: %v", s.now().Format(time.TimeOnly), action, err)
	}
}

// events are those of the story, from a time on.
func (s *story) events(from string) (all []journal.Event) {
	s.Helper()
	for e, err := range s.agent.Events(context.Background(), journal.Query{From: s.clock(from)}) {
		if err != nil {
			s.Fatal(err)
		}
		all = append(all, e)
	}
	return all
}

// compare holds what people read of the afternoon against the golden files, and the facts that
// matter against what must be so.
func (s *story) compare() {
	s.Helper()
	events := s.events("14:40")
	issued := lastOf[journal.ReportIssued](events)
	var then rules.Situation
	if err := json.Unmarshal(issued.Situation, &then); err != nil {
		s.Fatal(err)
	}
	before := s.reported(events, issued.Number-1)
	for _, locale := range messages.Locales {
		w, titles := messages.For(locale), messages.TitlesIn(&then)
		var chronology bytes.Buffer
		if err := reports.WriteText(&chronology, w, reports.Lines(w, events, titles, s.zone)); err != nil {
			s.Fatal(err)
		}
		s.golden("chronology."+string(locale)+".txt", chronology.String())
		page := reports.Sitrep(w, reports.SitrepInput{
			Number: issued.Number, Now: &then, Before: before, Remarks: issued.Remarks, IssuedBy: "佐藤 一郎",
		})
		s.golden("report."+string(locale)+".txt", page)
		if locale == plan.Japanese && page != issued.Text {
			s.Errorf("the page that was issued is another (-from the Situation +issued):\n%s", cmp.Diff(page, issued.Text))
		}
	}
	s.judge(&then)
}

// judge looks at the end of the story.
func (s *story) judge(then *rules.Situation) {
	s.Helper()
	for _, sys := range then.Systems {
		switch {
		case sys.Name == "website" && (sys.Outage == nil || sys.Outage.Verdict != rules.Missed):
			s.Errorf("the web site has not missed its deadline: %+v", sys.Outage)
		case sys.Name != "website" && sys.State != rules.Up:
			s.Errorf("%s is %s", sys.Name, sys.State)
		}
	}
	var late []string
	for _, list := range then.Response.Checklists {
		for _, step := range list.Steps {
			if step.Overdue {
				late = append(late, step.ID)
			}
		}
	}
	if diff := cmp.Diff([]string{"quake_initial.contractors", "quake_initial.survey"}, late); diff != "" {
		s.Errorf("overdue steps (-want +got):\n%s", diff)
	}
	if then.Stage != plan.StoodDown || !then.Response.Move.Against || then.Response.Reports.Issued != 2 {
		s.Errorf("stage %s, move %+v, %d reports before", then.Stage, then.Response.Move, then.Response.Reports.Issued)
	}
}

// reported is the Situation that a report was written from.
func (s *story) reported(events []journal.Event, number int) *rules.Situation {
	s.Helper()
	for _, e := range events {
		if r, ok := e.Payload.(journal.ReportIssued); ok && r.Number == number {
			var then rules.Situation
			if err := json.Unmarshal(r.Situation, &then); err != nil {
				s.Fatal(err)
			}
			return &then
		}
	}
	s.Fatalf("no report %d", number)
	return nil
}

func (s *story) golden(name, got string) {
	s.Helper()
	path := filepath.Join("testdata", "quake", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			s.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		s.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		s.Errorf("%s (-want +got; -update writes it anew):\n%s", path, diff)
	}
}

// lastOf returns the newest payload of a kind.
func lastOf[P journal.Payload](events []journal.Event) (last P) {
	for _, e := range events {
		if p, ok := e.Payload.(P); ok {
			last = p
		}
	}
	return last
}
