package agent

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/keizoku-bcp/keizoku/agent/schedule"
	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/power"
	"github.com/keizoku-bcp/keizoku/rules"
	"github.com/keizoku-bcp/keizoku/rules/supply"
)

// UPS and generators are read by a schedule of their own, which gives them what checks have: a
// stable spread, a deadline each, retries, and no verdict while the agent is cut off. What is
// read goes to one goroutine that judges and journals it, in order.

// A supply is lost after two failed readings in a row, the second at the retry pace: within two
// polls, and not by one lost packet.
const (
	supplyFailAfter    = 2
	supplyRecoverAfter = 1
)

// maxSupplyLooks is how many readings may wait to be judged; a disk that hangs holds them up.
const maxSupplyLooks = 1024

// startSupplies begins to read the plan's supplies.
func (a *Agent) startSupplies(ctx context.Context) {
	a.supplyLooks = make(chan supplyLook, maxSupplyLooks)
	a.supplies = schedule.New(schedule.Options{
		Now: a.clock.Now, Uptime: a.opts.Uptime, Isolated: a.vantage.Isolated,
		Changed: func(_ context.Context, changes []schedule.Transition) { a.suppliesChanged(ctx, changes) },
		Log:     a.log.Logger, Redact: a.redact,
	})
	a.supplies.Set(a.supplyJobs(a.plan))
	a.loops.Go(func() { a.judgeSupplies(ctx) })
	a.supplies.Start(ctx)
	a.onStop(a.supplies.Close)
}

func (a *Agent) supplyJobs(p *plan.Plan) []schedule.Job {
	var jobs []schedule.Job
	for _, node := range p.Supplies() {
		if source := node.Readings(); source != nil && source.ReadBy(a.settings.Name) {
			jobs = append(jobs, a.supplyJob(p, node))
		}
	}
	return jobs
}

func (a *Agent) supplyJob(p *plan.Plan, node *plan.Supply) schedule.Job {
	source := node.Readings()
	check := &plan.Check{
		Name: "reading", Kind: source.Protocol, Interval: source.Interval, Timeout: source.Timeout,
		RetryInterval: plan.RetryInterval(source.Interval), FailAfter: supplyFailAfter, RecoverAfter: supplyRecoverAfter,
		Settings: source.Settings,
	}
	job := schedule.Job{System: node.Name, Check: check, Prober: a.supplyProber(p, node.Name, source)}
	if a.supplyHeld(node.Name, journal.SupplyLost) {
		job.Known = schedule.Known{State: schedule.Down}
	}
	return job
}

func (a *Agent) supplyHeld(name string, c journal.PowerCondition) bool {
	a.reading.Lock()
	defer a.reading.Unlock()
	_, held := a.state.Power[rules.PowerKey{Supply: name, Condition: c}]
	return held
}

// supplyProber makes the reader of a supply. One that cannot be made answers with the reason.
func (a *Agent) supplyProber(p *plan.Plan, name string, source *plan.SupplySource) checks.Prober {
	protocol := a.opts.Protocols[source.Protocol]
	if protocol == nil {
		return refused{fmt.Errorf("this agent has no protocol %q", source.Protocol)}
	}
	reader, err := protocol.New(source.Settings, &power.Env{
		Supply: name, Timeout: source.Timeout, Secrets: p.Secrets, Log: a.log.With("supply", name),
	})
	if err != nil {
		return refused{err}
	}
	return &supplyProber{agent: a, name: name, reader: reader}
}

// supplyProber reads a supply when its schedule says so.
type supplyProber struct {
	agent  *Agent
	name   string
	reader power.Reader
}

// Probe implements checks.Prober. An answer that comes too late is none: the supply may have
// changed since the device gave it.
func (s *supplyProber) Probe(ctx context.Context) checks.Result {
	begun := s.agent.opts.Uptime()
	result := s.reader.Read(ctx)
	if result.OK() && ctx.Err() != nil {
		return checks.Failed(checks.Timeout, "the answer came after its time")
	}
	if result.OK() {
		s.agent.supplyRead(s.name, begun, result.Reading)
	}
	return checks.Result{Reason: result.Reason, Text: result.Text}
}

// Close implements io.Closer.
func (s *supplyProber) Close() error {
	if c, ok := s.reader.(io.Closer); ok {
		return c.Close()
	}
	return nil
}

// supplyLook is a look at a supply that waits to be judged.
type supplyLook struct {
	rules.PowerLook
	// begun is when the reading began, in uptime: the clock may step before it is judged.
	begun time.Duration
}

