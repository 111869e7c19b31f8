// Package rules turns what is written in the journal into what people are told.
//
// It is the heart of Keizoku and has no clock, no I/O and no globals: [State] is a fold over
// events, [Evaluate] a pure function of plan, state and instant. A live agent, a restart after a
// crash, a replay of last March and a drill run the very same code.
package rules
