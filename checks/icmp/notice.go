package icmp

// text says what an error message means, in the words of RFC 792 and RFC 4443.
func (n notice) text() string {
	switch {
	case n.family == ip4 && n.kind == exceeded4, n.family == ip6 && n.kind == exceeded6:
		return "time to live exceeded on the way (a routing loop?)"
	case n.family == ip4:
		return unreachableText4(n.code)
	case n.kind == tooBig6:
		return "packet too big for the way there"
	default:
		return unreachableText6(n.code)
	}
}

func unreachableText4(code byte) string {
	switch code {
	case 0, 6, 11:
		return "network unreachable"
	case 1, 7, 12:
		return "host unreachable"
	case 2:
		return "protocol unreachable"
	case 3:
		return "port unreachable"
	case 4:
		return "packet too big for the way there"
	case 9, 10, 13:
		return "administratively prohibited"
	default:
		return "destination unreachable"
	}
}

func unreachableText6(code byte) string {
	switch code {
	case 0:
		return "no route to destination"
	case 1, 5, 6:
		return "administratively prohibited"
	case 3:
		return "address unreachable"
	case 4:
		return "port unreachable"
	default:
		return "destination unreachable"
	}
}
