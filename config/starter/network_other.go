//go:build !linux && !windows

package starter

import "os"

// findNetwork finds the DNS servers alone; the gateway stays to be written by hand.
func findNetwork(f *Facts) { findResolver(f, os.ReadFile) }
