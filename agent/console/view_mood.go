package console

import (
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

// The moods of a page, each worse than the one before.
const (
	moodCalm  = "calm"  // an ordinary day
	moodWatch = "watch" // somebody should look
	moodAlarm = "alarm" // somebody must decide
)

// Mood is the page's class: calm on an ordinary day, unmistakable on a bad one. A day without
// utility power is not an ordinary one, although every system may still be up; nor is one on which
// nobody can tell.
func (v *view) Mood() string {
	mood := moodCalm
	if v.Power != nil && (v.Power.UtilityLost || v.Power.UtilityUnknown) || v.Agent.Blind ||
		v.Decision.Recommendation == plan.OrdinaryFailure || v.responds() {
		mood = moodWatch
	}
	for _, s := range v.Systems {
		switch moodOf(s) {
		case moodAlarm:
			return moodAlarm
		case moodWatch:
			mood = moodWatch
		}
	}
	if v.Decision.Recommendation == plan.EstablishPosture {
		return moodAlarm
	}
	return mood
}

// responds reports whether people are at work on a response.
func (v *view) responds() bool {
	return v.Stage == plan.InitialResponse || v.Stage == plan.ContinuityResponse
}

// moodOf is what one system does to the mood. Maintenance that goes as planned does nothing.
func moodOf(s *rules.SystemFacts) string {
	danger := s.Outage != nil && s.Outage.Verdict != rules.OnTrack
	switch {
	case s.State == rules.Down && danger && s.Priority > 0:
		return moodAlarm
	case s.State == rules.Up, s.State == rules.Planned && !danger:
		return moodCalm
	}
	return moodWatch
}

// Down counts the systems that are down.
func (v *view) Down() int { return v.count(rules.Down) }

func (v *view) count(state rules.SystemState) int {
	n := 0
	for _, s := range v.Systems {
		if s.State == state {
			n++
		}
	}
	return n
}
