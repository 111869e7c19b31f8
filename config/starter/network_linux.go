package starter

import (
	"cmp"
	"encoding/binary"
	"encoding/hex"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
)

func findNetwork(f *Facts) {
	findResolver(f, os.ReadFile)
	var routes []route
	if data, err := os.ReadFile("/proc/net/route"); err == nil {
		routes = append(routes, parseRoutes4(string(data))...)
	}
	if data, err := os.ReadFile("/proc/net/ipv6_route"); err == nil {
		routes = append(routes, parseRoutes6(string(data))...)
	}
	f.Gateways = gatewaysOf(routes)
}

// route is a default route through a gateway.
type route struct {
	gateway netip.Addr
	metric  uint64
}

// gatewaysOf returns the gateways, IPv4 before IPv6 and the lowest metric first in each.
func gatewaysOf(routes []route) []netip.Addr {
	slices.SortStableFunc(routes, func(a, b route) int {
		return cmp.Or(cmp.Compare(a.gateway.BitLen(), b.gateway.BitLen()), cmp.Compare(a.metric, b.metric))
	})
	var out []netip.Addr
	for _, r := range routes {
		out = append(out, r.gateway)
	}
	return out
}

// The flags of a route that is up, goes through a gateway, and was put there to refuse packets
// (include/uapi/linux/route.h).
const (
	routeUp      = 0x1
	routeGateway = 0x2
	routeReject  = 0x200
)

func throughGateway(flags string) bool {
	n, err := strconv.ParseUint(flags, 16, 32)
	return err == nil && n&(routeUp|routeGateway|routeReject) == routeUp|routeGateway
}

// parseRoutes4 reads /proc/net/route: Iface Destination Gateway Flags RefCnt Use Metric Mask, the
// addresses as hexadecimal numbers of the machine's byte order.
func parseRoutes4(data string) []route {
	var out []route
	for line := range strings.Lines(data) {
		f := strings.Fields(line)
		if len(f) < 8 || f[1] != "00000000" || f[7] != "00000000" || !throughGateway(f[3]) {
			continue
		}
		number, err := strconv.ParseUint(f[2], 16, 32)
		if err != nil {
			continue
		}
		var raw [4]byte
		binary.NativeEndian.PutUint32(raw[:], uint32(number))
		metric, _ := strconv.ParseUint(f[6], 10, 32) // unreadable: the best
		out = append(out, route{netip.AddrFrom4(raw), metric})
	}
	return out
}

// parseRoutes6 reads /proc/net/ipv6_route: destination, its prefix length, source, its prefix
// length, gateway, metric, use counts, flags, interface; numbers are hexadecimal.
func parseRoutes6(data string) []route {
	var out []route
	for line := range strings.Lines(data) {
		f := strings.Fields(line)
		if len(f) < 10 || strings.Trim(f[0], "0") != "" || f[1] != "00" || !throughGateway(f[8]) {
			continue
		}
		raw, err := hex.DecodeString(f[4])
		if err != nil || len(raw) != 16 {
			continue
		}
		gateway := netip.AddrFrom16([16]byte(raw))
		if gateway.IsLinkLocalUnicast() {
			gateway = gateway.WithZone(f[9])
		}
		metric, _ := strconv.ParseUint(f[5], 16, 64)
		out = append(out, route{gateway, metric})
	}
	return out
}
