package supply

import (
	"slices"
	"strings"
)

// badTestWords are what UPS call a self-test that did not pass: UPS-MIB (RFC 1628) has warning,
// error and aborted, NUT hands on the devices' own words.
var badTestWords = [...]string{"warn", "error", "abort", "fail", "bad", "replace"}

// TestFailed judges a UPS's word on its newest self-test. A test that runs has not failed, nor has
// one that never was.
func (f *SupplyFacts) TestFailed() bool {
	said := strings.ToLower(f.TestResult)
	return !strings.Contains(said, "pass") &&
		slices.ContainsFunc(badTestWords[:], func(bad string) bool { return strings.Contains(said, bad) })
}
