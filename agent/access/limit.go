package access

import (
	"math"
	"net"
	"net/http"
	"net/netip"
	"time"

	"golang.org/x/time/rate"
)

// Bounds of wrong passwords. Ten from one address, then one every ten seconds: a person who has
// forgotten theirs goes on, and a Prometheus with a wrong one, which asks every fifteen, shuts out
// nobody at its address. A hundred from everywhere, then one a second.
const (
	perAddressBurst = 10
	overallBurst    = 100
	// maxAddresses is when addresses that have earned all their tries back are forgotten. The bound
	// for all lets no more than some two hundred owe tries at a time, so there is always room.
	maxAddresses = 1024
)

var (
	perAddressRate = rate.Every(10 * time.Second)
	overallRate    = rate.Every(time.Second)
)

// limit counts wrong passwords. It is not safe for concurrent use.
type limit struct {
	overall *rate.Limiter
	from    map[netip.Prefix]*rate.Limiter
}

func newLimit() *limit {
	return &limit{overall: rate.NewLimiter(overallRate, overallBurst), from: make(map[netip.Prefix]*rate.Limiter)}
}

// wait is how long the address must wait before it may try; zero: it may now.
func (l *limit) wait(address netip.Prefix, now time.Time) time.Duration {
	longest := short(l.overall, now)
	if own := l.from[address]; own != nil {
		longest = max(longest, short(own, now))
	}
	return longest
}

// short is how long a limiter lacks a whole try, in whole seconds.
func short(l *rate.Limiter, now time.Time) time.Duration {
	missing := 1 - l.TokensAt(now)
	if missing <= 0 {
		return 0
	}
	return time.Duration(math.Ceil(missing/float64(l.Limit()))) * time.Second
}

// failed counts a wrong password.
func (l *limit) failed(address netip.Prefix, now time.Time) {
	l.overall.AllowN(now, 1)
	own := l.from[address]
	if own == nil {
		l.makeRoom(now)
		own = rate.NewLimiter(perAddressRate, perAddressBurst)
		l.from[address] = own
	}
	own.AllowN(now, 1)
}

func (l *limit) makeRoom(now time.Time) {
	if len(l.from) < maxAddresses {
		return
	}
	for address, own := range l.from {
		if own.TokensAt(now) >= perAddressBurst {
			delete(l.from, address)
		}
	}
}

// addressOf is who asks, as far as tries are counted: an IPv4 address, or the /64 of an IPv6 one,
// of which one machine has as many addresses as it likes. The zero Prefix is whoever has none.
func addressOf(r *http.Request) netip.Prefix {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return netip.Prefix{}
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Prefix{}
	}
	ip = ip.Unmap().WithZone("")
	bits := ip.BitLen()
	if ip.Is6() {
		bits = 64
	}
	prefix, _ := ip.Prefix(bits) // of a valid address, with bits that it has
	return prefix
}
