//go:build integration && linux

package icmp

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/keizoku-bcp/keizoku/checks"
)

func TestModes(t *testing.T) {
	modes(t, func(l *lab) {
		l.probers("127.0.0.1", "::1")
		want := map[string]int{"raw": 1, "raw6": 1}
		if strings.HasSuffix(l.Name(), "datagram") {
			want = map[string]int{"icmp": 1, "icmp6": 1}
		}
		if got := icmpSockets(l.T); fmt.Sprint(got) != fmt.Sprint(want) {
			l.Errorf("sockets %v, want %v", got, want)
		}
	})
}

func TestThousandTargetsInBothModes(t *testing.T) {
	modes(t, func(l *lab) {
		var hosts []string
		for _, addr := range loopbacks(7, 1000) {
			hosts = append(hosts, addr.String())
		}
		hosts = append(hosts, "::1")
		for i, r := range probeAll(l.Context(), l.probers(hosts...)) {
			if !r.OK() || !strings.HasPrefix(r.Text, hosts[i]+" answered 1 of 1 in ") {
				l.Errorf("%s: %s: %s", hosts[i], r.Reason, r.Text)
			}
		}
	})
}

func TestWhatTheNetworkSays(t *testing.T) {
	for _, c := range []struct {
		name, host string
		reason     checks.Reason
		text       string
	}{
		{"answer", "10.5.0.9", checks.OK, "10.5.0.9 answered 1 of 1 in "},
		{"answer 6", "fd05::9", checks.OK, "fd05::9 answered 1 of 1 in "},
		{"silence", "10.6.0.9", checks.Timeout, "no answer from 10.6.0.9 to 1 of 1 requests"},
		{"silence 6", "fd06::9", checks.Timeout, "no answer from fd06::9 to 1 of 1 requests"},
		{"prohibited", "10.7.0.9", checks.Unreachable, "10.7.0.9: administratively prohibited, says 10.9.0.254"},
		{"prohibited 6", "fd07::9", checks.Unreachable, "fd07::9: administratively prohibited, says fd09::fe"},
		{"unreachable", "10.8.0.9", checks.Unreachable, "10.8.0.9: host unreachable, says 10.9.0.254"},
		{"unreachable 6", "fd08::9", checks.Unreachable, "fd08::9: no route to destination, says fd09::fe"},
		{"loop", "10.4.0.9", checks.Unreachable, "10.4.0.9: time to live exceeded on the way (a routing loop?), says 10.9.0.254"},
		{"loop 6", "fd04::9", checks.Unreachable, "fd04::9: time to live exceeded on the way (a routing loop?), says fd09::fe"},
		{"no neighbour", "10.9.0.77", checks.Unreachable, "10.9.0.77: host unreachable, says 10.9.0.1"},
		{"no neighbour 6", "fd09::77", checks.Unreachable, "fd09::77: address unreachable, says fd09::1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			modes(t, func(l *lab) {
				l.set("net/ipv4/neigh/inner/retrans_time_ms", "50")
				l.set("net/ipv6/neigh/inner/retrans_time_ms", "50")
				if strings.HasPrefix(c.name, "loop") {
					l.set("net/ipv4/ip_default_ttl", "1")
					l.set("net/ipv6/conf/inner/hop_limit", "1")
				}
				timeout := 10 * time.Second // it must not come to this
				if c.reason == checks.Timeout {
					timeout = 200 * time.Millisecond
				}
				r := l.probeFor(l.probers(c.host)[0], timeout)
				if r.Reason != c.reason || !strings.HasPrefix(r.Text, c.text) {
					l.Errorf("%s: %q, want %s: %q", r.Reason, r.Text, c.reason, c.text)
				}
			})
		})
	}
}

func TestWhatOurOwnTableSays(t *testing.T) {
	modes(t, func(l *lab) {
		for _, c := range []struct {
			route, host string
			reason      checks.Reason
		}{
			{"ip route add unreachable 10.1.0.0/24", "10.1.0.9", checks.Unreachable},
			{"ip route add prohibit 10.2.0.0/24", "10.2.0.9", checks.ErrorLocal},
			{"ip route del default", "10.3.0.9", checks.NoRoute},
			{"ip -6 route del default", "fd03::9", checks.NoRoute},
		} {
			l.run(c.route)
			p := l.probers(c.host)[0].(*prober)
			if r := l.probeFor(p, 5*time.Second); r.Reason != c.reason {
				l.Errorf("%s, then %s: %s: %s, want %s", c.route, c.host, r.Reason, r.Text, c.reason)
			}
			if _, err := freshPing(l.Context(), p.addr, 56, !strings.HasSuffix(l.Name(), "datagram")); err == nil || errors.Is(err, errNoAnswer) {
				l.Errorf("%s: the fresh ping of %s says %v", c.route, c.host, err)
			}
		}
	})
}

