package console

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/reports"
)

// Bounds of the chronology: lines on a page and in a file, and how many events are looked at for
// one page when a text is searched for. The journal grows for years; no page reads all of it.
const (
	timelineLines  = 100
	timelineSearch = 5000
	maxTimeline    = 10_000
)

// timelinePage is the chronology (クロノロジー), page by page.
type timelinePage struct {
	*view
	filter
	Lines []reports.Line
	// Older and Newer are the addresses of the pages next to this one; empty: there is none.
	Older, Newer string
	// Searched is up to which number a text was searched for; zero: as far as there was need.
	Searched int64
	// Choices are the systems, and Groups the groups of kinds, to choose from.
	Choices []pick
	Groups  []pick
	// MaxFile is how many lines a file holds at most.
	MaxFile int
}

// pick is an entry of a list to choose from.
type pick struct {
	Value, Text string
	Chosen      bool
}

func buildTimeline(c *console, v *view, r *http.Request) (any, error) {
	f := filterOf(v, r.URL.Query())
	found, err := c.find(r.Context(), v, f, timelineLines, timelineSearch)
	if err != nil {
		return nil, err
	}
	p := &timelinePage{view: v, filter: f, MaxFile: maxTimeline}
	p.Lines = c.linesOf(r.Context(), v, found.events)
	if !f.Oldest {
		slices.Reverse(p.Lines)
	}
	p.link(found)
	p.choose()
	return p, nil
}

// link sets the addresses of the pages next to this one.
func (p *timelinePage) link(found stretch) {
	if found.older > 0 {
		p.Older = p.page("before", found.older)
	}
	if found.newer > 0 {
		p.Newer = p.page("after", found.newer)
	}
	if found.unfinished {
		p.Searched = cmp.Or(found.older, found.newer)
	}
}

// page is the address of a page: the same filter from another place on.
func (p *timelinePage) page(from string, seq int64) string {
	q := p.query()
	q.Set(from, strconv.FormatInt(seq, 10))
	return "/timeline?" + q.Encode()
}

// File is the address of the chronology as a file: of all that the filter lets through.
func (p *timelinePage) File(form string) string {
	q := p.query()
	q.Set("lang", string(p.Words.Locale()))
	return "/timeline." + form + "?" + q.Encode()
}

// Turned is the address of the first page in the other order.
func (p *timelinePage) Turned() string {
	turned := p.filter
	turned.Oldest = !turned.Oldest
	return "/timeline?" + turned.query().Encode()
}

func (p *timelinePage) choose() {
	for _, s := range p.Situation.Systems {
		p.Choices = append(p.Choices, pick{s.Name, p.Short(cmp.Or(s.Title, s.Name)), s.Name == p.About})
	}
	for _, g := range kindGroups() {
		p.Groups = append(p.Groups, pick{g.name, p.Words.Word("console_timeline_kind_" + g.name), g.name == p.Group})
	}
}

// Narrowed reports whether the filter leaves anything out.
func (p *timelinePage) Narrowed() bool { return len(p.said()) > 0 }

// Narrowing says in words what the filter lets through, for paper.
func (p *timelinePage) Narrowing() string { return p.Words.List(p.said()) }

func (p *timelinePage) said() []string {
	var said []string
	if p.About != "" {
		said = append(said, p.TitleOf(p.About))
	}
	if p.Group != "" {
		said = append(said, p.Words.Word("console_timeline_kind_"+p.Group))
	}
	if !p.From.IsZero() {
		said = append(said, p.Say("console_timeline_since", "At", p.Words.Office(p.From)))
	}
	if !p.To.IsZero() {
		said = append(said, p.Say("console_timeline_until", "At", p.Words.Office(p.To)))
	}
	if p.Text != "" {
		said = append(said, p.Say("console_timeline_with", "Text", p.Short(p.Text)))
	}
	return said
}

// NotedAt says when a line was noted, if that was so much later than it happened that it matters.
func (v *view) NotedAt(line reports.Line) string {
	if line.NotedAt.Sub(line.At) < notedLate {
		return ""
	}
	return v.Say("chronology_noted", "At", v.Words.Moment(line.NotedAt, line.At))
}

// notedLate is how much later than it happened a thing is noted for its line to say so: what is
// confirmed by a few more probes is no news.
const notedLate = 5 * time.Minute

// correcting are the kinds of events that can point at an earlier one, and are small.
func correcting() []journal.Kind {
	return []journal.Kind{
		journal.KindNoteAdded, journal.KindCallMade, journal.KindSurveyAnswered, journal.KindStepUndone, journal.KindStartCorrected,
		journal.KindStageMoved, journal.KindOrdinaryChosen,
	}
}

// maxCorrections bounds the later events among which those are looked for that correct a line.
const maxCorrections = 500

// linesOf words events; each tells what it corrects and what corrects it, although that may stand
// on another page.
func (c *console) linesOf(ctx context.Context, v *view, events []journal.Event) []reports.Line {
	if len(events) == 0 {
		return nil
	}
	last := events[len(events)-1].Seq
	all := slices.Clone(events)
	for e, err := range c.agent.Events(ctx, journal.Query{AfterSeq: last, Kinds: correcting(), Limit: maxCorrections}) {
		if err != nil {
			c.log.Error("corrections could not be read", "err", err)
			break
		}
		e.Payload = journal.Brief(e.Payload)
		all = append(all, e)
	}
	shown := make(map[int64]bool, len(events))
	for _, e := range events {
		shown[e.Seq] = true
	}
	return slices.DeleteFunc(reports.Lines(v.Words, all, v.titles, v.zone()), func(l reports.Line) bool { return !shown[l.Seq] })
}

// Ref is what a line points at, as it is shown: the number of the entry, or its ID.
func (v *view) Ref(r reports.Ref) string { return v.Short(r.String()) }

// FieldTime writes an instant as a field of a form holds it.
func (p *timelinePage) FieldTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(p.zone()).Format(fieldLayout)
}

// fieldLayout is the form of a datetime-local field.
const fieldLayout = "2006-01-02T15:04"

// query is the filter as the part of an address.
func (f filter) query() url.Values {
	q := url.Values{}
	set := func(name, value string) {
		if value != "" {
			q.Set(name, value)
		}
	}
	set("system", f.About)
	set("kind", f.Group)
	set("q", f.Text)
	for name, at := range map[string]time.Time{"from": f.From, "to": f.To} {
		if !at.IsZero() {
			q.Set(name, at.Format(fieldLayout))
		}
	}
	if f.Oldest {
		q.Set("order", "oldest")
	}
	return q
}

// marked is a line with what it points at.
type marked struct {
	*timelinePage
	Line reports.Line
}

// Marked is what the template "timeline_marks" shows.
func (p *timelinePage) Marked(line reports.Line) marked { return marked{p, line} }

// NotedLate says when the line was noted, where that matters.
func (m marked) NotedLate() string { return m.NotedAt(m.Line) }
