package icmp

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/checks"
)

// realProbers are probers of an agent of their own, one for each host, and what they share.
func realProbers(t testing.TB, hosts []netip.Addr, change func(*Settings)) ([]checks.Prober, *checks.Shared) {
	t.Helper()
	shared := new(checks.Shared)
	t.Cleanup(func() {
		if err := shared.Close(); err != nil {
			t.Error(err)
		}
	})
	probers := make([]checks.Prober, len(hosts))
	for i, host := range hosts {
		probers[i] = newProber(settings(host.String(), change), &checks.Env{Shared: shared, Timeout: 30 * time.Second})
	}
	return probers, shared
}

// probeAll runs all probers at once.
func probeAll(ctx context.Context, probers []checks.Prober) []checks.Result {
	results := make([]checks.Result, len(probers))
	var wg sync.WaitGroup
	for i, p := range probers {
		wg.Go(func() {
			ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
			defer cancel()
			results[i] = p.Probe(ctx)
		})
	}
	wg.Wait()
	return results
}

// loopbacks are n addresses from 127.x.y.1 on; hosts of different first do not overlap.
func loopbacks(first byte, n int) []netip.Addr {
	hosts := make([]netip.Addr, n)
	for i := range hosts {
		hosts[i] = netip.AddrFrom4([4]byte{127, first, byte(i / 250), byte(i%250 + 1)})
	}
	return hosts
}

// icmpSockets counts the ICMP sockets of this process, by the table of the kernel they are in.
func icmpSockets(t *testing.T) map[string]int {
	t.Helper()
	mine := map[string]bool{}
	fds, err := filepath.Glob("/proc/self/fd/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, fd := range fds {
		if name, err := os.Readlink(fd); err == nil {
			mine[strings.TrimSuffix(strings.TrimPrefix(name, "socket:["), "]")] = true
		}
	}
	count := map[string]int{}
	for _, table := range []string{"raw", "icmp", "raw6", "icmp6"} {
		for _, inode := range inodes(t, table) {
			if mine[inode] {
				count[table]++
			}
		}
	}
	return count
}

// inodes reads the column of inodes from a table of sockets in /proc.
func inodes(t *testing.T, table string) (found []string) {
	t.Helper()
	const column = 9
	file, err := os.Open("/proc/thread-self/net/" + table)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if fields := strings.Fields(lines.Text()); len(fields) > column {
			found = append(found, fields[column])
		}
	}
	return found
}

// wantOneSocket sees that the process has one socket of each family named, of either mode.
func wantOneSocket(t *testing.T, families ...family) {
	t.Helper()
	count := icmpSockets(t)
	v4, v6 := count["raw"]+count["icmp"], count["raw6"]+count["icmp6"]
	want4, want6 := 0, 0
	for _, f := range families {
		if f == ip4 {
			want4 = 1
		} else {
			want6 = 1
		}
	}
	if v4 != want4 || v6 != want6 {
		t.Errorf("%d IPv4 and %d IPv6 sockets (%v), want %d and %d", v4, v6, count, want4, want6)
	}
}

func TestThousandTargetsAtOnce(t *testing.T) {
	hosts := append(loopbacks(1, 1000), netip.MustParseAddr("::1"))
	probers, shared := realProbers(t, hosts, nil)
	for round := range 3 {
		for i, r := range probeAll(t.Context(), probers) {
			want := fmt.Sprintf("%s answered 1 of 1 in ", hosts[i])
			if !r.OK() || !strings.HasPrefix(r.Text, want) {
				t.Errorf("round %d, %s: %s: %s", round, hosts[i], r.Reason, r.Text)
			}
		}
		wantOneSocket(t, ip4, ip6)
	}
	if err := shared.Close(); err != nil {
		t.Error(err)
	}
	wantOneSocket(t)
}

func TestSizesAndCounts(t *testing.T) {
	for _, host := range []string{"127.0.0.1", "::1"} {
		for _, size := range []int{8, 9, 1472, 2040, 2041, 65507} {
			probers, _ := realProbers(t, []netip.Addr{netip.MustParseAddr(host)}, func(s *Settings) {
				s.Size, s.Count, s.Gap = size, 3, 10*time.Millisecond
			})
			r := probeAll(t.Context(), probers)[0]
			if !r.OK() || r.Values["loss_ratio"] != 0 || r.Values["rtt_min_seconds"] <= 0 {
				t.Errorf("%s, %d bytes: %+v", host, size, r)
			}
		}
	}
}

// Two agents in one process see each other's answers on raw sockets, and must not take them.
func TestTwoAgentsInOneProcess(t *testing.T) {
	hosts := loopbacks(2, 200)
	first, _ := realProbers(t, hosts, nil)
	second, shared := realProbers(t, hosts, nil)
	for _, r := range probeAll(t.Context(), append(first, second...)) {
		if !r.OK() {
			t.Errorf("%s: %s", r.Reason, r.Text)
		}
	}
	if err := shared.Close(); err != nil {
		t.Error(err)
	}
	if r := first[0].Probe(t.Context()); !r.OK() {
		t.Errorf("after the other agent's end: %+v", r)
	}
}

func TestConfirmAndRenewForReal(t *testing.T) {
	for _, host := range []string{"127.0.0.1", "::1"} {
		probers, _ := realProbers(t, []netip.Addr{netip.MustParseAddr(host)}, nil)
		p := probers[0].(*prober)
		if r := p.Probe(t.Context()); !r.OK() {
			t.Fatalf("%+v", r)
		}
		e, err := p.engine(familyOf(p.lastAddr))
		if err != nil {
			t.Fatal(err)
		}
		before := e.current.id()
		p.last = checks.Failed(checks.Timeout, "as behind a firewall that holds the session dead")
		if r := p.Confirm(t.Context()); !r.OK() {
			t.Errorf("%s: %+v", host, r)
		}
		if e.current.id() == before {
			t.Errorf("%s: the identifier is still %d", host, before)
		}
		wantOneSocket(t, familyOf(p.lastAddr))
		if r := p.Probe(t.Context()); !r.OK() {
			t.Errorf("%s on the fresh socket: %+v", host, r)
		}
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestTinyBuffersLoseNothing(t *testing.T) {
	probers, _ := realProbers(t, loopbacks(3, 1000), nil)
	e, err := probers[0].(*prober).engine(ip4)
	if err != nil {
		t.Fatal(err)
	}
	shrink(t, e.current.transport.(*linuxTransport))
	for _, r := range probeAll(t.Context(), probers) {
		if !r.OK() {
			t.Fatalf("%s: %s", r.Reason, r.Text)
		}
	}
}

// shrink gives a socket the receive buffer that a process without privileges gets.
func shrink(t *testing.T, transport *linuxTransport) {
	t.Helper()
	const unprivileged = 212992
	var set error
	err := transport.fd.Control(func(fd uintptr) { set = setReceiveBuffer(int(fd), unprivileged) })
	if err := errors.Join(err, set); err != nil {
		t.Fatal(err)
	}
}