// The dead must not take the living along: errors about one host reach the socket that all share,
// and packets to neighbours that do not answer ARP fill its send buffer.
func TestDeadHostsDoNotHarmTheLiving(t *testing.T) {
	modes(t, func(l *lab) {
		const each = 250
		var hosts []string
		for i := range each {
			hosts = append(hosts, fmt.Sprintf("10.5.0.%d", i+1), fmt.Sprintf("10.8.0.%d", i+1), fmt.Sprintf("10.6.0.%d", i+1))
			if i > 1 { // 10.9.0.1 is ourselves
				hosts = append(hosts, fmt.Sprintf("10.9.0.%d", i+1))
			}
		}
		l.set("net/ipv4/neigh/inner/retrans_time_ms", "20") // neighbours are given up while others are still being asked
		probers := l.probersWith(func(s *Settings) { s.Count, s.Gap = 10, 10*time.Millisecond }, hosts...)
		ctx, cancel := context.WithTimeout(l.Context(), 2*time.Second)
		defer cancel()
		count := map[checks.Reason]int{}
		for i, r := range probeAll(ctx, probers) {
			count[r.Reason]++
			if alive := strings.HasPrefix(hosts[i], "10.5."); alive != r.OK() || r.Reason.Local() {
				l.Errorf("%s: %s: %s", hosts[i], r.Reason, r.Text)
			}
		}
		if count[checks.OK] != each || count[checks.Unreachable] == 0 || count[checks.Timeout] == 0 {
			l.Errorf("verdicts: %v", count)
		}
	})
}

// A datagram socket tells the error about one host to whoever uses it next, for another.
func TestErrorsAboutOthersDoNotFailASend(t *testing.T) {
	l := newLab(t)
	l.set("net/ipv4/ping_group_range", "0 2147483647")
	opened, err := open(ip4)
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	var told []message
	opened.bind(func([]byte, netip.Addr) {}, func(m message) { told = append(told, m) })
	dead, alive := netip.MustParseAddr("10.8.0.9"), netip.MustParseAddr("10.5.0.9")
	packet := make([]byte, 64)
	putEcho(packet, ip4, opened.id(), 1, 1)
	for range 3 {
		if err := opened.send(packet, dead); err != nil {
			t.Fatal(err)
		}
		awaitError(t, opened.(*linuxTransport)) // nobody reads this socket
		if err := opened.send(packet, alive); err != nil {
			t.Errorf("sending to %s: %v", alive, err)
		}
	}
	if len(told) != 3 || told[0].to != dead || told[0].notice.from != netip.MustParseAddr("10.9.0.254") {
		t.Errorf("told %+v", told)
	}
}

