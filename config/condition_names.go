package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/keizoku-bcp/keizoku/block"
)

// mentions resolves every fact that the expression names, and reports those that there are not.
func (c *checker) mentions(expr hclsyntax.Expression) {
	for _, t := range hclsyntax.Variables(expr) {
		c.mention(t)
	}
	c.collections(expr)
}

func (c *checker) mention(t hcl.Traversal) {
	root := vocabularyRoot.find(t.RootName())
	if root == nil {
		c.unknownRoot(t)
		return
	}
	n := c.need(root)
	m := mention{name: root.name, at: t.SourceRange().Start.Byte, path: []*fact{root}}
	f, ok := c.follow(t, root, &m, n)
	if !ok {
		return
	}
	n.whole = n.whole || f == root && m.block == ""
	if f.inside == nil {
		c.cond.used = append(c.cond.used, m)
	}
}

// follow goes along the names of a traversal. Of an element of a list, the list is what it finds.
func (c *checker) follow(t hcl.Traversal, root *fact, m *mention, n *need) (*fact, bool) {
	f := root
	for i, step := range t[1:] {
		name, named := stepName(step)
		switch {
		case !named:
			return f, true
		case f.inside == nil:
			c.nothingInside(f, m.name, step)
			return nil, false
		case i == 1 && f.shape == blocksFact && name == nameWord:
			return f, true
		}
		next, ok := c.step(f, i, name, step, m, n)
		if !ok {
			return nil, false
		}
		f = next
	}
	return f, true
}

// step goes one name further: from blocks to the one named, else to the fact named.
func (c *checker) step(f *fact, i int, name string, step hcl.Traverser, m *mention, n *need) (*fact, bool) {
	if f.shape == blocksFact && i == 0 {
		at, ok := c.words.index[f.name][name]
		if !ok {
			c.unknownBlock(f, name, step)
			return nil, false
		}
		n.only[name], m.block, m.index, m.name = at, name, at, m.name+"."+name
		return f, true
	}
	next := f.find(name)
	if next == nil {
		c.unknownFact(f, m.name, name, step)
		return nil, false
	}
	if f.shape == groupFact {
		n.only[name] = 0
	}
	m.name, m.path = m.name+"."+name, append(m.path, next)
	return next, true
}

func (c *checker) need(root *fact) *need {
	i := slices.IndexFunc(c.cond.needs, func(n *need) bool { return n.fact == root })
	if i >= 0 {
		return c.cond.needs[i]
	}
	n := &need{fact: root, only: make(map[string]int)}
	c.cond.needs = append(c.cond.needs, n)
	return n
}

func stepName(step hcl.Traverser) (string, bool) {
	switch s := step.(type) {
	case hcl.TraverseAttr:
		return s.Name, true
	case hcl.TraverseIndex:
		if s.Key.Type() == cty.String && s.Key.IsKnown() && !s.Key.IsNull() {
			return s.Key.AsString(), true
		}
	}
	return "", false
}

func suggestion(prefix, name string, known []string) string {
	if s := block.Suggest(name, known); s != "" {
		return fmt.Sprintf("Did you mean %s%s?", prefix, s)
	}
	return "Known here: " + strings.Join(known, ", ") + "."
}

func (c *checker) unknownRoot(t hcl.Traversal) {
	name := t.RootName()
	detail := suggestion("", name, vocabularyRoot.words())
	if len(t) == 1 && !strings.HasPrefix(detail, "Did") {
		detail = fmt.Sprintf("If it is text, put it in quotes: %q. %s", name, detail)
	}
	c.wrong(t[0].(hcl.TraverseRoot).SrcRange, fmt.Sprintf("Unknown fact %q", name), detail)
}

func (c *checker) unknownBlock(f *fact, name string, step hcl.Traverser) {
	known := slices.Sorted(slices.Values(c.words.names[f.name]))
	detail := fmt.Sprintf("The plan has no %s %q.", f.name, name)
	if s := block.Suggest(name, known); s != "" {
		detail += fmt.Sprintf(" Did you mean %s.%s?", f.name, s)
	} else if len(known) == 0 {
		detail = fmt.Sprintf("The plan has no block %q at all.", f.name)
	}
	c.wrong(stepRange(step), fmt.Sprintf("Unknown %s %q", f.name, name), detail)
}

func (c *checker) unknownFact(f *fact, prefix, name string, step hcl.Traverser) {
	detail := suggestion(prefix+".", name, f.words())
	if f.id == "threat" && slices.Contains(c.words.names["threat"], name) {
		detail = fmt.Sprintf("The facts are of the active threat: write threat.name == %q.", name)
	}
	c.wrong(stepRange(step), fmt.Sprintf("Unknown fact %q", prefix+"."+name), detail)
}

func (c *checker) nothingInside(f *fact, prefix string, step hcl.Traverser) {
	c.wrong(stepRange(step), "There is nothing inside", fmt.Sprintf("%s is %s.", prefix, typeName(f.ctyType())))
}
