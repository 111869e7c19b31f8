package block

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// item is an attribute or block that nothing decoded.
type item struct {
	name    string
	isBlock bool
	isJSON  bool // where attributes and blocks look alike
	at      hcl.Range
	value   hcl.Expression // nil for a block
}

// unknown reports what is left of t's body after every spec in t.outer took its part. It returns
// the names that were probably meant.
func (d *decoder) unknown(t target, left hcl.Body) (meant []string) {
	for _, it := range leftovers(left, t.outer) {
		name, detail := hint(t, it)
		if name != "" {
			meant = append(meant, name)
		}
		if it.value != nil && !isPlain(t.outer, name) {
			d.hide(it.value) // a misspelt password attribute holds a password
		}
		what := "attribute"
		if it.isBlock {
			what = "block"
		}
		d.error(it.at, fmt.Sprintf("Unknown %s %q", what, it.name), detail)
	}
	return meant
}

// isPlain reports whether the name is that of an attribute that holds no secret.
func isPlain(specs []*spec, name string) bool {
	for _, s := range specs {
		for _, f := range s.attrs {
			if f.name == name {
				return !holdsSecret(f.typ)
			}
		}
	}
	return false
}

// leftovers lists the items of body that no spec knows, in the order of the source.
func leftovers(body hcl.Body, specs []*spec) []item {
	var items []item
	native, ok := body.(*hclsyntax.Body)
	if ok {
		items = nativeLeftovers(native, specs)
	} else {
		// What is wrong with the body's form was reported when its content was read.
		attrs, _ := body.JustAttributes()
		for _, a := range attrs {
			items = append(items, item{name: a.Name, isJSON: true, at: a.NameRange, value: a.Expr})
		}
	}
	slices.SortFunc(items, func(a, b item) int { return cmp.Compare(a.at.Start.Byte, b.at.Start.Byte) })
	return items
}

func nativeLeftovers(body *hclsyntax.Body, specs []*spec) (items []item) {
	attrs, blocks := names(specs, attrsOf), names(specs, blocksOf)
	for name, a := range body.Attributes {
		if !slices.Contains(attrs, name) {
			items = append(items, item{name: name, at: a.NameRange, value: a.Expr})
		}
	}
	for _, b := range body.Blocks {
		if !slices.Contains(blocks, b.Type) {
			items = append(items, item{name: b.Type, isBlock: true, at: b.TypeRange})
		}
	}
	return items
}

func attrsOf(s *spec) []field  { return s.attrs }
func blocksOf(s *spec) []field { return s.blocks }

func names(specs []*spec, of func(*spec) []field) (out []string) {
	for _, s := range specs {
		for _, f := range of(s) {
			out = append(out, f.name)
		}
	}
	return out
}

// hint returns the name that was probably meant, if any, and tells what to write instead.
func hint(t target, it item) (meant, detail string) {
	attrs, blocks := names(t.outer, attrsOf), names(t.outer, blocksOf)
	switch {
	case it.isBlock && slices.Contains(attrs, it.name):
		return it.name, fmt.Sprintf("It is an attribute: write %s = … with an equals sign.", it.name)
	case !it.isBlock && !it.isJSON && slices.Contains(blocks, it.name):
		return it.name, fmt.Sprintf("It is a block: write %s { … } without an equals sign.", it.name)
	}
	if s := nearest(it, attrs, blocks); s != "" {
		return s, fmt.Sprintf("Did you mean %q?", s)
	}
	known := slices.Concat(attrs, blocks)
	slices.Sort(known)
	return "", t.knows(known)
}

// nearest looks among names of the item's own sort first; of the other sort only one slip away.
func nearest(it item, attrs, blocks []string) string {
	if it.isJSON {
		return Suggest(it.name, slices.Concat(attrs, blocks))
	}
	own, other := attrs, blocks
	if it.isBlock {
		own, other = blocks, attrs
	}
	if s := Suggest(it.name, own); s != "" {
		return s
	}
	return suggest(it.name, other, 1)
}
