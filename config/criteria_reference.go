package config

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/keizoku-bcp/keizoku/plan"
)

// CriteriaReference returns the page on what the conditions of criteria and steps may ask: every
// fact and function, in Markdown, from the declarations that are used to read them.
func CriteriaReference() string {
	var b strings.Builder
	b.WriteString(criteriaHead)
	writeFactTable(&b, loose(vocabularyRoot.inside))
	for _, f := range vocabularyRoot.inside {
		if f.shape == groupFact {
			fmt.Fprintf(&b, "\n### `%s`\n\n%s\n\n", f.name, f.doc)
			writeFactTable(&b, f.inside)
		}
	}
	b.WriteString(blocksHead)
	for _, f := range vocabularyRoot.inside {
		if f.shape == blocksFact {
			fmt.Fprintf(&b, "\n### `%s.NAME`\n\n%s\n\n", f.name, f.doc)
			writeFactTable(&b, f.inside)
		}
	}
	b.WriteString("\n## Functions\n\n| Function | Value |\n|---|---|\n")
	for _, f := range conditionFunctions {
		fmt.Fprintf(&b, "| `%s` | %s |\n", f.usage, f.doc)
	}
	b.WriteString(builtInHead)
	for _, c := range plan.BuiltInCriteria {
		fmt.Fprintf(&b, "| `%s` | `%s` | `%s` | %s |\n", c.Name, c.Expression, c.Recommends, c.Doc)
	}
	b.WriteString(criteriaTail)
	return b.String()
}

// loose are the facts that stand in no group.
func loose(all []*fact) (out []*fact) {
	for _, f := range all {
		if f.inside == nil {
			out = append(out, f)
		}
	}
	return out
}

func writeFactTable(b *strings.Builder, facts []*fact) {
	b.WriteString("| Fact | Type | Unit | Meaning |\n|---|---|---|---|\n")
	for _, f := range facts {
		name := strings.ReplaceAll(f.id, "*", "NAME")
		fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", name, f.typeText(), f.unit(), strings.ReplaceAll(f.doc, "|", `\|`))
	}
}

func (f *fact) typeText() string {
	text := bareName(scalarType(f.elem))
	switch f.shape {
	case listFact:
		return "list of " + text + "s"
	case optionalFact:
		return text + ", or not known"
	default:
		return text
	}
}

// unit is told by the name, as in Prometheus.
func (f *fact) unit() string {
	switch {
	case f.elem.Kind() == reflect.String || f.elem.Kind() == reflect.Bool:
		return ""
	case strings.HasSuffix(f.name, "hours"):
		return "hours"
	case strings.HasSuffix(f.name, "ratio"):
		return "ratio, 1 is all"
	case strings.HasSuffix(f.name, "count"):
		return "count"
	case f.name == "priorities":
		return "rank, 1 first"
	default:
		return ""
	}
}

const criteriaHead = `# Criteria

A condition is an expression over the situation that is true or false: ` + "`when`" + ` of a criterion in the plan's
` + "[`decision`](plan-language.md#decision)" + ` block, and ` + "`only_if`" + ` of a step in a ` + "[`procedure`](plan-language.md#procedure-name)" + `.

` + "```hcl" + `
decision {
  built_in = true

  criterion "first_ranks" {
    title = "上位5位以内の優先システムが2つ以上停止"
    when  = within(down.priorities, 5) >= 2
  }

  criterion "before_opening" {
    title = "開庁前に住民記録が停止"
    when  = system.resident_records.down && calendar.office.opening_hours < 3
  }

  criterion "hall_dark" {
    title = "本庁舎の全システム停止"
    when  = site.main_hall.all_down || length([for s in system : s if s.down && s.left_hours < 1]) >= 2
  }

  criterion "found_by_people" {
    title      = "被害調査で使用不能が見つかった"
    recommends = "ordinary_failure"
    when       = survey.stopped_count > 0
  }
}
` + "```" + `

The operators are those of HCL: ` + "`&& || ! == != < <= > >= + - * / %`, `condition ? this : that`, lists `[1, 2]`, an element `list[0]`" + `, and
` + "`[for s in system : s.name if s.down]`" + `. Types are not converted: ` + "`\"5\"`" + ` is no number. Each condition is checked when the plan is
loaded; a name that does not exist, a comparison that can never be true, and anything that is neither true nor false at
its end is an error at its place. In the JSON form a condition is a string: ` + "`\"${down.priority_count >= 3}\"`" + `.

## When a fact is not known

Some facts are not always known: there is no runtime where nothing known ends it, and no deadline without an outage. What needs
such a fact **cannot be judged**, unless the rest settles it: with utility power there,
` + "`power.lost && power.runtime_hours < 72`" + ` is false, whatever the runtime. ` + "`known(power.runtime_hours)`" + ` asks whether it is known. A
division by zero, and an element that a list does not have, cannot be judged either.

A criterion that cannot be judged is shown as such with what is missing, raises an alert, and counts as if it held where that makes
the recommendation worse: silence must not calm anybody. A step whose ` + "`only_if`" + ` cannot be judged applies.

## Worse at once, better later

The recommendation is the worst that a criterion speaks for. It gets worse the moment a criterion holds. It gets better only when that
criterion has not held for ` + "`better_after`" + ` (5m) without a break, so that a system which comes and goes does not make it flap. This is counted for
each criterion by itself, and goes on over a restart of the agent: a criterion that held before and does not after counts from the start on.

## Facts

Every reason, whether it holds or not, is shown and recorded with the values of the facts that it mentions.

`

const blocksHead = `
## Facts by name

These are there for each system, site and calendar of the plan, under its name: ` + "`system.core_switch.down`" + `. A name that the plan does not
have is an error. All together they are gone through with ` + "`for`: `any([for s in system : s.down && s.left_hours < 2])`" + `; each has its ` + "`name`" + `
there, and they come in alphabetical order.
`

const builtInHead = `
## Built-in criteria

Without a ` + "`decision`" + ` block these hold. With one, only its own criteria do, and ` + "`" + plan.PriorityDown + "`" + `, which is always there;
` + "`built_in = true`" + ` keeps the others beside its own. Written as a plan would:

| Criterion | Condition | Recommends | Meaning |
|---|---|---|---|
`

const criteriaTail = `
` + "`establish_posture`" + ` recommends to establish the ICT continuity posture (ICT業務継続体制の確立), ` + "`ordinary_failure`" + ` to treat what happened as an
ordinary failure (通常のシステム障害); when no criterion speaks, the recommendation is ` + "`normal`" + `. Keizoku recommends. A person decides, and may decide otherwise.
`
