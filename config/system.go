package config

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/keizoku-bcp/keizoku/block"
	"github.com/keizoku-bcp/keizoku/plan"
)

type systemBlock struct {
	Source            plan.Source       `hcl:",source"`
	Title             string            `hcl:"title,optional" doc:"What people read: 「住民記録システム」. The name when not said."`
	Priority          int               `hcl:"priority,optional" min:"1" doc:"Rank among the priority systems (優先システム), 1 first. Without it the system is watched but does not count for decisions."`
	Owner             string            `hcl:"owner,optional" doc:"Division that the system belongs to."`
	Site              siteRef           `hcl:"site,optional" doc:"Where it stands."`
	DependsOn         []systemRef       `hcl:"depends_on,optional" doc:"Systems without which this one cannot work."`
	AllowableDowntime allowances        `hcl:"allowable_downtime,optional" doc:"How long it may be down (停止許容時間): one for all threats, or a map by threat. A threat that the map leaves out has no deadline."`
	TypicalRecovery   time.Duration     `hcl:"typical_recovery,optional" min:"1s" doc:"How long recovery takes once begun; tells when it must begin."`
	UpWhen            upWhen            `hcl:"up_when,optional" default:"all" doc:"How many of its checks must succeed for it to be up."`
	Alternative       *alternativeBlock `hcl:"alternative,block" doc:"How work goes on without the system (代替手段)."`
	Power             *systemPowerBlock `hcl:"power,block" doc:"What it draws, and from where: its line of the emergency-power list (非常用電源一覧)."`
	Checks            []checkBlock      `hcl:"check,block" doc:"A probe on schedule. Its first label is the kind, which has attributes of its own besides these."`
	Maintenance       []ownMaintenance  `hcl:"maintenance,block" doc:"Time in which the system may be down by intent (計画停止)."`
}

type alternativeBlock struct {
	Source plan.Source   `hcl:",source"`
	Title  string        `hcl:"title" doc:"What to do: 「紙台帳で受付」."`
	Lasts  time.Duration `hcl:"lasts,optional" min:"1m" doc:"How long one can go on so."`
}

type checkBlock struct {
	Source        plan.Source   `hcl:",source"`
	Kind          string        `hcl:"kind,label" doc:"Kind of check."`
	Name          string        `hcl:"name,label" doc:"Name, unlike those of the system's other checks."`
	Interval      time.Duration `hcl:"interval,optional" default:"30s" min:"1s" doc:"From the start of one probe to the start of the next."`
	Timeout       time.Duration `hcl:"timeout,optional" min:"1ms" doc:"A probe that takes longer has failed. At most 80 % of the interval; 5s, or that share, when not said."`
	RetryInterval time.Duration `hcl:"retry_interval,optional" min:"1s" doc:"Pace after a first failure or a first recovery, until confirmed; a fifth of the interval, at least 1s, when not said."`
	FailAfter     int           `hcl:"fail_after,optional" default:"3" min:"1" max:"1000" doc:"Failures in a row that make it down."`
	RecoverAfter  int           `hcl:"recover_after,optional" default:"2" min:"1" max:"1000" doc:"Successes in a row that make it up."`
	From          []agentRef    `hcl:"from,optional" doc:"Agents that run it; all when not said."`
	Own           hcl.Body      `hcl:",remain"`
}

func (l *loader) readSystems() {
	for _, n := range l.doc.System {
		var b systemBlock
		l.decode(n.Inside, &b)
		s := &plan.System{
			Source: b.Source, Name: n.Name, Title: cmp.Or(b.Title, n.Name), Priority: b.Priority, Owner: b.Owner,
			Site: b.Site.name, DependsOn: l.namesOf(refsIn(b.DependsOn)),
			AllowableDowntime: l.allowancesOf(b.AllowableDowntime), TypicalRecovery: b.TypicalRecovery, UpWhen: b.UpWhen.UpWhen,
			Power: l.systemPower(b.Power),
		}
		if a := b.Alternative; a != nil {
			s.Alternative = &plan.Alternative{Source: a.Source, Title: a.Title, Lasts: a.Lasts}
		}
		l.readChecks(s, b.Checks)
		l.readOwnMaintenance(s, b.Maintenance)
		if l.isFirst("system", n) {
			l.plan.Systems = append(l.plan.Systems, s)
		}
		if int(s.UpWhen) > max(len(s.Checks), 1) {
			l.mistake(at(b.Source, "up_when"), "More checks than there are",
				fmt.Sprintf("The system has %d, so that many can never succeed.", len(s.Checks)))
		}
	}
}

