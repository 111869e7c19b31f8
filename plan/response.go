package plan

import (
	"slices"
	"time"
)

// Stage is how far the response to an event has gone. People move it; nothing else does.
type Stage string

// The stages, in their order.
const (
	Monitoring         Stage = "monitoring"          // 平常監視
	InitialResponse    Stage = "initial_response"    // 初動対応
	ContinuityResponse Stage = "continuity_response" // ICT業務継続対応: the posture is established
	StoodDown          Stage = "stood_down"          // 体制解除
)

// Stages lists every stage in its order.
var Stages = [...]Stage{Monitoring, InitialResponse, ContinuityResponse, StoodDown}

// Responding reports whether people are at work on an event in this stage.
func (s Stage) Responding() bool { return s == InitialResponse || s == ContinuityResponse }

// Role is a part in the posture (役割), and who takes it.
type Role struct {
	Source
	Name  string
	Title string
	// People are asked in this order: who holds the role first, then the deputies (代行).
	People []*Person
}

// Person is somebody who takes a role. Contacts are personal data: they are in no Situation, no
// metric, no message and no log, and are shown to operators alone. Names are shown where it matters
// who holds a role.
type Person struct {
	Source
	Name     string
	Position string // 「情報政策課長」; may be empty
	Contacts []Contact
	// Confirmed is the day on which somebody last checked the contacts; zero: never said.
	Confirmed time.Time
}

// Contact is one way to reach a person. The order in the plan is the order of trying.
type Contact struct {
	Medium  Medium
	Address string
	Note    string // "after 18:00"; may be empty
}

// Medium is a means of contact.
type Medium string

// The media.
const (
	Mobile    Medium = "mobile"
	Phone     Medium = "phone"     // at the office
	Home      Medium = "home"      // a telephone at home
	Satellite Medium = "satellite" // a satellite telephone
	Radio     Medium = "radio"     // 防災行政無線
	Mail      Medium = "mail"
	Chat      Medium = "chat"
	Messenger Medium = "messenger" // somebody goes there
)

// Media lists every medium.
var Media = [...]Medium{Mobile, Phone, Home, Satellite, Radio, Mail, Chat, Messenger}

// Posture is who comes together under a threat (体制), and on whose word.
type Posture struct {
	Source
	Name    string
	Title   string
	Threats []string // empty: all
	Roles   []string // in the order of calling
	// DeclaredBy are the roles whose people may establish it; empty: the first of Roles.
	DeclaredBy []string
	// Conditions are when it is to be established, in words: 「震度6弱以上」.
	Conditions []string
}

// Procedure is what is to be done in a stage (手順).
type Procedure struct {
	Source
	Name    string
	Title   string
	Threats []string // empty: all
	Stage   Stage    // InitialResponse or ContinuityResponse
	Steps   []*Step
}

// Step is one thing to do.
type Step struct {
	Source
	Name  string
	Title string
	Role  string // who does it; may be empty
	// Due is how long after the start of the stage it must be done; zero: no time is set.
	Due time.Duration
	// OnlyIf is when it applies; nil: always.
	OnlyIf Condition
	Links  []Link
}

// Link points at a document: a path, an address, or "binder 3, page 12".
type Link struct {
	Title string
	To    string
}

// Decision is how continuity is judged to be in danger.
type Decision struct {
	Source
	// BuiltIn keeps the built-in criteria beside those written here.
	BuiltIn bool
	// BetterAfter is how long a criterion must have ceased before the recommendation gets better.
	BetterAfter time.Duration
	Criteria    []*Criterion
}

// DefaultBetterAfter is BetterAfter for a plan that does not say.
const DefaultBetterAfter = 5 * time.Minute

// Recommendation is what Keizoku recommends to the person who decides.
type Recommendation string

// The recommendations, the calmest first.
const (
	Normal           Recommendation = "normal"
	OrdinaryFailure  Recommendation = "ordinary_failure"  // 通常のシステム障害
	EstablishPosture Recommendation = "establish_posture" // ICT業務継続体制の確立
)

