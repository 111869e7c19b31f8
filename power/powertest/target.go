package powertest

import (
	"bytes"
	"net"
	"testing"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/checks/checktest"
)

// TCP returns the targets that every protocol over TCP must cope with: dead, unreachable, silent
// and talking nonsense without end. settings gives the attributes that point a reader at an
// address.
func TCP(t testing.TB, settings func(address string) string) []Target {
	t.Helper()
	target := func(name, address string, want checks.Reason) Target {
		return Target{Name: name, Settings: settings(address), Want: want}
	}
	return []Target{
		target("dead", checktest.Refused(t), checks.Refused),
		target("black hole", checktest.BlackHole(t), checks.Timeout),
		target("silent", checktest.Silent(t), checks.Timeout),
		target("broken off", checktest.Reset(t), checks.Reset),
		target("endless", Endless(t, bytes.Repeat([]byte{'x'}, 4096)), checks.WrongAnswer),
		target("endless zeros and lines", Endless(t, []byte("\xff\xfe\x00\x80\"\\\n")), checks.WrongAnswer),
	}
}

// Endless returns the address of a TCP server that, once it was sent something, says what again
// and again, for as long as somebody listens.
func Endless(t testing.TB, what []byte) string {
	t.Helper()
	return checktest.Serve(t, func(conn net.Conn) {
		if _, err := conn.Read(make([]byte, 1)); err != nil {
			return
		}
		for {
			if _, err := conn.Write(what); err != nil {
				return
			}
		}
	})
}
