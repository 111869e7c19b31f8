package act

import (
	"fmt"
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/keizoku-bcp/keizoku/rules"
)

// Fault is a field that cannot be read, and why.
type Fault struct {
	Field, Given string
	Why          Why
	// Meant are the two instants of a time that comes twice.
	Meant [2]time.Time
}

// Why a field cannot be read.
type Why string

// The reasons.
const (
	Unknown  Why = "unknown"  // the action has no such field
	Twice    Why = "twice"    // the form has it more than once
	NoText   Why = "no_text"  // it is not UTF-8
	NoFlag   Why = "no_flag"  // it is neither yes nor no
	NoTime   Why = "no_time"  // it is not written as a time
	Skipped  Why = "skipped"  // the clocks are put forward over that time on that day
	Repeated Why = "repeated" // the clocks are put back on that day, and show that time twice
)

// Faults lists every reason.
var Faults = [...]Why{Unknown, Twice, NoText, NoFlag, NoTime, Skipped, Repeated}

func (f *Fault) Error() string { return fmt.Sprintf("field %q, %q: %s", f.Field, f.Given, f.Why) }

// Read makes an action of the kind given from a form. Times without a zone are in now's, which is
// the plan's. The error is a [*Fault]; whether the action makes sense is for the rules to say.
func Read(kind rules.Action, form url.Values, now time.Time) (rules.Action, error) {
	made := reflect.New(reflect.TypeOf(kind)).Elem()
	own := maps.Collect(fieldsOf(made))
	for _, name := range slices.Sorted(maps.Keys(form)) { // always the same fault first
		field, known := own[name]
		if !known {
			return nil, &Fault{Field: name, Why: Unknown}
		}
		if len(form[name]) > 1 {
			return nil, &Fault{Field: name, Given: form[name][1], Why: Twice}
		}
		if err := read(field, form.Get(name), now); err != nil {
			err.Field, err.Given = name, form.Get(name)
			return nil, err
		}
	}
	return made.Interface().(rules.Action), nil
}

// read fills a field with what the form says.
func read(field reflect.Value, text string, now time.Time) *Fault {
	if !utf8.ValidString(text) {
		return &Fault{Why: NoText}
	}
	switch field.Interface().(type) {
	case time.Time:
		at, err := readMoment(text, now)
		if err != nil {
			return err
		}
		field.Set(reflect.ValueOf(at))
	case bool:
		on, ok := flags[strings.ToLower(text)]
		if !ok {
			return &Fault{Why: NoFlag}
		}
		field.SetBool(on)
	default:
		field.SetString(Clean(text))
	}
	return nil
}

// Clean is a text as it is meant: with plain ends of lines, where browsers send CR LF (HTML,
// 4.10.22.8), with a space for a tab, which comes of a spreadsheet, and without characters that no
// page shows and nobody types.
func Clean(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\t':
			return ' '
		case unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r):
			return -1
		}
		return r
	}, text)
}

// flags are the ways of saying yes and no; "on" is that of a check box without a value.
var flags = map[string]bool{
	checked: true, "on": true, "true": true, "1": true,
	"": false, "no": false, "off": false, "false": false, "0": false,
}

// Ticked reports whether a check box that sent this was ticked.
func Ticked(text string) bool { return flags[strings.ToLower(text)] }
