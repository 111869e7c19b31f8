package alert

import (
	"math"
	"slices"
	"time"

	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

// suspicion is how long after its first failure a system waits for what it depends on to be
// looked at: long enough for a probe of the usual interval and its confirmation.
const suspicion = time.Minute

// outages derives the alerts of every open outage.
func (d *derivation) outages() {
	for _, sys := range d.sit.Systems {
		if sys.Outage != nil {
			d.down(sys)
			d.deadline(sys)
		}
	}
}

// down derives SystemDown: told for the root cause, which lists what hangs on it.
func (d *derivation) down(sys *rules.SystemFacts) {
	a := d.ofOutage(SystemDown, sys)
	a.Severity = downSeverity(sys)
	a.Affects = sys.Affects
	for _, name := range sys.Affects {
		if hanging := d.system(name); hanging.State == rules.Down {
			a.Severity = worst(a.Severity, downSeverity(hanging))
			a.TopPriority = higher(a.TopPriority, hanging.Priority)
		}
	}
	switch {
	case a.Silence != "":
	case len(sys.Causes) > 0:
		a.Silence = Dependency
	default:
		if suspect := d.suspect(sys); suspect != "" {
			a.Silence, a.Causes = Suspected, []string{suspect}
		}
	}
	d.add(a)
}

// deadline derives what the clock of an outage says. Each holds by itself, root cause or not.
func (d *derivation) deadline(sys *rules.SystemFacts) {
	o := sys.Outage
	if o.Deadline.IsZero() || o.UsedRatio == nil {
		return
	}
	if o.Verdict == rules.Missed {
		a := d.ofOutage(DeadlineMissed, sys)
		a.Severity, a.Since = grave(sys.Priority), o.Deadline
		d.add(a)
		return
	}
	if share := d.share(*o.UsedRatio); share > 0 {
		a := d.ofOutage(DeadlineNear, sys)
		a.Level, a.Severity = levelOf(share), d.nearSeverity(sys.Priority, share)
		a.Since = reached(o, share)
		a.Values = map[string]any{"share": share}
		d.add(a)
	}
	if by := o.StartRecoveryBy; !by.IsZero() && !d.sit.At.Before(by) && o.AcknowledgedAt.IsZero() && o.ETA.IsZero() {
		a := d.ofOutage(StartRecoveryNow, sys)
		a.Severity, a.Since = grave(sys.Priority), by
		d.add(a)
	}
}

// ofOutage is what all alerts of an outage have in common.
func (d *derivation) ofOutage(name string, sys *rules.SystemFacts) Alert {
	o := sys.Outage
	a := Alert{
		Name: name, Subject: sys.Name, Title: sys.Title, ID: o.ID, Since: o.Start,
		System: sys.Name, Priority: sys.Priority, TopPriority: sys.Priority, Owner: sys.Owner, Site: sys.Site,
		Alternative: sys.Alternative, AlternativeLasts: sys.AlternativeLasts,
		Outage: o, Causes: sys.Causes,
		Acknowledged: !o.AcknowledgedAt.IsZero(), AcknowledgedAt: o.AcknowledgedAt, AcknowledgedBy: o.AcknowledgedBy,
		AcknowledgedWhy: o.AcknowledgedWhy,
	}
	if sys.State == rules.Planned || o.Planned {
		a.Silence = Maintenance
	}
	return a
}

// downSeverity judges a system by itself.
func downSeverity(sys *rules.SystemFacts) plan.AlertSeverity {
	if sys.Outage != nil && sys.Outage.Verdict != rules.OnTrack {
		return grave(sys.Priority)
	}
	return calm(sys.Priority)
}

func (d *derivation) nearSeverity(priority int, share float64) plan.AlertSeverity {
	if share == slices.Max(d.plan.Alerting.Used) {
		return grave(priority)
	}
	return calm(priority)
}

func grave(priority int) plan.AlertSeverity {
	if priority > 0 {
		return plan.Critical
	}
	return plan.Caution
}

func calm(priority int) plan.AlertSeverity {
	if priority > 0 {
		return plan.Caution
	}
	return plan.Info
}

// share is the largest of the plan's shares that is reached; zero: none is.
func (d *derivation) share(used float64) (share float64) {
	for _, s := range d.plan.Alerting.Used {
		if used >= s {
			share = max(share, s)
		}
	}
	return share
}

// levelOf is a share in hundredths of a percent.
func levelOf(share float64) int { return int(math.Round(share * 10_000)) }

// reached is when a share of the allowance was, or will be, used.
func reached(o *rules.OutageFacts, share float64) time.Time {
	return o.Start.Add(time.Duration(math.Round(share * float64(o.Deadline.Sub(o.Start)))))
}

// suspect returns something that the system depends on, directly or not, and that may turn out
// to be the cause: its newest look failed and is not confirmed, or is older than this failure.
func (d *derivation) suspect(sys *rules.SystemFacts) string {
	if len(sys.DependsOn) == 0 || !d.sit.At.Before(sys.Outage.FirstBadAt.Add(suspicion)) {
		return ""
	}
	return d.suspectAbove(sys, sys.Outage.FirstBadAt, map[string]bool{sys.Name: true})
}

func (d *derivation) suspectAbove(sys *rules.SystemFacts, since time.Time, seen map[string]bool) string {
	for _, name := range sys.DependsOn {
		dep := d.system(name)
		if dep == nil || seen[name] {
			continue
		}
		seen[name] = true
		if mayBeDown(dep, since) {
			return name
		}
		if above := d.suspectAbove(dep, since, seen); above != "" {
			return above
		}
	}
	return ""
}

// mayBeDown leaves out what this agent does not probe, and checks that are known to fail while
// their system is up: waiting for them would tell nothing.
func mayBeDown(sys *rules.SystemFacts, since time.Time) bool {
	if sys.Outage != nil {
		return false // it is no cause, or it would be among them: both fail for what is above
	}
	for _, c := range sys.Checks {
		if c.State != rules.Down && !c.LastRunAt.IsZero() && (!c.Success || c.LastRunAt.Before(since)) {
			return true
		}
	}
	return false
}
