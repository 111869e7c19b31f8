//go:build integration && linux

package integration

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// binary is the command under test, built once.
var binary = sync.OnceValues(func() (string, error) {
	out, err := exec.Command("go", "build", "-o", filepath.Join(scratch, "keizoku"), "../cmd/keizoku").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("go build ../cmd/keizoku: %w\n%s", err, out)
	}
	return filepath.Join(scratch, "keizoku"), nil
})

// scratch is removed when all tests have ended.
var scratch string

func TestMain(m *testing.M) { os.Exit(runAll(m)) }

func runAll(m *testing.M) int {
	if os.Geteuid() != 0 {
		fmt.Fprintln(os.Stderr, "these tests need root: sudo make integration")
		return 1
	}
	var err error
	if scratch, err = os.MkdirTemp("", "kz"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(scratch) }()
	return m.Run()
}

// need returns the path of a program that a test cannot do without.
func need(t *testing.T, program, debian string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		t.Fatalf("%s is missing: make packages (or apt-get install %s)", program, debian)
	}
	return path
}

// run runs a program to its end and returns what it wrote.
func run(t *testing.T, program string, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), program, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", program, args, err, out)
	}
	return string(out)
}

// until asks is again and again until it holds, for a minute at most.
func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !is() {
		select {
		case <-ctx.Done():
			t.Fatalf("waited in vain until %s", what)
		case <-tick.C:
		}
	}
}

// pause lets a stretch of real time pass.
func pause(t *testing.T, d time.Duration) {
	t.Helper()
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-t.Context().Done():
	case <-timer.C:
	}
}

// folder is a folder with a short path, for the sake of sockets in it.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp(scratch, "")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// service accepts connections on an address, and can be stopped and started again.
type service struct {
	*testing.T
	addr   string
	listen func(addr string) (net.Listener, error)
	// answer is what a connection gets; nil: nothing.
	answer func(net.Conn)

	mu sync.Mutex
	ln net.Listener
	wg sync.WaitGroup
}

// newService starts a service on a free port of the host, which answers nothing.
func newService(t *testing.T, host string, listen func(string) (net.Listener, error)) *service {
	t.Helper()
	return startService(t, &service{T: t, addr: net.JoinHostPort(host, "0"), listen: listen})
}

func startService(t *testing.T, s *service) *service {
	t.Helper()
	s.up()
	s.addr = s.ln.Addr().String()
	t.Cleanup(s.down)
	return s
}

func listenTCP(addr string) (net.Listener, error) { return net.Listen("tcp", addr) }

func (s *service) up() {
	s.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	until(s.T, s.addr+" is free", func() (ok bool) {
		ln, err := s.listen(s.addr)
		if err == nil {
			s.ln = ln
		}
		return err == nil
	})
	s.wg.Go(func() { s.serve(s.ln) })
}

func (s *service) serve(ln net.Listener) {
	for conn, err := ln.Accept(); err == nil; conn, err = ln.Accept() {
		s.wg.Go(func() {
			defer func() { _ = conn.Close() }()
			if s.answer != nil {
				s.answer(conn)
			}
		})
	}
}

func (s *service) down() {
	s.mu.Lock()
	defer s.mu.Unlock()
	_ = s.ln.Close()
	s.wg.Wait()
}
