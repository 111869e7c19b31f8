// Package plan is the vocabulary of an ICT business continuity plan (ICT-BCP): systems and how
// long each may be down under each threat, the businesses that need them, calendars, checks and
// agents, and the laws that hold between them.
//
// It exists so that every other package speaks of the plan in the same words. It holds types and
// pure functions only: no file, no clock, no network. Every function that depends on time takes
// the instant. Values are built by package config (or by a test), linked once by [Plan.Link] and
// read-only after that, so they may be shared between goroutines.
package plan
