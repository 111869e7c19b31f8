package agent

import (
	"context"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/internal/conform"
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

// A system that left the plan and comes back was seen to work since the run before ended: an outage
// found then does not reach back to that run.
func TestSystemThatComesBackForgetsTheRunBefore(t *testing.T) {
	t.Parallel()
	a, b := newService(t), newService(t)
	whole := strings.NewReplacer("ADDR_A", a.addr, "ADDR_B", b.addr).Replace(twoChecks)
	o := newOffice(t, whole)
	o.start()
	o.awaits("records", rules.Up)
	o.restart()
	began := o.agent.Situation().Agent.StartedAt
	o.awaits("records", rules.Up)
	o.reload(strings.Replace(whole, `system "records"`, `system "archive"`, 1))
	o.awaits("archive", rules.Up)
	a.down()
	b.down()
	o.reload(whole)
	if out := o.awaits("records", rules.Down).Outage; out.Start.Before(began) {
		t.Errorf("the outage begins at %v, in the run before this one, which began at %v", out.Start, began)
	}
}

// failing is a check that fails, and counts how often it was asked.
type failing struct{ asked *atomic.Int64 }

func (f failing) Probe(context.Context) checks.Result {
	f.asked.Add(1)
	return checks.Failed(checks.Refused, "nothing listens")
}

// A line more above a check changes nothing about it: what is being confirmed goes on.
func TestReloadLeavesAloneWhatOnlyMoved(t *testing.T) {
	t.Parallel()
	o := newOffice(t, strings.Replace(faulty, "ADDR", newService(t).addr, 1))
	asked := new(atomic.Int64)
	o.opts.Kinds["fault"] = fault{func() (checks.Prober, error) { return failing{asked}, nil }}.kind()
	o.hurry = func(p *plan.Plan) {
		hasten(p)
		p.System("odd").Checks[0].FailAfter = 15
	}
	o.start()
	o.until("the check has failed twice", func() bool { return asked.Load() >= 2 })
	o.reload("# 改訂\n" + o.text)
	reloaded := time.Now()
	failed := o.awaits("odd", rules.Down).Outage
	if failed.FirstBadAt.After(reloaded) {
		t.Errorf("the first failure is at %v, after the reload at %v", failed.FirstBadAt, reloaded)
	}
}

const ofOneAgent = `
plan "city" {}
threat "incident" { title = "非災害" }
system "records" {
  check "tcp" "a" {
    address = "ADDR"
    from    = [agent.a1]
  }
}
agent "a1" {}
`

// An agent is renamed by a restart, with its journal: what is down goes on.
func TestRenamedAgentKeepsItsOutages(t *testing.T) {
	t.Parallel()
	s := newService(t)
	o := newOffice(t, strings.Replace(ofOneAgent, "ADDR", s.addr, 1))
	log := new(conform.Buffer)
	o.opts.Log = slog.New(slog.NewTextHandler(log, nil))
	o.start()
	o.awaits("records", rules.Up)
	s.down()
	before := o.awaits("records", rules.Down).Outage
	o.write(strings.ReplaceAll(o.text, "a1", "a2"))
	o.restart()
	if now := o.agent.Situation().System("records").Outage; now == nil || now.ID != before.ID || !now.Start.Equal(before.Start) {
		t.Errorf("after the restart: %+v, before: %+v", now, before)
	}
	if loaded := payloads[journal.PlanLoaded](o); len(loaded[1].Dropped)+len(loaded[1].Gone) != 0 {
		t.Errorf("the new name has lost %+v", loaded[1])
	}
	if text := log.String(); strings.Count(text, "the journal was last written under another name") != 1 {
		t.Errorf("the log does not say once that the journal was another's:\n%s", text)
	}
}

// A reload cannot move an agent, and says so.
func TestReloadTellsWhatWantsARestart(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "plan \"city\" {}\nthreat \"incident\" {}\nagent \"a1\" {}\n")
	log := new(conform.Buffer)
	o.opts.Log = slog.New(slog.NewTextHandler(log, nil))
	o.start()
	o.reload(strings.Replace(o.text, `"a1" {}`, `"a1" { url = "http://keizoku.example/" }`, 1))
	if text := log.String(); strings.Contains(text, "restart the agent") {
		t.Errorf("nothing wants a restart:\n%s", text)
	}
	o.reload(strings.Replace(o.text, `{ url = "http://keizoku.example/" }`, `{ insecure = true }`, 1))
	if text := log.String(); strings.Count(text, "restart the agent") != 1 || !strings.Contains(text, "setting=insecure") {
		t.Errorf("the log does not say what wants a restart:\n%s", text)
	}
}
