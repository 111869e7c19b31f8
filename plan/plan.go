package plan

import (
	"fmt"
	"slices"
	"time"
)

// Plan is one ICT business continuity plan (ICT業務継続計画), whole and linked.
type Plan struct {
	Source

	Name    string
	Title   string
	Owner   string
	Version string

	// Revised is the date of the last revision, ReviewEvery how long a revision stays good.
	// Either may be zero: then no review is due.
	Revised     time.Time
	ReviewEvery time.Duration

	// Location is the zone in which people read times; never nil after Link.
	Location *time.Location
	Locale   Locale

	// Hash is the SHA-256 (hex) of the sources; two agents with one hash run the same plan.
	Hash string

	// Secrets knows the values that env() and file() gave, to keep them out of all text.
	Secrets *Redactor

	// ReopenWithin is how soon after its end a new failure continues the same outage.
	ReopenWithin time.Duration

	Sites       []*Site
	Calendars   []*Calendar
	Threats     []*Threat
	Businesses  []*Business
	Systems     []*System
	Maintenance []*Maintenance
	Agents      []*Agent

	Generators []*Generator
	UPSs       []*UPS
	Loads      []*Load
	// Power is what the emergency power is held to; never nil after Link.
	Power *PowerPolicy

	Roles      []*Role
	Postures   []*Posture
	Procedures []*Procedure
	// Decision is how continuity is judged to be in danger; nil: by the built-in criteria.
	Decision *Decision

	// Alerting is never nil after Link.
	Alerting    *Alerting
	Channels    []*Channel
	Inspections []*Inspection

	systems map[string]*System
	threats map[string]*Threat
}

// DefaultReopenWithin is the ReopenWithin of a plan that does not say.
const DefaultReopenWithin = 5 * time.Minute

// Locale is the language of what staff read: alerts, console, reports.
type Locale string

// The languages of the catalogue.
const (
	Japanese Locale = "ja"
	English  Locale = "en"
)

// Site is a building or room (拠点) that systems and agents stand in.
type Site struct {
	Source
	Name  string
	Title string
}

// Threat is one of the plan's kinds of event: disaster (災害), security incident
// (非災害・セキュリティインシデント), pandemic (感染症).
type Threat struct {
	Source
	Name  string
	Title string
	// PriorityWithin is the class limit: a business to be recovered within it is a priority
	// business (優先業務) under this threat. The zero Allowance makes none.
	PriorityWithin Allowance
	// Default marks the threat whose allowances hold while none is declared. Link sees to it
	// that exactly one threat has it.
	Default bool
}

// Business is a piece of municipal work (業務) that needs systems.
type Business struct {
	Source
	Name     string
	Title    string
	Division string
	Needs    []string // names of systems
	// RecoverWithin is the target (目標復旧時間) by name of threat.
	RecoverWithin map[string]Allowance
}

// System is something that staff would miss: an application, a network, a service.
type System struct {
	Source
	Name  string
	Title string
	// Priority ranks priority systems (優先システム), 1 first. Zero: watched, but it does not
	// count for decisions.
	Priority int
	Owner    string
	Site     string // name of a site; empty when not said
	// DependsOn names the systems without which this one cannot work.
	DependsOn []string
	// AllowableDowntime (停止許容時間) by name of threat. A threat without an entry has no deadline.
	AllowableDowntime map[string]Allowance
	// TypicalRecovery is how long recovery takes once begun; zero when not known.
	TypicalRecovery time.Duration
	Alternative     *Alternative
	UpWhen          UpWhen
	Checks          []*Check
	Maintenance     []*Maintenance
	// Power is what it draws, and from where; nil when not said.
	Power *SystemPower
}

// Alternative is how work goes on without the system (代替手段), and for how long.
type Alternative struct {
	Source
	Title string
	Lasts time.Duration // zero: not said
}

// UpWhen says how many of a system's checks must succeed for it to be up.
// Zero means all of them; a positive number means that many.
type UpWhen int

// Needed returns how many of total checks must succeed.
func (u UpWhen) Needed(total int) int {
	if u <= 0 || int(u) > total {
		return total
	}
	return int(u)
}

