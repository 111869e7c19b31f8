package config

import (
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"

	"github.com/keizoku-bcp/keizoku/block"
	"github.com/keizoku-bcp/keizoku/plan"
)

// allowanceType is the type of what next_opening() and business_hours() return.
var allowanceType = cty.Capsule("allowance", reflect.TypeFor[plan.Allowance]())

func allowanceValue(a plan.Allowance) cty.Value { return cty.CapsuleVal(allowanceType, &a) }

// functions makes the functions of the plan language. They are called while the plan is being
// read, when its calendars have their names but not yet their hours.
func (l *loader) functions() map[string]function.Function {
	calendar := &function.Parameter{Name: "calendar", Type: cty.DynamicPseudoType}
	name := []function.Parameter{{Name: "name", Type: cty.String, AllowMarked: true}}
	return map[string]function.Function{
		"next_opening": function.New(&function.Spec{
			VarParam: calendar, Type: function.StaticReturnType(allowanceType), Impl: l.nextOpening,
		}),
		"business_hours": function.New(&function.Spec{
			Params:   []function.Parameter{{Name: "duration", Type: cty.String, AllowMarked: true}},
			VarParam: calendar, Type: function.StaticReturnType(allowanceType), Impl: l.businessHours,
		}),
		"env":  function.New(&function.Spec{Params: name, Type: function.StaticReturnType(cty.String), Impl: l.envValue}),
		"file": function.New(&function.Spec{Params: name, Type: function.StaticReturnType(cty.String), Impl: l.fileValue}),
	}
}

func (l *loader) nextOpening(args []cty.Value, _ cty.Type) (cty.Value, error) {
	c, err := l.calendarOf(args)
	if err != nil {
		return cty.NilVal, err
	}
	return allowanceValue(plan.UntilOpening(c)), nil
}

func (l *loader) businessHours(args []cty.Value, _ cty.Type) (cty.Value, error) {
	if args[0].IsMarked() {
		return cty.NilVal, errors.New("the duration cannot come from env() or file()")
	}
	d, err := positive(args[0].AsString())
	if err != nil {
		return cty.NilVal, err
	}
	c, err := l.calendarOf(args[1:])
	if err != nil {
		return cty.NilVal, err
	}
	return allowanceValue(plan.ForOpenHours(d, c)), nil
}

// positive reads a duration that an allowance can have.
func positive(text string) (time.Duration, error) {
	d, err := block.ParseDuration(text)
	if err == nil && d <= 0 {
		err = errors.New("it must be longer than zero")
	}
	return d, trimPeriod(err)
}

// trimPeriod takes the full stop off a sentence that will get one again.
func trimPeriod(err error) error {
	if err == nil {
		return nil
	}
	return errors.New(strings.TrimSuffix(err.Error(), "."))
}

func (l *loader) calendarOf(args []cty.Value) (*plan.Calendar, error) {
	switch len(args) {
	case 0:
		return l.defaultCalendar()
	case 1:
		if r, ok := asReference(args[0]); ok && r.kind == "calendar" {
			return l.plan.Calendar(r.name), nil
		}
		return nil, errors.New("a calendar is wanted, such as calendar.office")
	default:
		return nil, errors.New("one calendar is enough")
	}
}

// defaultCalendar is the plan's only calendar, or the one named office.
func (l *loader) defaultCalendar() (*plan.Calendar, error) {
	all := l.plan.Calendars
	switch {
	case len(all) == 0:
		return nil, errors.New(`the plan has no calendar; add a block calendar "office" with opens and closes`)
	case len(all) == 1:
		return all[0], nil
	}
	if c := l.plan.Calendar("office"); c != nil {
		return c, nil
	}
	return nil, fmt.Errorf("the plan has several calendars and none is named office; say which, such as calendar.%s", all[0].Name)
}

// secret returns value as one that never prints.
func (l *loader) secret(value string) cty.Value {
	l.plan.Secrets.Add(value)
	return cty.StringVal(value).Mark(block.Sensitive)
}

func (l *loader) envValue(args []cty.Value, _ cty.Type) (cty.Value, error) {
	if args[0].IsMarked() {
		return cty.NilVal, errors.New("the name of a variable cannot itself come from env() or file()")
	}
	name := args[0].AsString()
	value, ok := l.opts.env(name)
	if !ok {
		return cty.NilVal, fmt.Errorf("the environment variable %q is not set", name)
	}
	if !utf8.ValidString(value) {
		return cty.NilVal, fmt.Errorf("the environment variable %q is not UTF-8 text", name)
	}
	return l.secret(value), nil
}

// fileValue returns the text of a file without the line end that editors put behind it.
func (l *loader) fileValue(args []cty.Value, _ cty.Type) (cty.Value, error) {
	if args[0].IsMarked() {
		return cty.NilVal, errors.New("the name of a file cannot itself come from env() or file()")
	}
	name := args[0].AsString()
	if name == "" {
		return cty.NilVal, errors.New("the name of the file is empty")
	}
	text, err := l.in.readFile(l.path(name))
	if err != nil {
		return cty.NilVal, fmt.Errorf("the file %q cannot be read: %w", name, cause(err))
	}
	if !utf8.Valid(text) {
		return cty.NilVal, fmt.Errorf("the file %q is not UTF-8 text", name)
	}
	value := strings.TrimSuffix(string(text), "\n")
	return l.secret(strings.TrimSuffix(value, "\r")), nil
}

// path returns where a path in the plan leads: relative ones count from the plan's directory.
func (l *loader) path(name string) string {
	if name == "" || l.in.dir == "" || filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(l.in.dir, name)
}
