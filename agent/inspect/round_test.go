package inspect

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/plan"
)

func TestRoundTriesAgain(t *testing.T) {
	for _, c := range []struct {
		name     string
		script   *script
		retries  int
		settled  bool
		reason   checks.Reason
		attempts int
	}{
		{"good at once", answers(fine), 2, false, checks.OK, 1},
		{"good at the second try", answers(refused, fine), 2, false, checks.OK, 2},
		{"good at the third try", answers(refused, refused, fine), 2, false, checks.OK, 3},
		{"never good", answers(refused), 2, false, checks.Refused, 3},
		{"no retries", answers(refused, fine), 0, false, checks.Refused, 1},
		{"known to be down", answers(refused, fine), 2, true, checks.Refused, 1},
		{"too slow", &script{answers: []checks.Result{fine}, takes: 6 * time.Second}, 1, false, checks.Timeout, 2},
		{"panics", &script{panics: true}, 1, false, checks.ErrorLocal, 2},
		{"confirmed", &script{answers: []checks.Result{refused}, confirm: &refused}, 1, false, checks.Refused, 3},
		{"not confirmed", &script{answers: []checks.Result{refused}, confirm: &fine}, 1, false, checks.OK, 3},
		{"known to be down is not confirmed again", &script{answers: []checks.Result{refused}, confirm: &fine}, 1, true, checks.Refused, 1},
		{"agent's own trouble is not confirmed", &script{answers: []checks.Result{checks.Failed(checks.NoRoute, "x")}, confirm: &fine}, 0, false, checks.NoRoute, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := planOf(t, sys("a", 1, "script", c.script))
				looks := Round{
					Plan: p, Agent: p.Agents[0], Kinds: kinds(), Retries: c.retries, Confirm: true,
					Settled: func(string, string) bool { return c.settled },
				}.Probe(t.Context())
				if l := looks[0]; l.Result.Reason != c.reason || l.Attempts != c.attempts || !l.Result.OK() && l.Result.Text == "" {
					t.Errorf("%s after %d attempts (%q); want %s after %d", l.Result.Reason, l.Attempts, l.Result.Text, c.reason, c.attempts)
				}
				if n := c.script.closings(); n != 1 {
					t.Errorf("closed %d times", n)
				}
			})
		})
	}
}

func TestRoundHasItsOwnTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := planOf(t, sys("a", 1, "script", &script{answers: []checks.Result{fine}, takes: 20 * time.Second}))
		looks := Round{Plan: p, Agent: p.Agents[0], Kinds: kinds(), Timeout: 30 * time.Second}.Probe(t.Context())
		if l := looks[0]; !l.Result.OK() || l.Duration != 20*time.Second {
			t.Errorf("%+v", l)
		}
	})
}

// A probe that never stops does not keep the report back, is not asked again, and closes its
// prober itself once it is back.
func TestRoundGivesUpWhatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hung := &script{answers: []checks.Result{fine}, hangs: true}
		p := planOf(t, sys("a", 1, "script", hung), sys("b", 2, "script", answers(fine)))
		start := time.Now()
		looks := Round{Plan: p, Agent: p.Agents[0], Kinds: kinds(), Retries: 3}.Probe(t.Context())
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("it took %v", took)
		}
		if l := looks[0]; l.Result.Reason != checks.ErrorLocal || l.Attempts != 1 {
			t.Errorf("what hangs: %+v", l)
		}
		if !looks[1].Result.OK() || hung.closings() != 0 {
			t.Errorf("the other: %+v; closed %d times while it hangs", looks[1], hung.closings())
		}
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		if n := hung.closings(); n != 1 {
			t.Errorf("closed %d times", n)
		}
	})
}

