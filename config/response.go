package config

import (
	"cmp"
	"fmt"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/keizoku-bcp/keizoku/block"
	"github.com/keizoku-bcp/keizoku/plan"
)

type postureBlock struct {
	Source     plan.Source `hcl:",source"`
	Title      string      `hcl:"title,optional" doc:"What people read: 「災害時ICT業務継続体制」. The name when not said."`
	Threats    []threatRef `hcl:"threats,optional" doc:"Threats that it is for; all when not said. One that names the threat goes before one for all."`
	Roles      []roleRef   `hcl:"roles,optional" doc:"Roles that come together, in the order of calling."`
	DeclaredBy []roleRef   `hcl:"declared_by,optional" doc:"Roles whose people may establish it; the first of roles when not said. Whoever else does so is recorded as not listed."`
	Conditions []string    `hcl:"conditions,optional" doc:"When it is to be established, in words: 「震度6弱以上」. People read them; decision is what Keizoku judges."`
}

type procedureBlock struct {
	Source  plan.Source `hcl:",source"`
	Title   string      `hcl:"title,optional" doc:"What people read: 「災害時初動対応手順」. The name when not said."`
	Threats []threatRef `hcl:"threats,optional" doc:"Threats that it is for; all when not said."`
	Stage   string      `hcl:"stage" enum:"initial,continuity" doc:"Stage that it begins with: the first response (初動対応), or the response with the posture established (ICT業務継続対応)."`
	Steps   []stepBlock `hcl:"step,block" doc:"One thing to do, in this order. The label names it within the procedure."`
}

type stepBlock struct {
	Source plan.Source    `hcl:",source"`
	Name   string         `hcl:"name,label" doc:"Name."`
	Title  string         `hcl:"title,optional" doc:"What people read: 「サーバ室の目視点検」. The name when not said."`
	Role   roleRef        `hcl:"role,optional" doc:"Who does it."`
	Due    time.Duration  `hcl:"due,optional" min:"1s" doc:"How long after the start of the stage it must be done."`
	OnlyIf hcl.Expression `hcl:"only_if,optional" doc:"When it applies: a condition over the facts of the situation, see [criteria](criteria.md). Always, when not said."`
	Links  []linkBlock    `hcl:"link,block" doc:"A document that goes with it."`
}

type linkBlock struct {
	Source plan.Source `hcl:",source"`
	Title  string      `hcl:"title,optional" doc:"What people read; where it leads when not said."`
	To     string      `hcl:"to" doc:"A path, an address, or where the paper is: 「手順書綴り3 12ページ」."`
}

type decisionBlock struct {
	Source      plan.Source      `hcl:",source"`
	BuiltIn     bool             `hcl:"built_in,optional" default:"false" doc:"Whether the built-in criteria hold beside those written here. Without a decision block they do."`
	BetterAfter time.Duration    `hcl:"better_after,optional" default:"5m" min:"1s" doc:"How long a criterion must have ceased before the recommendation gets better. It gets worse at once."`
	Criteria    []criterionBlock `hcl:"criterion,block" doc:"One reason to recommend something."`
}

type criterionBlock struct {
	Source     plan.Source    `hcl:",source"`
	Name       string         `hcl:"name,label" doc:"Name."`
	Title      string         `hcl:"title,optional" doc:"What people read: 「優先システムが3つ以上停止」. The name when not said."`
	Recommends string         `hcl:"recommends,optional" default:"establish_posture" enum:"establish_posture,ordinary_failure" doc:"What it speaks for while it holds: to establish the ICT continuity posture (ICT業務継続体制の確立), or to treat it as an ordinary failure (通常のシステム障害)."`
	When       hcl.Expression `hcl:"when" doc:"The condition, over the facts of the situation: see [criteria](criteria.md)."`
}

// readResponse reads what the plan says of people and their work.
func (l *loader) readResponse() {
	l.readRoles()
	l.readPostures()
	words := l.vocabulary()
	l.readProcedures(words)
	l.readDecision(words)
}

