package icmp

import (
	"context"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/checks/checktest"
)

func setReceiveBuffer(fd, bytes int) error {
	return syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_RCVBUF, bytes)
}

// BenchmarkProbe1000 pings 1,000 targets. The CPU time holds both ends: on loopback the kernel
// answers in the sender's time.
func BenchmarkProbe1000(b *testing.B) {
	probers, _ := realProbers(b, checktest.Targets(1000), nil)
	b.Run("batched", func(b *testing.B) { checktest.BenchProbes(b, probers) })

	// One probe every 10 ms, each waking the process by itself: what batching saves.
	b.Run("spread", func(b *testing.B) {
		var wg sync.WaitGroup
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		b.ReportAllocs()
		b.ResetTimer()
		before := cpu(b)
		for i := range b.N {
			<-tick.C
			wg.Go(func() {
				ctx, cancel := context.WithTimeout(b.Context(), 5*time.Second)
				defer cancel()
				if r := probers[i%len(probers)].Probe(ctx); !r.OK() {
					b.Errorf("%s: %s", r.Reason, r.Text)
				}
			})
		}
		wg.Wait()
		b.ReportMetric(float64((cpu(b)-before).Microseconds())/float64(b.N), "cpu-µs/probe")
	})
}

// cpu is the time that the process has used, user and system.
func cpu(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
