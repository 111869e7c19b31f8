package inspect

import (
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/checks/all"
	"github.com/keizoku-bcp/keizoku/checks/checktest"
	"github.com/keizoku-bcp/keizoku/config"
)

// cityOf is the request to inspect n systems, each with the check that written returns.
func cityOf(t testing.TB, n int, written func(n int) string) Request {
	t.Helper()
	var text strings.Builder
	text.WriteString("plan \"city\" {\n}\nagent \"main\" {\n}\n")
	for i := range n {
		fmt.Fprintf(&text, "system \"s%d\" {\n%s}\n", i, written(i))
	}
	p, _, diags := config.LoadBytes("city.hcl", []byte(text.String()), all.Kinds(), config.Options{})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	req := request(p, nil)
	req.Kinds = all.Kinds()
	return req
}

// pinged are checks that ping an address of loopback each, connected such that connect to a port.
func pinged(t testing.TB, n int) Request {
	targets := checktest.Targets(n)
	return cityOf(t, n, func(i int) string { return fmt.Sprintf("check \"icmp\" \"c\" {\nhost = %q\n}\n", targets[i]) })
}

func connected(t testing.TB, n int) Request {
	address := checktest.Serve(t, func(net.Conn) {})
	return cityOf(t, n, func(int) string { return fmt.Sprintf("check \"tcp\" \"c\" {\naddress = %q\n}\n", address) })
}

func TestRunAgainstRealSockets(t *testing.T) {
	if done := run(t, connected(t, 1000)); done.Counts.Good != 1000 {
		t.Errorf("%+v: %+v", done.Counts, done.Failed)
	}
}

// BenchmarkRun inspects a thousand checks that are good. A thousand that are silent take as long as
// their timeouts: see TestRoundIsBounded.
func BenchmarkRun(b *testing.B) {
	for name, city := range map[string]func(testing.TB, int) Request{"icmp": pinged, "tcp": connected} {
		b.Run(name, func(b *testing.B) {
			req := city(b, 1000)
			for b.Loop() {
				done, err := Run(b.Context(), req)
				if err != nil || done.Counts.Good != 1000 {
					b.Fatalf("%v: %+v %+v", err, done.Counts, done.Failed[:min(len(done.Failed), 3)])
				}
				b.ReportMetric(float64(done.EndedAt.Sub(done.StartedAt))/float64(time.Second), "s/inspection")
			}
		})
	}
}

// An inspection shares the agent's socket with the schedule, which looks at the same hosts meanwhile.
// Without the right to ping: sysctl -w net.ipv4.ping_group_range="0 2147483647".
func TestRunsShareASocket(t *testing.T) {
	req := pinged(t, 300)
	req.Shared = new(checks.Shared)
	defer func() {
		if err := req.Shared.Close(); err != nil {
			t.Error(err)
		}
	}()
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() {
			done, err := Run(t.Context(), req)
			if err != nil || done.Counts.Good != 300 {
				t.Errorf("%v: %+v %+v", err, done.Counts, done.Unjudged)
			}
		})
	}
	both.Wait()
}
