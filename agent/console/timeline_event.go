package console

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/reports"
	"github.com/keizoku-bcp/keizoku/rules"
)

// eventPage is one record, whole.
type eventPage struct {
	*view
	Record journal.Event
	Line   reports.Line
	// Fields are those of its payload; More says that there are others still.
	Fields []field
	More   bool
	// Report says that it is a situation report, which has a page of its own.
	Report bool
	// Then is the Situation that it was taken on; nil: it carries none.
	Then *rules.Situation
}

// field is one value of a payload.
type field struct {
	Name, Value string
	// Moment is the instant that Value is, for people; empty: it is none.
	Moment string
}

func buildEvent(c *console, v *view, r *http.Request) (any, error) {
	e, err := c.agent.Event(r.Context(), r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	p := &eventPage{view: v, Record: e, Then: c.carried(e)}
	e.Payload = journal.Brief(e.Payload)
	_, p.Report = e.Payload.(journal.ReportIssued)
	p.Line = c.lineWithCorrections(r.Context(), v, e)
	p.Fields, p.More = fieldsOf(v, e.Payload)
	v.Title = v.Say("console_timeline_number", "Number", e.Seq)
	return p, nil
}

// lineWithCorrections words one event, with what it corrects and what corrects it.
func (c *console) lineWithCorrections(ctx context.Context, v *view, e journal.Event) reports.Line {
	events := []journal.Event{e}
	if id := v.lineOf(e).Corrects.ID; id != "" {
		if old, err := c.agent.Event(ctx, id); err == nil && old.Seq < e.Seq {
			old.Payload = journal.Brief(old.Payload)
			events = []journal.Event{old, e}
		}
	}
	for _, line := range c.linesOf(ctx, v, events) {
		if line.Seq == e.Seq {
			return line
		}
	}
	return v.lineOf(e)
}

// By says who acted; empty: the agent saw it by itself.
func (p *eventPage) By() string { return p.Who(p.Line) }

// About is what the record is about, as people call it. The stage that a move leads to is told
// already.
func (p *eventPage) About() string {
	if p.Record.Kind == journal.KindStageMoved {
		return ""
	}
	return p.Short(p.Line.Title)
}

// Via is the way by which somebody proved who they are; empty: nobody acted.
func (p *eventPage) Via() string {
	if p.Record.Actor == nil {
		return ""
	}
	return p.Record.Actor.Via
}

// ThenDown are the systems that were not up at the Situation, the most urgent first.
func (p *eventPage) ThenDown() []*rules.SystemFacts {
	var down []*rules.SystemFacts
	for _, s := range p.Then.ByUrgency() {
		if s.State == rules.Down || s.State == rules.Degraded {
			down = append(down, s)
		}
	}
	return down[:min(len(down), maxThen)]
}

// maxThen bounds the systems that are shown of a Situation of the past.
const maxThen = 20

// ThenMore counts the systems beyond those.
func (p *eventPage) ThenMore() int {
	n := 0
	for _, s := range p.Then.Systems {
		if s.State == rules.Down || s.State == rules.Degraded {
			n++
		}
	}
	return max(0, n-maxThen)
}

// ThenWhen words an instant against that of the Situation.
func (p *eventPage) ThenWhen(t time.Time) string { return p.Words.Clock(t, p.Then.At) }

// ThenHolding are the criteria that counted.
func (p *eventPage) ThenHolding() []string {
	var said []string
	for _, r := range p.Then.Decision.Reasons {
		if r != nil && r.Holds {
			said = append(said, p.Short(p.Reason(r)))
		}
	}
	return said
}

// ThenThreat is the title of the threat that was in force.
func (p *eventPage) ThenThreat() string {
	return p.Short(cmp.Or(p.Then.Threat.Title, p.Then.Threat.Name))
}

// fewFields is how many values of a payload are shown without being asked for.
const fewFields = 12

// Folded says that the payload is long: what it says is told above it, in words.
func (p *eventPage) Folded() bool { return len(p.Fields) > fewFields && !p.Print }

// maxFields bounds the values of a payload that are shown.
const maxFields = 200

// fieldsOf takes a payload apart into its values, in the order in which it is recorded: a value
// within another is named steps[0].title.
func fieldsOf(v *view, payload journal.Payload) (fields []field, more bool) {
	data, err := json.Marshal(payload)
	if err != nil {
		return nil, false
	}
	t := &taking{view: v, in: json.NewDecoder(bytes.NewReader(data))}
	t.in.UseNumber()
	t.value("")
	return t.fields, t.more
}

// taking takes JSON apart.
type taking struct {
	view   *view
	in     *json.Decoder
	fields []field
	more   bool
	depth  int
}

// maxDepth bounds how deep values may lie within one another; what a newer version wrote may be
// anything.
const maxDepth = 20

// value takes the next value.
func (t *taking) value(name string) {
	token, err := t.in.Token()
	if err != nil {
		t.more = true
		return
	}
	open, ok := token.(json.Delim)
	if !ok {
		t.put(name, token)
		return
	}
	if t.depth++; t.depth > maxDepth {
		t.more = true
		return
	}
	for i := 0; t.in.More() && !t.more; i++ {
		t.value(t.inner(name, open, i))
	}
	_, err = t.in.Token()
	t.more = t.more || err != nil
	t.depth--
}

// inner is the name of a value within another.
func (t *taking) inner(name string, open json.Delim, i int) string {
	if open == '[' {
		return name + "[" + strconv.Itoa(i) + "]"
	}
	key, err := t.in.Token()
	if err != nil {
		t.more = true
		return name
	}
	if name == "" {
		return fmt.Sprint(key)
	}
	return name + "." + fmt.Sprint(key)
}

func (t *taking) put(name string, value any) {
	if len(t.fields) == maxFields {
		t.more = true
		return
	}
	text := ""
	if value != nil {
		text = fmt.Sprint(value)
	}
	f := field{Name: t.view.Short(name), Value: t.view.Long(text)}
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		f.Moment = t.view.Words.Stamp(at.In(t.view.zone()))
	}
	t.fields = append(t.fields, f)
}
