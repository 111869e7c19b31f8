// Package policy holds the rules that the whole tree keeps, as tests with their reasons.
//
// A rule that only stands in a document is broken by the first who has not read it. Here it fails
// the build and says why it is there, which is also where to argue for changing it.
package policy
