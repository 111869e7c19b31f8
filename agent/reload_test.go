package agent

import (
	"context"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

// reload makes the agent read a new text, which must be good.
func (o *office) reload(text string) {
	o.Helper()
	o.write(text)
	if err := o.agent.Reload(o.Context()); err != nil {
		o.Fatal(err)
	}
}

func TestBadPlanKeepsTheOldOne(t *testing.T) {
	t.Parallel()
	o, _, _, _ := newCity(t)
	good := o.text
	hash := o.agent.Plan().Hash
	o.write(good + "sistem \"x\" {}\n")
	err := o.agent.Reload(t.Context())
	if err == nil || !strings.Contains(err.Error(), "plan.hcl") {
		t.Fatalf("Reload = %v", err)
	}
	s := o.agent.Situation()
	if !strings.Contains(s.Plan.Rejected, "sistem") || s.Plan.Hash != hash {
		t.Errorf("situation: %+v", s.Plan)
	}
	if rejected := payloads[journal.PlanRejected](o); len(rejected) != 1 || rejected[0].Diagnostics != err.Error() {
		t.Errorf("journaled: %+v", rejected)
	}
	if metric(o, "keizoku_plan_reload_success", "") != 0 {
		t.Error("keizoku_plan_reload_success is not 0")
	}
	o.reload(strings.Replace(good, "試験市", "新市", 1))
	if s := o.agent.Situation(); s.Plan.Rejected != "" || s.Plan.Title != "新市" || metric(o, "keizoku_plan_reload_success", "") != 1 {
		t.Errorf("after a good reload: %+v", s.Plan)
	}
}

func TestLongDiagnosticsAreCut(t *testing.T) {
	t.Parallel()
	o, _, _, _ := newCity(t)
	o.write(strings.Repeat("x = 1\n", 50_000))
	_ = o.agent.Reload(t.Context())
	if n := len(o.agent.Situation().Plan.Rejected); n == 0 || n > maxDiagnostics+100 {
		t.Errorf("%d bytes of diagnostics in every situation", n)
	}
}

func TestReloadMovesDeadlinesAndDropsOutages(t *testing.T) {
	t.Parallel()
	o, records, _, mail := newCity(t)
	records.down()
	mail.down()
	o.awaits("mail", rules.Down)
	out := o.awaits("records", rules.Down).Outage

	text := strings.Replace(o.text, `incident = "4h"`, `incident = "6h"`, 1)
	o.reload(text)
	if now := o.agent.Situation().System("records").Outage; now.ID != out.ID || !now.Deadline.Equal(out.Start.Add(6*time.Hour)) {
		t.Errorf("under the changed allowance: %+v", now)
	}
	o.reload(text[:strings.Index(text, `system "mail"`)] + "agent \"a1\" {}\n")
	if o.agent.Situation().System("mail") != nil {
		t.Error("a system that the plan has lost is shown")
	}
	var past rules.PastOutage
	for _, p := range o.agent.Outages() {
		if p.System == "mail" {
			past = p
		}
	}
	if !past.Dropped || past.EndedAt.IsZero() || past.Met != nil {
		t.Errorf("its outage: %+v", past)
	}
	o.reload(text) // the edit was a slip: what is still down goes on where it was
	again := o.awaits("mail", rules.Down).Outage
	if again.ID != past.ID || !again.Start.Equal(past.Start) {
		t.Errorf("back in the plan: %+v, before: %+v", again, past)
	}
	for _, p := range o.agent.Outages() {
		if p.ID == past.ID && (p.Dropped || !p.EndedAt.IsZero()) {
			t.Errorf("listed as %+v", p)
		}
	}
}

const twoChecks = `
plan "city" {}
threat "incident" { title = "非災害" }
system "records" {
  up_when = "any"
  check "tcp" "a" { address = "ADDR_A" }
  check "tcp" "b" { address = "ADDR_B" }
}
`

// A plan without agent blocks reloads too, and a plan that judges more strictly finds what is
// broken although no probe changes its answer.
func TestReloadJudgesStandingFailures(t *testing.T) {
	t.Parallel()
	a, b := newService(t), newService(t)
	o := newOffice(t, strings.NewReplacer("ADDR_A", a.addr, "ADDR_B", b.addr).Replace(twoChecks))
	o.start()
	o.awaits("records", rules.Up)
	a.down()
	o.awaits("records", rules.Degraded)
	failed := payloads[journal.CheckFailed](o)[0]
	o.reload(strings.Replace(o.text, `"any"`, `"all"`, 1))
	out := o.awaits("records", rules.Down).Outage
	if !out.FirstBadAt.Equal(failed.FirstBadAt) {
		t.Errorf("the outage begins at %v, the check failed at %v", out.FirstBadAt, failed.FirstBadAt)
	}
	o.reload(strings.Replace(o.text, `"all"`, `"any"`, 1))
	o.awaits("records", rules.Degraded)
}

// A check that left the plan and comes back has not been looked at: what was seen of it is old.
func TestCheckThatComesBackIsLookedAtAnew(t *testing.T) {
	t.Parallel()
	a, b := newService(t), newService(t)
	whole := strings.NewReplacer("ADDR_A", a.addr, "ADDR_B", b.addr, `"any"`, `"all"`).Replace(twoChecks)
	o := newOffice(t, whole)
	o.start()
	o.awaits("records", rules.Up)
	o.reload(strings.Replace(whole, `check "tcp" "b"`, `check "tcp" "c"`, 1))
	o.awaits("records", rules.Up)
	b.down()
	o.reload(whole)
	if s := o.agent.Situation().System("records"); s.State == rules.Up {
		t.Error("up by what was seen before the check left")
	}
	o.awaits("records", rules.Down)
}

func TestReloadsAtOnce(t *testing.T) {
	t.Parallel()
	o, _, _, _ := newCity(t)
	text := o.text
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			if i%2 == 0 {
				o.write(text)
			} else {
				o.write(strings.ReplaceAll(text, "floor_switch", "other_switch"))
			}
			_ = o.agent.Reload(context.Background())
			_ = o.agent.Situation()
		})
	}
	all.Wait()
	o.reload(text)
	for _, name := range []string{"records", "floor_switch", "mail"} {
		o.awaits(name, rules.Up)
	}
}

