package snmp

import (
	"fmt"
	"net"
	"testing"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/checks/checktest"
	"github.com/keizoku-bcp/keizoku/power"
	"github.com/keizoku-bcp/keizoku/power/powertest"
)

// serveBenchmark is an agent in a process of its own.
func serveBenchmark() (port int, err error) {
	conn, err := net.ListenPacket("udp", ":0")
	if err != nil {
		return 0, err
	}
	go answerAll(conn, answer("public", upsMIB()))
	return conn.LocalAddr().(*net.UDPAddr).Port, nil
}

// BenchmarkRead tells what one reading costs the agent: two exchanges and a socket.
func BenchmarkRead(b *testing.B) {
	port := checktest.StartServer(b, "snmp")
	var readers []checks.Prober
	for range 100 {
		s := powertest.Settings(b, Protocol(), fmt.Sprintf("address = \"127.0.0.1:%d\"\ncommunity = \"public\"", port))
		r, err := Protocol().New(s, &power.Env{})
		if err != nil {
			b.Fatal(err)
		}
		readers = append(readers, powertest.Prober(r))
	}
	checktest.BenchProbes(b, readers)
}
