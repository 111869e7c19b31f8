package console

import (
	"net/http"
	"slices"
	"strings"

	"github.com/keizoku-bcp/keizoku/agent/act"
)

// actForm is the form of an action.
type actForm struct {
	Action string // its name
	Return string // the path to come back to
	Hidden []act.Field
	Inputs []actInput // none: it only asks for a yes
}

// hide carries a field along; an empty one need not be.
func (f *actForm) hide(name, value string) {
	if value != "" {
		f.Hidden = append(f.Hidden, act.Field{Name: name, Value: value})
	}
}

// actInput is a field to fill in.
type actInput struct {
	Name, Label, Value string
	// Type is that of the HTML element: text, datetime-local, checkbox, select, textarea.
	Type    string
	Options []actChoice // of a select
	List    string      // the ID of the list of suggestions; empty: there are none
	Wrong   bool        // it could not be read
}

// actChoice is one of those to choose from.
type actChoice struct {
	Value, Text string
	Chosen      bool
}

// formOf is the form of an action with what was typed. fault is what could not be read; nil: all
// could.
func (v *view) formOf(a *asked, fault *act.Fault) *actForm {
	f := &actForm{Action: a.name, Return: a.back}
	for _, field := range act.Fields(a.kind) {
		typed := a.fields.Get(field.Name)
		switch field.Name {
		case "from": // the person sees now where things stand
		case a.other(): // of a system and an alert there is one
		case "corrects":
			f.hide(field.Name, typed)
		default:
			f.Inputs = append(f.Inputs, v.input(field, typed))
		}
	}
	f.Inputs = append(f.Inputs, actInput{Name: "by", Label: v.label("by"), Value: a.by, Type: "text", List: "people"})
	if fault == nil {
		return f
	}
	for i := range f.Inputs {
		f.Inputs[i].mark(fault)
	}
	return f
}

// mark says that a field could not be read. A time that no picker of times can say is typed.
func (in *actInput) mark(fault *act.Fault) {
	if in.Name != fault.Field {
		return
	}
	if in.Wrong = true; in.Type == "datetime-local" {
		in.Type = "text"
	}
}

// wordy are the fields in which people write sentences.
var wordy = [...]string{"text", "note", "why", "remarks"}

// input is the input for a field.
func (v *view) input(field act.Field, typed string) actInput {
	in := actInput{Name: field.Name, Label: v.label(field.Name), Value: typed, Type: "text"}
	switch {
	case field.Kind == act.Flag:
		in.Type = "checkbox"
		in.Value = map[bool]string{true: "yes"}[act.Ticked(typed)]
	case field.Kind == act.Moment:
		in.Type, in.Value = v.typedMoment(typed)
	case slices.Contains(wordy[:], field.Name):
		in.Type = "textarea"
	default:
		if in.Options = v.options(field.Name, typed); len(in.Options) > 0 {
			in.Type = "select"
		}
	}
	return in
}

// typedMoment is the type and value of an input for a time, which may have been typed in any of the ways
// that are read.
func (v *view) typedMoment(typed string) (kind, value string) {
	at, err := act.ReadMoment(typed, v.now())
	switch {
	case err != nil:
		return "text", typed
	case at.IsZero():
		return "datetime-local", ""
	}
	if local, ok := act.Local(at.In(v.now().Location())); ok {
		return "datetime-local", local
	}
	return "text", typed
}

// label is the name of a field, for people.
func (v *view) label(field string) string {
	id := "console_act_field_" + field
	if text := v.Words.Word(id); text != id {
		return text
	}
	return v.Short(field)
}

// deed is the name of an action, for people.
func (v *view) deed(a *asked) string {
	if a.kind == nil {
		return v.Words.Word("console_act_unknown")
	}
	return v.Words.Word("console_act_do_" + strings.ReplaceAll(a.name, "-", "_"))
}

// strangerPage is what somebody sees who may not act. It tells nothing of how things stand: perhaps
// they may not even read. It shows back what they typed, which must not be lost.
type strangerPage struct {
	*view
	Said []actSaid
	Form *actForm // nil: nothing could be read of it
}

// actSaid is a field as it was typed.
type actSaid struct{ Label, Text string }

// estrange refuses an action of somebody who may not act, or no longer.
func (c *console) estrange(v *view, a *asked) rendering {
	p := &strangerPage{view: v}
	if a.fields == nil {
		return c.execute(stranger, p, http.StatusForbidden)
	}
	p.Form = &actForm{Action: a.name, Return: a.back}
	for _, field := range append(act.Fields(a.kind), act.Field{Name: "by"}) {
		typed := a.fields.Get(field.Name)
		if field.Name == "by" {
			typed = a.by
		}
		if typed != "" {
			p.Form.hide(field.Name, typed)
			p.Said = append(p.Said, actSaid{v.label(field.Name), v.Long(typed)})
		}
	}
	return c.execute(stranger, p, http.StatusForbidden)
}

// People are those whom a form suggests as the person who decides: first those who, by the posture,
// may, then all others of the plan.
func (v *view) People() []string {
	var roles []string
	if posture := v.Response.Posture; posture != nil {
		roles = append(roles, posture.DeclaredBy...)
	}
	for _, role := range v.Written.Roles {
		roles = append(roles, role.Name)
	}
	var names []string
	for _, name := range roles {
		role := v.Written.Role(name)
		if role == nil {
			continue
		}
		for _, person := range role.People {
			if !slices.Contains(names, person.Name) {
				names = append(names, person.Name)
			}
		}
	}
	return names
}
