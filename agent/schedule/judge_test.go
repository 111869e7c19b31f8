package schedule

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/plan"
)

// at is the instant n seconds into a test's day.
func at(n int) time.Time { return time.Date(2026, 4, 1, 9, 0, n, 0, time.UTC) }

// feed shows a judge one look per letter, a second apart from second 1 on: g good, b bad, l local
// trouble or cut off, | forget.
func feed(j *judge, looks string) []Transition {
	var got []Transition
	for i, c := range looks {
		var t Transition
		var changed bool
		switch c {
		case 'g':
			t, changed = j.succeeded(at(i + 1))
		case 'b':
			t, changed = j.failed(at(i+1), checks.Timeout, "no answer")
		case 'l':
			t, changed = j.unseen(at(i+1), checks.NoRoute, "no route")
		case '|':
			j.forget()
		}
		if changed {
			got = append(got, t)
		}
	}
	return got
}

func down(from State, lastOK, firstBad, decided time.Time) Transition {
	return Transition{
		From: from, To: Down, At: decided, LastOKAt: lastOK, FirstBadAt: firstBad, LastBadAt: decided,
		Reason: checks.Timeout, Text: "no answer",
	}
}

func up(from State, lastBad, firstOK, decided time.Time) Transition {
	return Transition{From: from, To: Up, At: decided, LastBadAt: lastBad, FirstOKAt: firstOK, Reason: checks.OK}
}

func unknown(from State, lastOK, decided time.Time) Transition {
	return Transition{From: from, To: Unknown, At: decided, LastOKAt: lastOK, Reason: checks.NoRoute, Text: "no route"}
}

func TestJudge(t *testing.T) {
	never := time.Time{}
	before := at(-600)
	for _, tt := range []struct {
		name  string
		known Known
		looks string
		want  []Transition
	}{
		{"first good look is up at once", Known{}, "g", []Transition{up(Pending, never, at(1), at(1))}},
		{"pending goes down after three", Known{}, "bbb", []Transition{down(Pending, never, at(1), at(3))}},
		{"two failures are not enough", Known{State: Up}, "gbbgbbg", nil},
		{"bracket is last good and first bad", Known{State: Up}, "ggbbb", []Transition{down(Up, at(2), at(3), at(5))}},
		{"row begins anew after a good one", Known{State: Up}, "gbbgbbb", []Transition{down(Up, at(4), at(5), at(7))}},
		{"last good from before a restart", Known{State: Up, LastOKAt: before}, "bbb", []Transition{down(Up, before, at(1), at(3))}},
		{"pending with a last good from before", Known{LastOKAt: before}, "bbb", []Transition{down(Pending, before, at(1), at(3))}},
		{"recovery is backdated to its first good", Known{State: Down, FirstBadAt: before}, "bbgg", []Transition{up(Down, at(2), at(3), at(4))}},
		{"one good is no recovery", Known{State: Down, FirstBadAt: before}, "gbgb", nil},
		{"broken recovery begins anew", Known{State: Down}, "bgbgg", []Transition{up(Down, at(3), at(4), at(5))}},
		{"down continues over a restart, last bad is at least the first", Known{State: Down, FirstBadAt: before}, "gg", []Transition{up(Down, before, at(1), at(2))}},
		{"down is told once", Known{State: Up}, "gbbbbbb", []Transition{down(Up, at(1), at(2), at(4))}},
		{"local trouble makes unknown at once", Known{State: Up}, "gl", []Transition{unknown(Up, at(1), at(2))}},
		{"unknown is told once", Known{State: Up}, "glll", []Transition{unknown(Up, at(1), at(2))}},
		{"unknown from pending", Known{}, "l", []Transition{unknown(Pending, never, at(1))}},
		{"one good look ends unknown", Known{State: Up}, "glg", []Transition{unknown(Up, at(1), at(2)), up(Unknown, never, at(3), at(3))}},
		{"failures before a blind stretch do not count", Known{State: Up}, "gbblbb", []Transition{unknown(Up, at(1), at(4))}},
		{
			"failed while nobody saw: wide bracket", Known{State: Up}, "gbblbbb",
			[]Transition{unknown(Up, at(1), at(4)), down(Unknown, at(1), at(5), at(7))},
		},
		{"a confirmed down outlasts blindness", Known{State: Down}, "bllll", nil},
		{"blindness breaks a recovery", Known{State: Down}, "bglggg", []Transition{up(Down, at(1), at(4), at(5))}},
		{"a gap breaks a row without a change", Known{State: Up}, "gbb|bbb", []Transition{down(Up, at(1), at(5), at(7))}},
		{"down, up, down", Known{}, "gbbbggbbb", []Transition{
			up(Pending, never, at(1), at(1)), down(Up, at(1), at(2), at(4)),
			up(Down, at(4), at(5), at(6)), down(Up, at(6), at(7), at(9)),
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			j := newJudge(&plan.Check{FailAfter: 3, RecoverAfter: 2}, tt.known)
			if diff := cmp.Diff(tt.want, feed(&j, tt.looks)); diff != "" {
				t.Errorf("after %q (-want +got):\n%s", tt.looks, diff)
			}
		})
	}
}

