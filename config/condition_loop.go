package config

import (
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

func (c *checker) loop(e *hclsyntax.ForExpr, in scope) bool {
	list, ok := c.part(e.CollExpr, in)
	if !ok {
		return false
	}
	key, elem, ok := elementTypes(list.Type())
	if !ok {
		c.wrong(e.CollExpr.Range(), "Wrong type", "A list, or all systems, sites or calendars, are wanted here; this is "+typeName(list.Type())+".")
		return false
	}
	inner := in.within(e, key, elem, c.factOf(e.CollExpr, in))
	good := c.all(present(e.KeyExpr, e.ValExpr), inner)
	return (e.CondExpr == nil || c.operand(e.CondExpr, inner, cty.Bool)) && good
}

func (in scope) within(e *hclsyntax.ForExpr, key, elem cty.Type, of *fact) scope {
	inner := scope{eval: in.eval.NewChild(), local: make(map[string]*fact)}
	for name, f := range in.local {
		inner.local[name] = f
	}
	inner.eval.Variables = map[string]cty.Value{e.ValVar: unknownElement(elem)}
	inner.local[e.ValVar] = of
	if e.KeyVar != "" {
		inner.eval.Variables[e.KeyVar] = cty.UnknownVal(key)
		inner.local[e.KeyVar] = nil
	}
	return inner
}

func unknownElement(t cty.Type) cty.Value {
	if t.IsObjectType() {
		return unknownObject(t.AttributeTypes())
	}
	return cty.UnknownVal(t)
}

// elementTypes returns the types of a collection's keys and elements.
func elementTypes(t cty.Type) (key, elem cty.Type, ok bool) {
	switch {
	case t == cty.DynamicPseudoType:
		return t, t, true
	case t.IsMapType():
		return cty.String, t.ElementType(), true
	case t.IsListType():
		return cty.Number, t.ElementType(), true
	case t.IsTupleType() && t.Length() > 0 && uniform(t.TupleElementTypes()):
		return cty.Number, t.TupleElementType(0), true
	case t.IsTupleType():
		return cty.Number, cty.DynamicPseudoType, true
	case t.IsObjectType():
		return cty.String, cty.DynamicPseudoType, true
	}
	return t, t, false
}

func uniform(types []cty.Type) bool {
	for _, t := range types {
		if !t.Equals(types[0]) {
			return false
		}
	}
	return true
}

// splat refuses .* and [*] on what is there by name: hcl takes it for a single thing.
func (c *checker) splat(e *hclsyntax.SplatExpr, in scope) bool {
	v, ok := c.part(e.Source, in)
	if ok && !v.Type().IsListType() && !v.Type().IsTupleType() && v.Type() != cty.DynamicPseudoType {
		c.wrong(e.MarkerRange, "[*] wants a list", "For all systems write [for s in system : s.down].")
		return false
	}
	return ok
}

func present(all ...hclsyntax.Expression) (out []hclsyntax.Expression) {
	for _, e := range all {
		if e != nil {
			out = append(out, e)
		}
	}
	return out
}

// collections takes up what the outermost for expressions make of all systems, sites or
// calendars: the names it comes to are what a reader of the reason wants.
func (c *checker) collections(expr hclsyntax.Expression) {
	w := &collectionWalker{}
	// The walker gives no diagnostics.
	_ = hclsyntax.Walk(expr, w)
	for _, e := range w.found {
		c.cond.used = append(c.cond.used, mention{name: c.src.line(e.Range()), at: e.Range().Start.Byte, expr: e})
	}
}

// collectionWalker finds for expressions over blocks that are not inside another for.
type collectionWalker struct {
	depth int
	found []*hclsyntax.ForExpr
}

// Enter implements [hclsyntax.Walker].
func (w *collectionWalker) Enter(n hclsyntax.Node) hcl.Diagnostics {
	e, ok := n.(*hclsyntax.ForExpr)
	if !ok {
		return nil
	}
	if w.depth++; w.depth == 1 && overBlocks(e) {
		w.found = append(w.found, e)
	}
	return nil
}

// Exit implements [hclsyntax.Walker].
func (w *collectionWalker) Exit(n hclsyntax.Node) hcl.Diagnostics {
	if _, ok := n.(*hclsyntax.ForExpr); ok {
		w.depth--
	}
	return nil
}

// overBlocks reports whether e goes through systems, sites or calendars as such.
func overBlocks(e *hclsyntax.ForExpr) bool {
	return slices.ContainsFunc(hclsyntax.Variables(e.CollExpr), func(t hcl.Traversal) bool {
		root := vocabularyRoot.find(t.RootName())
		return root != nil && root.shape == blocksFact && len(t) <= 2
	})
}

// factOf returns the fact that an expression is, or nil. Within a for it knows the variables.
func (c *checker) factOf(e hclsyntax.Expression, in scope) *fact {
	for {
		p, ok := e.(*hclsyntax.ParenthesesExpr)
		if !ok {
			break
		}
		e = p.Expression
	}
	t, ok := e.(*hclsyntax.ScopeTraversalExpr)
	if !ok {
		return nil
	}
	f, isLocal := in.local[t.Traversal.RootName()]
	if !isLocal {
		f = vocabularyRoot.find(t.Traversal.RootName())
	}
	for i, step := range t.Traversal[1:] {
		name, _ := stepName(step)
		if f == nil || f.inside == nil || f.shape == blocksFact && i == 0 && !isLocal {
			continue
		}
		f = f.find(name)
	}
	return f
}

// local checks the names behind a variable of a for.
func (c *checker) local(e *hclsyntax.ScopeTraversalExpr, in scope) bool {
	root := e.Traversal.RootName()
	if _, ok := in.local[root]; !ok {
		return true // checked by mention
	}
	v, diags := e.Traversal[:1].TraverseAbs(in.eval)
	if diags.HasErrors() || len(e.Traversal) == 1 || !v.Type().IsObjectType() {
		return true
	}
	name, named := stepName(e.Traversal[1])
	if !named || v.Type().HasAttribute(name) {
		return true
	}
	known := slices.Sorted(maps.Keys(v.Type().AttributeTypes()))
	c.wrong(stepRange(e.Traversal[1]), fmt.Sprintf("Unknown fact %q", root+"."+name), suggestion(root+".", name, known))
	return false
}

func stepRange(step hcl.Traverser) hcl.Range {
	if s, ok := step.(interface{ SourceRange() hcl.Range }); ok {
		return s.SourceRange()
	}
	return hcl.Range{}
}
