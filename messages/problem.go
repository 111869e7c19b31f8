package messages

import (
	"strings"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

// Problem says why an action was refused and what to do, to somebody at the command line or at the
// API: things by their names, times in RFC 3339, commands where they help. The hint may be empty.
func (w *Words) Problem(p *rules.Problem) (text, hint string) {
	places := refusal{words: w, data: &p.Data, speaker: typed{}}.places()
	return w.Say(problemID(p.Code), places), w.hint(places, problemID(p.Code)+"_hint")
}

// ProblemOnPage says the same to somebody on a page of the console: things by their titles, times
// as they read at now, pages where the command line has commands.
func (w *Words) ProblemOnPage(p *rules.Problem, titles Titles, now time.Time) (text, hint string) {
	places := refusal{words: w, data: &p.Data, speaker: shown{w, titles, now}}.places()
	id := problemID(p.Code)
	return w.Say(id, places), w.hint(places, id+"_page_hint", id+"_hint")
}

func problemID(code rules.ProblemCode) string { return "problem_" + string(code) }

// hint is the first of the texts that there is; empty: there is none.
func (w *Words) hint(places map[string]any, ids ...string) string {
	for _, id := range ids {
		if text := w.Say(id, places); text != id {
			return text
		}
	}
	return ""
}

// refusal is what a problem is about, on its way into words.
type refusal struct {
	words *Words
	data  *rules.Particulars
	speaker
}

// speaker writes what a problem names for those who read it.
type speaker interface {
	// name writes a name or word of the kind given; empty for none.
	name(of rules.Noun, name string) string
	time(t time.Time) string
}

// places fills the places of the texts. Those of a code use what comes with it.
func (r refusal) places() map[string]any {
	d := r.data
	return map[string]any{
		"What": r.noun(d.What), "Given": r.quoted(d.Given), "Meant": r.quoted(r.name(d.What, d.Given)), "Named": d.Given != "", "Near": d.Near,
		"Suggestion": r.suggestion(), "Known": r.known(), "Planned": d.Planned,
		"System": r.quoted(r.name(rules.SystemNoun, d.System)), "Threat": r.quoted(r.name(rules.ThreatNoun, d.Threat)),
		"Role": r.quoted(r.name(rules.RoleNoun, d.Role)), "Step": r.quoted(r.name(rules.StepNoun, d.Step)),
		"Site": r.quoted(r.name(rules.SiteNoun, d.Site)), "Line": r.quoted(r.name(rules.LineNoun, d.Line)),
		"Stage": r.name(rules.StageNoun, string(d.Stage)), "Wanted": r.name(rules.StageNoun, string(d.Wanted)),
		"Result": r.quoted(r.name(rules.ResultNoun, string(d.Result))),
		"Deed":   r.deed(), "Moved": r.moved(), "At": r.time(d.At), "Now": r.time(d.Now),
		"Year": d.Year, "Limit": d.Limit, "ID": d.ID, "NewID": d.NewID,
	}
}

func (r refusal) noun(n rules.Noun) string {
	if n == "" {
		return ""
	}
	return r.words.Word("problem_noun_" + string(n))
}

// longestQuoted is how much of a name is said again, in characters: what is longer is no name.
const longestQuoted = 80

func (r refusal) quoted(text string) string {
	if runes := []rune(text); len(runes) > longestQuoted {
		text = string(runes[:longestQuoted]) + "…"
	}
	return r.words.Say("problem_quoted", map[string]any{"Text": text})
}

// suggestion is the name that was perhaps meant, else the names that there are; empty: none are.
func (r refusal) suggestion() string {
	switch d := r.data; {
	case d.Near != "":
		return r.words.Say("problem_near", map[string]any{"Near": r.quoted(r.name(d.What, d.Near))})
	case len(d.Known) > 0:
		return r.words.Say("problem_known", map[string]any{"What": r.noun(d.What), "Known": r.known()})
	default:
		return ""
	}
}

func (r refusal) known() string {
	var names []string
	for _, known := range r.data.Known {
		names = append(names, r.name(r.data.What, known))
	}
	if r.data.More {
		names = append(names, "…")
	}
	return strings.Join(names, r.words.Word("list_comma"))
}

// deed fills the places By and At of what somebody did; nil: nobody did.
func (r refusal) deed() map[string]any {
	d := r.data.Deed
	if d == nil {
		return nil
	}
	by := d.By
	if by == "" {
		by = r.words.Word("problem_somebody")
	}
	return map[string]any{"By": by, "At": r.time(d.At), "Undid": d.Undid}
}

// moved tells of the newest move of the stage, behind what it explains; empty before the first.
func (r refusal) moved() string {
	if r.data.Deed == nil {
		return ""
	}
	return r.words.Say("problem_moved", r.deed())
}

// typed writes what somebody types at the command line, or sends to the API.
type typed struct{}

func (typed) name(_ rules.Noun, name string) string { return name }
func (typed) time(t time.Time) string               { return t.Format(time.RFC3339) }

// shown writes what somebody reads on a page.
type shown struct {
	*Words
	titles Titles
	now    time.Time
}

func (s shown) name(of rules.Noun, name string) string {
	switch of {
	case rules.StageNoun:
		return s.Stage(plan.Stage(name))
	case rules.ResultNoun:
		return s.CallResult(journal.CallResult(name))
	case rules.MediumNoun:
		return s.Medium(plan.Medium(name))
	case rules.FindingNoun:
		return s.Finding(journal.Finding(name))
	case rules.RoleNoun:
		return s.titles.Role(name)
	case rules.SiteNoun:
		return s.titles.Site(name)
	case rules.LineNoun:
		return s.SurveyItem(name, s.titles)
	default: // the others have one list of titles; people have none
		return s.titles(name)
	}
}

func (s shown) time(t time.Time) string { return s.Moment(t, s.now) }
