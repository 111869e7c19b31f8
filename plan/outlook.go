package plan

import (
	"cmp"
	"slices"
	"time"
)

// Outlook tells what would have to be back when, if everything failed at one instant: per
// threat the priority businesses and the ranked systems. Its JSON form is a contract; times are
// in the plan's zone.
type Outlook struct {
	At      time.Time       `json:"at"`
	Threats []ThreatOutlook `json:"threats"`
}

// ThreatOutlook is the outlook under one threat.
type ThreatOutlook struct {
	Name    string `json:"name"`
	Title   string `json:"title"`
	Default bool   `json:"default"`
	// Businesses are the priority ones, the earliest deadline first.
	Businesses []BusinessOutlook `json:"businesses"`
	// Systems are the priority ones, the highest priority first.
	Systems []SystemOutlook `json:"systems"`
}

// BusinessOutlook is a priority business and when it would have to run again.
type BusinessOutlook struct {
	Name          string `json:"name"`
	Title         string `json:"title"`
	Division      string `json:"division"`
	RecoverWithin string `json:"recover_within"`
	// Deadline is zero, and absent in JSON, when there is none.
	Deadline time.Time `json:"deadline,omitzero"`
	Needs    []string  `json:"needs"`
}

// SystemOutlook is a priority system and when it would have to be back.
type SystemOutlook struct {
	Name      string `json:"name"`
	Title     string `json:"title"`
	Priority  int    `json:"priority"`
	Allowance string `json:"allowance"`
	// Deadline is zero, and absent in JSON, when there is none.
	Deadline time.Time `json:"deadline,omitzero"`
}

// Outlook returns the deadlines that would hold if everything failed at the instant.
func (p *Plan) Outlook(at time.Time) Outlook {
	o := Outlook{At: p.local(at), Threats: make([]ThreatOutlook, 0, len(p.Threats))}
	for _, t := range p.Threats {
		o.Threats = append(o.Threats, ThreatOutlook{
			Name:       t.Name,
			Title:      t.Title,
			Default:    t.Default,
			Businesses: p.businessOutlooks(t, at),
			Systems:    p.systemOutlooks(t, at),
		})
	}
	return o
}

func (p *Plan) businessOutlooks(t *Threat, at time.Time) []BusinessOutlook {
	outlooks := []BusinessOutlook{}
	for _, b := range p.PriorityBusinesses(t, at) {
		target := b.RecoverWithin[t.Name]
		outlooks = append(outlooks, BusinessOutlook{
			Name:          b.Name,
			Title:         b.Title,
			Division:      b.Division,
			RecoverWithin: target.String(),
			Deadline:      p.local(target.Deadline(at)),
			Needs:         append([]string{}, b.Needs...),
		})
	}
	slices.SortStableFunc(outlooks, func(a, b BusinessOutlook) int { return compareDeadlines(a.Deadline, b.Deadline) })
	return outlooks
}

func (p *Plan) systemOutlooks(t *Threat, at time.Time) []SystemOutlook {
	outlooks := []SystemOutlook{}
	for _, s := range p.PrioritySystems() {
		allowance := s.Allowance(t.Name)
		outlooks = append(outlooks, SystemOutlook{
			Name:      s.Name,
			Title:     s.Title,
			Priority:  s.Priority,
			Allowance: allowance.String(),
			Deadline:  p.local(allowance.Deadline(at)),
		})
	}
	return outlooks
}

// PrioritySystems returns the systems that have a priority (優先システム), the highest first and
// those of one priority in the plan's order.
func (p *Plan) PrioritySystems() []*System {
	var ranked []*System
	for _, s := range p.Systems {
		if s.Priority > 0 {
			ranked = append(ranked, s)
		}
	}
	slices.SortStableFunc(ranked, func(a, b *System) int { return cmp.Compare(a.Priority, b.Priority) })
	return ranked
}

// local returns t in the plan's zone; the zero time stays as it is.
func (p *Plan) local(t time.Time) time.Time { return InZone(t, p.Location) }

// compareDeadlines sorts the earlier first and no deadline last.
func compareDeadlines(a, b time.Time) int {
	if a.IsZero() != b.IsZero() {
		return -a.Compare(b)
	}
	return a.Compare(b)
}