// Recommendations lists every recommendation, the calmest first.
var Recommendations = [...]Recommendation{Normal, OrdinaryFailure, EstablishPosture}

// Worse reports whether r is worse than other.
func (r Recommendation) Worse(other Recommendation) bool {
	return slices.Index(Recommendations[:], r) > slices.Index(Recommendations[:], other)
}

// Criterion is one reason to recommend something.
type Criterion struct {
	Source
	Name  string
	Title string
	// Recommends is what it speaks for while it holds: EstablishPosture or OrdinaryFailure.
	Recommends Recommendation
	When       Condition
}

// PriorityDown is the criterion that is there under every plan: it tells an ordinary failure from
// a normal day.
const PriorityDown = "priority_down"

// BuiltInCriterion describes one of the criteria that hold without a decision block.
type BuiltInCriterion struct {
	Name       string
	Recommends Recommendation
	Expression string // what it asks, as a plan would write it
	Doc        string
}

// BuiltInCriteria lists the built-in criteria. A decision block replaces all but [PriorityDown],
// unless it keeps them.
var BuiltInCriteria = [...]BuiltInCriterion{
	{"deadline_missed", EstablishPosture, "missed.priority_count > 0", "A priority system is down past its deadline."},
	{"deadline_at_risk", EstablishPosture, "at_risk.priority_count > 0", "A priority system is projected to come back after its deadline."},
	{"many_down", EstablishPosture, "down.priority_count >= 3", "Three or more priority systems are down at once."},
	{"short_power", EstablishPosture, "power.lost && power.runtime_hours < power.horizon_hours", "Utility power is lost, and what is left does not reach the horizon."},
	{"threat_declared", EstablishPosture, "threat.declared", "A person has declared a threat."},
	{PriorityDown, OrdinaryFailure, "down.priority_count > 0", "A priority system is down. It is there under every plan."},
}

// Condition is an expression over [Facts].
type Condition interface {
	// Judge tells whether it holds. It is safe for concurrent use and keeps nothing of the facts.
	Judge(*Facts) Judgement
	// Text is the expression as it was written.
	Text() string
}

// Judgement is what a Condition says of some facts.
type Judgement struct {
	Holds bool
	// Used are the facts that it rests on, in the order of their first mention.
	Used []Used
	// Unjudged says why it could not be judged, for people; empty when it was. Holds is then false.
	Unjudged string
}

// Used is one fact that a judgement rests on.
type Used struct {
	Name string `json:"name"` // as in the expression: "down.priority_count"
	// Value is a float64, string, bool, a list of these, or nil when it is not known.
	Value any `json:"value"`
}

// Role returns the role named, or nil.
func (p *Plan) Role(name string) *Role {
	return find(p.Roles, func(r *Role) bool { return r.Name == name })
}

// PostureFor returns the posture for the threat named, or nil: the first that names it, else the
// first for all threats.
func (p *Plan) PostureFor(threat string) *Posture {
	if named := find(p.Postures, func(q *Posture) bool { return slices.Contains(q.Threats, threat) }); named != nil {
		return named
	}
	return find(p.Postures, func(q *Posture) bool { return len(q.Threats) == 0 })
}

// ProceduresFor returns the procedures for a threat and a stage, in the plan's order.
func (p *Plan) ProceduresFor(threat string, stage Stage) []*Procedure {
	var all []*Procedure
	for _, q := range p.Procedures {
		if q.Stage == stage && (len(q.Threats) == 0 || slices.Contains(q.Threats, threat)) {
			all = append(all, q)
		}
	}
	return all
}

// Declarers returns the names of the roles whose people may establish the posture.
func (q *Posture) Declarers() []string {
	if len(q.DeclaredBy) > 0 || len(q.Roles) == 0 {
		return q.DeclaredBy
	}
	return q.Roles[:1]
}

// ID names a step in a running checklist: PROCEDURE.STEP.
func (q *Procedure) ID(s *Step) string { return q.Name + "." + s.Name }
