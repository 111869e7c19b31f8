package journal

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"
)

func opened(i int) Event {
	name := fmt.Sprintf("system-%d", i%500)
	return Event{At: noon, Subject: name, Payload: OutageOpened{
		System: name, LastOKAt: noon, FirstBadAt: noon, Check: "ping", Reason: "timeout",
		Text:  "応答がありません (10.1.0.11)",
		Terms: Terms{Allowance: "24h", Deadline: noon.Add(24 * time.Hour)},
	}}
}

// One event at a time, each on disk before the next.
func BenchmarkAppendDurable(b *testing.B) {
	s := open(b, testOptions(b.TempDir()))
	for i := 0; b.Loop(); i++ {
		add(b, s, opened(i))
	}
}

// A blackout: 500 systems go down at once.
func BenchmarkAppendBurst500(b *testing.B) {
	s := open(b, testOptions(b.TempDir()))
	for b.Loop() {
		var wg sync.WaitGroup
		for i := range 500 {
			wg.Go(func() {
				if _, err := s.Append(context.Background(), opened(i)); err != nil {
					b.Error(err)
				}
			})
		}
		wg.Wait()
	}
	b.ReportMetric(float64(s.Status().Commits)/float64(b.N), "commits/op")
}

func BenchmarkAlive1000Checks(b *testing.B) {
	s := open(b, testOptions(b.TempDir()))
	lastOK := map[string]time.Time{}
	for i := range 1000 {
		lastOK[fmt.Sprintf("system-%d/check", i)] = noon.Add(-time.Duration(i) * time.Millisecond)
	}
	for b.Loop() {
		if err := s.Alive(context.Background(), Alive{At: noon, LastOK: lastOK}); err != nil {
			b.Fatal(err)
		}
	}
}

// filled returns the state directory of a journal with 100,000 events: decades of an office's.
func filled(b *testing.B) Options {
	b.Helper()
	o := testOptions(b.TempDir())
	s := open(b, o)
	for range 100 {
		drafts := make([]Event, 1000)
		for i := range drafts {
			drafts[i] = opened(i)
		}
		add(b, s, drafts...)
	}
	shut(b, s)
	return o
}

// What an agent does first: read all and fold it.
func BenchmarkFold100kEvents(b *testing.B) {
	s := open(b, filled(b))
	for b.Loop() {
		open := map[string]OutageOpened{}
		n := 0
		for e, err := range s.Read(context.Background(), Query{}) {
			if err != nil {
				b.Fatal(err)
			}
			if p, ok := e.Payload.(OutageOpened); ok {
				open[p.System] = p
			}
			n++
		}
		if n != 100_000 || len(open) != 500 {
			b.Fatalf("%d events, %d open", n, len(open))
		}
	}
}

func BenchmarkOpen100kEvents(b *testing.B) {
	o := filled(b)
	for b.Loop() {
		s, err := Open(context.Background(), o)
		if err != nil {
			b.Fatal(err)
		}
		shut(b, s)
	}
}

func BenchmarkVerify100kEvents(b *testing.B) {
	s := open(b, filled(b))
	for b.Loop() {
		if report, err := s.Verify(context.Background()); err != nil || !report.OK() {
			b.Fatal(report, err)
		}
	}
}

func BenchmarkNewest20Of100kEvents(b *testing.B) {
	s := open(b, filled(b))
	for b.Loop() {
		if got := read(b, s, Query{Newest: true, Limit: 20}); len(got) != 20 {
			b.Fatal(len(got))
		}
	}
}
