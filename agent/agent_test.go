package agent

import (
	"database/sql"
	"fmt"
	"log/slog"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/internal/conform"
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/rules"
)

// newCity starts an agent on cityPlan with three services that work.
func newCity(t *testing.T) (o *office, records, floor, mail *service) {
	t.Helper()
	records, floor, mail = newService(t), newService(t), newService(t)
	o = newOffice(t, cityPlan(records.addr, floor.addr, mail.addr))
	o.start()
	for _, name := range []string{"records", "floor_switch", "mail"} {
		o.awaits(name, rules.Up)
	}
	return o, records, floor, mail
}

func TestOutageFromFirstFailureToFirstGoodProbe(t *testing.T) {
	t.Parallel()
	o, records, _, _ := newCity(t)
	before := time.Now()
	records.down()
	down := o.awaits("records", rules.Down)
	out := down.Outage
	if failed := payloads[journal.CheckFailed](o)[0]; !out.FirstBadAt.Equal(failed.FirstBadAt) || out.FirstBadAt.Before(before) {
		t.Errorf("first_bad_at = %v, the check first failed at %v, it was stopped at %v", out.FirstBadAt, failed.FirstBadAt, before)
	}
	if out.LastOKAt.IsZero() || !out.LastOKAt.Before(out.FirstBadAt) {
		t.Errorf("the bracket is %v to %v", out.LastOKAt, out.FirstBadAt)
	}
	if want := out.LastOKAt.Add(4 * time.Hour); !out.Deadline.Equal(want) || !out.StartRecoveryBy.Equal(want.Add(-time.Hour)) {
		t.Errorf("deadline %v, start by %v; want %v and an hour before", out.Deadline, out.StartRecoveryBy, want)
	}
	if opened := o.events(journal.KindOutageOpened); len(opened) != 1 || opened[0].ID != out.ID || opened[0].Estimated {
		t.Errorf("journaled: %+v", opened)
	}
	viewsAgree(o, out)

	records.up()
	o.awaits("records", rules.Up)
	closed := payloads[journal.OutageClosed](o)
	recovered := payloads[journal.CheckRecovered](o)
	if len(closed) != 1 || closed[0].Outage != out.ID || !closed[0].EndedAt.Equal(recovered[0].FirstOKAt) || !closed[0].Met {
		t.Errorf("closed: %+v, recovered: %+v", closed, recovered)
	}
	if metric(o, "keizoku_outages_total", "records") != 1 {
		t.Error("the outage is not counted")
	}
}

// viewsAgree compares what is shown in different places.
func viewsAgree(o *office, out *rules.OutageFacts) {
	o.Helper()
	shown := decode[*rules.Situation](o.T, o.get("/api/v1/situation")).System("records").Outage
	if shown == nil || shown.ID != out.ID || !shown.Deadline.Equal(out.Deadline) || !shown.Start.Equal(out.Start) {
		o.Errorf("situation shows %+v, want %+v", shown, out)
	}
	listed := decode[struct{ Outages []rules.PastOutage }](o.T, o.get("/api/v1/outages?open=true")).Outages
	if len(listed) != 1 || listed[0].ID != out.ID || !listed[0].Deadline.Equal(out.Deadline) {
		o.Errorf("outages lists %+v", listed)
	}
	for name, want := range map[string]time.Time{
		"keizoku_outage_start_timestamp_seconds": out.Start, "keizoku_outage_deadline_timestamp_seconds": out.Deadline,
		"keizoku_outage_start_recovery_by_timestamp_seconds": out.StartRecoveryBy,
	} {
		if got := metric(o, name, "records"); int64(got*1000+0.5) != want.UnixMilli() {
			o.Errorf("%s = %f, want %d ms", name, got, want.UnixMilli())
		}
	}
}

// metric reads one sample off /metrics; -1 when it is not there.
func metric(o *office, name, system string) float64 {
	o.Helper()
	labels := ""
	if system != "" {
		labels = fmt.Sprintf(`\{system="%s"\}`, system)
	}
	m := regexp.MustCompile(`(?m)^` + name + labels + ` (\S+)$`).FindStringSubmatch(o.get("/metrics"))
	if m == nil {
		return -1
	}
	v, err := strconv.ParseFloat(m[1], 64)
	if err != nil {
		o.Fatal(err)
	}
	return v
}

