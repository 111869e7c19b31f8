// Package config reads the plan language: HCL files, or their JSON form, into a [plan.Plan].
//
// It exists so that a mistake in a plan is found while somebody sits in front of it, and not in
// the first hour of a disaster. Reading never stops at the first mistake; each is reported with
// its place in the source, what was expected and, where a name is nearly right, the right one.
// Values from env() and file(), and what stands in a password attribute, show in no diagnostic
// and in no snippet of the source.
//
// Files are read in two passes. The first collects the names of all blocks of all files, so that
// references may point forward and across files; the second evaluates attributes against them.
// Kinds of checks bring their own attributes and are handed in: this package knows none.
package config
