package checktest

import (
	"io"
	"net"
	"sync"
	"testing"
)

// Serve listens on a free port of 127.0.0.1, hands every connection to handle in a goroutine of
// its own, closes it afterwards, and returns the address. It stops with the test.
func Serve(t testing.TB, handle func(net.Conn)) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return // closed below
			}
			wg.Go(func() {
				defer conn.Close()
				handle(conn)
			})
		}
	})
	t.Cleanup(func() {
		ln.Close()
		wg.Wait()
	})
	return ln.Addr().String()
}

// Silent returns the address of a TCP server that accepts, reads and never answers.
func Silent(t testing.TB) string {
	t.Helper()
	return Serve(t, func(conn net.Conn) { io.Copy(io.Discard, conn) })
}

// Reset returns the address of a TCP server that accepts, waits for the first byte, and breaks
// the connection off with a RST.
func Reset(t testing.TB) string {
	t.Helper()
	return Serve(t, func(conn net.Conn) {
		conn.Read(make([]byte, 1))
		conn.(*net.TCPConn).SetLinger(0)
	})
}

// SilentUDP returns the address of a UDP socket that takes packets and never answers.
func SilentUDP(t testing.TB) string {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn.LocalAddr().String()
}

// Refused returns a TCP address that refuses connections for as long as the test runs. It is the
// near end of an open connection: nothing listens there and nobody else can be given the port.
// Both ends are open when it returns, so that no later count of what is open finds one more.
func Refused(t testing.TB) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	near, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	far, err := ln.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { near.Close(); far.Close() })
	return near.LocalAddr().String()
}

// RefusedUDP returns a UDP address that answers with ICMP port unreachable. A connected socket
// holds the port and takes packets of its own peer alone.
func RefusedUDP(t testing.TB) string {
	t.Helper()
	conn, err := net.Dial("udp", SilentUDP(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn.LocalAddr().String()
}