func TestJudgeOfOne(t *testing.T) {
	j := newJudge(&plan.Check{}, Known{State: Up})
	want := []Transition{down(Up, at(1), at(2), at(2)), up(Down, at(2), at(3), at(3))}
	if diff := cmp.Diff(want, feed(&j, "gbg")); diff != "" {
		t.Errorf("fail_after and recover_after of one (-want +got):\n%s", diff)
	}
}

// TestJudgeAgainstHistory compares the judge, which remembers little, with a slow reading of the
// whole history by the words of the rules.
func TestJudgeAgainstHistory(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := &plan.Check{
			FailAfter:    rapid.IntRange(1, 4).Draw(t, "fail_after"),
			RecoverAfter: rapid.IntRange(1, 4).Draw(t, "recover_after"),
		}
		looks := rapid.StringMatching("[gggbbbbl|]{0,50}").Draw(t, "looks")
		start := rapid.SampledFrom([]State{Pending, Up, Down, Unknown}).Draw(t, "known")
		j := newJudge(c, Known{State: start})
		if diff := cmp.Diff(byHistory(c, start, looks, at), feed(&j, looks)); diff != "" {
			t.Fatalf("known %s, %q (-history +judge):\n%s", start, looks, diff)
		}
	})
}

// byHistory reads, after each look, the history up to it: which row does it end with, what is the
// last good look in it, what the last bad one. at tells when the nth look was, from 1.
func byHistory(c *plan.Check, state State, looks string, at func(int) time.Time) []Transition {
	var got []Transition
	atLast := func(past string, kind byte) time.Time {
		if i := strings.LastIndexByte(past, kind); i >= 0 {
			return at(i + 1)
		}
		return time.Time{}
	}
	for n := 1; n <= len(looks); n++ {
		past := looks[:n]
		last := past[n-1]
		row := n - len(strings.TrimRight(past, string(last)))
		switch {
		case last == 'g' && (state == Pending || state == Unknown):
			got = append(got, up(state, time.Time{}, at(n), at(n)))
			state = Up
		case last == 'g' && state == Down && row == c.RecoverAfter:
			got = append(got, up(Down, atLast(past, 'b'), at(n-row+1), at(n)))
			state = Up
		case last == 'b' && state != Down && row >= c.FailAfter:
			got = append(got, down(state, atLast(past, 'g'), at(n-c.FailAfter+1), at(n)))
			state = Down
		case last == 'l' && (state == Up || state == Pending):
			got = append(got, unknown(state, atLast(past, 'g'), at(n)))
			state = Unknown
		}
	}
	return got
}
