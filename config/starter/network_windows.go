package starter

import (
	"net"
	"net/netip"
	"strconv"
	"unsafe"

	"golang.org/x/sys/windows"
)

// findNetwork asks for the adapters that are up, as ipconfig does.
func findNetwork(f *Facts) {
	for a := adapters(); a != nil; a = a.Next {
		if a.OperStatus != windows.IfOperStatusUp || a.FirstGatewayAddress == nil {
			continue
		}
		for g := a.FirstGatewayAddress; g != nil; g = g.Next {
			f.Gateways = appendIP(f.Gateways, g.Address.IP(), a.Ipv6IfIndex)
		}
		for d := a.FirstDnsServerAddress; d != nil; d = d.Next {
			f.DNS = appendIP(f.DNS, d.Address.IP(), a.Ipv6IfIndex)
		}
		if suffix := windows.UTF16PtrToString(a.DnsSuffix); f.Domain == "" {
			f.Domain = suffix
		}
	}
}

// adapters returns the list of adapters, or nil. It asks again with more room as long as the
// list grows, a few times.
func adapters() *windows.IpAdapterAddresses {
	size := uint32(15 << 10) // what Microsoft's documentation suggests to begin with
	for range 3 {
		room := make([]byte, size)
		first := (*windows.IpAdapterAddresses)(unsafe.Pointer(&room[0]))
		err := windows.GetAdaptersAddresses(windows.AF_UNSPEC, windows.GAA_FLAG_INCLUDE_GATEWAYS, 0, first, &size)
		if err == nil {
			return first
		}
	}
	return nil
}

func appendIP(addrs []netip.Addr, ip net.IP, ifIndex uint32) []netip.Addr {
	addr, ok := netip.AddrFromSlice(ip)
	if !ok {
		return addrs
	}
	if addr.Is6() && addr.IsLinkLocalUnicast() {
		addr = addr.WithZone(strconv.Itoa(int(ifIndex)))
	}
	return append(addrs, addr)
}