// Check is one probe of a system, on schedule.
type Check struct {
	Source
	Name string
	Kind string // a name of the table in checks/all

	Interval time.Duration
	// Timeout is at most 80 % of Interval.
	Timeout time.Duration
	// RetryInterval is the pace after a first failure or a first recovery, until confirmed.
	RetryInterval time.Duration
	FailAfter     int // failures in a row that make it down
	RecoverAfter  int // successes in a row that make it up
	// From names the agents that run it; empty means all.
	From []string

	// Settings is what the kind decoded from its own attributes; only the kind looks inside.
	Settings any
}

// RunsOn reports whether the agent named runs this check.
func (c *Check) RunsOn(agent string) bool {
	return len(c.From) == 0 || slices.Contains(c.From, agent)
}

// Defaults of a check, as design and reference state them.
const (
	DefaultInterval     = 30 * time.Second
	DefaultTimeout      = 5 * time.Second
	DefaultFailAfter    = 3
	DefaultRecoverAfter = 2
	// MaxTimeoutShare is the largest part of the interval that a timeout may take.
	MaxTimeoutShare = 0.8
)

// Agent is the settings of one keizoku agent.
type Agent struct {
	Source
	Name   string
	Site   string
	Listen string // host:port; empty means DefaultListen
	// URL is where people find its console, as messages link to it; empty: where it listens, as far
	// as others reach that.
	URL      string
	StateDir string // empty means the platform's default
	// Vantage are hosts ("10.1.0.1", pinged) or sockets ("10.1.0.2:53", connected to) near the
	// agent. When none answers, the agent is cut off and judges nothing.
	Vantage       []string
	AllowExec     bool
	WebConfigFile string
	// Viewers are users of the web configuration file who may look and not act.
	Viewers []string
	// Insecure permits listening beyond loopback without TLS.
	Insecure bool
}

// DefaultListen is where an agent serves when its plan does not say.
const DefaultListen = "127.0.0.1:9720"

// RetryInterval is the pace until a change is confirmed, for what does not say: a fifth of the
// interval, at least a second.
func RetryInterval(interval time.Duration) time.Duration { return max(interval/5, time.Second) }

// System returns the system named, or nil.
func (p *Plan) System(name string) *System { return p.systems[name] }

// Threat returns the threat named, or nil.
func (p *Plan) Threat(name string) *Threat { return p.threats[name] }

// DefaultThreat returns the threat whose allowances hold while none is declared; nil only for
// a plan without threats.
func (p *Plan) DefaultThreat() *Threat {
	return find(p.Threats, func(t *Threat) bool { return t.Default })
}

// Agent returns the settings of the agent named, or nil.
func (p *Plan) Agent(name string) *Agent {
	return find(p.Agents, func(a *Agent) bool { return a.Name == name })
}

// Allowance returns how long the system may be down under the threat named. The zero Allowance
// (no deadline) is returned when the plan does not say.
func (s *System) Allowance(threat string) Allowance { return s.AllowableDowntime[threat] }

// ReviewDue returns when the plan must be reviewed, or the zero time when it never must.
func (p *Plan) ReviewDue() time.Time {
	if p.Revised.IsZero() || p.ReviewEvery == 0 {
		return time.Time{}
	}
	return p.Revised.Add(p.ReviewEvery)
}

// Link builds the look-up tables and fills defaults that depend on the whole. It must be called
// once, after the fields are set and before the plan is shared. It returns an error only for
// what would make look-ups ambiguous; everything else is for [Lint].
func (p *Plan) Link() error {
	if p.Location == nil {
		p.Location = time.UTC
	}
	if p.ReopenWithin == 0 {
		p.ReopenWithin = DefaultReopenWithin
	}
	if p.Power == nil {
		p.Power = &PowerPolicy{Horizon: DefaultHorizon, Margin: DefaultMargin}
	}
	if p.Alerting == nil {
		p.Alerting = DefaultAlerting()
	}
	p.systems = make(map[string]*System, len(p.Systems))
	for _, s := range p.Systems {
		if p.systems[s.Name] != nil {
			return fmt.Errorf("system %q is defined twice", s.Name)
		}
		p.systems[s.Name] = s
	}
	p.threats = make(map[string]*Threat, len(p.Threats))
	for _, t := range p.Threats {
		if p.threats[t.Name] != nil {
			return fmt.Errorf("threat %q is defined twice", t.Name)
		}
		p.threats[t.Name] = t
	}
	if len(p.Threats) > 0 && p.DefaultThreat() == nil {
		p.Threats[0].Default = true
	}
	return nil
}
