package checktest

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/checks"
)

// answersTwice: the wanted reason comes, the same the second time, and from Confirm.
func answersTwice(t *testing.T, s *subject) {
	timeout := probeTimeout
	if s.target.Want == checks.Timeout {
		timeout = silentTimeout
	}
	for range 2 {
		ctx, cancel := context.WithTimeout(context.Background(), timeout)
		s.wantReason(t, s.probe(t, ctx, s.prober.Probe), s.target.Want)
		cancel()
	}
	if confirmer, ok := s.prober.(checks.Confirmer); ok {
		ctx, cancel := context.WithTimeout(context.Background(), timeout)
		defer cancel()
		s.wantReason(t, s.probe(t, ctx, confirmer.Confirm), s.target.Want)
	}
}

// alreadyCanceled: cancellation comes from the agent, so a probe may only say what it knew
// without waiting, or that the trouble is the agent's own; it never blames the target.
func alreadyCanceled(t *testing.T, s *subject) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	s.wantReason(t, s.probe(t, ctx, s.prober.Probe), s.wantUnlessSilent(), checks.ErrorLocal, checks.NoRoute)
}

// alreadyLate: no time at all is a timeout, unless the answer needed none.
func alreadyLate(t *testing.T, s *subject) {
	ctx, cancel := context.WithDeadline(context.Background(), time.Unix(0, 0))
	defer cancel()
	s.wantReason(t, s.probe(t, ctx, s.prober.Probe), s.target.Want, checks.Timeout)
}

// canceledMidway: a probe that waits for a silent target gives up when told to.
func canceledMidway(t *testing.T, s *subject) {
	ctx, cancel := context.WithTimeout(context.Background(), probeTimeout)
	defer cancel()
	timer := time.AfterFunc(silentTimeout, cancel)
	defer timer.Stop()
	s.wantReason(t, s.probe(t, ctx, s.prober.Probe), checks.ErrorLocal, checks.NoRoute)
}

// wantUnlessSilent is the target's reason, or ErrorLocal where that would be Timeout.
func (s *subject) wantUnlessSilent() checks.Reason {
	if s.target.Want == checks.Timeout {
		return checks.ErrorLocal
	}
	return s.target.Want
}

func (s *subject) wantReason(t *testing.T, r checks.Result, want ...checks.Reason) {
	t.Helper()
	if !slices.Contains(want, r.Reason) {
		t.Errorf("reason = %q (%s), want one of %q", r.Reason, r.Text, want)
	}
}

// probe runs one probe, sees that it ends with its context, and looks its result over.
func (s *subject) probe(t *testing.T, ctx context.Context, probe func(context.Context) checks.Result) checks.Result {
	t.Helper()
	done := make(chan checks.Result, 1)
	go func() { done <- probe(ctx) }()
	select {
	case r := <-done:
		s.checkResult(t, r)
		return r
	case <-ctx.Done():
	}
	late := time.NewTimer(moment)
	defer late.Stop()
	select {
	case r := <-done:
		s.checkResult(t, r)
		return r
	case <-late.C:
		t.Fatalf("the probe still runs %s after its context ended: %v", moment, context.Cause(ctx))
		return checks.Result{}
	}
}
