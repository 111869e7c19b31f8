package access

import (
	"net/url"
	"strings"
	"testing"
)

func TestLocalPath(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"/", "/systems/tax?lang=en", "/systems/%E4%BD%8F%E6%B0%91", "/power?fuel=100&load=1", "/a//b"} {
		if have := LocalPath(good); have != good {
			t.Errorf("%s becomes %s", good, have)
		}
	}
	for _, bad := range []string{
		"", "x", "https://evil.example/", "//evil.example/", "///evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example",
		"/\n/evil.example", "/ /evil.example", "/\x00", "javascript:alert(1)", "http:/evil", "/%2f%2fevil.example\\", "/\u0085/evil", "/\u00a0/evil",
		"/signin", "/signin?return=/", "/signin/link/ABC", "//", "/%zz", "?x", "#x", "/" + strings.Repeat("x", maxReturn),
	} {
		if have := LocalPath(bad); have != "/" {
			t.Errorf("%q leads to %s", bad, have)
		}
	}
	if have := LocalPath("/timeline#done"); have != "/timeline" {
		t.Errorf("a place in a page: %s", have)
	}
}

func FuzzLocalPath(f *testing.F) {
	for _, seed := range []string{"/", "//x", "/\\x", "/a?b=c", "/%2f/x", "/..//x", "/.//x"} {
		f.Add(seed)
	}
	base := &url.URL{Scheme: "https", Host: "agent.example"}
	f.Fuzz(func(t *testing.T, path string) {
		have := LocalPath(path)
		u, err := base.Parse(have)
		if err != nil || u.Scheme != "https" || u.Host != "agent.example" || strings.HasPrefix(have, "//") || strings.ContainsAny(have, "\\\r\n\t ") {
			t.Errorf("%q leads to %q: %v", path, have, err)
		}
	})
}