func TestOutageSurvivesRestarts(t *testing.T) {
	t.Parallel()
	o, records, _, _ := newCity(t)
	records.down()
	out := o.awaits("records", rules.Down).Outage
	for range 3 {
		o.restart()
		now := o.awaits("records", rules.Down).Outage
		if now.ID != out.ID || !now.Start.Equal(out.Start) || !now.FirstBadAt.Equal(out.FirstBadAt) || !now.Deadline.Equal(out.Deadline) {
			t.Fatalf("after a restart %+v, before it %+v", now, out)
		}
	}
	o.awaits("mail", rules.Up)
	if n := len(o.events(journal.KindOutageOpened)); n != 1 {
		t.Errorf("%d outages were opened", n)
	}
	blind := o.agent.Situation().Unobserved
	if len(blind) != 3 {
		t.Fatalf("unobserved: %+v, want three stretches", blind)
	}
	stopped, started := o.events(journal.KindAgentStopped), o.events(journal.KindAgentStarted)
	for i, b := range blind {
		if b.Why != "not_running" || b.From.Before(stopped[i].At) || b.To.After(started[i+1].At) {
			t.Errorf("stretch %d: %+v, stopped %v, started %v", i, b, stopped[i].At, started[i+1].At)
		}
	}
	o.agent.Stop("check")
	records.up()
	o.start()
	o.awaits("records", rules.Up)
	if closed := payloads[journal.OutageClosed](o); len(closed) != 1 || closed[0].Outage != out.ID {
		t.Errorf("closed: %+v", closed)
	}
}

// What fails while nobody watches is found with a bracket that reaches back to before.
func TestFailureWhileStopped(t *testing.T) {
	t.Parallel()
	o, records, _, _ := newCity(t)
	o.agent.Stop("test")
	stopped := time.Now()
	records.down()
	o.start()
	out := o.awaits("records", rules.Down).Outage
	if !out.LastOKAt.Before(stopped) || out.LastOKAt.IsZero() || !out.FirstBadAt.After(stopped) {
		t.Errorf("bracket %v to %v, it stopped at %v", out.LastOKAt, out.FirstBadAt, stopped)
	}
}

func TestThreatMovesDeadlinesAndBack(t *testing.T) {
	t.Parallel()
	o, records, _, _ := newCity(t)
	records.down()
	out := o.awaits("records", rules.Down).Outage

	o.act("declare", rules.Declare{Threat: "disaster"})
	s := o.agent.Situation()
	under := s.System("records").Outage
	if want := out.Start.Add(24 * time.Hour); !under.Deadline.Equal(want) || under.Threat != "disaster" || !under.Start.Equal(out.Start) {
		t.Errorf("under the disaster: %+v, want the deadline %v", under, want)
	}
	if s.Threat.Name != "disaster" || s.Threat.Default || s.Threat.DeclaredBy != "課長" {
		t.Errorf("threat: %+v", s.Threat)
	}
	o.act("end", rules.End{Threat: "disaster"})
	if back := o.agent.Situation().System("records").Outage; !back.Deadline.Equal(out.Deadline) {
		t.Errorf("afterwards: %v, want %v", back.Deadline, out.Deadline)
	}
	declared, ended := payloads[journal.ThreatDeclared](o)[0].Moved, payloads[journal.ThreatEnded](o)[0].Moved
	if len(declared) != 1 || len(ended) != 1 || !declared[0].To.Deadline.Equal(under.Deadline) || !ended[0].To.Deadline.Equal(out.Deadline) {
		t.Errorf("journaled moves: %+v, %+v", declared, ended)
	}
}

func TestCauseIsNamedAndClocksAreTheirOwn(t *testing.T) {
	t.Parallel()
	o, _, floor, mail := newCity(t)
	mail.down()
	o.awaits("mail", rules.Down)
	floor.down()
	o.awaits("floor_switch", rules.Down)
	s := o.agent.Situation()
	m, f := s.System("mail"), s.System("floor_switch")
	if diff := cmp.Diff([][]string{{"floor_switch"}, {"mail"}}, [][]string{m.Causes, f.Affects}); diff != "" {
		t.Errorf("causes and effects (-want +got):\n%s", diff)
	}
	if !m.Outage.FirstBadAt.Before(f.Outage.FirstBadAt) || !m.Outage.Deadline.Equal(m.Outage.Start.Add(24*time.Hour)) {
		t.Errorf("the dependent one has not its own clock: %+v, switch %+v", m.Outage, f.Outage)
	}
	if !f.Outage.Deadline.IsZero() || f.Outage.Verdict != rules.OnTrack {
		t.Errorf("a system without an allowance: %+v", f.Outage)
	}
}

