package host

import (
	"context"
	"errors"
	"fmt"

	"github.com/dustin/go-humanize"
	"github.com/shirou/gopsutil/v4/disk"

	"github.com/keizoku-bcp/keizoku/checks"
)

var errNothing = errors.New("the operating system told nothing")

// call is what names the disk's values among those of several.
func (d Disk) call() string {
	if d.Path == "/" {
		return "root"
	}
	return d.Path
}

func askDisk(limit Disk, suffix string) ask {
	what := "disk " + limit.Path
	return ask{what, func(ctx context.Context, m machine) finding {
		usage, err := m.disk(ctx, limit.Path)
		if err != nil {
			// A path that is gone or broken is the disk's trouble; only missing rights are the agent's.
			return finding{reason: checks.ReasonOf(err, true), text: fmt.Sprintf("%s: %v", what, err)}
		}
		if usage.Total == 0 {
			return untold(what, nil)
		}
		f := judgeDisk(limit, usage, suffix)
		f.text = what + " " + f.text
		return f
	}}
}

func judgeDisk(limit Disk, usage *disk.UsageStat, suffix string) finding {
	// Used over used and free, as df does: blocks reserved for root are neither.
	used, inodes := usage.UsedPercent/100, usage.InodesUsedPercent/100
	f := finding{
		reason: checks.OK,
		text:   fmt.Sprintf("%s used, %s free", percent(used), humanize.IBytes(usage.Free)),
		values: map[string]float64{
			"disk_used_ratio" + suffix: used,
			"disk_free_bytes" + suffix: float64(usage.Free),
		},
	}
	if usage.InodesTotal > 0 {
		f.values["disk_inodes_used_ratio"+suffix] = inodes
	}
	switch {
	case limit.MaxUsed > 0 && used > limit.MaxUsed:
		return f.beyond("more than " + percent(limit.MaxUsed))
	case usage.Free < uint64(max(limit.MinFreeBytes, 0)):
		return f.beyond("less than " + humanize.IBytes(uint64(limit.MinFreeBytes)))
	case limit.MaxInodesUsed > 0 && usage.InodesTotal == 0:
		f.reason = checks.ErrorLocal
		f.text += ", but " + usage.Fstype + " has no inodes to count: remove max_inodes_used"
	case limit.MaxInodesUsed > 0 && inodes > limit.MaxInodesUsed:
		f.text += ", " + percent(inodes) + " of inodes used"
		return f.beyond("more than " + percent(limit.MaxInodesUsed))
	}
	return f
}

// beyond makes the finding a failure that names the limit.
func (f finding) beyond(limit string) finding {
	f.reason = checks.Limit
	f.text += ", " + limit
	return f
}
