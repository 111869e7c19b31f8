// Package inspect runs the inspection before opening (始業前点検): every check once, now, with time
// for second tries, and a report that a duty officer reads in a minute.
//
// It stands beside the schedule because it answers another question. The schedule confirms when
// something changes, and is quiet otherwise; an inspection is proof that somebody has looked, this
// morning, at all of it, together with what no check fails for yet: certificates that end, disks
// that fill, batteries past their age, reviews that are due. One that was missed because the agent
// was off is told, for silence would read as "all well".
//
//	Scheduler ─ due ─▶ Options.Inspect ─▶ Run ─▶ Round.Probe (probes, bounded) ─┐
//	    ▲                                  └──── Situation (power, outages) ────┴▶ journal.InspectionDone
//	    └─ what was run or missed: the journal, through Options.Known
package inspect
