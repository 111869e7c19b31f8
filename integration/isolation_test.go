//go:build integration && linux

package integration

import (
	"fmt"
	"net"
	"os"
	"runtime"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/rules"
)

// wire is two hosts, each a network namespace, and the cable between them.
type wire struct {
	*testing.T
	agent, server string // names of the namespaces
}

const (
	agentIP  = "10.91.0.1"
	serverIP = "10.91.0.2"
)

func newWire(t *testing.T) *wire {
	t.Helper()
	ip := need(t, "ip", "iproute2")
	w := &wire{t, fmt.Sprintf("kza%d", os.Getpid()), fmt.Sprintf("kzs%d", os.Getpid())}
	for _, ns := range []string{w.agent, w.server} {
		run(t, ip, "netns", "add", ns)
		t.Cleanup(func() { w.ip("netns", "del", ns) })
		run(t, ip, "-n", ns, "link", "set", "lo", "up")
	}
	run(t, ip, "link", "add", "cable", "netns", w.agent, "type", "veth", "peer", "name", "cable", "netns", w.server)
	run(t, ip, "-n", w.agent, "addr", "add", agentIP+"/24", "dev", "cable")
	run(t, ip, "-n", w.server, "addr", "add", serverIP+"/24", "dev", "cable")
	run(t, ip, "-n", w.agent, "link", "set", "cable", "up")
	w.join()
	return w
}

// ip works after the test's context has ended, too.
func (w *wire) ip(args ...string) {
	w.Helper()
	process, err := os.StartProcess(need(w.T, "ip", "iproute2"), append([]string{"ip"}, args...), &os.ProcAttr{})
	if err != nil {
		w.Error(err)
		return
	}
	if state, err := process.Wait(); err != nil || !state.Success() {
		w.Errorf("ip %v: %v, %v", args, state, err)
	}
}

// cut pulls the cable at the far end, join plugs it in again.
func (w *wire) cut()  { w.ip("-n", w.server, "link", "set", "cable", "down") }
func (w *wire) join() { w.ip("-n", w.server, "link", "set", "cable", "up") }

// listen listens on the server. The thread that has gone there is given up: it cannot be trusted
// to come back.
func (w *wire) listen(addr string) (ln net.Listener, err error) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread()
		var ns *os.File
		if ns, err = os.Open("/run/netns/" + w.server); err != nil {
			return
		}
		defer func() { _ = ns.Close() }()
		if err = unix.Setns(int(ns.Fd()), unix.CLONE_NEWNET); err == nil {
			ln, err = net.Listen("tcp", addr)
		}
	}()
	<-done
	return ln, err
}

const isolationPlan = `
plan "city" {}
threat "incident" {
  title   = "非災害"
  default = true
}
system "old" {
  check "tcp" "port" {
    address  = %q
    interval = "1s"
    timeout  = "500ms"
  }
}
system "web" {
  check "tcp" "port" {
    address  = %q
    interval = "1s"
    timeout  = "500ms"
  }
}
system "mail" {
  check "tcp" "port" {
    address  = %q
    interval = "1s"
    timeout  = "500ms"
  }
}
agent "a1" {
  vantage = [%q]
}
`

// A monitor whose cable is pulled blames nobody, and tells honestly what happened meanwhile.
func TestCutOff(t *testing.T) {
	t.Parallel()
	w := newWire(t)
	old, web, mail := newService(t, serverIP, w.listen), newService(t, serverIP, w.listen), newService(t, serverIP, w.listen)
	k := newKeizoku(t, fmt.Sprintf(isolationPlan, old.addr, web.addr, mail.addr, serverIP), need(t, "ip", "iproute2"), "netns", "exec", w.agent)
	k.start()
	k.awaits("web", rules.Up)
	k.awaits("mail", rules.Up)
	old.down()
	before := k.awaits("old", rules.Down).Outage

	w.cut()
	cut := time.Now()
	until(t, "the agent is blind", func() bool { return k.situation().Agent.Blind })
	if took := time.Since(cut); took > 15*time.Second {
		t.Errorf("it takes %v to notice", took)
	}
	mail.down()
	k.awaits("web", rules.Unknown)
	k.awaits("mail", rules.Unknown)
	pause(t, 4*time.Second) // several failed probes of each
	s := k.situation()
	same(t, before, s.System("old").Outage)
	if s.System("web").Outage != nil || s.System("mail").Outage != nil || s.System("old").State != rules.Down || !s.Agent.Blind {
		t.Errorf("while cut off: %+v", s)
	}
	if last := s.Unobserved[len(s.Unobserved)-1]; last.Why != "blind" || !last.To.IsZero() || last.From.After(cut) {
		t.Errorf("the stretch that lasts: %+v, cut at %v", last, cut)
	}

	back := time.Now()
	w.join()
	until(t, "the agent sees", func() bool { return !k.situation().Agent.Blind })
	k.awaits("web", rules.Up)
	found := k.awaits("mail", rules.Down).Outage
	if found.LastOKAt.IsZero() || found.LastOKAt.After(cut) || found.FirstBadAt.Before(back) {
		t.Errorf("what failed between %v and %v is found with the bracket %v to %v", cut, back, found.LastOKAt, found.FirstBadAt)
	}
	s = k.situation()
	same(t, before, s.System("old").Outage)
	if last := s.Unobserved[len(s.Unobserved)-1]; last.Why != "blind" || last.From.After(cut) || last.To.Before(back) {
		t.Errorf("the blind stretch: %+v, cut off from %v to %v", last, cut, back)
	}
	k.stop()
	if opened := of(k.history(), "", journal.KindOutageOpened); len(opened) != 2 {
		t.Errorf("outages: %+v", opened)
	}
}
