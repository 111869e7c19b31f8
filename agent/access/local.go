package access

import (
	"net/url"
	"strings"
	"unicode"
)

// maxReturn bounds a path to come back to, in bytes.
const maxReturn = 2000

// LocalPath returns the path, with its query, if it leads to a page of this agent, else "/". It is
// for addresses that came with a request: a link to the sign-in page must not lead on to another
// site, nor round in a circle.
func LocalPath(path string) string {
	if len(path) > maxReturn || !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsFunc(path, misleads) {
		return "/"
	}
	u, err := url.Parse(path)
	if err != nil || u.IsAbs() || u.Host != "" || strings.HasPrefix(u.Path, "//") || strings.HasPrefix(u.Path, SignInPath) {
		return "/"
	}
	u.Fragment = ""
	return u.String()
}

// misleads reports whether browsers and servers may read a path with this character differently:
// some browsers take "\" for "/" and leave out control characters.
func misleads(r rune) bool { return r == '\\' || unicode.IsControl(r) || unicode.IsSpace(r) }
