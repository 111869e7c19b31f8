package mail

import (
	"cmp"
	"fmt"
	"net"
	"strconv"
	"strings"
)

// server is where to connect to.
type server struct{ host, port string }

func (s server) String() string { return net.JoinHostPort(s.host, s.port) }

// parseServer reads "host" or "host:port", an IPv6 address with a port in brackets.
func parseServer(text, security string) (server, error) {
	host, port, err := net.SplitHostPort(text)
	if err != nil {
		host, port = strings.Trim(text, "[]"), usualPort(security)
	}
	if host == "" || strings.ContainsAny(host, "/@ \t\r\n[]") || strings.Contains(host, ":") && net.ParseIP(host) == nil {
		return server{}, fmt.Errorf("%q is not a host, nor a host and port", text)
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return server{}, fmt.Errorf("%q is not a port number from 1 to 65535", port)
	}
	return server{host, port}, nil
}

// usualPort is that of submission (RFC 6409), of submission over TLS (RFC 8314), or of relaying.
func usualPort(security string) string {
	ports := map[string]string{"tls": "465", "none": "25"}
	return cmp.Or(ports[security], "587")
}
