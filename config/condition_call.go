package config

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"

	"github.com/keizoku-bcp/keizoku/block"
)

func (c *checker) call(e *hclsyntax.FunctionCallExpr, in scope) bool {
	f, ok := c.functions[e.Name]
	if !ok {
		c.unknownFunction(e)
		return false
	}
	params := f.Params()
	good := true
	for i, arg := range e.Args {
		want := cty.DynamicPseudoType
		if last := i == len(e.Args)-1; !last || !e.ExpandFinal {
			want = parameterType(f, params, i)
		}
		good = c.operand(arg, in, want) && good
	}
	if good && e.Name == "contains" && len(e.Args) == 2 {
		return c.element(e, in)
	}
	return good
}

// parameterType is the type that an argument must have, where it is a plain one: lists come in
// several types that all will do, and the function itself looks at them.
func parameterType(f function.Function, params []function.Parameter, i int) cty.Type {
	t := cty.DynamicPseudoType
	if i < len(params) {
		t = params[i].Type
	} else if f.VarParam() != nil {
		t = f.VarParam().Type
	}
	if !t.IsPrimitiveType() {
		return cty.DynamicPseudoType
	}
	return t
}

// element checks what is looked for in a list of names.
func (c *checker) element(e *hclsyntax.FunctionCallExpr, in scope) bool {
	v, _ := evaluate(e.Args[1], in.eval)
	list, _ := evaluate(e.Args[0], in.eval)
	if t := list.Type(); t.IsListType() && v.Type() != cty.DynamicPseudoType && !t.ElementType().Equals(v.Type()) {
		c.wrong(e.Args[1].Range(), "Wrong type", fmt.Sprintf("The list is of %ss; this is %s.", bareName(t.ElementType()), typeName(v.Type())))
		return false
	}
	return c.possible(c.factOf(e.Args[0], in), e.Args[1], v)
}

func (c *checker) unknownFunction(e *hclsyntax.FunctionCallExpr) {
	var known []string
	for _, f := range conditionFunctions {
		known = append(known, f.name)
	}
	detail := "A condition may call " + strings.Join(known, ", ") + "."
	switch s := block.Suggest(e.Name, known); {
	case e.Name == "env" || e.Name == "file":
		detail = "A condition rests on the facts of a situation alone. " + detail
	case e.Name == "next_opening" || e.Name == "business_hours":
		detail = "A condition asks the calendar's facts instead, such as calendar.office.open."
	case s != "":
		detail = fmt.Sprintf("Did you mean %s()?", s)
	}
	c.wrong(e.NameRange, fmt.Sprintf("Unknown function %q", e.Name), detail)
}
