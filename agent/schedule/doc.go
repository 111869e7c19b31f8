// Package schedule decides when to look at what, and what the looks mean.
//
// It exists because one failed probe is not an outage. The engine runs every check at its own
// stable place within its interval, gathers what is due into slots so that the process wakes
// rarely, and turns single results into confirmed changes of state that carry an honest bracket:
// when the check was last known to work, and which failure was the first of the row.
//
// Four parties share the work. The clock (one goroutine) wakes once per slot and hands what is
// due to the lanes; a lane per kind bounds how many of its probes run at once; the judge (one
// goroutine) gathers results, asks whether the agent itself is cut off before it believes a
// failure, and decides; the teller (one goroutine) hands decisions on in order, so that a slow
// disk never holds up measuring.
//
//	agenda ─▶ clock ─▶ lanes ─▶ workers ─▶ inbox ─▶ judge ─▶ outbox ─▶ teller ─▶ Options.Changed
//	   ▲                           └─▶ Options.Look           │
//	   └───────────── retry pace, until confirmed ────────────┘
//
// Every time that the engine notes is the start of a probe, on the agent's clock. A look thus has
// one instant, and the bracket between two looks can neither overlap nor turn around.
package schedule
