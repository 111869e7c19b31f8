package alert

import (
	"math"
	"slices"
	"time"

	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

// Alert is one thing that somebody must know of while it lasts. It is immutable.
type Alert struct {
	// Key names it from its opening to its close: NAME/SUBJECT/ID. Without an ID it ends in the
	// time at which it was first known, once [Next] has seen it. What comes back within two hours
	// of its close under one key is the same, going on.
	Key  string `json:"key"`
	Name string `json:"name"` // one of [Names]
	// Subject is the system, supply, step, channel or criterion; Title is for people.
	Subject string `json:"subject,omitempty"`
	Title   string `json:"title,omitempty"`
	// ID is that of the outage, or of the journal's event, that it is about; empty when the
	// journal has none.
	ID       string             `json:"id,omitempty"`
	Severity plan.AlertSeverity `json:"severity"`
	// Since is when it began; where nothing tells, [Next] puts in when it was first known.
	Since time.Time `json:"since,omitzero"`
	// Level is the largest of the plan's shares that is reached, of DeadlineNear, in hundredths of a
	// percent, so that it means the same under a plan with others; else zero.
	Level   int     `json:"level,omitempty"`
	Silence Silence `json:"silence,omitempty"`

	// Acknowledged says that somebody has taken it on: its outage, or this alert itself. The why is
	// what was said last of who works on it and how.
	Acknowledged    bool      `json:"acknowledged,omitempty"`
	AcknowledgedAt  time.Time `json:"acknowledged_at,omitzero"`
	AcknowledgedBy  string    `json:"acknowledged_by,omitempty"`
	AcknowledgedWhy string    `json:"acknowledged_why,omitempty"`

	// System is the name of the system that it is about; empty when it is about none.
	System   string `json:"system,omitempty"`
	Priority int    `json:"priority,omitempty"`
	// TopPriority is the highest priority (the smallest number) of the system and of what is down
	// because of it; zero: none has one.
	TopPriority      int           `json:"top_priority,omitempty"`
	Owner            string        `json:"owner,omitempty"`
	Site             string        `json:"site,omitempty"` // of the system or supply
	Alternative      string        `json:"alternative,omitempty"`
	AlternativeLasts rules.Seconds `json:"alternative_lasts_seconds,omitempty"`
	// Outage is the clock of the system's outage: deadline, left, used. It is the Situation's own.
	Outage *rules.OutageFacts `json:"outage,omitempty"`
	// Causes are the root causes, Affects what is down because of it, by name of system.
	Causes  []string `json:"causes,omitempty"`
	Affects []string `json:"affects,omitempty"`

	// Roles are those whose people have to act: of an overdue step, of who declares the posture.
	Roles []string `json:"roles,omitempty"`
	// Values are what more the words need, by name: float64, string, bool, []string or time.Time,
	// spans in seconds. Each name's are listed in [Names].
	Values map[string]any `json:"values,omitempty"`
	Drill  bool           `json:"drill,omitempty"`
}

// Silence is why an alert is not told although it holds.
type Silence string

// The silences; the empty one lets it be told.
const (
	Maintenance Silence = "maintenance"
	Dependency  Silence = "dependency"
	// Suspected is a system of which it is not known yet whether what it depends on is down; it
	// lasts a minute at most.
	Suspected Silence = "suspected"
	// Settling is a system whose root cause is gone for less time than it takes to see that it is up
	// again itself. [Derive] cannot know of it; the ledger does.
	Settling Silence = "settling"
)

// Label is the silence as a receiver of alerts knows it by their labels. A suspicion is none: who
// keeps account of alerts hears of it when it is over.
func (s Silence) Label() Silence {
	if s == Suspected {
		return ""
	}
	return s
}

// Topic is what it is about, in the large.
func (a *Alert) Topic() Topic { return topicOf(a.Name) }

// Deadline is when the outage must have ended; zero when it is about none, or has no deadline.
func (a *Alert) Deadline() time.Time {
	if a.Outage == nil {
		return time.Time{}
	}
	return a.Outage.Deadline
}

// keyOf builds the key that Derive gives.
func keyOf(name, subject, id string) string {
	key := name
	if subject != "" {
		key += "/" + subject
	}
	if id != "" {
		key += "/" + id
	}
	return key
}

// line names what comes and goes: one cause, under whatever key.
type line struct{ name, subject string }

func (a *Alert) line() line { return line{a.Name, a.Subject} }

// bundle names what is told in one message when it has to be told at one moment.
type bundle struct {
	about   Topic
	subject string // empty where all of a topic belongs together
}

func (a *Alert) bundle() bundle {
	switch topic := topicOf(a.Name); topic {
	case OfPower:
		return bundle{about: topic}
	case OfOutage:
		return bundle{topic, a.System}
	default:
		return bundle{topic, a.Name + "/" + a.Subject}
	}
}

// worst is the graver of two severities.
func worst(a, b plan.AlertSeverity) plan.AlertSeverity {
	if b.Above(a) {
		return b
	}
	return a
}

// rankOf puts priorities in order: 1 first, none last.
func rankOf(priority int) int {
	if priority == 0 {
		return math.MaxInt
	}
	return priority
}

// higher is the higher of two priorities; zero is none.
func higher(a, b int) int {
	if rankOf(b) < rankOf(a) {
		return b
	}
	return a
}

func severityRank(s plan.AlertSeverity) int { return slices.Index(plan.AlertSeverities[:], s) }
