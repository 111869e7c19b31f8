package agent

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/checks/all"
	"github.com/keizoku-bcp/keizoku/rules"
)

// endless is a check of a certificate that has no end: RFC 5280 has 9999-12-31T23:59:59Z for it,
// which is in the year 10000 east of Greenwich.
type endless struct{}

func (endless) Probe(context.Context) checks.Result {
	return checks.Result{Reason: checks.OK, NotAfter: time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)}
}

func TestCertificateWithoutAnEnd(t *testing.T) {
	t.Parallel()
	o := newOffice(t, strings.Replace(strings.Replace(faulty, `plan "city" {}`, `plan "city" { timezone = "Asia/Tokyo" }`, 1), "ADDR", newService(t).addr, 1))
	o.opts.Kinds["fault"] = fault{func() (checks.Prober, error) { return endless{}, nil }}.kind()
	o.start()
	o.awaits("odd", rules.Up)
	shown := decode[*rules.Situation](t, o.get("/api/v1/situation"))
	if end := shown.System("odd").Checks[0].NotAfter; end.Year() != 9999 {
		t.Errorf("it ends at %v", end)
	}
	done, err := o.agent.Inspect(t.Context(), "", func(int, int) {})
	if err != nil || len(done.Certificates) != 1 {
		t.Errorf("inspected: %v, certificates %+v", err, done.Certificates)
	}
}

// Nothing can be heard by a process that stands still: what is expected gets its time again.
func TestHeartbeatsAreExcusedAfterAGap(t *testing.T) {
	t.Parallel()
	o := newOffice(t, `
plan "city" {}
threat "incident" { title = "非災害" }
system "backup" {
  check "heartbeat" "nightly" {
    token = "0123456789abcdef"
    every = "1s"
    grace = "0s"
  }
}
`)
	o.start()
	o.awaits("backup", rules.Down)
	now := o.agent.Situation().At
	o.agent.gap(now.Add(-time.Minute), now)
	o.until("the check waits", func() bool {
		return o.agent.Situation().System("backup").Checks[0].Reason == string(checks.Waiting)
	})
}

// A kind says itself what it costs.
func TestProgramsRunFewAtOnce(t *testing.T) {
	a := &Agent{opts: Options{Kinds: all.Kinds()}}
	if diff := cmp.Diff(map[string]int{"exec": 4}, a.limits()); diff != "" {
		t.Error(diff)
	}
}
