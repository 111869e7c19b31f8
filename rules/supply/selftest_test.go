package supply

import "testing"

func TestSelfTestsAreJudgedByTheirWords(t *testing.T) {
	for said, want := range map[string]bool{
		"": false, "passed": false, "Done and passed": false, "Done and passed: no error": false, "in progress": false,
		"No test initiated": false, "failed: insufficient battery capacity": true, "Done and warning": true, "Aborted": true,
		"error": true, "Replace battery": true, "NG BAD": true,
	} {
		if got := (&SupplyFacts{TestResult: said}).TestFailed(); got != want {
			t.Errorf("%q: failed is %v, want %v", said, got, want)
		}
	}
}
