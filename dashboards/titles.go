package dashboards

import "github.com/keizoku-bcp/keizoku/plan"

// What the plan calls its parts; nothing for a plan that is not given, or for a part without a
// title: then its name shows.

func (h *house) threatTitles() (all []titled) {
	if h.plan == nil {
		return nil
	}
	for _, t := range h.plan.Threats {
		all = called(all, t.Name, t.Title)
	}
	return all
}

func (h *house) siteTitles() (all []titled) {
	if h.plan == nil {
		return nil
	}
	for _, s := range h.plan.Sites {
		all = called(all, s.Name, s.Title)
	}
	return all
}

func (h *house) supplyTitles() (all []titled) {
	if h.plan == nil {
		return nil
	}
	for _, g := range h.plan.Generators {
		all = called(all, g.Name, g.Title)
	}
	for _, u := range h.plan.UPSs {
		all = called(all, u.Name, u.Title)
	}
	return all
}

// loadTitles are of all that can be switched off: loads and systems.
func (h *house) loadTitles() (all []titled) {
	if h.plan == nil {
		return nil
	}
	for _, l := range h.plan.Loads {
		all = called(all, l.Name, l.Title)
	}
	for _, s := range h.plan.Systems {
		if s.Power != nil {
			all = called(all, s.Name, s.Title)
		}
	}
	return all
}

func (h *house) channelTitles() (all []titled) {
	if h.plan == nil {
		return nil
	}
	for _, c := range h.plan.Channels {
		all = called(all, c.Name, c.Title)
	}
	return all
}

// alertTitles are what people call the alerts.
func (h *house) alertTitles() []titled {
	all := make([]titled, len(plan.AlertKinds))
	for i, k := range plan.AlertKinds {
		all[i] = titled{k.Name, h.words.AlertTitle(k.Name)}
	}
	return all
}

func called(all []titled, name, title string) []titled {
	if title == "" {
		title = name
	}
	return append(all, titled{name, title})
}

// builtIn are the criteria of a plan that writes none.
var builtIn = [...]string{"deadline_missed", "deadline_at_risk", "many_down", "short_power", "threat_declared", "priority_down"}

func (h *house) criterionTitles() (all []titled) {
	for _, name := range builtIn {
		all = append(all, titled{name, h.say("criterion_" + name)})
	}
	if h.plan == nil || h.plan.Decision == nil {
		return all
	}
	for _, c := range h.plan.Decision.Criteria {
		all = called(all, c.Name, c.Title)
	}
	return all
}
