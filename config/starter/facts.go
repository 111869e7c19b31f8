package starter

import (
	"context"
	"net/netip"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/keizoku-bcp/keizoku/plan"
)

// Facts is what a starter plan is written from. The zero Facts makes a plan too: what is not
// known is left out, or stands there as a comment.
type Facts struct {
	// Now gives the dates in the plan; the zero time leaves them out.
	Now      time.Time
	Hostname string
	// Gateways are the default gateways, the preferred one first. A link-local one has a zone.
	Gateways []netip.Addr
	// DNS are the DNS servers that the machine asks.
	DNS []netip.Addr
	// Domain is the first domain that the machine completes short names with; may be empty.
	Domain string
	// RootDisk is the path of the system's disk: "/", `C:\`. Empty means "/".
	RootDisk string
	// Locale is the language of the comments: Japanese, or English for any other.
	Locale plan.Locale
	// TimeZone is an IANA name. Empty, or one that does not exist, means [DefaultTimeZone].
	TimeZone string
}

// DefaultTimeZone is that of a machine that does not tell, or that runs on UTC, as servers do
// wherever their office is.
const DefaultTimeZone = "Asia/Tokyo"

// atMost keeps a machine with odd settings from filling the plan.
const atMost = 4

// Discover looks at this machine. What cannot be found out stays zero; it never fails. ctx is
// looked at between questions, each of which is answered at once.
func Discover(ctx context.Context) Facts {
	f := Facts{Now: time.Now(), RootDisk: rootDisk(), TimeZone: DefaultTimeZone}
	for _, find := range []func(*Facts){findHostname, findNetwork, findTimeZone} {
		if ctx.Err() != nil {
			break
		}
		find(&f)
	}
	f.Gateways, f.DNS = tidy(f.Gateways), tidy(f.DNS)
	return f
}

func findHostname(f *Facts) {
	if name, err := os.Hostname(); err == nil {
		f.Hostname = name
	}
}

func findTimeZone(f *Facts) {
	if zone := timeZone(os.Getenv("TZ"), localtimeLink()); zone != "" {
		f.TimeZone = zone
	}
}

// localtimeLink returns where /etc/localtime points; empty where there is no such link.
func localtimeLink() string {
	target, err := os.Readlink("/etc/localtime")
	if err != nil {
		return ""
	}
	return target
}

// timeZone returns the zone that TZ or the link names, TZ first. It is empty when neither tells
// where the office is.
func timeZone(tz, link string) string {
	_, linked, _ := strings.Cut(link, "zoneinfo/")
	for _, name := range []string{strings.TrimPrefix(tz, ":"), linked} {
		name = strings.TrimPrefix(strings.TrimPrefix(name, "posix/"), "right/")
		if isPlace(name) {
			return name
		}
	}
	return ""
}

// isPlace reports whether name is a zone of some place on earth.
func isPlace(name string) bool {
	switch strings.TrimPrefix(name, "Etc/") {
	case "", "Local", "UTC", "UCT", "GMT", "GMT0", "Universal", "Greenwich", "Zulu":
		return false
	}
	_, err := time.LoadLocation(name)
	return err == nil
}

func rootDisk() string {
	if runtime.GOOS != "windows" {
		return "/"
	}
	if drive := os.Getenv("SystemDrive"); drive != "" {
		return drive + `\`
	}
	return `C:\`
}

// tidy drops what is not an address of another or this machine, and what is there twice.
func tidy(addrs []netip.Addr) []netip.Addr {
	var out []netip.Addr
	for _, a := range addrs {
		a = a.Unmap()
		if a.IsValid() && !a.IsUnspecified() && !a.IsMulticast() && !slices.Contains(out, a) && len(out) < atMost {
			out = append(out, a)
		}
	}
	return out
}