func TestAgentsInOneProcess(t *testing.T) {
	t.Parallel()
	first, records, _, _ := newCity(t)
	second, _, _, _ := newCity(t)
	records.down()
	first.awaits("records", rules.Down)
	if second.agent.Situation().System("records").State != rules.Up {
		t.Error("the second sees what is the first's")
	}
	if got := metric(second, "keizoku_outage_start_timestamp_seconds", "records"); got != -1 {
		t.Errorf("the second's metrics tell the first's outage: %f", got)
	}
	second.agent.Stop("test")
	if first.get("/-/healthy") == "" || first.agent.Ready() != nil {
		t.Error("the end of one agent is felt by the other")
	}
}

func TestOneStateDirectoryOneAgent(t *testing.T) {
	t.Parallel()
	o, _, _, _ := newCity(t)
	if _, err := New(t.Context(), o.opts); err == nil || !strings.Contains(err.Error(), "--state-dir") {
		t.Errorf("a second agent on one journal: %v", err)
	}
	o.get("/-/ready")
	if e := o.act("note", rules.AddNote{Text: "still here"}); e.Seq == 0 {
		t.Error("the first agent has lost its socket")
	}
}

func TestStopIsTheLastWord(t *testing.T) {
	t.Parallel()
	o, _, _, _ := newCity(t)
	o.agent.Stop("first")
	o.agent.Stop("second")
	if o.agent.Ready() == nil {
		t.Error("ready after Stop")
	}
	if err := o.agent.Reload(t.Context()); err == nil {
		t.Error("a stopped agent reloads")
	}
	o.start()
	all := o.events()
	i := slices.IndexFunc(all, func(e journal.Event) bool { return e.Kind == journal.KindAgentStopped })
	if i < 0 || all[i].Payload.(journal.AgentStopped).Why != "first" || all[i+1].Kind != journal.KindUnobserved {
		t.Errorf("the end of the run is not an orderly one: %v", kindsOf(all))
	}
}

func kindsOf(events []journal.Event) []journal.Kind {
	kinds := make([]journal.Kind, len(events))
	for i, e := range events {
		kinds[i] = e.Kind
	}
	return kinds
}

// An agent that was made and never started gives everything back.
func TestStopWithoutStart(t *testing.T) {
	t.Parallel()
	o := newOffice(t, cityPlan("127.0.0.1:1", "127.0.0.1:1", "127.0.0.1:1"))
	a := o.open()
	o.opts.Listen = a.Addr()
	a.Stop("never started")
	o.start()
	if o.agent.Addr() != o.opts.Listen {
		t.Errorf("listens on %s", o.agent.Addr())
	}
	if n := len(o.events(journal.KindUnobserved, journal.KindAgentStopped)); n != 0 {
		t.Errorf("%d events of a run that was none", n)
	}
}

func TestStartThatFails(t *testing.T) {
	t.Parallel()
	o := quiet(t, "")
	a := o.open()
	if err := a.journal.Close(); err != nil {
		t.Fatal(err)
	}
	if err := a.Start(t.Context()); err == nil {
		t.Error("starts without a journal")
	}
	if a.Ready() == nil {
		t.Error("is ready all the same")
	}
	a.Stop("could not start")
	o.start()
}

// One event that cannot be read costs that event, and neither the start nor the list of the rest.
func TestDamagedEventIsPassedOver(t *testing.T) {
	t.Parallel()
	o := quiet(t, "")
	o.start()
	bad := o.act("note", rules.AddNote{Text: "x"})
	good := o.act("note", rules.AddNote{Text: "y"})
	o.agent.Stop("test")
	db, err := sql.Open("sqlite", filepath.Join(o.opts.StateDir, journal.FileName))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), "DROP TRIGGER events_hold; UPDATE events SET payload = '{' WHERE seq = ?", bad.Seq); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	log := new(conform.Buffer)
	o.opts.Log = slog.New(slog.NewTextHandler(log, nil))
	o.start()
	notes := o.events(journal.KindNoteAdded)
	if len(notes) != 1 || notes[0].ID != good.ID {
		t.Errorf("notes: %+v", notes)
	}
	o.until("the log says that the chain is broken", func() bool {
		return strings.Contains(log.String(), fmt.Sprintf(`what="event %d was changed" id=%s`, bad.Seq, bad.ID))
	})
}