// awaitError waits until the socket has an error to tell.
func awaitError(t *testing.T, transport *linuxTransport) {
	t.Helper()
	err := transport.fd.Control(func(fd uintptr) {
		ready := []unix.PollFd{{Fd: int32(fd)}}
		if n, err := unix.Poll(ready, 10_000); n != 1 || err != nil || ready[0].Revents&unix.POLLERR == 0 {
			t.Errorf("no error came: %v, %v", ready, err)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestFirewallThatHoldsTheSessionDead(t *testing.T) {
	modes(t, func(l *lab) {
		p := l.probers("10.5.0.9")[0].(*prober)
		e, err := p.engine(ip4)
		if err != nil {
			l.Fatal(err)
		}
		l.holdDead(e.current.id())
		if r := l.probeFor(p, 200*time.Millisecond); r.Reason != checks.Timeout {
			l.Fatalf("before: %s: %s", r.Reason, r.Text)
		}
		if r := p.Confirm(l.Context()); !r.OK() {
			l.Fatalf("Confirm: %s: %s", r.Reason, r.Text)
		}
		if r := l.probeFor(p, 5*time.Second); !r.OK() {
			l.Errorf("after the renewal: %s: %s", r.Reason, r.Text)
		}
	})
}

func TestConfirmOfADeadHost(t *testing.T) {
	modes(t, func(l *lab) {
		for host, want := range map[string]checks.Reason{"10.6.0.9": checks.Timeout, "10.8.0.9": checks.Unreachable, "fd06::9": checks.Timeout} {
			p := l.probers(host)[0].(*prober)
			first := l.probeFor(p, 300*time.Millisecond)
			ctx, cancel := context.WithTimeout(l.Context(), 300*time.Millisecond)
			r := p.Confirm(ctx)
			cancel()
			if first.Reason != want || r.Reason != want || !strings.Contains(r.Text, "a ping from a fresh socket failed too") {
				l.Errorf("%s: %s, then %s: %s", host, first.Reason, r.Reason, r.Text)
			}
		}
	})
}

func TestNoSocketPermitted(t *testing.T) {
	l := newLab(t)
	l.dropCapabilities()
	for _, host := range []string{"127.0.0.1", "::1"} {
		shared := new(checks.Shared)
		p := newProber(settings(host, nil), &checks.Env{Shared: shared})
		r := p.Probe(t.Context())
		if r.Reason != checks.ErrorLocal || !strings.Contains(r.Text, mend("linux")) || len(r.Text) > checks.MaxText {
			t.Errorf("%s (%d bytes): %s", r.Reason, len(r.Text), r.Text)
		}
		if err := shared.Close(); err != nil {
			t.Error(err)
		}
	}
}

// A process without any capability gets by on datagram sockets, and its small buffers.
func TestNoCapabilities(t *testing.T) {
	l := newLab(t)
	l.set("net/ipv4/ping_group_range", "0 2147483647")
	l.dropCapabilities()
	var hosts []string
	for _, addr := range loopbacks(8, 1000) {
		hosts = append(hosts, addr.String())
	}
	probers := l.probers(hosts...)
	for i, r := range probeAll(t.Context(), probers) {
		if !r.OK() {
			t.Errorf("%s: %s: %s", hosts[i], r.Reason, r.Text)
		}
	}
	p := probers[0].(*prober)
	p.last = checks.Failed(checks.Timeout, "made up")
	if r := p.Confirm(t.Context()); !r.OK() {
		t.Errorf("Confirm: %s: %s", r.Reason, r.Text)
	}
}

func TestAgreesWithFping(t *testing.T) {
	l := newLab(t)
	hosts := []string{"127.0.0.1", "127.9.9.9", "10.9.0.1", "10.9.0.254", "10.5.0.1", "10.5.0.200", "10.6.0.1", "10.8.0.1", "10.7.0.1", "fd05::1", "fd06::1", "::1"}
	theirs := fping(l, hosts)
	ours := map[string]bool{}
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	for i, r := range probeAll(ctx, l.probers(hosts...)) {
		ours[hosts[i]] = r.OK()
	}
	for _, host := range hosts {
		if ours[host] != theirs[host] {
			t.Errorf("%s: alive is %v to us and %v to fping", host, ours[host], theirs[host])
		}
	}
	if !theirs["10.5.0.1"] || theirs["10.6.0.1"] {
		t.Errorf("fping itself is wrong: %v", theirs)
	}
}

// fping returns which of the hosts the real fping calls alive.
func fping(l *lab, hosts []string) map[string]bool {
	l.Helper()
	cmd := exec.Command(l.tool("fping"), append([]string{"-a", "-r", "0", "-t", "500"}, hosts...)...)
	out, err := cmd.Output()
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 1) { // 1: some did not answer
		l.Fatalf("fping: %v", err)
	}
	alive := map[string]bool{}
	for _, host := range strings.Fields(string(out)) {
		alive[netip.MustParseAddr(host).String()] = true
	}
	return alive
}

func TestSendsBeyondTheBufferWait(t *testing.T) {
	l := newLab(t)
	l.run("ip link set inner txqueuelen 1")
	probers := l.probers("10.9.0.77")
	e, err := probers[0].(*prober).engine(ip4)
	if err != nil {
		t.Fatal(err)
	}
	transport := e.current.transport.(*linuxTransport)
	var set error
	if err := transport.fd.Control(func(fd uintptr) {
		set = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_SNDBUF, 1)
	}); err != nil || set != nil {
		t.Fatal(err, set)
	}
	// Packets to a neighbour that is not there stay in the buffer until it is full.
	packet := make([]byte, 1400)
	for range 1000 {
		if err = transport.send(packet, netip.MustParseAddr("10.9.0.77")); err != nil {
			break
		}
	}
	if !errors.Is(err, errFull) {
		t.Errorf("err = %v, want %v", err, errFull)
	}
}
