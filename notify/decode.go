package notify

import (
	"github.com/hashicorp/hcl/v2"

	"github.com/keizoku-bcp/keizoku/block"
)

// Decode decodes a kind's own attributes from the part of a notify block that the envelope
// (timeout, route, to_roles) left over, and validates them.
func (k *Kind) Decode(body hcl.Body, ctx *block.Context) (settings any, diags hcl.Diagnostics) {
	settings, diags = block.DecodeNew(body, ctx, k.Settings)
	if !diags.HasErrors() && k.Validate != nil {
		diags = append(diags, k.Validate(settings, body)...)
	}
	return settings, diags
}
