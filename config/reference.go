package config

import (
	"strings"

	"github.com/keizoku-bcp/keizoku/block"
)

// Reference returns the page on the plan language: every block and attribute, in Markdown,
// from the declarations that are used to read them. Kinds of checks have pages of their own.
func Reference() string {
	var b strings.Builder
	b.WriteString(referenceHead)
	for _, e := range []struct {
		name string
		doc  string
		zero any
	}{
		{"plan", "The plan itself. A plan has exactly one.", planBlock{}},
		{"site", "A building or room (拠点) that systems and agents stand in.", siteBlock{}},
		{"calendar", "When an office is open. `next_opening()` and `business_hours()` count by it.", calendarBlock{}},
		{"threat", "A kind of event (脅威) under which allowances hold: a disaster, a security incident, a pandemic.", threatBlock{}},
		{"business", "A piece of work (業務) and the systems that it needs.", businessBlock{}},
		{"system", "Something that staff would miss: an application, a network, a service.", systemBlock{}},
		{"maintenance", "Time in which systems may be down by intent (計画停止, 法定停電). It silences alerts; it never stops measuring.", maintenanceBlock{}},
		{"generator", "An emergency generating set (非常用発電機), which takes over from utility power.", generatorBlock{}},
		{"ups", "An uninterruptible power supply (無停電電源装置).", upsBlock{}},
		{"load", "Something that draws emergency power without being a system: air conditioning, lights, a room.", loadBlock{}},
		{"power", "What the emergency power is held to. A plan has at most one; without it the defaults hold.", powerBlock{}},
		{"role", "A part in the response (役割), and who takes it, with the ways to reach them. Names and contacts are shown to operators alone.", roleBlock{}},
		{"posture", "Who comes together under a threat (体制), and on whose word.", postureBlock{}},
		{"procedure", "What is to be done in a stage of the response (手順): it becomes a checklist when the stage begins.", procedureBlock{}},
		{"decision", "How continuity is judged to be in danger. A plan has at most one; without it the [built-in criteria](criteria.md#built-in-criteria) hold.", decisionBlock{}},
		{"alerts", "How alerts are raised and repeated, and when they are kept back. A plan has at most one; without it the defaults hold.", alertsBlock{}},
		{"notify", "A way of telling people (通知先): by mail, through Alertmanager, a webhook or a program. The [kinds](notify/README.md) have attributes of their own besides these; names are unique whatever the kind.", notifyBlock{}},
		{"inspection", "A scheduled run of checks and its report (始業前点検).", inspectionBlock{}},
		{"agent", "The settings of one keizoku agent.", agentBlock{}},
	} {
		b.WriteString("\n## " + block.Header(e.name, labelsOf(e.name)) + "\n\n" + e.doc + "\n\n")
		b.WriteString(block.Markdown(block.Describe(e.zero), 3))
	}
	return b.String()
}

func labelsOf(name string) []block.Attribute {
	switch name {
	case "power", "decision", "alerts":
		return nil
	case "notify":
		return []block.Attribute{{Name: "kind"}, {Name: "name"}}
	}
	return []block.Attribute{{Name: "name"}}
}

const referenceHead = `# Plan language

A plan is one file, or all ` + "`*.hcl` and `*.hcl.json`" + ` files of a directory. The syntax is
[HCL](https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md): blocks with labels, and attributes, one
to a line. In the JSON form a block is an object under its labels, and an expression is a string such as
` + "`\"${system.core_switch}\"`" + `.

- **Names** (the labels) begin with a small letter and go on with small letters, digits and ` + "`_`" + `. What people
  read is in ` + "`title`" + `.
- **References** are written without quotes: ` + "`system.core_switch`, `site.main_hall`, `calendar.office`, `agent.main_hall`, `generator.roof`, `ups.rack_a`, `load.aircon`, `role.it_lead`, `notify.staff`" + `.
  They may point forward and into other files. ` + "`utility` and `elsewhere`" + ` stand for what feeds something without a block of its own.
- **Durations** have units: ` + "`\"30s\"`, `\"4h\"`, `\"1h30m\"`, `\"7d\"`, `\"2w\"`" + `.
- **Allowances** are durations, which count real time, or one of the functions ` + "`next_opening()`" + ` and ` + "`business_hours()`" + `.
- **Shares** of an allowance are numbers up to 1 or percentages: ` + "`0.75`, `\"75%\"`" + `.
- **Paths** that are relative count from the plan's directory.

## Functions

| Function | Value |
|---|---|
| ` + "`next_opening()`, `next_opening(calendar.office)`" + ` | An allowance: until the first opening after the start (翌始業時). Without an argument by the plan's only calendar, or the one named office. |
| ` + "`business_hours(\"8h\")`, `business_hours(\"8h\", calendar.office)`" + ` | An allowance that counts the calendar's open hours only. |
| ` + "`env(\"NAME\")`" + ` | The environment variable, as a secret: it never prints. |
| ` + "`file(\"path\")`" + ` | The text of the file without the line end behind it, as a secret. |
`
