// Package conform holds what the conformance suites of checks and channels share: what a process
// leaks, whether a text holds a secret that a plan gave, whether a kind can be documented, and a log
// to look into.
package conform
