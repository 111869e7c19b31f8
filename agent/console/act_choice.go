package console

import (
	"slices"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
)

// options are what a field chooses from, with the one that was given; none: it is free text. What
// was given and is not among them is there too: the person sees what was wrong.
func (v *view) options(field, given string) []actChoice {
	all := v.choices(field)
	if len(all) == 0 {
		return nil
	}
	if !slices.ContainsFunc(all, func(o actChoice) bool { return o.Value == given }) {
		all = slices.Insert(all, 0, actChoice{Value: given, Text: v.Short(given)})
	}
	for i := range all {
		all[i].Chosen = all[i].Value == given
	}
	return all
}

func (v *view) choices(field string) []actChoice {
	p := v.Written
	switch field {
	case "threat":
		return choicesOf(p.Threats, func(t *plan.Threat) actChoice { return actChoice{Value: t.Name, Text: t.Title} })
	case "system":
		return choicesOf(p.Systems, func(s *plan.System) actChoice { return actChoice{Value: s.Name, Text: s.Title} })
	case "role":
		return choicesOf(p.Roles, func(r *plan.Role) actChoice { return actChoice{Value: r.Name, Text: r.Title} })
	case "to":
		return choicesOf(plan.Stages[:], func(s plan.Stage) actChoice { return actChoice{Value: string(s), Text: v.Words.Stage(s)} })
	case "medium":
		return choicesOf(plan.Media[:], func(m plan.Medium) actChoice { return actChoice{Value: string(m), Text: v.Words.Medium(m)} })
	case "result":
		return choicesOf(journal.CallResults[:], func(r journal.CallResult) actChoice {
			return actChoice{Value: string(r), Text: v.Words.CallResult(r)}
		})
	case "finding":
		return choicesOf(journal.Findings[:], func(f journal.Finding) actChoice { return actChoice{Value: string(f), Text: v.Words.Finding(f)} })
	default:
		return v.choicesNow(field)
	}
}

// choicesNow are those that the Situation has.
func (v *view) choicesNow(field string) (all []actChoice) {
	switch field {
	case "step":
		for _, list := range v.Response.Checklists {
			for _, step := range list.Steps {
				all = append(all, actChoice{Value: step.ID, Text: step.Title})
			}
		}
	case "site":
		for _, sheet := range v.Response.Survey {
			all = append(all, actChoice{Value: sheet.Site, Text: v.titles.Site(sheet.Site)})
		}
	}
	return all
}

func choicesOf[T any](all []T, of func(T) actChoice) []actChoice {
	options := make([]actChoice, len(all))
	for i, one := range all {
		options[i] = of(one)
		if options[i].Text == "" {
			options[i].Text = options[i].Value
		}
	}
	return options
}
