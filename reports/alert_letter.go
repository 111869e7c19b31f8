package reports

import (
	"html/template"
	"strings"
	"sync"
)

// letter is what a message says, before it is set as text or as HTML.
type letter struct {
	// line is the whole in one line of at most so many units; title is the line at its head.
	line  func(room int) string
	title string
	lead  []string // sentences below the title
	facts []fact
	// sheets are tables, list what else is told in a line each, todo what to do.
	sheets []sheet
	list   []string
	todo   []string
	// body is a page of text that is taken as it is, its own head included.
	body        []string
	place, link string
}

// fact is one thing that the reader looks for, behind its label. Where several of a name follow
// each other, the first alone has the label.
type fact struct{ name, Label, Text string }

// sheet is a table.
type sheet struct {
	Title, More string
	Head        []string
	Rows        [][]string
}

// fact adds a fact, unless there is nothing to say.
func (m *teller) fact(l *letter, label, text string) {
	if text == "" {
		return
	}
	if n := len(l.facts); n > 0 && l.facts[n-1].name == label {
		l.facts = append(l.facts, fact{name: label, Text: m.clean(text)})
		return
	}
	l.facts = append(l.facts, fact{label, m.Word("alert_label_" + label), m.clean(text)})
}

// write sets a letter as text.
func (m *teller) write(l *letter) string {
	p := newPage(m.Words, m.titles, m.now)
	for _, line := range l.body {
		p.put(m.clean(line))
	}
	if len(l.body) == 0 {
		p.head(m.clean(l.title))
	}
	for _, sentence := range l.lead {
		p.block("  ", m.clean(sentence))
	}
	if len(l.sheets) == 0 {
		p.facts(l.facts)
	}
	for _, s := range l.sheets {
		p.section(s.Title)
		p.sheet(s)
	}
	p.points(m.Word("alert_sheet_other"), m.cleaned(l.list))
	if len(l.sheets) > 0 {
		p.blank()
		p.facts(l.facts)
	}
	p.points(m.Word("alert_label_todo"), m.cleaned(l.todo))
	p.blank()
	p.field(m.Word("alert_label_plan"), m.clean(l.place))
	p.field(m.Word("alert_label_link"), m.clean(l.link))
	return p.String()
}

func (m *teller) cleaned(all []string) []string {
	said := make([]string, len(all))
	for i, text := range all {
		said[i] = m.clean(text)
	}
	return said
}

func (p *page) facts(all []fact) {
	for _, f := range all {
		p.field(f.Label, f.Text)
	}
}

func (p *page) points(title string, all []string) {
	if len(all) == 0 {
		return
	}
	p.section(title)
	for _, text := range all {
		p.bullet(2, text)
	}
}

func (p *page) sheet(s sheet) {
	rows := make([]row, 0, len(s.Rows)+1)
	for _, cells := range append([][]string{s.Head}, s.Rows...) {
		rows = append(rows, row{cells: cells})
	}
	p.table(2, rows)
	if s.More != "" {
		p.put("  " + s.More)
	}
}

// html sets a letter as a piece of HTML that reads without style sheets and loads nothing.
func (m *teller) html(l *letter) string {
	var b strings.Builder
	data := map[string]any{
		"Title": m.clean(l.title), "Lead": m.cleaned(l.lead), "Facts": l.facts, "Sheets": l.sheets, "List": m.cleaned(l.list), "Todo": m.cleaned(l.todo),
		"Body": strings.Join(m.cleaned(l.body), "\n"), "Place": m.clean(l.place), "Link": l.link, "Locale": string(m.Locale()),
		"ListTitle": m.Word("alert_sheet_other"), "TodoTitle": m.Word("alert_label_todo"), "LinkTitle": m.Word("alert_label_link"),
	}
	if err := letterHTML().Execute(&b, data); err != nil {
		return "" // the text is complete by itself
	}
	return b.String()
}

var letterHTML = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("letter").Parse(letterTemplate)) // a test executes it
})

const letterTemplate = `{{define "facts"}}{{with .}}<table>
{{range .}}<tr><th align="left" valign="top" style="padding-right:1em;white-space:nowrap">{{.Label}}</th><td>{{.Text}}</td></tr>
{{end}}</table>
{{end}}{{end}}<div lang="{{.Locale}}" style="font-family:sans-serif;line-height:1.5">
<h1 style="font-size:1.2em">{{.Title}}</h1>
{{range .Lead}}<p>{{.}}</p>
{{end}}{{with .Body}}<pre>{{.}}</pre>
{{end}}{{if not .Sheets}}{{template "facts" .Facts}}{{end}}{{range .Sheets}}<h2 style="font-size:1em">{{.Title}}</h2>
<table border="1" cellpadding="4" style="border-collapse:collapse">
<tr>{{range .Head}}<th align="left">{{.}}</th>{{end}}</tr>
{{range .Rows}}<tr>{{range .}}<td valign="top">{{.}}</td>{{end}}</tr>
{{end}}</table>
{{with .More}}<p>{{.}}</p>
{{end}}{{end}}{{if .List}}<h2 style="font-size:1em">{{.ListTitle}}</h2>
<ul>
{{range .List}}<li>{{.}}</li>
{{end}}</ul>
{{end}}{{if .Sheets}}{{template "facts" .Facts}}{{end}}{{if .Todo}}<h2 style="font-size:1em">{{.TodoTitle}}</h2>
<ul>
{{range .Todo}}<li>{{.}}</li>
{{end}}</ul>
{{end}}<p>{{.Place}}{{with .Link}} <a href="{{.}}">{{$.LinkTitle}}</a>{{end}}</p>
</div>
`
