package api

import (
	"encoding/json"
	"fmt"
	"reflect"
	"time"

	"github.com/keizoku-bcp/keizoku/agent/access"
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
	"github.com/keizoku-bcp/keizoku/rules/alert"
	"github.com/keizoku-bcp/keizoku/rules/supply"
)

// someOf has a value of each closed list.
var someOf = []any{
	rules.Down, rules.AtRisk, rules.RiskPower, rules.InDanger, rules.StepOpen, rules.CodeNoSheet, rules.Noun("system"),
	plan.InitialResponse, plan.EstablishPosture, plan.Japanese, plan.Critical, plan.Mobile, plan.SupplyKind("ups"), plan.ConsumerKind("system"),
	journal.Coming, journal.Impaired, journal.AlarmFuel, journal.Scheduled, journal.UtilityLost, journal.KindNoteAdded,
	supply.OverCapacity, supply.ForHorizon, supply.GeneratorFailed, supply.FromBattery, supply.DoubtSteady,
	alert.Maintenance, access.Viewer,
}

// filled is a value in which every field says something, so that no member is left out of its JSON.
func filled[T any]() T {
	var v T
	fill(reflect.ValueOf(&v).Elem())
	return v
}

func fill(v reflect.Value) {
	switch v.Type() {
	case reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(time.Date(2026, 11, 20, 14, 46, 0, 5e8, time.FixedZone("", 9*3600))))
		return
	case reflect.TypeFor[json.RawMessage]():
		v.Set(reflect.ValueOf(json.RawMessage(`{"stage":"monitoring"}`)))
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i))
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0))
	case reflect.Map:
		value := reflect.New(v.Type().Elem()).Elem()
		fill(value)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(reflect.ValueOf("name"), value)
	default:
		fillPlain(v)
	}
}

func fillPlain(v reflect.Value) {
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(3)
	case reflect.Float64:
		v.SetFloat(0.5)
	case reflect.Interface:
		v.Set(reflect.ValueOf([]string{"mail"}))
	case reflect.String:
		v.SetString("text")
		if v.Type().PkgPath() != "" {
			v.Set(reflect.ValueOf(valueOf(v.Type())))
		}
	default:
		panic(fmt.Sprintf("a field of type %s: say here how to fill it", v.Type()))
	}
}

// valueOf is a value of a closed list.
func valueOf(t reflect.Type) any {
	for _, v := range someOf {
		if reflect.TypeOf(v) == t {
			return v
		}
	}
	panic(fmt.Sprintf("a closed list of type %s: say in someOf one of its values", t))
}
