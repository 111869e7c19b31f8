package config

import (
	"errors"
	"maps"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// conditionFunction is a function that conditions may call. None of them looks at anything but
// its arguments: neither clock nor files, and no secrets.
type conditionFunction struct {
	name, usage, doc string
	impl             function.Function
}

// conditionFunctions are in the order of the reference.
var conditionFunctions = [...]conditionFunction{
	{"length", "length(list)", "How many elements it has.", stdlib.LengthFunc},
	{"contains", `contains(down.systems, "core_switch")`, "Whether the list has the element.", stdlib.ContainsFunc},
	{"within", "within(down.priorities, 5)", "How many numbers of the list are at most that: here how many systems of the first five ranks are down.", withinFunction},
	{"any", "any(list)", "Whether one of the bools is true; false for an empty list. Also written `anytrue`.", quantifier(true)},
	{"all", "all(list)", "Whether all of the bools are true; true for an empty list. Also written `alltrue`.", quantifier(false)},
	{"known", "known(power.runtime_hours)", "Whether the fact is known. Where it is not, what needs it cannot be judged.", knownFunction},
	{"min", "min(a, b, …), min(list...)", "The smallest of the numbers.", stdlib.MinFunc},
	{"max", "max(a, b, …), max(list...)", "The largest of the numbers.", stdlib.MaxFunc},
	{"abs", "abs(a)", "The number without its sign.", stdlib.AbsoluteFunc},
	{"floor", "floor(a)", "The number rounded down.", stdlib.FloorFunc},
	{"ceil", "ceil(a)", "The number rounded up.", stdlib.CeilFunc},
}

// conditionFunctionTable holds the functions as hcl wants them. It is only read.
var conditionFunctionTable = functionTable()

func functionTable() map[string]function.Function {
	table := map[string]function.Function{"anytrue": quantifier(true), "alltrue": quantifier(false)}
	for _, f := range conditionFunctions {
		table[f.name] = f.impl
	}
	return table
}

// checkFunctionTable is the same for a check of types, where no fact is known and nothing may
// conclude from that.
func checkFunctionTable() map[string]function.Function {
	table := maps.Clone(conditionFunctionTable)
	table["known"] = function.New(&function.Spec{
		Params: knownFunction.Params(), Type: function.StaticReturnType(cty.Bool),
		Impl: func([]cty.Value, cty.Type) (cty.Value, error) { return cty.UnknownVal(cty.Bool), nil },
	})
	return table
}

var withinFunction = function.New(&function.Spec{
	Params: []function.Parameter{listParameter, {Name: "limit", Type: cty.Number}},
	Type:   onListOf(cty.Number, cty.Number),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		count := 0
		for it := args[0].ElementIterator(); it.Next(); {
			_, n := it.Element()
			if n.IsNull() || !n.IsKnown() {
				return cty.UnknownVal(cty.Number), nil
			}
			if n.LessThanOrEqualTo(args[1]).True() {
				count++
			}
		}
		return cty.NumberIntVal(int64(count)), nil
	},
})

// quantifier makes any (decisive: true) or all (false): one decisive element settles it, even
// beside elements that are not known.
func quantifier(decisive bool) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{listParameter},
		Type:   onListOf(cty.Bool, cty.Bool),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			result := cty.BoolVal(!decisive)
			for it := args[0].ElementIterator(); it.Next(); {
				_, b := it.Element()
				switch {
				case b.IsNull() || !b.IsKnown():
					result = cty.UnknownVal(cty.Bool)
				case b.True() == decisive:
					return cty.BoolVal(decisive), nil
				}
			}
			return result, nil
		},
	})
}

// listParameter takes a list as it is: to have a list of thousands made from what a for gives
// takes cty longer than all the rest.
var listParameter = function.Parameter{Name: "list", Type: cty.DynamicPseudoType, AllowDynamicType: true}

// onListOf checks the elements of the first argument, and returns the type of the result.
func onListOf(elem, result cty.Type) function.TypeFunc {
	return func(args []cty.Value) (cty.Type, error) {
		switch t := args[0].Type(); {
		case t == cty.DynamicPseudoType:
		case t.IsTupleType():
			for _, e := range t.TupleElementTypes() {
				if !e.Equals(elem) && e != cty.DynamicPseudoType {
					return cty.NilType, function.NewArgErrorf(0, "it must be a list of %ss, and has %s", bareName(elem), typeName(e))
				}
			}
		case !t.IsListType() || !t.ElementType().Equals(elem):
			return cty.NilType, function.NewArgErrorf(0, "it must be a list of %ss", bareName(elem))
		}
		return result, nil
	}
}

var knownFunction = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "fact", Type: cty.DynamicPseudoType, AllowUnknown: true, AllowDynamicType: true}},
	Type:   function.StaticReturnType(cty.Bool),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		return cty.BoolVal(args[0].IsWhollyKnown()), nil
	},
})

// errZeroDivisor is what people are told; cty would go on with infinity.
var errZeroDivisor = errors.New("a division by zero has no result")

// divisions are the operations that replace those of HCL.
var divisions = map[*hclsyntax.Operation]*hclsyntax.Operation{
	hclsyntax.OpDivide: {Impl: refuseZero(stdlib.DivideFunc), Type: cty.Number},
	hclsyntax.OpModulo: {Impl: refuseZero(stdlib.ModuloFunc), Type: cty.Number},
}

func refuseZero(divide function.Function) function.Function {
	number := function.Parameter{Type: cty.Number, AllowUnknown: true}
	return function.New(&function.Spec{
		Params: []function.Parameter{number, number},
		Type:   function.StaticReturnType(cty.Number),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			switch divisor := args[1]; {
			case divisor.IsKnown() && divisor.AsBigFloat().Sign() == 0:
				return cty.NilVal, errZeroDivisor
			case !divisor.IsKnown() || !args[0].IsKnown():
				return cty.UnknownVal(cty.Number), nil
			}
			return divide.Call(args)
		},
	})
}
