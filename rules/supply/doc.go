// Package supply answers the question that follows a blackout: what on the emergency-power list
// (非常用電源一覧) can stay on, for how long, and in which order must the rest go.
//
// [Evaluate] is a pure function of the plan, of what is known live and of the instant. It has no
// clock and no I/O, so that the command line with a plan alone, the agent in a blackout and the
// report of last March share one arithmetic.
//
// The arithmetic, in one place:
//
//   - A supply's load is the sum of what hangs on it, directly or through others. Where a UPS
//     tells its output, each of its loads counts for its share of that; else for what is planned.
//     Losses and the charging of batteries are for the margin.
//   - A battery holds battery_wh × efficiency × charge, or less when the UPS says less or when it
//     was seen to drain faster: of several accounts the smallest counts. On battery it is counted
//     down from the newest reading on, whether or not the UPS still answers.
//     A UPS that feeds another is not counted as battery for what hangs on that.
//   - Fuel lasts for what is left of it, less the reserve, divided by the burn curve at the load.
//   - A supply is over capacity when its load is more than capacity × (1 − margin), in W or in VA.
//   - The shedding plan walks once over all loads on emergency power, the lowest rank first and of
//     one rank the largest first, and takes off each that hangs on a supply that is still over
//     capacity, or on a generator whose fuel is still short of the horizon. What others depend on
//     has the rank of the best of them, and never goes before them.
//   - A load that must go for the capacity of its generator must be off before that takes the load,
//     starts_within after the loss; for the capacity of its UPS at once. Loads that must go for the
//     horizon may stay on, together, until T, when fuel = burn(all) × T + burn(rest) × (horizon − T):
//     most blackouts end before that.
//   - Loads on a battery that no running generator stands behind are held when it lasts for the
//     horizon with all of them on but those that must go at once; else they must be off when it
//     ends. Emergency power does not hold when one with a rank is not held so, also where it
//     would be off before, with something that it depends on and that is short of fuel.
package supply
