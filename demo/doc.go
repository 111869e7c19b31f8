// Package demo is a small simulated city hall on loopback addresses, and a story that happens in it.
//
// It exists so that a stranger sees within a minute what Keizoku is for: the sockets are real, the
// plan is the one in examples/city_hall, and the agent that watches is the ordinary one. So is its
// electricity: UPS that speak NUT and a generator that speaks Modbus, with batteries that drain by
// what is switched on. Nothing here knows the agent; the caller starts it on [Hall.PlanDir] and lends the story its people's
// actions (see [People]).
package demo
