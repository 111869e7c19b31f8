package modbus

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/keizoku-bcp/keizoku/block"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/power/internal/field"
)

// validate looks at the map.
func validate(settings any, _ hcl.Body) (diags hcl.Diagnostics) {
	s := settings.(*Settings)
	if len(s.Registers) == 0 {
		diags = append(diags, field.Error(block.HCLRange(s.Block), "No registers",
			"Without a register block nothing is read. Known are "+strings.Join(knownNames(), ", ")+"."))
	}
	seen := make(map[string]plan.Range)
	for i := range s.Registers {
		r := &s.Registers[i]
		if at, twice := seen[r.Name]; twice {
			diags = append(diags, field.Error(block.HCLRange(r.Block), fmt.Sprintf("Second register %q", r.Name),
				fmt.Sprintf("The first is at %s.", at)))
		}
		seen[r.Name] = r.Block
		diags = append(diags, r.check()...)
	}
	for i := range s.Alarms {
		a := &s.Alarms[i]
		diags = append(diags, a.check()...)
	}
	return diags
}

func (r *Register) check() (diags hcl.Diagnostics) {
	n, ok := known()[r.Name]
	if !ok {
		detail := "Known are " + strings.Join(knownNames(), ", ") + "."
		if near := block.Suggest(r.Name, knownNames()); near != "" {
			detail = fmt.Sprintf("Did you mean %q?", near)
		}
		return append(diags, field.Error(block.HCLRange(r.Block), fmt.Sprintf("Unknown register %q", r.Name), detail))
	}
	if _, ok := n.unit(r.Unit); !ok && r.Unit != "" {
		detail := fmt.Sprintf("A %s is yes or no, and has no unit.", r.Name)
		if len(n.units) > 0 {
			detail = fmt.Sprintf("A %s is in %s.", r.Name, strings.Join(n.unitNames(), " or "))
		}
		diags = append(diags, field.Error(block.HCLRange(r.At("unit")), fmt.Sprintf("Wrong unit %q", r.Unit), detail))
	}
	if n.number != nil {
		diags = append(diags, r.checkNumber()...)
	}
	return append(diags, r.Place.check(r.Source)...)
}

// checkNumber finds what only a value of yes and no can have.
func (r *Register) checkNumber() (diags hcl.Diagnostics) {
	if r.isBit() {
		diags = append(diags, field.Error(block.HCLRange(r.At("kind")), "One bit for a number",
			fmt.Sprintf("A %s is a number, and a %s is only yes or no.", r.Name, r.Kind)))
	}
	for attr, given := range map[string]bool{"bit": r.Bit != nil, "equals": len(r.Equals) > 0} {
		if given {
			diags = append(diags, field.Error(block.HCLRange(r.At(attr)), "Yes or no for a number",
				fmt.Sprintf("A %s is a number; %s makes yes or no of it.", r.Name, attr)))
		}
	}
	return diags
}

func (a *Alarm) check() (diags hcl.Diagnostics) {
	ways := 0
	for _, given := range []bool{a.Bit != nil, len(a.Equals) > 0, a.Above != nil || a.Below != nil} {
		if given {
			ways++
		}
	}
	switch {
	case ways > 1:
		diags = append(diags, field.Error(block.HCLRange(a.Block), "Alarm in two ways", "Keep one of bit, equals, and above or below."))
	case ways == 1 && a.isBit():
		diags = append(diags, field.Error(block.HCLRange(a.At("kind")), "Condition on one bit",
			"A "+a.Kind+" is an alarm when it is set; bit, equals, above and below are for registers."))
	case a.Text == "":
		diags = append(diags, field.Error(block.HCLRange(a.Block), "Alarm without a text", `Say what is wrong: alarm "oil pressure low" { … }`))
	}
	return append(diags, a.Place.check(a.Source)...)
}

func (p *Place) check(at plan.Source) (diags hcl.Diagnostics) {
	if p.Scale != nil && *p.Scale == 0 {
		diags = append(diags, field.Error(block.HCLRange(at.At("scale")), "Scale of zero", "It would make every number zero."))
	}
	if p.Address+int(p.quantity()) > 1<<16 {
		diags = append(diags, field.Error(block.HCLRange(at.At("address")), "Beyond the last register",
			"A "+p.Type+" takes two registers, and 65535 is the last."))
	}
	if p.Bit != nil && len(p.Equals) > 0 {
		diags = append(diags, field.Error(block.HCLRange(at.At("equals")), "Both bit and equals", "Keep one of them."))
	}
	if p.Bit != nil && (p.Type == "float32" || *p.Bit > 15 && !p.wide()) {
		diags = append(diags, field.Error(block.HCLRange(at.At("bit")), "No such bit", fmt.Sprintf("A %s does not have bit %d.", p.Type, *p.Bit)))
	}
	return diags
}
