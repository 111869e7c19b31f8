package config

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/keizoku-bcp/keizoku/block"
)

// ref is a reference to another block, and where it was written.
type ref struct {
	name string
	at   hcl.Range
}

// reference is r, whatever kind of block it is to.
func (r ref) reference() ref { return r }

// decode evaluates expr, which must be a reference to a block of the kind given.
func (r *ref) decode(kind, example string, expr hcl.Expression, ctx *block.Context) hcl.Diagnostics {
	v, _, diags := block.Eval(expr, ctx)
	if diags.HasErrors() {
		return diags
	}
	found, ok := asReference(v)
	switch {
	case ok && found.kind == kind:
		*r = ref{found.name, expr.Range()}
		return nil
	case ok:
		return block.Wrong(expr, fmt.Sprintf("A %s is wanted here, such as %s; %s.%s is a %s.", kind, example, found.kind, found.name, found.kind))
	case v.Type() == cty.String:
		return block.Wrong(expr, fmt.Sprintf("A reference to a %s is wanted here: %s without quotes (in JSON \"${%s}\").", kind, example, example))
	default:
		return block.Wrong(expr, fmt.Sprintf("A reference to a %s is wanted here, such as %s.", kind, example))
	}
}

type siteRef struct{ ref }

func (r *siteRef) TypeWord() string { return "reference to a site" }

func (r *siteRef) DecodeExpr(expr hcl.Expression, ctx *block.Context) hcl.Diagnostics {
	return r.decode("site", "site.main_hall", expr, ctx)
}

type calendarRef struct{ ref }

func (r *calendarRef) TypeWord() string { return "reference to a calendar" }

func (r *calendarRef) DecodeExpr(expr hcl.Expression, ctx *block.Context) hcl.Diagnostics {
	return r.decode("calendar", "calendar.office", expr, ctx)
}

type systemRef struct{ ref }

func (r *systemRef) TypeWord() string { return "reference to a system" }

func (r *systemRef) DecodeExpr(expr hcl.Expression, ctx *block.Context) hcl.Diagnostics {
	return r.decode("system", "system.core_switch", expr, ctx)
}

type threatRef struct{ ref }

func (r *threatRef) TypeWord() string { return "reference to a threat" }

func (r *threatRef) DecodeExpr(expr hcl.Expression, ctx *block.Context) hcl.Diagnostics {
	return r.decode("threat", "threat.disaster", expr, ctx)
}

type roleRef struct{ ref }

func (r *roleRef) TypeWord() string { return "reference to a role" }

func (r *roleRef) DecodeExpr(expr hcl.Expression, ctx *block.Context) hcl.Diagnostics {
	return r.decode("role", "role.it_lead", expr, ctx)
}

// agentRef is an agent, by reference or by name.
type agentRef struct{ ref }

func (r *agentRef) TypeWord() string { return "agent" }

func (r *agentRef) DecodeExpr(expr hcl.Expression, ctx *block.Context) hcl.Diagnostics {
	v, sensitive, diags := block.Eval(expr, ctx)
	if !diags.HasErrors() && !sensitive && v.Type() == cty.String && v.IsKnown() && !v.IsNull() {
		*r = agentRef{ref{v.AsString(), expr.Range()}}
		return nil
	}
	return r.decode("agent", "agent.main_hall", expr, ctx)
}

// names returns the names that refs lead to, each once, and reports a name that stands twice.
// A reference that could not be read has no name and is passed over.
func (l *loader) namesOf(refs []ref) []string {
	var names []string
	seen := make(map[string]bool, len(refs))
	for _, r := range refs {
		if r.name == "" {
			continue
		}
		if seen[r.name] {
			l.add(hcl.Diagnostics{{
				Severity: hcl.DiagWarning, Summary: fmt.Sprintf("%q stands here twice", r.name),
				Detail: "Once is enough.", Subject: &r.at,
			}})
			continue
		}
		seen[r.name] = true
		names = append(names, r.name)
	}
	return names
}

// refsIn are the references in a list of one kind of them.
func refsIn[R interface{ reference() ref }](all []R) []ref {
	refs := make([]ref, len(all))
	for i, r := range all {
		refs[i] = r.reference()
	}
	return refs
}
