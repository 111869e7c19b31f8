package dns

import (
	"fmt"
	"net/netip"
	"strings"

	"golang.org/x/net/dns/dnsmessage"
)

// recordText writes a record's data as a zone file has it (RFC 1035, section 5), in the form of
// [canonical].
func recordText(body dnsmessage.ResourceBody) string {
	switch r := body.(type) {
	case *dnsmessage.AResource:
		return netip.AddrFrom4(r.A).String()
	case *dnsmessage.AAAAResource:
		return netip.AddrFrom16(r.AAAA).Unmap().String()
	case *dnsmessage.CNAMEResource:
		return plainName(r.CNAME.String())
	case *dnsmessage.NSResource:
		return plainName(r.NS.String())
	case *dnsmessage.PTRResource:
		return plainName(r.PTR.String())
	case *dnsmessage.MXResource:
		return fmt.Sprintf("%d %s", r.Pref, plainName(r.MX.String()))
	case *dnsmessage.SRVResource:
		return fmt.Sprintf("%d %d %d %s", r.Priority, r.Weight, r.Port, plainName(r.Target.String()))
	case *dnsmessage.SOAResource:
		return fmt.Sprintf("%s %s %d %d %d %d %d", plainName(r.NS.String()), plainName(r.MBox.String()),
			r.Serial, r.Refresh, r.Retry, r.Expire, r.MinTTL)
	case *dnsmessage.TXTResource:
		return strings.Join(r.TXT, "")
	default:
		return ""
	}
}

// plainName is a name in lower case without the dot at its end; the root stays ".".
func plainName(name string) string {
	if name == "." {
		return name
	}
	return strings.ToLower(strings.TrimSuffix(name, "."))
}

// canonical brings an expected value of a type into the form in which answers compare.
func canonical(recordType, value string) (string, error) {
	switch recordType {
	case "TXT":
		return value, nil
	case "A", "AAAA":
		ip, err := netip.ParseAddr(value)
		if err != nil || (recordType == "A") != ip.Is4() {
			return "", fmt.Errorf("values of type %s are addresses of that family", recordType)
		}
		return ip.Unmap().String(), nil
	}
	fields := strings.Fields(value)
	if want := fieldCounts[recordType]; len(fields) != want {
		return "", fmt.Errorf("a value of type %s has %d parts, and one has %d", recordType, want, len(fields))
	}
	for i := range fields {
		fields[i] = plainName(fields[i])
	}
	return strings.Join(fields, " "), nil
}

// fieldCounts is how many parts a value of each type made of names and numbers has.
var fieldCounts = map[string]int{"CNAME": 1, "NS": 1, "PTR": 1, "MX": 2, "SRV": 4, "SOA": 7}