func (l *loader) readPostures() {
	for _, n := range l.doc.Posture {
		var b postureBlock
		l.decode(n.Inside, &b)
		l.plan.Postures = append(l.plan.Postures, &plan.Posture{
			Source: b.Source, Name: n.Name, Title: cmp.Or(b.Title, n.Name), Threats: l.namesOf(refsIn(b.Threats)),
			Roles: l.namesOf(refsIn(b.Roles)), DeclaredBy: l.namesOf(refsIn(b.DeclaredBy)), Conditions: b.Conditions,
		})
	}
}

// stageOf are the stages by the words that procedures have for them.
func stageOf(word string) plan.Stage {
	if word == "continuity" {
		return plan.ContinuityResponse
	}
	return plan.InitialResponse
}

func (l *loader) readProcedures(words *vocabulary) {
	for _, n := range l.doc.Procedure {
		var b procedureBlock
		l.decode(n.Inside, &b)
		q := &plan.Procedure{
			Source: b.Source, Name: n.Name, Title: cmp.Or(b.Title, n.Name),
			Threats: l.namesOf(refsIn(b.Threats)), Stage: stageOf(b.Stage),
		}
		taken := make(map[string]hcl.Range, len(b.Steps))
		for _, s := range b.Steps {
			l.name("step", s.Name, block.HCLRange(s.Source.Block), taken)
			q.Steps = append(q.Steps, l.step(s, words))
		}
		l.plan.Procedures = append(l.plan.Procedures, q)
	}
}

func (l *loader) step(b stepBlock, words *vocabulary) *plan.Step {
	s := &plan.Step{Source: b.Source, Name: b.Name, Title: cmp.Or(b.Title, b.Name), Role: b.Role.name, Due: b.Due}
	s.OnlyIf = l.condition(b.OnlyIf, words)
	for _, k := range b.Links {
		s.Links = append(s.Links, plan.Link{Title: cmp.Or(k.Title, k.To), To: k.To})
	}
	return s
}

func (l *loader) readDecision(words *vocabulary) {
	for i, u := range l.doc.Decision {
		var b decisionBlock
		l.decode(u.Inside, &b)
		d := l.decision(b, words)
		if i == 0 {
			l.plan.Decision = d
			continue
		}
		l.mistake(block.HCLRange(u.Source.Block), "Second decision block",
			fmt.Sprintf("A plan has one; the first is at %s.", l.doc.Decision[0].Source.Block))
	}
}

func (l *loader) decision(b decisionBlock, words *vocabulary) *plan.Decision {
	d := &plan.Decision{Source: b.Source, BuiltIn: b.BuiltIn, BetterAfter: b.BetterAfter}
	taken := make(map[string]hcl.Range, len(b.Criteria))
	for _, c := range b.Criteria {
		l.name("criterion", c.Name, block.HCLRange(c.Source.Block), taken)
		l.builtInName(c, b.BuiltIn)
		d.Criteria = append(d.Criteria, &plan.Criterion{
			Source: c.Source, Name: c.Name, Title: cmp.Or(c.Title, c.Name),
			Recommends: plan.Recommendation(c.Recommends), When: l.condition(c.When, words),
		})
	}
	return d
}

// builtInName refuses the name of a criterion that is there already: reasons, and what is kept
// of since when they hold, go by name.
func (l *loader) builtInName(c criterionBlock, kept bool) {
	for _, b := range plan.BuiltInCriteria {
		if c.Name != b.Name || !kept && b.Name != plan.PriorityDown {
			continue
		}
		detail := "It is built in and always there: " + b.Expression + "."
		if b.Name != plan.PriorityDown {
			detail = "With built_in = true it is there already: " + b.Expression + "."
		}
		l.mistake(block.HCLRange(c.Source.Block), fmt.Sprintf("The criterion %q is built in", c.Name), detail+" Give this one another name.")
	}
}

// condition checks an expression over the facts; nil when it was not written, or is wrong.
func (l *loader) condition(expr hcl.Expression, words *vocabulary) plan.Condition {
	if expr == nil {
		return nil
	}
	tree, src, diags := syntaxTree(expr, l.sources.Text(expr.Range().Filename))
	l.add(diags)
	if tree == nil {
		return nil
	}
	c, diags := newCondition(tree, src, words)
	l.add(diags)
	if c == nil {
		return nil // not a nil pointer in the interface
	}
	return c
}