func TestRenamedAgentIsRefused(t *testing.T) {
	t.Parallel()
	o, _, _, _ := newCity(t)
	o.write(strings.Replace(o.text, `agent "a1"`, `agent "a2"`, 1))
	if err := o.agent.Reload(t.Context()); err == nil || !strings.Contains(err.Error(), "restart") {
		t.Errorf("Reload = %v", err)
	}
}

// fault is a kind of check with a fault in its code, or in its making.
type fault struct{ make func() (checks.Prober, error) }

func (f fault) kind() *checks.Kind {
	return &checks.Kind{
		Name: "fault", Summary: "Fails in the agent.", Settings: struct {
			plan.Source `hcl:",source"`
		}{},
		New: func(any, *checks.Env) (checks.Prober, error) { return f.make() },
	}
}

type panics struct{}

func (panics) Probe(context.Context) checks.Result { panic("index out of range") }

const faulty = `
plan "city" {}
threat "incident" { title = "非災害" }
system "odd" {
  check "fault" "it" {}
}
system "good" {
  check "tcp" "port" { address = "ADDR" }
}
`

func TestFaultyCheckIsUnknown(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]fault{
		"panics":         {func() (checks.Prober, error) { return panics{}, nil }},
		"cannot be made": {func() (checks.Prober, error) { return nil, context.DeadlineExceeded }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t, strings.Replace(faulty, "ADDR", newService(t).addr, 1))
			o.opts.Kinds["fault"] = f.kind()
			o.start()
			odd := o.awaits("odd", rules.Unknown)
			o.awaits("good", rules.Up)
			if c := odd.Checks[0]; c.Reason != string(checks.ErrorLocal) || c.Error == "" {
				t.Errorf("check: %+v", c)
			}
			if n := len(o.events(journal.KindOutageOpened)); n != 0 {
				t.Errorf("%d outages", n)
			}
		})
	}
}

// What a plan no longer permits ends with the reload, not with the next restart.
func TestReloadTakesPermissionsAway(t *testing.T) {
	t.Parallel()
	o := newOffice(t, `
plan "city" {}
threat "incident" { title = "非災害" }
system "odd" {
  check "exec" "it" { command = ["/bin/true"] }
}
agent "a1" { allow_exec = true }
`)
	o.start()
	o.awaits("odd", rules.Up)
	o.reload(strings.Replace(o.text, "allow_exec = true", "", 1))
	o.awaits("odd", rules.Unknown)
}

// counts is a check that measures what JSON cannot say.
type counts struct{}

func (counts) Probe(context.Context) checks.Result {
	return checks.Result{Reason: checks.OK, Values: map[string]float64{"infinite": math.Inf(1), "none": math.NaN(), "some": 3}}
}

func TestValuesBeyondJSON(t *testing.T) {
	t.Parallel()
	o := newOffice(t, strings.Replace(faulty, "ADDR", newService(t).addr, 1))
	o.opts.Kinds["fault"] = fault{func() (checks.Prober, error) { return counts{}, nil }}.kind()
	o.start()
	o.awaits("odd", rules.Up)
	shown := decode[*rules.Situation](t, o.get("/api/v1/situation")).System("odd").Checks[0].Values
	if len(shown) != 1 || shown["some"] != 3 {
		t.Errorf("values: %v", shown)
	}
}
