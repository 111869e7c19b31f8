package icmp

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"syscall"
	"time"

	"github.com/keizoku-bcp/keizoku/checks"
)

// prober pings one host.
type prober struct {
	settings *Settings
	env      *checks.Env
	resolver *net.Resolver
	addr     netip.Addr // the host when it was written as an address
	gap      time.Duration
	engine   func(family) (*engine, error)
	ping     func(ctx context.Context, to netip.Addr, size int, raw bool) (time.Duration, error)

	// The probe before, for Confirm.
	last     checks.Result
	lastAddr netip.Addr
}

func newProber(s *Settings, env *checks.Env) *prober {
	own := *s
	s = &own
	s.Count, s.Size = max(s.Count, 1), max(s.Size, tokenBytes)
	p := &prober{settings: s, env: env, resolver: net.DefaultResolver, ping: freshPing}
	p.gap = fitGap(s.Gap, s.Count, env.Timeout)
	p.engine = func(f family) (*engine, error) { return sharedEngine(env.Shared, f) }
	if addr, err := netip.ParseAddr(s.Host); err == nil {
		p.addr = addr.Unmap()
	}
	return p
}

// fitGap shortens the gap so that all requests leave in the first half of the timeout; zero
// means that there is none.
func fitGap(gap time.Duration, count int, timeout time.Duration) time.Duration {
	if timeout > 0 && count > 1 {
		return min(gap, timeout/2/time.Duration(count-1))
	}
	return gap
}

// Probe implements [checks.Prober].
func (p *prober) Probe(ctx context.Context) checks.Result {
	p.lastAddr = netip.Addr{}
	p.last = p.discreet(p.probe(ctx))
	return p.last
}

// discreet blots out a host that the plan keeps secret.
func (p *prober) discreet(r checks.Result) checks.Result {
	r.Text = p.env.Secrets.Redact(r.Text)
	return r
}

func (p *prober) probe(ctx context.Context) checks.Result {
	start := time.Now()
	addr, err := p.resolve(ctx)
	var phases []checks.Phase
	if !p.addr.IsValid() {
		phases = append(phases, checks.Phase{Name: "resolve", Duration: time.Since(start)})
	}
	if err != nil {
		return checks.Result{Reason: reasonOf(ctx, err), Text: err.Error(), Phases: phases}
	}
	p.lastAddr = addr
	f, err := p.fly(ctx, addr)
	if err != nil {
		return checks.Result{Reason: reasonOf(ctx, err), Text: err.Error(), Phases: phases}
	}
	return judge(p.settings, f, phases)
}

// resolve returns the address to ping. Addresses are not looked up, and names are every time:
// a host may come back elsewhere.
func (p *prober) resolve(ctx context.Context) (netip.Addr, error) {
	if p.addr.IsValid() {
		return p.addr, nil
	}
	network := p.settings.Family
	if network != "ip4" && network != "ip6" {
		network = "ip"
	}
	addrs, err := p.resolver.LookupNetIP(ctx, network, p.settings.Host)
	if err != nil {
		return netip.Addr{}, err
	}
	if len(addrs) == 0 {
		return netip.Addr{}, &net.DNSError{Err: "no address", Name: p.settings.Host, IsNotFound: true}
	}
	addr := addrs[0].Unmap()
	if why := unusable(addr); why != "" {
		return netip.Addr{}, &net.DNSError{Err: "resolves to " + addr.String() + ", " + why, Name: p.settings.Host}
	}
	return addr, nil
}

// localError is the agent's own trouble, whatever the cause's usual meaning.
type localError struct{ error }

func (e localError) Unwrap() error { return e.error }

// fly sends the echoes and waits until all are settled or ctx ends. The flight returned is the
// caller's alone. An error means that no verdict on the host is possible.
func (p *prober) fly(ctx context.Context, addr netip.Addr) (*flight, error) {
	e, err := p.engine(familyOf(addr))
	if err != nil {
		return nil, localError{err}
	}
	s, err := e.acquire()
	if err != nil {
		return nil, localError{err}
	}
	defer e.release(s)
	f := newFlight(addr, p.settings.Count)
	defer s.land(f)
	if err := p.sendAll(ctx, s, f); err != nil {
		return nil, err
	}
	select {
	case <-f.done:
	case <-s.gone:
		return nil, localError{errClosed}
	case <-ctx.Done():
		if errors.Is(ctx.Err(), context.Canceled) {
			return nil, localError{context.Canceled}
		}
	}
	return f, nil
}

// sendAll launches the echoes a gap apart. It stops without an error when ctx ends, which the
// caller sees for itself.
func (p *prober) sendAll(ctx context.Context, s *socket, f *flight) error {
	packet := make([]byte, headerBytes+p.settings.Size)
	for i := range f.echoes {
		if i > 0 && !pause(ctx, p.gap) {
			return nil
		}
		err := s.launch(f, i, packet)
		for errors.Is(err, errFull) && pause(ctx, time.Millisecond) {
			err = s.launch(f, i, packet)
		}
		if err != nil {
			return sendError(f.to, err)
		}
		f.sent++
	}
	return nil
}

// pause waits and reports whether ctx still holds.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// sendError words the error of a send. All but "no such host" is trouble of our own.
func sendError(to netip.Addr, err error) error {
	err = fmt.Errorf("sending to %s: %w", to, err)
	if reason := checks.ReasonOf(err, false); reason == checks.NoRoute || isUnreachable(err) {
		return err
	}
	return localError{err}
}

func isUnreachable(err error) bool {
	return errors.Is(err, syscall.EHOSTUNREACH) || errors.Is(err, syscall.EHOSTDOWN)
}

// reasonOf classifies the errors of resolve and fly.
func reasonOf(ctx context.Context, err error) checks.Reason {
	var local localError
	if errors.As(err, &local) || errors.Is(ctx.Err(), context.Canceled) {
		return checks.ErrorLocal
	}
	return checks.ReasonOf(err, false)
}
