package alert

import (
	"cmp"
	"slices"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

// Conditions are what alerts need to know beside the Situation. [ConditionsOf] fills what the
// state tells; channels and drill are for the agent to add.
type Conditions struct {
	// Power is what is the matter with supplies and utility power.
	Power []Power
	// Unread are supplies that this agent should read and has not, in this run, or that do not
	// answer: what rests on their readings closes on no silence.
	Unread []string
	// Ended tells how outages ended whose alerts are still in the ledger, by ID of outage.
	Ended map[string]Ending
	// Taken tells who has taken on which alerts of the ledger that are about no outage, by the key by
	// which people know them.
	Taken map[string]rules.Taken
	// Channels are those that cannot deliver.
	Channels []Failing
	// Drill marks all alerts as those of an exercise (訓練).
	Drill bool
}

// Power is a condition of a supply that holds.
type Power struct {
	Supply    string // journal.Utility for the grid
	Condition journal.PowerCondition
	ID        string // of the event that began it
	Since     time.Time
	Text      string // as the supply, or its reader, said; may be empty
}

// Ending is how an outage ended.
type Ending struct {
	Start   time.Time `json:"start"`
	EndedAt time.Time `json:"ended_at"`
	// Met tells whether it ended by its deadline; nil when there was none, or it was dropped.
	Met *bool `json:"met,omitempty"`
	// Dropped says that the plan lost the system: whether it works again, nobody knows.
	Dropped bool `json:"dropped,omitempty"`
	// Terms are the deadline, allowance and threat that held at the end, in the plan's zone; nil in
	// an account of before they were kept.
	Terms *journal.Terms `json:"terms,omitempty"`
}

// Failing is a channel that cannot deliver.
type Failing struct {
	Channel string
	// Since is the first failure after the newest delivery.
	Since time.Time
	Text  string // what the newest try met; no secret
	// Pending counts the messages that wait.
	Pending int
}

// FailingFor is how long a channel must have failed for its DeliveryFailing.
const FailingFor = 15 * time.Minute

// ConditionsOf gathers what the state tells. It keeps nothing of it.
func ConditionsOf(p *plan.Plan, s *rules.State, told Ledger) Conditions {
	c := Conditions{Ended: make(map[string]Ending), Taken: TakenOf(p, s, told)}
	for key, account := range s.Power {
		c.Power = append(c.Power, Power{
			Supply: key.Supply, Condition: key.Condition, ID: account.ID, Since: local(p, account.Start()), Text: account.Text,
		})
	}
	slices.SortFunc(c.Power, func(a, b Power) int {
		return cmp.Or(cmp.Compare(a.Supply, b.Supply), cmp.Compare(a.Condition, b.Condition))
	})
	for _, node := range p.Supplies() {
		if source := node.Readings(); source != nil && source.ReadBy(s.Agent) && silent(s, node.Name) {
			c.Unread = append(c.Unread, node.Name)
		}
	}
	for _, e := range told {
		c.addEnding(p, s, &e.Alert)
	}
	return c
}

// silent reports whether nothing is known of a supply now.
func silent(s *rules.State, supply string) bool {
	_, read := s.Live.Readings[supply]
	_, lost := s.Power[rules.PowerKey{Supply: supply, Condition: journal.SupplyLost}]
	return !read || lost
}

func (c *Conditions) addEnding(p *plan.Plan, s *rules.State, a *Alert) {
	if a.Outage == nil {
		return
	}
	last := s.Totals[a.System].Last
	if last == nil || last.ID != a.ID || last.EndedAt.IsZero() {
		return
	}
	terms := last.Terms
	terms.Deadline, terms.StartRecoveryBy = local(p, terms.Deadline), local(p, terms.StartRecoveryBy)
	ending := Ending{Start: local(p, last.Start()), EndedAt: local(p, last.EndedAt), Dropped: last.Dropped, Terms: &terms}
	if !last.Dropped && !last.Terms.Deadline.IsZero() {
		met := last.Met
		ending.Met = &met
	}
	c.Ended[a.ID] = ending
}

func local(p *plan.Plan, t time.Time) time.Time { return plan.InZone(t, p.Location) }

// power returns the condition of a supply, if it holds.
func (c *Conditions) power(supply string, condition journal.PowerCondition) (Power, bool) {
	for _, held := range c.Power {
		if held.Supply == supply && held.Condition == condition {
			return held, true
		}
	}
	return Power{}, false
}
