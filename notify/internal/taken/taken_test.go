package taken

import (
	"strconv"
	"testing"
)

func TestLedger(t *testing.T) {
	t.Parallel()
	var l Ledger
	if l.Has("m", "a") {
		t.Error("an empty ledger has something")
	}
	l.Add("m", "a")
	if !l.Has("m", "a") || l.Has("m", "b") || l.Has("n", "a") {
		t.Error("not what was added")
	}
	l.Forget("m")
	l.Forget("m")
	if l.Has("m", "a") || len(l.order) != 0 {
		t.Error("not forgotten")
	}
	for i := range 3 * limit {
		l.Add(strconv.Itoa(i), "a")
		l.Add(strconv.Itoa(i), "b")
	}
	if len(l.by) != limit || len(l.order) != limit || !l.Has(strconv.Itoa(3*limit-1), "b") || l.Has("0", "a") {
		t.Errorf("%d messages kept, want the newest %d", len(l.by), limit)
	}
}
