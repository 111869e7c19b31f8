package block

import (
	"github.com/hashicorp/hcl/v2"

	"github.com/keizoku-bcp/keizoku/plan"
)

// Range turns a range of hcl into one of the plan.
func Range(r hcl.Range) plan.Range {
	return plan.Range{File: r.Filename, Start: plan.Pos(r.Start), End: plan.Pos(r.End)}
}

// HCLRange is the inverse of [Range].
func HCLRange(r plan.Range) hcl.Range {
	return hcl.Range{Filename: r.File, Start: hcl.Pos(r.Start), End: hcl.Pos(r.End)}
}
