package messages

import (
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/rules"
)

// StepChange says how the plan has departed from a step of a running checklist, and what it says
// now; empty when it has not.
func (w *Words) StepChange(s *rules.StepFacts, titles Titles) string {
	if s.Change == "" {
		return ""
	}
	said := make([]string, len(s.Departs))
	for i, field := range s.Departs {
		said[i] = w.Say("steps_now_"+field, map[string]any{"Value": w.planned(s.Planned, field, titles)})
	}
	return w.Say("steps_change_"+s.Change, map[string]any{"Now": w.List(said)})
}

// planned is what the plan says of a field of a step; empty: nothing.
func (w *Words) planned(s *journal.Step, field string, titles Titles) string {
	switch field {
	case "title":
		return s.Title
	case "role":
		return titles.Role(s.Role)
	case "only_if":
		return s.OnlyIf
	case "due":
		if s.Due > 0 {
			return w.Span(s.Due)
		}
	case "links":
		all := make([]string, len(s.Links))
		for i, link := range s.Links {
			all[i] = Document(link)
		}
		return w.List(all)
	}
	return ""
}

// Document names a document that a step points at.
func Document(link journal.Link) string {
	if link.Title == "" {
		return link.To
	}
	return link.Title + " " + link.To
}
