package plan

import (
	"slices"
	"time"
)

// AlertSeverity is how soon somebody must look.
type AlertSeverity string

// The severities of alerts, the calmest first.
const (
	Info     AlertSeverity = "info"
	Caution  AlertSeverity = "warning"
	Critical AlertSeverity = "critical"
)

// AlertSeverities lists every severity of alerts, the calmest first.
var AlertSeverities = [...]AlertSeverity{Info, Caution, Critical}

// Above reports whether s is graver than other.
func (s AlertSeverity) Above(other AlertSeverity) bool {
	return slices.Index(AlertSeverities[:], s) > slices.Index(AlertSeverities[:], other)
}

// Alerting is how alerts are raised and told.
type Alerting struct {
	Source
	// Used are the shares of an allowance at which DeadlineNear is told, ascending: 0.5, 0.75, 0.9.
	Used []float64
	// Repeat is how often an alert that nobody has acknowledged is told again; zero: never.
	Repeat time.Duration
	// GroupAt is from how many alerts of one moment on they are told as one message with a table.
	GroupAt int
	// GroupWithin is how long a first alert waits for others of the same moment.
	GroupWithin time.Duration
	Quiet       []*QuietRule
	// AliveTo are channels that hear each AliveEvery that the agent works, for a dead man's switch
	// behind them; empty: none.
	AliveTo    []string
	AliveEvery time.Duration
}

// QuietRule keeps alerts back for a time; what is still open when it ends is told then. A close is
// never kept back where the opening was told.
type QuietRule struct {
	Source
	Name string
	// Below: alerts less grave than this are kept back. Critical is the highest that can be said:
	// critical alerts are never kept back.
	Below AlertSeverity
	// Calendar is quiet outside its open hours; empty: From and To hold.
	Calendar string
	// From and To are clock times of each day; From after To goes over midnight.
	From, To ClockTime
}

// Channel is one way of telling people (通知先).
type Channel struct {
	Source
	Kind    string // a name of the table in notify/all
	Name    string
	Title   string
	Timeout time.Duration // of one try
	Route   Route
	// ToRoles are roles whose people it reaches by their contacts, beside its own addresses.
	ToRoles []string
	// Settings is what the kind decoded from its own attributes; only it looks inside.
	Settings any
	// Media are the contacts of people that the kind can use; empty: it uses none. Programs says
	// that it runs programs, for which an agent needs allow_exec.
	Media    []Medium
	Programs bool
	// From names the agents that use it; empty means all.
	From []string
}

// Route is which alerts go to a channel. What is empty admits all; all that is said must hold.
type Route struct {
	Source // zero: the channel has no route block
	// NoAlerts keeps all alerts away: the channel is for reports or for heartbeats alone.
	NoAlerts bool
	// AtLeast is the least severity.
	AtLeast AlertSeverity
	Alerts  []string // names of alerts: SystemDown
	Systems []string
	Sites   []string
	// Priority admits systems of this priority or a higher one (a smaller number), and alerts
	// that are about no system; zero admits all.
	Priority int
	Roles    []string // steps of these roles
	Threats  []string
	Stages   []Stage
	// Calendar admits only while it is open, or with Outside only while it is closed.
	Calendar string
	Outside  bool
	// UsedFrom admits an outage's alerts only from this share of its allowance on, Unacknowledged
	// only when nobody has acknowledged them for so long: the next step of an escalation.
	UsedFrom       float64
	Unacknowledged time.Duration
	// Reports says whether inspections go there too.
	Reports bool
}

// Inspection is a scheduled run of checks and its report (始業前点検).
type Inspection struct {
	Source
	Name  string
	Title string
	// At is the clock time on the working days of Calendar; Cron is a cron expression of five
	// fields in the plan's zone, in its place.
	At       ClockTime
	Cron     string
	Calendar string // empty: every day
	Systems  []string
	Timeout  time.Duration // of each probe; zero: the check's own
	Retries  int           // of a probe that failed
	Channels []string      // names of notify blocks; empty: those whose route takes reports
	From     []string      // agents that run it; empty: all
}

// DefaultAlerting is how alerts are told by a plan that does not say.
func DefaultAlerting() *Alerting {
	return &Alerting{Used: []float64{0.5, 0.75, 0.9}, Repeat: time.Hour, GroupAt: 4, GroupWithin: time.Second, AliveEvery: time.Minute}
}