// supplyRead queues a reading for judgement. When nothing has been judged for so long that the
// queue is full, the newest is dropped: there will be another.
func (a *Agent) supplyRead(name string, begun time.Duration, r power.Reading) {
	look := rules.PowerLook{Supply: name, Reading: a.readingOf(r), Replace: r.ReplaceBattery != nil && *r.ReplaceBattery}
	select {
	case a.supplyLooks <- supplyLook{look, begun}:
	default:
		a.log.Warn("a reading was dropped: the journal holds up judging", "supply", name)
	}
}

// suppliesChanged queues supplies that are confirmed not to answer, behind the readings that came
// before: the engine will not say it again. So is one that the agent itself cannot read, for
// nobody would see otherwise that it is not looked at. That one answers again is seen by its
// reading. ctx is the agent's.
func (a *Agent) suppliesChanged(ctx context.Context, transitions []schedule.Transition) {
	for _, t := range transitions {
		if t.To != schedule.Down && t.Reason != checks.ErrorLocal {
			continue
		}
		since := t.FirstBadAt
		if since.IsZero() {
			since = t.At
		}
		look := rules.PowerLook{Supply: t.System, Lost: true, Text: t.Text}
		select {
		case a.supplyLooks <- supplyLook{look, a.opts.Uptime() - a.clock.Now().Sub(since)}:
		case <-ctx.Done():
		}
	}
}

// judgeSupplies takes readings in until ctx ends.
func (a *Agent) judgeSupplies(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case look := <-a.supplyLooks:
			a.observePower(ctx, look)
		}
	}
}

// observePower judges a look by the time at which its reading began, on the clock as it is now.
func (a *Agent) observePower(ctx context.Context, look supplyLook) {
	_, err := a.record(ctx, func(p *plan.Plan, s *rules.State) ([]journal.Event, error) {
		look.At = a.clock.at(look.begun)
		return rules.ObservePower(p, s, look.PowerLook, journal.NewID), nil
	})
	a.logError("journal what was read of a supply", err)
}

// readingOf puts a device's reading into the words of the model. A self-test looks like a
// blackout and is none.
func (a *Agent) readingOf(r power.Reading) supply.Reading {
	out := supply.Reading{
		Source:      supply.Source(r.Source),
		BatteryLow:  r.BatteryState == power.BatteryLow || r.BatteryState == power.BatteryDepleted,
		ChargeRatio: r.ChargeRatio, RuntimeSeconds: r.RuntimeSeconds, LoadRatio: r.LoadRatio,
		OutputWatts: r.OutputWatts, OutputVA: r.OutputVA,
		Running: r.Running, FuelLiters: r.FuelLiters, FuelRatio: r.FuelRatio,
		TestResult: a.said(r.TestResult), TestedAt: r.TestedAt, BatteryDate: a.said(r.BatteryDate),
	}
	for _, doubt := range r.Doubts[:min(len(r.Doubts), maxDoubts)] {
		out.Doubts = append(out.Doubts, a.said(doubt))
	}
	if out.Source == supply.FromBattery && selfTest(r) && !out.BatteryLow {
		out.Source = supply.FromUtility
		out.Doubts = append(out.Doubts, "on battery for a self-test, by its own word")
	}
	return out
}

// said is a device's own words, as they may be shown and kept.
func (a *Agent) said(text string) string {
	return checks.Cut(checks.Clean(a.redact(text)), checks.MaxText)
}

// maxDoubts is how many doubts of one reading are kept: they go into the journal.
const maxDoubts = 8

// selfTestWords are the words of NUT, UPS-MIB and apcupsd for a UPS that tests or calibrates its battery.
var selfTestWords = [...]string{"TEST", "CAL", "TestInProgress", "Automatic or explicit self test"}

// leastInput is the voltage below which no mains in the world feeds a UPS.
const leastInput = 50

// selfTest reports whether a UPS says that it is on battery to test it. With no voltage at its
// input it is not believed: a blackout may come in the middle of a test, and a card may never
// take back that one runs.
func selfTest(r power.Reading) bool {
	if r.InputVolts != nil && *r.InputVolts < leastInput {
		return false
	}
	said := func(word string) bool { return slices.Contains(r.Alarms, word) }
	return slices.ContainsFunc(selfTestWords[:], said) || strings.HasPrefix(r.TestResult, "in progress")
}
