// Package act knows people's actions by the names under which the API and the console are asked
// for them, and reads them from forms.
//
// A form's fields are the JSON names of the action's own, so that a form and the API can differ
// neither in what an action is called nor in what it is made of.
package act

import (
	"iter"
	"reflect"
	"strings"
	"time"

	"github.com/keizoku-bcp/keizoku/rules"
)

// MaxName bounds the name of the person who decides, in bytes.
const MaxName = 200

// Actions are people's actions by name, each as its zero value.
func Actions() map[string]rules.Action {
	return map[string]rules.Action{
		"declare":      rules.Declare{},
		"end":          rules.End{},
		"eta":          rules.GiveETA{},
		"ack":          rules.Acknowledge{},
		"note":         rules.AddNote{},
		"outage-start": rules.CorrectStart{},

		"stage":    rules.MoveStage{},
		"ordinary": rules.ChooseOrdinary{},
		"step":     rules.MarkStep{},
		"call":     rules.RecordCall{},
		"survey":   rules.AnswerSurvey{},
		"report":   rules.IssueReport{},
	}
}

// Kind is what a field holds.
type Kind int

// The kinds of fields.
const (
	Text   Kind = iota // words, or one word of a closed list
	Flag               // a check box
	Moment             // a point in time
)

// Field is a field of an action.
type Field struct {
	Name string // in a form and in JSON
	Kind Kind
	// Value is written so that [Read] reads the same; empty: the field is zero.
	Value string
}

// Fields are the fields of an action in their order, with what they hold.
func Fields(action rules.Action) []Field {
	var fields []Field
	for name, value := range fieldsOf(reflect.ValueOf(action)) {
		kind, written := write(value)
		fields = append(fields, Field{name, kind, written})
	}
	return fields
}

// fieldsOf yields the fields of an action that a client may send, by name.
func fieldsOf(action reflect.Value) iter.Seq2[string, reflect.Value] {
	return func(yield func(string, reflect.Value) bool) {
		for i := range action.NumField() {
			name, _, _ := strings.Cut(action.Type().Field(i).Tag.Get("json"), ",")
			if name != "-" && !yield(name, action.Field(i)) {
				return
			}
		}
	}
}

// write is what a field holds as a form has it. A test sees to it that no action has a field of
// another type.
func write(value reflect.Value) (Kind, string) {
	if at, ok := value.Interface().(time.Time); ok {
		if at.IsZero() {
			return Moment, ""
		}
		return Moment, at.Format(time.RFC3339Nano)
	}
	if value.Kind() == reflect.Bool {
		if value.Bool() {
			return Flag, checked
		}
		return Flag, ""
	}
	return Text, value.String()
}

// checked is what a check box that is ticked sends.
const checked = "yes"
