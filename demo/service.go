package demo

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
)

// service is one open door of a device. Exactly one of stream and packet is set.
type service struct {
	planned   string // host:port, as examples/city_hall says
	encrypted bool
	tls       *tls.Config // set when encrypted
	stream    func(ctx context.Context, d *Device, ln net.Listener)
	packet    func(ctx context.Context, d *Device, pc net.PacketConn)

	bound string // where it listened first, and will again
	stop  func() // nil while closed
}

// open listens on addr and serves until close. It fails when the address is not to be had.
func (s *service) open(ctx context.Context, d *Device, addr string) error {
	if s.packet != nil {
		return s.openPacket(ctx, d, addr)
	}
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return fmt.Errorf("listening on tcp %s: %w", addr, err)
	}
	s.bound = ln.Addr().String()
	if s.tls != nil {
		ln = tls.NewListener(ln, s.tls)
	}
	s.run(ctx, ln.Close, func(ctx context.Context) { s.stream(ctx, d, ln) })
	return nil
}

func (s *service) openPacket(ctx context.Context, d *Device, addr string) error {
	pc, err := new(net.ListenConfig).ListenPacket(ctx, "udp", addr)
	if err != nil {
		return fmt.Errorf("listening on udp %s: %w", addr, err)
	}
	s.bound = pc.LocalAddr().String()
	s.run(ctx, pc.Close, func(ctx context.Context) { s.packet(ctx, d, pc) })
	return nil
}

// run serves in a goroutine; s.stop ends it, unplugs the socket and waits.
func (s *service) run(ctx context.Context, unplug func() error, serve func(context.Context)) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		serve(ctx)
	}()
	s.stop = func() {
		cancel()
		_ = unplug()
		<-done
	}
}

// close ends the service; closing a closed one does nothing.
func (s *service) close() {
	if s.stop != nil {
		s.stop()
		s.stop = nil
	}
}
