package prom

import (
	"fmt"
	"strings"
	"time"

	"github.com/keizoku-bcp/keizoku/plan"
)

// annotations are the words of an alert, in which places stand in double square brackets: the
// catalogue knows what there is to say, and this file how Prometheus is asked for it.
//
//	title     of the system
//	since, deadline, start_by   moments, in the plan's zone where its clocks never change, else in UTC
//	left      time to the deadline
//	clock     the text prom_clock, where there is a deadline
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
	left := m.look(outageLeft, "humanizeDuration", "")
	clock := strings.NewReplacer("[[left]]", left, "[[deadline]]", m.moment(outageEnd)).Replace(m.words.Word("prom_clock"))
	places := []string{
		"[[title]]", m.title(), "[[left]]", left,
		"[[since]]", m.moment(outageStart), "[[deadline]]", m.moment(outageEnd), "[[start_by]]", m.moment(outageStartBy),
		"[[clock]]", fmt.Sprintf("{{ if %s }}%s{{ end }}", m.query(outageEnd, ""), clock),
		"[[percent]]", "{{ $value | humanizePercentage }}", "[[span]]", "{{ $value | humanizeDuration }}", "[[count]]", "{{ $value }}",
		"[[supply]]", m.titled("supply", m.supplyTitles()), "[[site]]", m.titled("site", m.siteTitles()),
		"[[plan]]", literal(nameOr(m.plan.Title, m.plan.Name)), "[[horizon]]", plan.FormatDuration(m.plan.Power.Horizon),
	}
	for _, label := range []string{"agent", "channel", "cause", "system"} {
		places = append(places, "[["+label+"]]", "{{ $labels."+label+" }}")
	}
	return strings.NewReplacer(places...)
}

// query asks for a record of the alert's system; more is PromQL that goes after it.
func (m *maker) query(record, more string) string {
	selector := strings.ReplaceAll(m.rec(record), "%", "%%")
	selector = strings.TrimSuffix(selector, "}") + `, system=%q}` + more
	return fmt.Sprintf("query (printf %s $labels.system)", template(selector))
}

// look shows what a record tells of the alert's system.
func (m *maker) look(record, form, more string) string {
	return fmt.Sprintf("{{ with %s }}{{ . | first | value | %s }}{{ end }}", m.query(record, more), form)
}

func (m *maker) title() string {
	return fmt.Sprintf(`{{ with %s }}{{ . | first | label "title" }}{{ else }}{{ $labels.system }}{{ end }}`, m.query(systemInfo, ""))
}

// moment writes a moment as people read it. Templates know UTC alone: where the zone's offset never
// changes it is added beforehand, elsewhere UTC is shown and said.
func (m *maker) moment(record string) string {
	form, more := m.words.Word("prom_time_format"), ""
	offset, steady := steadyOffset(m.plan.Location)
	switch {
	case !steady:
		form += " UTC"
	case offset != 0:
		more = fmt.Sprintf(" + %d", offset)
	}
	return fmt.Sprintf("{{ with %s }}{{ (. | first | value | toTime).Format %s }}{{ end }}", m.query(record, more), template(form))
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
		titles = append(titles, [2]string{s.Name, nameOr(s.Title, s.Name)})
	}
	return titles
}

func (m *maker) siteTitles() (titles [][2]string) {
	for _, s := range m.plan.Sites {
		titles = append(titles, [2]string{s.Name, nameOr(s.Title, s.Name)})
	}
	return titles
}

func nameOr(title, name string) string {
	if title == "" {
		return name
	}
	return title
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
