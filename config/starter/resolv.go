package starter

import (
	"net/netip"
	"slices"
	"strings"
)

// resolver is what a resolv.conf says (resolv.conf(5)).
type resolver struct {
	servers []netip.Addr
	domain  string // the first of search, or domain
}

func parseResolvConf(data string) resolver {
	var r resolver
	for line := range strings.Lines(data) {
		fields := strings.Fields(line)
		if len(fields) < 2 {
			continue
		}
		switch fields[0] {
		case "nameserver":
			if addr, err := netip.ParseAddr(fields[1]); err == nil {
				r.servers = append(r.servers, addr)
			}
		case "search", "domain": // the last one counts
			r.domain = strings.Trim(fields[1], ".")
		}
	}
	return r
}

// isStub reports whether addr is systemd-resolved's own listener, which answers for servers that
// it does not name. A resolver on any other loopback address (dnsmasq, unbound) is a real one.
func isStub(addr netip.Addr) bool {
	return addr == netip.AddrFrom4([4]byte{127, 0, 0, 53}) || addr == netip.AddrFrom4([4]byte{127, 0, 0, 54})
}

// findResolver reads /etc/resolv.conf, and behind a stub what systemd-resolved itself asks.
func findResolver(f *Facts, readFile func(name string) ([]byte, error)) {
	data, err := readFile("/etc/resolv.conf")
	if err != nil {
		return
	}
	r := parseResolvConf(string(data))
	f.Domain = r.domain
	servers := slices.DeleteFunc(slices.Clone(r.servers), isStub)
	if len(servers) < len(r.servers) {
		if data, err := readFile("/run/systemd/resolve/resolv.conf"); err == nil {
			servers = append(servers, slices.DeleteFunc(parseResolvConf(string(data)).servers, isStub)...)
		}
	}
	f.DNS = servers
}
