//go:build integration && linux

package icmp

import (
	"context"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/keizoku-bcp/keizoku/checks"
)

// lab is a network of two namespaces: the test's own, with 10.9.0.1 and fd09::1, and that of a
// router at 10.9.0.254 and fd09::fe, behind which lie
//
//	10.5.0.0/24  fd05::/64  hosts that all answer
//	10.6.0.0/24  fd06::/64  silence
//	10.7.0.0/24  fd07::/64  what the router prohibits
//	10.8.0.0/24  fd08::/64  what the router calls unreachable
//	10.4.0.0/24  fd04::/64  something further away, for a short time to live
//
// The test's goroutine stays on its thread, which alone is in the namespace: sockets have to be
// opened by it, and the thread ends with it.
type lab struct {
	*testing.T
	router int // process in the router's namespace
}

// modes are the kinds of socket, each tried in a lab of its own.
func modes(t *testing.T, test func(l *lab)) {
	for _, mode := range []string{"raw", "datagram"} {
		t.Run(mode, func(t *testing.T) {
			l := newLab(t)
			if mode == "datagram" {
				l.set("net/ipv4/ping_group_range", "0 2147483647")
			}
			test(l)
		})
	}
}

func newLab(t *testing.T) *lab {
	t.Helper()
	runtime.LockOSThread() // and never unlocked: the thread is of no use to others
	if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
		t.Fatalf("a network namespace: %v (run as root: sudo make integration)", err)
	}
	l := &lab{T: t}
	l.startRouter()
	for _, command := range []string{
		"ip link set lo up",
		"ip link add inner type veth peer name outer",
		"ip link set outer netns " + strconv.Itoa(l.router),
		"ip addr add 10.9.0.1/24 dev inner",
		"ip addr add fd09::1/64 dev inner nodad",
		"ip link set inner up",
	} {
		l.run(command)
	}
	for _, command := range []string{
		"ip link set lo up",
		"ip addr add 10.9.0.254/24 dev outer",
		"ip addr add fd09::fe/64 dev outer nodad",
		"ip link set outer up",
		"ip route add local 10.5.0.0/24 dev lo",
		"ip -6 route add local fd05::/64 dev lo",
		"ip route add blackhole 10.6.0.0/24",
		"ip -6 route add blackhole fd06::/64",
		"ip route add prohibit 10.7.0.0/24",
		"ip -6 route add prohibit fd07::/64",
		"ip route add unreachable 10.8.0.0/24",
		"ip -6 route add unreachable fd08::/64",
		"ip route add 10.4.0.0/24 via 10.9.0.2",
		"ip -6 route add fd04::/64 via fd09::2",
	} {
		l.routerRun(command)
	}
	for name, value := range map[string]string{
		"ipv4/ip_forward": "1", "ipv6/conf/all/forwarding": "1", "ipv4/icmp_ratemask": "0", "ipv6/icmp/ratelimit": "0",
	} {
		l.routerRun("sysctl -qw net." + strings.ReplaceAll(name, "/", ".") + "=" + value)
	}
	l.run("ip route add default via 10.9.0.254")
	l.run("ip -6 route add default via fd09::fe")
	return l
}

// startRouter starts a process that does nothing but hold a namespace.
func (l *lab) startRouter() {
	l.Helper()
	cmd := exec.Command(l.tool("sleep"), "infinity")
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWNET}
	if err := cmd.Start(); err != nil {
		l.Fatal(err)
	}
	l.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	l.router = cmd.Process.Pid
}

// tool finds a program, or says how to get it.
func (l *lab) tool(name string) string {
	l.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		packages := map[string]string{"ip": "iproute2", "tc": "iproute2", "nsenter": "util-linux", "sysctl": "procps", "fping": "fping", "sleep": "coreutils"}
		l.Fatalf("%s is missing: apt-get install %s", name, packages[name])
	}
	return path
}

func (l *lab) run(command string) {
	l.Helper()
	words := strings.Fields(command)
	out, err := exec.Command(l.tool(words[0]), words[1:]...).CombinedOutput()
	if err != nil {
		l.Fatalf("%s: %v\n%s", command, err, out)
	}
}

func (l *lab) routerRun(command string) {
	l.Helper()
	l.tool(strings.Fields(command)[0])
	l.run(fmt.Sprintf("nsenter -t %d -n %s", l.router, command))
}

// set writes a kernel parameter of the test's namespace.
func (l *lab) set(name, value string) {
	l.Helper()
	if err := os.WriteFile(filepath.Join("/proc/sys", name), []byte(value), 0); err != nil {
		l.Fatal(err)
	}
}

// probers are for hosts in the lab, with their sockets opened in its namespace.
func (l *lab) probers(hosts ...string) []checks.Prober {
	l.Helper()
	return l.probersWith(nil, hosts...)
}

func (l *lab) probersWith(change func(*Settings), hosts ...string) []checks.Prober {
	l.Helper()
	addrs := make([]netip.Addr, len(hosts))
	for i, host := range hosts {
		addrs[i] = netip.MustParseAddr(host)
	}
	probers, _ := realProbers(l, addrs, change)
	for _, p := range probers {
		if _, err := p.(*prober).engine(familyOf(p.(*prober).addr)); err != nil {
			l.Fatal(err)
		}
	}
	return probers
}

// dropCapabilities takes every right from the test's thread.
func (l *lab) dropCapabilities() {
	l.Helper()
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	if err := unix.Capset(&header, &data[0]); err != nil {
		l.Fatal(err)
	}
}

// holdDead makes the router drop what it sends towards the test with an ICMP identifier, as a
// firewall does whose session for it is dead.
func (l *lab) holdDead(ident uint16) {
	l.Helper()
	for _, command := range []string{
		"tc qdisc add dev outer root handle 1: htb default 1",
		"tc class add dev outer parent 1: classid 1:1 htb rate 10gbit",
		"tc class add dev outer parent 1: classid 1:2 htb rate 10gbit",
		"tc qdisc add dev outer parent 1:2 pfifo limit 0",
		fmt.Sprintf("tc filter add dev outer parent 1: protocol ip u32 match u16 %#04x 0xffff at 24 flowid 1:2", ident),
	} {
		l.routerRun(command)
	}
}

// probeFor runs one probe with a timeout.
func (l *lab) probeFor(p checks.Prober, timeout time.Duration) checks.Result {
	l.Helper()
	ctx, cancel := context.WithTimeout(l.Context(), timeout)
	defer cancel()
	return p.Probe(ctx)
}