func (l *loader) readOwnMaintenance(s *plan.System, blocks []ownMaintenance) {
	taken := make(map[string]hcl.Range)
	for _, b := range blocks {
		l.name("maintenance", b.Name, block.HCLRange(b.Source.Block), taken)
		s.Maintenance = append(s.Maintenance, l.maintenance(b.Name, b.Source, b.window))
	}
}

func (l *loader) readChecks(s *plan.System, blocks []checkBlock) {
	taken := make(map[string]hcl.Range, len(blocks))
	for _, b := range blocks {
		l.name("check", b.Name, block.HCLRange(b.Source.Block), taken)
		s.Checks = append(s.Checks, l.check(b))
	}
}

func (l *loader) check(b checkBlock) *plan.Check {
	c := &plan.Check{
		Source: b.Source, Name: b.Name, Kind: b.Kind, Interval: b.Interval, Timeout: b.Timeout,
		RetryInterval: b.RetryInterval, FailAfter: b.FailAfter, RecoverAfter: b.RecoverAfter,
	}
	l.times(c)
	for _, a := range b.From {
		l.agentKnown(a)
	}
	c.From = l.namesOf(refsIn(b.From))
	kind, ok := l.kinds[b.Kind]
	if !ok {
		l.unknownKind(b)
		return c
	}
	settings, diags := kind.Decode(b.Own, l.ctx)
	l.add(diags)
	c.Settings = settings
	return c
}

// times fills the defaults that depend on the interval, and holds the timeout to its share.
func (l *loader) times(c *plan.Check) {
	longest := time.Duration(float64(c.Interval) * plan.MaxTimeoutShare)
	if c.Timeout == 0 {
		c.Timeout = min(plan.DefaultTimeout, longest)
	}
	if c.RetryInterval == 0 {
		c.RetryInterval = plan.RetryInterval(c.Interval)
	}
	if c.Timeout > longest && c.Interval > 0 {
		l.mistake(at(c.Source, "timeout"), "The timeout is too long for the interval",
			fmt.Sprintf("It may take at most 80 %% of the interval of %s: %s.", plan.FormatDuration(c.Interval), plan.FormatDuration(longest)))
	}
	if c.RetryInterval > c.Interval && c.Interval > 0 && c.Attrs["retry_interval"].File != "" {
		l.mistake(at(c.Source, "retry_interval"), "The retry interval is longer than the interval",
			fmt.Sprintf("It is the faster pace: at most %s.", plan.FormatDuration(c.Interval)))
	}
}

func (l *loader) agentKnown(a agentRef) {
	if _, ok := l.names["agent"][a.name]; ok || a.name == "" {
		return
	}
	detail := "The plan has no agent block."
	if known := l.known("agent"); len(known) > 0 {
		detail = "The plan's agents are " + quoted(known) + "."
		if s := block.Suggest(a.name, known); s != "" {
			detail = fmt.Sprintf("Did you mean %q?", s)
		}
	}
	l.mistake(a.at, fmt.Sprintf("Unknown agent %q", a.name), detail)
}

func (l *loader) unknownKind(b checkBlock) {
	kinds := slices.Sorted(maps.Keys(l.kinds))
	detail := "The kinds are " + strings.Join(kinds, ", ") + "."
	if s := block.Suggest(b.Kind, kinds); s != "" {
		detail = fmt.Sprintf("Did you mean %q?", s)
	}
	l.mistake(block.HCLRange(b.Source.Block), fmt.Sprintf("Unknown kind of check %q", b.Kind), detail)
}

// cycles reports dependencies that go round, at the depends_on of the first system of each.
func (l *loader) cycles() {
	for _, cycle := range l.plan.Cycles() {
		first := l.plan.System(cycle[0])
		path := strings.Join(append(slices.Clone(cycle), cycle[0]), " → ")
		l.mistake(at(first.Source, "depends_on"), "Systems depend on each other in a circle",
			path+". Take one of these dependencies away, or nobody can tell a cause from its effects.")
	}
}
