package agent

import (
	"net"
	"os"
	"testing"
)

// listening is a listener with an address, of which nothing else is asked.
type listening struct {
	net.Listener
	at string
}

func (l listening) Addr() net.Addr {
	addr, _ := net.ResolveTCPAddr("tcp", l.at)
	return addr
}

// Messages link to the console where others can reach it, and nowhere else.
func TestConsoleThatOthersReach(t *testing.T) {
	t.Parallel()
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	for at, want := range map[string]string{
		"127.0.0.1:9720": "", "[::1]:9720": "", "10.20.1.20:9720": "https://10.20.1.20:9720", "0.0.0.0:9720": "https://" + host + ":9720",
	} {
		if got := (&door{tcp: listening{at: at}, tls: true}).reach(); got != want {
			t.Errorf("%s: %q, want %q", at, got, want)
		}
	}
}
