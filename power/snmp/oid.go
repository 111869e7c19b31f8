package snmp

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/keizoku-bcp/keizoku/block"
	"github.com/keizoku-bcp/keizoku/power/internal/field"
)

// OID is an object identifier in dotted numbers, without a leading dot.
type OID string

// maxSubIDs is the most numbers that an OID may have (RFC 2578, section 3.5).
const maxSubIDs = 128

// DecodeExpr implements [block.Decoder].
func (o *OID) DecodeExpr(expr hcl.Expression, ctx *block.Context) hcl.Diagnostics {
	text, _, diags := field.Text(expr, ctx)
	if diags.HasErrors() {
		return diags
	}
	text = strings.TrimPrefix(text, ".")
	if err := checkOID(text); err != nil {
		return append(diags, block.Wrong(expr, `Write an OID in numbers, such as "1.3.6.1.2.1.33.1.2.3.0": `+err.Error()+".")...)
	}
	*o = OID(text)
	return diags
}

// TypeWord implements [block.Decoder].
func (*OID) TypeWord() string { return "OID" }

// checkOID does not repeat text in its error.
func checkOID(text string) error {
	parts := strings.Split(text, ".")
	if len(parts) < 3 || len(parts) > maxSubIDs {
		return fmt.Errorf("this one has %d numbers", len(parts))
	}
	for i, part := range parts {
		n, err := strconv.ParseUint(part, 10, 32)
		if err != nil {
			return fmt.Errorf("part %d is not a number below 2^32", i+1)
		}
		if i == 0 && n > 2 || i == 1 && n > 39 {
			return fmt.Errorf("part %d is too large", i+1)
		}
	}
	return nil
}
