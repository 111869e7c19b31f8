package prom

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/keizoku-bcp/keizoku/plan"
)

// All of it comes from labels and the value: what a template asks for is a query for each alert at
// each evaluation, and in a blackout there are hundreds.
//
// annotations are the words of an alert, in which places stand in double square brackets: the
// catalogue knows what there is to say, and this file how Prometheus is asked for it.
//
//	title     of the system
//	since, deadline   moments, in the plan's zone where its clocks never change, else in UTC
//	clock     the text prom_clock, where the value is a time left, or prom_clock_missed where none is;
//	          without a deadline it is NaN
//	alternative       the text prom_alternative, of a system that has one
//	percent   the value, as a percentage
//	span      the value, as a duration
//	count     the value
//	name      of a label: agent, supply, channel, cause, site
func (m *maker) annotations(name string) map[string]string {
	fill := m.places()
	return map[string]string{
		"summary":     fill.Replace(m.words.Word("prom_summary_" + name)),
		"description": fill.Replace(m.words.Word("prom_description_" + name)),
	}
}

func (m *maker) places() *strings.Replacer {
	places := []string{
		"[[title]]", "{{ or $labels.title $labels.system }}",
		"[[since]]", m.moment("since"), "[[deadline]]", m.moment("deadline"),
		"[[clock]]", m.clock(), "[[alternative]]", m.instead(),
		"[[percent]]", "{{ $value | humanizePercentage }}", "[[span]]", "{{ $value | humanizeDuration }}", "[[count]]", "{{ $value }}",
		"[[supply]]", m.titled("supply", m.supplyTitles()), "[[site]]", m.titled("site", m.siteTitles()),
		"[[plan]]", literal(cmp.Or(m.plan.Title, m.plan.Name)), "[[horizon]]", plan.FormatDuration(m.plan.Power.Horizon),
	}
	for _, label := range []string{"agent", "channel", "cause", "system"} {
		places = append(places, "[["+label+"]]", "{{ $labels."+label+" }}")
	}
	return strings.NewReplacer(places...)
}

// clock tells what is left until the deadline, and of a time below zero that none is.
func (m *maker) clock() string {
	fill := strings.NewReplacer("[[left]]", "{{ $value | humanizeDuration }}", "[[deadline]]", m.moment("deadline"))
	return "{{ if lt $value 0.0 }}" + fill.Replace(m.words.Word("prom_clock_missed")) +
		"{{ else if eq $value $value }}" + fill.Replace(m.words.Word("prom_clock")) + "{{ end }}"
}

// instead tells how work goes on without the system, where the plan says how.
func (m *maker) instead() string {
	if !m.hasAlternatives() {
		return ""
	}
	return "{{ with $labels.alternative }}" + strings.ReplaceAll(m.words.Word("prom_alternative"), "[[means]]", "{{ . }}") + "{{ end }}"
}

// moment writes a moment as people read it; the label has it in seconds of local time. Templates
// know UTC alone: where the zone's offset never changes it was added, elsewhere UTC is shown and said.
func (m *maker) moment(label string) string {
	form := m.words.Word("prom_time_format")
	if _, steady := steadyOffset(m.plan.Location); !steady {
		form += " UTC"
	}
	return fmt.Sprintf("{{ with $labels.%s }}{{ (. | toTime).Format %s }}{{ end }}", label, template(form))
}

// toLocal is PromQL that makes a moment one of local time.
func (m *maker) toLocal() string {
	if offset, steady := steadyOffset(m.plan.Location); steady && offset != 0 {
		return fmt.Sprintf(" + %d", offset)
	}
	return ""
}

// steadyOffset is how many seconds the zone is ahead of UTC; steady is false where that changes
// within a year. The year is any after the last change of Japan's clocks.
func steadyOffset(zone *time.Location) (offset int, steady bool) {
	_, offset = time.Date(2026, time.January, 1, 0, 0, 0, 0, zone).Zone()
	for month := time.February; month <= time.December; month++ {
		if _, other := time.Date(2026, month, 1, 0, 0, 0, 0, zone).Zone(); other != offset {
			return 0, false
		}
	}
	return offset, true
}

// titled shows the title of what a label names.
func (m *maker) titled(label string, titles [][2]string) string {
	if len(titles) == 0 {
		return "{{ $labels." + label + " }}"
	}
	var b strings.Builder
	for i, t := range titles {
		word := "{{ if"
		if i > 0 {
			word = "{{ else if"
		}
		fmt.Fprintf(&b, "%s eq $labels.%s %s }}%s", word, label, template(t[0]), literal(t[1]))
	}
	fmt.Fprintf(&b, "{{ else }}{{ $labels.%s }}{{ end }}", label)
	return b.String()
}

func (m *maker) supplyTitles() (titles [][2]string) {
	for _, s := range m.plan.Supplies() {
		titles = append(titles, [2]string{s.Name, cmp.Or(s.Title, s.Name)})
	}
	return titles
}

func (m *maker) siteTitles() (titles [][2]string) {
	for _, s := range m.plan.Sites {
		titles = append(titles, [2]string{s.Name, cmp.Or(s.Title, s.Name)})
	}
	return titles
}

// literal keeps a text of the plan from being read as a template.
func literal(text string) string { return strings.ReplaceAll(text, "{{", `{{ "{{" }}`) }

// template writes a string within a template.
func template(text string) string {
	if !strings.ContainsAny(text, "`\r") {
		return "`" + text + "`"
	}
	return quote(text)
}
