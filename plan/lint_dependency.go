package plan

import (
	"slices"
	"strconv"
	"strings"
)

func (l *linter) cycles() {
	for _, cycle := range l.plan.Cycles() {
		path := strings.Join(append(slices.Clone(cycle), cycle[0]), " → ")
		l.findings = append(l.findings, Finding{
			Severity: Error,
			Range:    l.dependenciesOf(cycle[0]),
			Rule:     RuleDependencyCycle,
			Summary:  "Systems depend on each other in a circle",
			Detail:   "The dependencies go round: " + path + ". Remove one of them, or no root cause can be told.",
		})
	}
}

func (l *linter) dependenciesOf(system string) Range {
	if s := l.plan.System(system); s != nil {
		return s.At("depends_on")
	}
	return Range{}
}

// inversions finds dependencies that may be down longer than the system that cannot work
// without them: one finding for each pair.
func (l *linter) inversions(s *System) {
	for _, name := range s.DependsOn {
		dependency := l.plan.System(name)
		if dependency == nil || dependency == s {
			continue
		}
		var c contrasts
		for _, t := range l.plan.Threats {
			if !l.missing(dependency, t.Name) {
				c.compare(l, t.Name, "", s.Allowance(t.Name), dependency.Allowance(t.Name))
			}
		}
		if c.empty() {
			continue
		}
		l.warn(s.At("depends_on"), RuleDependencyInversion, "Dependency may be down longer than the system that needs it",
			"System "+strconv.Quote(s.Name)+" depends on "+strconv.Quote(name)+" but must be back sooner: "+c.text(l)+
				". Shorten allowable_downtime of "+strconv.Quote(name)+" or lengthen that of "+strconv.Quote(s.Name)+".")
	}
}

// slowerThanBusiness compares a system with the tightest business that needs it, threat by
// threat: one finding for each system.
func (l *linter) slowerThanBusiness(s *System) {
	businesses := l.plan.NeededBy(s.Name)
	var c contrasts
	for _, t := range l.plan.Threats {
		tightest := l.tightest(businesses, t.Name)
		if tightest != nil && !l.missing(s, t.Name) {
			by := "business " + strconv.Quote(tightest.Name) + " "
			c.compare(l, t.Name, by, tightest.RecoverWithin[t.Name], s.Allowance(t.Name))
		}
	}
	if c.empty() {
		return
	}
	l.warn(s.At("allowable_downtime"), RuleSystemSlow, "System may be down longer than a business that needs it",
		"System "+strconv.Quote(s.Name)+" is needed sooner than it must be back: "+c.text(l)+
			". Shorten its allowable_downtime or lengthen recover_within.")
}

// tightest returns the business that must recover first under the threat, or nil when none must.
func (l *linter) tightest(businesses []*Business, threat string) *Business {
	var found *Business
	for _, b := range businesses {
		target := b.RecoverWithin[threat]
		if target.Deadline(l.noon).IsZero() {
			continue
		}
		if found == nil || found.RecoverWithin[threat].outlasts(target, l.noon) {
			found = b
		}
	}
	return found
}

// missing reports whether a priority system lacks the allowance, which is a finding of its own
// and need not be told again.
func (l *linter) missing(s *System, threat string) bool {
	return s.Priority > 0 && s.Allowance(threat).IsZero()
}

// contrasts gathers, over the threats, where what is needed lasts longer than what needs it.
// Threats with the same two allowances are told together.
type contrasts struct {
	found    []contrast
	calendar bool // an allowance counts by a calendar
}

type contrast struct {
	by            string // who needs it, with a space behind; may be empty
	needs, allows string
	threats       []string
}

func (c *contrasts) empty() bool { return len(c.found) == 0 }

// compare notes the pair if allows outlasts needs for a failure at the linter's noon.
func (c *contrasts) compare(l *linter, threat, by string, needs, allows Allowance) {
	if !allows.outlasts(needs, l.noon) {
		return
	}
	c.calendar = c.calendar || needs.Calendar() != nil || allows.Calendar() != nil
	pair := contrast{by, needs.String(), allows.String(), []string{threat}}
	for i, known := range c.found {
		if known.by == pair.by && known.needs == pair.needs && known.allows == pair.allows {
			c.found[i].threats = append(known.threats, threat)
			return
		}
	}
	c.found = append(c.found, pair)
}

// text reads `24h against 3d under "disaster"; …`.
func (c *contrasts) text(l *linter) string {
	parts := make([]string, len(c.found))
	for i, f := range c.found {
		parts[i] = f.by + f.needs + " against " + f.allows + " under " + list(f.threats)
	}
	text := strings.Join(parts, "; ")
	if c.calendar {
		text += " (for a failure at noon of an ordinary working day, " + DateOf(l.noon).String() + ")"
	}
	return text
}
