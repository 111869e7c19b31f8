package reports

import (
	"slices"

	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/rules"
)

// Decision is the page of the one who decides: the stage, what is recommended, all that speaks for
// and against it with its numbers, and what a person chose.
func Decision(w *messages.Words, s *rules.Situation) string {
	p := newPage(w, messages.TitlesIn(s), s.At)
	p.head(p.Word("decision_title"), p.planLine(&s.Plan), p.asOf(s))
	p.warnings(s)
	p.threat(s)
	p.stage(s)
	p.recommended(&s.Decision)
	p.choice(s.Decision.Choice)
	p.deciders(s.Response.Posture)
	p.reasons("decision_holding", s.Decision.Reasons, true)
	p.reasons("decision_not_holding", s.Decision.Reasons, false)
	if len(s.Decision.Calm) > 0 {
		p.section(p.Word("decision_calm"))
		for i := range s.Decision.Calm {
			p.bullet(2, p.Calm(&s.Decision.Calm[i], p.titles, p.now))
		}
	}
	return p.String()
}

// deciders tells when the posture is to be established, and on whose word.
func (p *page) deciders(f *rules.PostureFacts) {
	if f == nil {
		return
	}
	titles := make([]string, len(f.DeclaredBy))
	for i, role := range f.DeclaredBy {
		titles[i] = p.titles.Role(role)
	}
	p.field(p.Word("calls_posture"), f.Title)
	label := p.Word("calls_conditions")
	for _, condition := range f.Conditions {
		p.field(label, condition)
		label = ""
	}
	p.field(p.Word("calls_declared_by"), p.List(titles))
}

// reason says a criterion. It names the systems that it speaks of only where none that holds above
// it named the same: with three down, [plan.PriorityDown] would repeat them all.
func (p *page) reason(r *rules.ReasonFacts, all []*rules.ReasonFacts) string {
	above := all[:slices.Index(all, r)]
	if !r.Holds || !slices.ContainsFunc(above, func(other *rules.ReasonFacts) bool { return names(other, r.Systems) }) {
		return p.Criterion(r, p.titles)
	}
	bare := *r
	bare.Systems = nil
	return p.Criterion(&bare, p.titles)
}

// names reports whether a criterion that holds names just these systems.
func names(r *rules.ReasonFacts, systems []string) bool {
	return r.Holds && r.KeptUntil.IsZero() && len(systems) > 0 && slices.Equal(r.Systems, systems)
}

// reasons lists the criteria that hold, or those that do not.
func (p *page) reasons(heading string, all []*rules.ReasonFacts, hold bool) {
	p.section(p.Word(heading))
	said := 0
	for _, r := range all {
		if r.Holds != hold {
			continue
		}
		said++
		p.bullet(2, p.reason(r, all))
		if !r.BuiltIn && r.Expression != "" {
			p.block("    ", p.Say("decision_expression", map[string]any{"Expression": r.Expression}))
		}
	}
	if said == 0 {
		p.put("  " + p.Word("decision_none"))
	}
}
