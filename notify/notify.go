// Package notify is the contract between the agent and its ways of telling people.
//
// A kind of channel (mail, Alertmanager, a webhook, …) lives in a folder of its own, owns its
// attributes in the plan, their documentation and its test, and is listed once in notify/all. A
// channel only carries: what is told, to whom, when and how often is decided before, and a
// message that could not be delivered is tried again by whoever keeps it.
package notify

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/keizoku-bcp/keizoku/plan"
)

// Kind is one way of telling people.
type Kind struct {
	// Name is the first label in the plan: notify "mail" "staff" { … }.
	Name string
	// Summary is one line for lists; Doc is the reference page's opening, in Markdown.
	Summary string
	Doc     string
	// Example is a complete notify block, shown in the reference and parsed by its test.
	Example string
	// Settings is the zero value of the kind's settings struct; see package block.
	Settings any
	// Media are the contacts of people that it uses; empty: none, so that to_roles reaches nobody.
	Media []plan.Medium
	// Programs says that it runs programs, so that it needs an agent with allow_exec.
	Programs bool
	// Validate looks for what the types of the attributes cannot tell; it may be nil.
	Validate func(settings any, body hcl.Body) hcl.Diagnostics
	// Check looks for what settings and envelope (to_roles) tell only together; it may be nil. It is
	// called where nothing else is wrong.
	Check func(settings any, c *plan.Channel) hcl.Diagnostics
	// New makes the channel. settings is a pointer to the decoded struct. It must not touch the
	// network.
	New func(settings any, env *Env) (Channel, error)
}

// Channel carries messages. Send returns when the message is delivered or ctx ends, whichever is
// first; an error means that it may or may not have arrived, and that another try is wanted
// unless it is a [Refused]. It is not called concurrently with itself. A Channel that holds
// something open also implements io.Closer.
type Channel interface {
	Send(ctx context.Context, m *Message) (Receipt, error)
}

// Keeper is a Channel whose receiver forgets alerts that it does not hear of: it is told every
// alert that is open, each [KeepEvery], beside the messages.
type Keeper interface {
	Channel
	Keep(ctx context.Context, open []Alert) error
}

// KeepEvery is how often a [Keeper] is told of the open alerts, KeepFor how long it may believe
// one that it no longer hears of.
const (
	KeepEvery = time.Minute
	KeepFor   = 5 * time.Minute
)

// Env is what an agent lends to its channels.
type Env struct {
	// Name is the channel's name in the plan, Agent the agent's.
	Name, Agent string
	// People are those of the channel's to_roles; a kind takes the contacts that it can use.
	People []*plan.Person
	// AllowExec says whether the agent may run programs.
	AllowExec bool
	// Link is the address of the agent's console; empty when nobody can reach it from elsewhere.
	Link    string
	Secrets *plan.Redactor
	Log     *slog.Logger
}

// Receipt is what the receiver said: "250 2.0.0 Ok: queued as 4F2B1", "200 OK". No secret.
type Receipt string

// Refused is a message that another try would not help: the receiver understood it and does not
// want it.
type Refused struct{ Err error }

func (r *Refused) Error() string { return r.Err.Error() }
func (r *Refused) Unwrap() error { return r.Err }

// IsRefused reports whether another try is of no use.
func IsRefused(err error) bool { return errors.As(err, new(*Refused)) }

// Occasion is why a message is sent.
type Occasion string

// The occasions.
const (
	Opened     Occasion = "opened"
	Worsened   Occasion = "worsened"  // a graver severity, or a further share of the allowance
	Escalated  Occasion = "escalated" // nobody has taken it on, or the channel's share is reached
	Reminded   Occasion = "reminded"
	Closed     Occasion = "closed"
	Inspection Occasion = "inspection" // a report of an inspection
	Test       Occasion = "test"
	Alive      Occasion = "alive" // the dead man's switch
)

// Occasions lists every occasion.
var Occasions = [...]Occasion{Opened, Worsened, Escalated, Reminded, Closed, Inspection, Test, Alive}

// Message is one thing that a channel carries: one alert, or several of one moment. It is kept
// as JSON until it is delivered, so that it says later what was true when it was written.
type Message struct {
	// ID is a ULID; every try carries the same, so that a receiver can drop the second.
	ID       string             `json:"id"`
	Occasion Occasion           `json:"occasion"`
	At       time.Time          `json:"at"` // in the plan's zone
	Severity plan.AlertSeverity `json:"severity"`
	// Subject is one line, Text the whole for people, HTML the same for mail; Short fits an SMS
	// (70 characters).
	Subject string `json:"subject"`
	Text    string `json:"text"`
	HTML    string `json:"html,omitempty"`
	Short   string `json:"short"`
	// Alerts are what it is about, the gravest first; empty for a report or a test.
	Alerts []Alert `json:"alerts"`
	// AlertsLeftOut counts those of which Alerts has no room; it has the gravest. A [Keeper] gets
	// all.
	AlertsLeftOut int `json:"alerts_left_out,omitempty"`

	Locale plan.Locale `json:"locale"`
	Drill  bool        `json:"drill"`
	Agent  string      `json:"agent"`
	Plan   string      `json:"plan"`
	// Link is the page of the console that shows more; empty when there is none.
	Link string `json:"link,omitempty"`
	// Roles are those whose people it is for; a channel that knows their addresses may use them.
	Roles []string `json:"roles,omitempty"`
}

// Alert is one alert as it is told.
type Alert struct {
	// Key is the same from its opening to its close. What comes back within two hours of its close
	// may do so under the same.
	Key      string             `json:"key"`
	Name     string             `json:"name"` // SystemDown
	Severity plan.AlertSeverity `json:"severity"`
	StartsAt time.Time          `json:"starts_at"`
	EndsAt   time.Time          `json:"ends_at,omitzero"` // zero: open
	// Labels identify and route it (alertname, agent, system, priority, site, severity, silence,
	// threat), and stay the same while it is open but for severity and silence; Annotations tell of
	// it.
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
	Link        string            `json:"link,omitempty"`
}
