package icmp

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"time"

	probing "github.com/prometheus-community/pro-bing"

	"github.com/keizoku-bcp/keizoku/checks"
)

// Confirm implements [checks.Confirmer]: one ping of the host that did not answer, through
// another library, from a fresh socket with a fresh identifier. Only silence and "unreachable"
// can be put right that way; the result of any other failure stands.
//
// When the host answers, the shared socket is renewed, or later probes would fail as before.
func (p *prober) Confirm(ctx context.Context) checks.Result {
	switch p.last.Reason {
	case "": // nothing to confirm yet
		return p.Probe(ctx)
	case checks.Timeout, checks.Unreachable:
		p.last = p.discreet(p.confirm(ctx))
	}
	return p.last
}

func (p *prober) confirm(ctx context.Context) checks.Result {
	e, err := p.engine(familyOf(p.lastAddr))
	if err != nil {
		return checks.Failed(checks.ErrorLocal, err.Error())
	}
	rtt, err := p.ping(ctx, p.lastAddr, p.settings.Size, e.usesRaw())
	if errors.Is(ctx.Err(), context.Canceled) {
		return checks.Failed(checks.ErrorLocal, context.Canceled.Error())
	}
	if err != nil {
		stands := p.last
		stands.Text += fmt.Sprintf("; a ping from a fresh socket failed too (%v)", err)
		return stands
	}
	p.logRenewal(e.renew())
	return p.confirmed(rtt)
}

// confirmed is the result of a fresh ping that was answered; it may still be too slow.
func (p *prober) confirmed(rtt time.Duration) checks.Result {
	t := tally{sent: 1}
	t.add(rtt)
	r := checks.Result{Values: t.values(), Phases: []checks.Phase{{Name: "rtt", Duration: rtt}}}
	r.Reason, r.Text = verdict(p.settings, &flight{to: p.lastAddr}, t)
	r.Text += ", asked from a fresh socket"
	return r
}

var errNoAnswer = errors.New("no answer")

// freshPing sends one echo from a socket of its own and returns its round trip.
func freshPing(ctx context.Context, to netip.Addr, size int, raw bool) (time.Duration, error) {
	if err := routable(ctx, to); err != nil {
		return 0, err
	}
	pinger := probing.New(to.String())
	pinger.SetIPAddr(&net.IPAddr{IP: to.AsSlice(), Zone: to.Zone()})
	pinger.SetPrivileged(raw)
	pinger.SetLogger(probing.NoopLogger{})
	pinger.Count = 1
	pinger.Size = max(size, pinger.Size) // the library needs room for its own token
	err := pinger.RunWithContext(ctx)
	if s := pinger.Statistics(); s.PacketsRecv > 0 {
		return s.AvgRtt, nil
	}
	if err == nil || errors.Is(err, context.DeadlineExceeded) {
		err = errNoAnswer
	}
	return 0, err
}

// routable asks the routing table for a way, without sending anything. The library would try
// for ever when the table prohibits the address (EACCES), whatever its context says.
func routable(ctx context.Context, to netip.Addr) error {
	const discard = 9 // any port: nothing is sent
	var d net.Dialer
	conn, err := d.DialContext(ctx, "udp", netip.AddrPortFrom(to, discard).String())
	if err != nil {
		return err
	}
	return conn.Close()
}

// logRenewal tells that the host answers a fresh identifier although it did not answer ours.
func (p *prober) logRenewal(err error) {
	log := p.env.Log
	if log == nil {
		return
	}
	check := slog.Group("check", slog.String("system", p.env.System), slog.String("name", p.env.Check))
	if err != nil {
		log.Warn("icmp: no fresh socket; later pings go on with the old identifier", check, slog.Any("err", err))
		return
	}
	log.Info("icmp: the host answers a fresh identifier but not the one in use", check)
}
