package host

import (
	"github.com/hashicorp/hcl/v2"

	"github.com/keizoku-bcp/keizoku/block"
	"github.com/keizoku-bcp/keizoku/checks/internal/field"
)

// validate finds blocks that would never fail.
func validate(settings any, body hcl.Body) hcl.Diagnostics {
	s := settings.(*Settings)
	var diags hcl.Diagnostics
	if s.empty() {
		diags = append(diags, field.Error(body.MissingItemRange(), "Nothing to look at",
			"A host check needs at least one of: disk, memory, load, process, services, temperature."))
	}
	for _, d := range s.Disks {
		if d.MaxUsed == 0 && d.MinFreeBytes == 0 && d.MaxInodesUsed == 0 {
			diags = append(diags, field.Error(block.HCLRange(d.Block), "Disk without a limit",
				"Give at least one of max_used, min_free_bytes and max_inodes_used."))
		}
	}
	if m := s.Memory; m != nil && m.MaxUsed == 0 && m.MinAvailableBytes == 0 {
		diags = append(diags, field.Error(block.HCLRange(m.Block), "Memory without a limit",
			"Give at least one of max_used and min_available_bytes."))
	}
	for _, p := range s.Processes {
		if p.Name == "" && p.Pattern.IsZero() {
			diags = append(diags, field.Error(block.HCLRange(p.Block), "Which process?", "Give name, pattern or both."))
		}
	}
	return diags
}

func (s *Settings) empty() bool {
	return len(s.Disks)+len(s.Processes)+len(s.Services)+len(s.Temperatures) == 0 && s.Memory == nil && s.Load == nil
}
