package nut

import (
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/checks/checktest"
	"github.com/keizoku-bcp/keizoku/power/powertest"
)

// nobody takes what is sent to it.
type nobody struct{ net.Conn }

func (nobody) Write(p []byte) (int, error) { return len(p), nil }

// BenchmarkRead reads 200 UPS, with some forty variables each as real ones have, over connections
// that are kept.
func BenchmarkRead(b *testing.B) {
	port := checktest.StartServer(b, "upsd")
	var probers []checks.Prober
	for _, target := range checktest.Targets(200) {
		probers = append(probers, powertest.Prober(newTestReader(b, attrs(checktest.HostPort(target, port)))))
	}
	checktest.BenchProbes(b, probers)
}

func serveBenchmark() (port int, err error) {
	ln, err := net.Listen("tcp4", ":0")
	if err != nil {
		return 0, err
	}
	answer := strings.TrimSuffix(healthy, "END LIST VAR rack\n")
	for i := range 35 {
		answer += fmt.Sprintf("VAR rack outlet.%d.desc \"Main outlet %d of the rack\"\n", i, i)
	}
	upsd := answers{"LIST VAR rack": answer + "END LIST VAR rack\n"}
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			go upsd.talk(conn)
		}
	}()
	return ln.Addr().(*net.TCPAddr).Port, nil
}
