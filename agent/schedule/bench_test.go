//go:build unix

package schedule

import (
	"context"
	"fmt"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/checks"
)

// null answers at once.
type null struct{}

func (null) Probe(context.Context) checks.Result { return good }

// BenchmarkEngine measures what the engine costs beyond its probes: CPU of the whole process per
// scheduled probe at an interval of 10 s, idle time included. It runs in real time; use
// -benchtime=2000x or so.
func BenchmarkEngine(b *testing.B) {
	for _, jobs := range []int{1000, 5000, 10000} {
		b.Run(fmt.Sprint(jobs), func(b *testing.B) {
			var done atomic.Int64
			enough := make(chan struct{})
			e := New(Options{Now: time.Now, Look: func(Look) {
				if done.Add(1) == int64(b.N) {
					close(enough)
				}
			}})
			list := make([]Job, jobs)
			for n := range list {
				list[n] = every(10*time.Second, job30(fmt.Sprint("s", n), null{}))
			}
			e.Set(list)
			before := cpu(b)
			e.Start(b.Context())
			<-enough
			used := cpu(b) - before
			e.Close()
			b.ReportMetric(float64(used.Nanoseconds())/1e3/float64(b.N), "cpu-µs/probe")
		})
	}
}

func cpu(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
