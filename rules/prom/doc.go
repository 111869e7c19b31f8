// Package prom turns a plan into rules for Prometheus, which sees all agents as one fleet.
//
// An agent judges by what it sees from its own place. What several of them see together is for an
// engine that asks them all, and offices run one already. So there is no gossip between agents and
// no leader: there are recording rules that count votes, and alerting rules that bear the names and
// labels of the agents' own alerts, so that one routing and one inhibition hold for both.
//
// # How the fleet judges
//
//   - An agent is heard when it can be scraped, runs this plan and is not blind.
//   - It has a vote on a system once it has looked at it: agents that the checks' from leaves out
//     have none, nor has one that just began.
//   - A system is down when more than half of the votes say so. Its start is the earliest that
//     these tell, so that the clock never promises more time than there is.
//   - The active threat is the one declared last, on whichever agent. Deadlines are those of the
//     agents under that threat; for the others they are reckoned from start and allowance.
//   - Nothing resolves on silence: while no agent has a vote on a system, what was recorded of it
//     last stays.
//   - People act on one agent: the stage is that of the newest move, the recommendation the worst.
//
// # Form
//
// Records are named level:metric:operation. Everything bears the label plan, the labels of
// [Options.Labels], and alerts source="rules", which tells them from an agent's own. A record is
// made before it is used within its group, and groups stand in the order of their needs; what comes
// from another group may be one interval old. No group has more than 20 rules unless a plan forces
// it, for rulers of several tenants set that limit.
//
// The package is pure: a plan goes in, values come out, and the command writes them as YAML.
package prom
