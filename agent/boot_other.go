//go:build !linux

package agent

// bootID is not known on this platform.
func bootID() string { return "" }
