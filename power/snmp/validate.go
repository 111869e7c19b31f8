package snmp

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/keizoku-bcp/keizoku/block"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/power/internal/field"
)

const (
	// minPassword is the shortest password that RFC 3414 (section 11.2) allows.
	minPassword = 8
	// maxCommunity keeps the length of the community in one byte of BER.
	maxCommunity = 127
)

func validate(settings any, _ hcl.Body) (diags hcl.Diagnostics) {
	s := settings.(*Settings)
	switch {
	case s.Community.IsZero() && s.V3 == nil:
		diags = append(diags, field.Error(block.HCLRange(s.Block), "No community and no user",
			`Give the community for SNMP v2c, or a v3 block with a user.`))
	case !s.Community.IsZero() && s.V3 != nil:
		diags = append(diags, field.Error(block.HCLRange(s.At("community")), "Both a community and a user",
			"The community is for SNMP v2c and the v3 block for v3: keep one of them."))
	}
	if len(s.Community.Reveal()) > maxCommunity {
		diags = append(diags, field.Error(block.HCLRange(s.At("community")), "Community too long",
			fmt.Sprintf("It has more than %d bytes.", maxCommunity)))
	}
	diags = append(diags, s.V3.check()...)
	return append(diags, checkNames(s)...)
}

// check looks at the passwords; a nil V3 has none.
func (u *V3) check() (diags hcl.Diagnostics) {
	if u == nil {
		return nil
	}
	if u.AuthPassword.IsZero() && !u.PrivPassword.IsZero() {
		diags = append(diags, field.Error(block.HCLRange(u.At("priv_password")), "Encryption without authentication",
			"SNMP v3 has no such level: give auth_password too."))
	}
	for name, password := range map[string]plan.Secret{"auth_password": u.AuthPassword, "priv_password": u.PrivPassword} {
		if !password.IsZero() && len(password.Reveal()) < minPassword {
			diags = append(diags, field.Error(block.HCLRange(u.At(name)), "Password too short",
				fmt.Sprintf("SNMP v3 wants at least %d characters in %s.", minPassword, name)))
		}
	}
	return diags
}

// checkNames finds names in oids that are no object's.
func checkNames(s *Settings) (diags hcl.Diagnostics) {
	for name := range s.OIDs {
		if slices.Contains(names(), name) {
			continue
		}
		detail := "Known are " + strings.Join(names(), ", ") + "."
		if near := block.Suggest(name, names()); near != "" {
			detail = fmt.Sprintf("Did you mean %q?", near)
		}
		diags = append(diags, field.Error(block.HCLRange(s.At("oids")), fmt.Sprintf("Unknown object %q", name), detail))
	}
	return diags
}
