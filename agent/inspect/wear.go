package inspect

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
)

// What wears out while every check is still good: certificates and disks.

// SoonDays is how many days before its end a certificate is told of: a month is what it takes to
// have one issued and put in.
const SoonDays = 30

// firstCertificates is how many certificates are told of when none ends soon.
const firstCertificates = 3

// certificates tells those that end soon, else the few that end first.
func (r *report) certificates(looks []Look) {
	var all []journal.InspectedCertificate
	for _, l := range looks {
		if end := l.Result.NotAfter; !end.IsZero() {
			days := int(math.Floor(end.Sub(r.now).Hours() / 24))
			all = append(all, journal.InspectedCertificate{
				System: l.System.Name, Title: l.System.Title, Check: l.Check.Name,
				NotAfter: plan.InZone(end, r.now.Location()), Days: days, Soon: days < SoonDays,
			})
		}
	}
	slices.SortStableFunc(all, func(a, b journal.InspectedCertificate) int { return a.NotAfter.Compare(b.NotAfter) })
	soon := slices.IndexFunc(all, func(c journal.InspectedCertificate) bool { return !c.Soon })
	if soon < 0 {
		soon = len(all)
	}
	r.Certificates = all[:min(len(all), max(soon, firstCertificates), journal.MaxInspected)]
}

// NearlyFull is the share of a disk from which on it is told of, whatever its check allows.
const NearlyFull = 0.9

// The values of the kind of check that looks at its own machine's disks; behind them it says which.
const (
	usedValue = "disk_used_ratio"
	freeValue = "disk_free_bytes"
)

// disks tells how full the disks are, the fullest first.
func (r *report) disks(looks []Look) {
	for _, l := range looks {
		for name, used := range l.Result.Values {
			which, ok := strings.CutPrefix(name, usedValue)
			if !ok || math.IsNaN(used) || math.IsInf(used, 0) {
				continue
			}
			r.Disks = append(r.Disks, disk(l, which, used))
		}
	}
	slices.SortStableFunc(r.Disks, func(a, b journal.InspectedDisk) int {
		return cmp.Or(cmp.Compare(b.UsedRatio, a.UsedRatio), cmp.Compare(a.System, b.System), cmp.Compare(a.Disk, b.Disk))
	})
	r.Disks = r.Disks[:min(len(r.Disks), journal.MaxInspected)]
}

func disk(l Look, which string, used float64) journal.InspectedDisk {
	d := journal.InspectedDisk{
		System: l.System.Name, Title: l.System.Title, Check: l.Check.Name, Disk: strings.TrimPrefix(which, "_"), UsedRatio: used,
		Full: used >= NearlyFull,
	}
	if free, ok := l.Result.Values[freeValue+which]; ok && !math.IsNaN(free) && !math.IsInf(free, 0) {
		d.FreeBytes = &free
	}
	return d
}
