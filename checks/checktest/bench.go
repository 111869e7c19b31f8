package checktest

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/checks"
)

// serverVariable names the server that a re-executed test binary is to be.
const serverVariable = "KEIZOKU_BENCH_SERVER"

// Server serves in the background on a free port of every address (":0", so that all of
// 127.0.0.0/8 reaches it) and returns the port.
type Server func() (port int, err error)

// Main is for TestMain of packages with benchmarks: it runs the tests, or, in a process that
// [StartServer] started, the server asked for. Servers run in a process of their own so that
// the CPU time measured is the prober's alone.
//
//	func TestMain(m *testing.M) { os.Exit(checktest.Main(m, map[string]checktest.Server{"tcp": serveTCP})) }
func Main(m *testing.M, servers map[string]Server) int {
	asked := os.Getenv(serverVariable)
	if asked == "" {
		return m.Run()
	}
	serve, ok := servers[asked]
	if !ok {
		fmt.Fprintf(os.Stderr, "checktest: no server %q in this package\n", asked)
		return 2
	}
	port, err := serve()
	if err != nil {
		fmt.Fprintln(os.Stderr, "checktest:", err)
		return 1
	}
	fmt.Println(port)
	io.Copy(io.Discard, os.Stdin) // until the parent closes its end, or dies
	return 0
}

// StartServer runs the named server of the package's [Main] in a process of its own until the
// benchmark ends, and returns its port.
func StartServer(b *testing.B, server string) (port int) {
	b.Helper()
	exe, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), serverVariable+"="+server)
	cmd.Stderr = os.Stderr
	stdin, stdout := pipes(b, cmd)
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		stdin.Close()
		cmd.Wait()
	})
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		b.Fatalf("server %q did not start: %v", server, err)
	}
	if port, err = strconv.Atoi(strings.TrimSpace(line)); err != nil {
		b.Fatalf("server %q told no port: %v", server, err)
	}
	return port
}

func pipes(b *testing.B, cmd *exec.Cmd) (io.Closer, io.Reader) {
	b.Helper()
	stdin, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	return stdin, stdout
}

// Targets returns n different loopback addresses, 127.1.0.1 and on.
func Targets(n int) []netip.Addr {
	addrs := make([]netip.Addr, n)
	for i := range addrs {
		addrs[i] = netip.AddrFrom4([4]byte{127, 1, byte(i / 250), byte(i%250 + 1)})
	}
	return addrs
}

// HostPort joins a target and a port as plans write them.
func HostPort(target netip.Addr, port int) string {
	return net.JoinHostPort(target.String(), strconv.Itoa(port))
}

// Probes are started as an agent's scheduler does at 1,000 a second: batch of them each pace.
// Run back to back they would cost a fraction of that, for the process would never wake up cold.
const (
	batch = 100
	pace  = 100 * time.Millisecond
)

// BenchProbes runs b.N probes, in batches over all probers, and reports the CPU time that one
// took of this process, user and system. A probe that fails ends the benchmark. There must be
// at least as many probers as a batch has probes, for one prober runs one probe at a time.
func BenchProbes(b *testing.B, probers []checks.Prober) {
	b.Helper()
	if len(probers) < batch {
		b.Fatalf("%d probers are too few for batches of %d", len(probers), batch)
	}
	failed := make(chan checks.Result, 1)
	runBatches(len(probers), probers, failed) // the first round opens files and fills caches
	b.ReportAllocs()
	b.ResetTimer()
	before := cpuTime()
	runBatches(b.N, probers, failed)
	spent := cpuTime() - before
	b.StopTimer()
	select {
	case r := <-failed:
		b.Fatalf("a probe failed: %s: %s", r.Reason, r.Text)
	default:
	}
	b.ReportMetric(float64(spent)/float64(time.Microsecond)/float64(b.N), "cpu-µs/probe")
}

// runBatches runs n probes, going round the probers; the first failure goes to failed.
func runBatches(n int, probers []checks.Prober, failed chan<- checks.Result) {
	due := time.NewTicker(pace)
	defer due.Stop()
	for start := 0; start < n; start += batch {
		<-due.C
		var wg sync.WaitGroup
		for i := start; i < min(start+batch, n); i++ {
			wg.Go(func() {
				ctx, cancel := context.WithTimeout(context.Background(), probeTimeout)
				defer cancel()
				if r := probers[i%len(probers)].Probe(ctx); !r.OK() {
					select {
					case failed <- r:
					default: // one is enough
					}
				}
			})
		}
		wg.Wait()
	}
}