func TestRoundLooksAtWhatIsChosen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		elsewhere := sys("elsewhere", 3, "script", answers(fine))
		elsewhere.Checks[0].From = []string{"branch"}
		p := planOf(t, sys("a", 1, "script", answers(fine)), sys("b", 2, "script", answers(fine)), elsewhere,
			sys("pushed", 4, "push", nil), sys("broken", 5, "script", &script{broken: errors.New("no right")}), sys("odd", 6, "telepathy", nil))
		names := func(looks []Look) (all []string) {
			for _, l := range looks {
				all = append(all, l.System.Name)
			}
			return all
		}
		all := Round{Plan: p, Agent: p.Agents[0], Kinds: kinds()}.Probe(t.Context())
		if diff := cmp.Diff([]string{"a", "b", "pushed", "broken", "odd"}, names(all)); diff != "" {
			t.Errorf("all (-want +got):\n%s", diff)
		}
		if !all[2].Pushed || all[2].Attempts != 0 {
			t.Errorf("pushed: %+v", all[2])
		}
		for _, l := range all[3:] {
			if l.Result.Reason != checks.ErrorLocal || l.Attempts != 0 || l.Result.Text == "" {
				t.Errorf("%s: %+v", l.System.Name, l)
			}
		}
		some := Round{Plan: p, Agent: p.Agents[0], Kinds: kinds(), Systems: []string{"b"}}.Probe(t.Context())
		if diff := cmp.Diff([]string{"b"}, names(some)); diff != "" {
			t.Errorf("some (-want +got):\n%s", diff)
		}
	})
}

// Progress counts each check once, whatever it takes, and reaches the total.
func TestRoundTellsItsProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := planOf(t, sys("a", 1, "script", answers(fine)), sys("b", 2, "script", answers(refused)),
			sys("c", 3, "script", &script{hangs: true, answers: []checks.Result{fine}}), sys("d", 4, "push", nil))
		var told []int
		Round{Plan: p, Agent: p.Agents[0], Kinds: kinds(), Retries: 2, Progress: func(done, total int) {
			if total != 4 {
				t.Errorf("%d in all", total)
			}
			told = append(told, done)
		}}.Probe(t.Context())
		if diff := cmp.Diff([]int{1, 2, 3, 4}, told); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		time.Sleep(2 * time.Hour) // until what hangs is back
	})
}

func TestRoundObeysItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var systems []*plan.System
		for range 2000 {
			systems = append(systems, sys("s"+string(rune('A'+len(systems)%26))+string(rune('0'+len(systems)/26)), 1, "script", &script{answers: []checks.Result{fine}, takes: 4 * time.Second}))
		}
		p := planOf(t, systems...)
		ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
		defer cancel()
		start := time.Now()
		Round{Plan: p, Agent: p.Agents[0], Kinds: kinds(), Retries: 5}.Probe(ctx)
		if took := time.Since(start); took > time.Second {
			t.Errorf("it went on for %v", took)
		}
	})
}

// Half a city hall that is silent must not make the report late; programs run few at a time.
func TestRoundIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var systems []*plan.System
		for n := range 1000 {
			takes := time.Millisecond
			if n%2 == 0 {
				takes = time.Minute
			}
			systems = append(systems, sys("s"+time.Duration(n).String(), n, "script", &script{answers: []checks.Result{fine}, takes: takes}))
		}
		p := planOf(t, systems...)
		start := time.Now()
		Round{Plan: p, Agent: p.Agents[0], Kinds: kinds(), Retries: 1}.Probe(t.Context())
		if took := time.Since(start); took > 15*time.Second {
			t.Errorf("with half of 1,000 silent it takes %v", took)
		}
		for _, s := range systems[:40] {
			s.Checks[0].Kind, s.Checks[0].Settings = "exec", &script{answers: []checks.Result{fine}, takes: time.Second}
		}
		p.Systems = systems[:40]
		start = time.Now()
		Round{Plan: p, Agent: p.Agents[0], Kinds: kinds()}.Probe(t.Context())
		if took := time.Since(start); took < 10*time.Second {
			t.Errorf("40 programs of a second each, four at a time, took %v", took)
		}
	})
}

func TestRoundBlotsOutSecrets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := planOf(t, sys("a", 1, "script", answers(checks.Failed(checks.AuthFailed, "no entry for hunter2hunter2\x1b[2J\nnext"))))
		p.Secrets = new(plan.Redactor)
		p.Secrets.Add("hunter2hunter2")
		text := Round{Plan: p, Agent: p.Agents[0], Kinds: kinds()}.Probe(t.Context())[0].Result.Text
		if strings.Contains(text, "hunter2") || strings.ContainsAny(text, "\x1b\n") {
			t.Errorf("%q", text)
		}
	})
}
