package starter

import (
	"io/fs"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTimeZone(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ tz, link, want string }{
		{"", "", ""},
		{"Asia/Tokyo", "", "Asia/Tokyo"},
		{":Asia/Tokyo", "/usr/share/zoneinfo/Etc/UTC", "Asia/Tokyo"},
		{"", "/usr/share/zoneinfo/Asia/Tokyo", "Asia/Tokyo"},
		{"", "../usr/share/zoneinfo/posix/Europe/Berlin", "Europe/Berlin"},
		{"UTC", "/usr/share/zoneinfo/Asia/Seoul", "Asia/Seoul"},
		{"", "/usr/share/zoneinfo/Etc/UTC", ""}, // a server's setting, not an office's
		{"JST-9", "", ""},
		{"No/Such", "", ""},
		{"../../etc/passwd", "", ""},
	} {
		if got := timeZone(test.tz, test.link); got != test.want {
			t.Errorf("timeZone(%q, %q) = %q, want %q", test.tz, test.link, got, test.want)
		}
	}
}

func TestFindResolver(t *testing.T) {
	t.Parallel()
	const behind = "nameserver 10.1.0.2\nnameserver fd00::53\n"
	for name, test := range map[string]struct {
		files  map[string]string
		want   []string
		domain string
	}{
		"no file": {},
		"plain": {
			map[string]string{"/etc/resolv.conf": "# made by hand\nsearch city.example. lg.example\nnameserver 10.1.0.2\n nameserver\t10.1.0.3 # second\noptions edns0\nnameserver\n"},
			[]string{"10.1.0.2", "10.1.0.3"}, "city.example",
		},
		"stub with servers behind it": {
			map[string]string{"/etc/resolv.conf": "nameserver 127.0.0.53\n", "/run/systemd/resolve/resolv.conf": behind},
			[]string{"10.1.0.2", "fd00::53"}, "",
		},
		"stub alone": {
			map[string]string{"/etc/resolv.conf": "nameserver 127.0.0.53\ndomain city.example\n"}, nil, "city.example",
		},
		"stub before a real one": {
			map[string]string{"/etc/resolv.conf": "nameserver 127.0.0.53\nnameserver 10.1.0.9\n"}, []string{"10.1.0.9"}, "",
		},
		"a resolver of its own": {
			map[string]string{"/etc/resolv.conf": "nameserver 127.0.0.1\n", "/run/systemd/resolve/resolv.conf": behind},
			[]string{"127.0.0.1"}, "",
		},
		"link-local": {
			map[string]string{"/etc/resolv.conf": "nameserver fe80::1%eth0\nnameserver not-an-address\n"}, []string{"fe80::1%eth0"}, "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var f Facts
			findResolver(&f, func(name string) ([]byte, error) {
				data, ok := test.files[name]
				if !ok {
					return nil, fs.ErrNotExist
				}
				return []byte(data), nil
			})
			var got []string
			for _, a := range f.DNS {
				got = append(got, a.String())
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("servers (-want +got):\n%s", diff)
			}
			if f.Domain != test.domain {
				t.Errorf("domain %q, want %q", f.Domain, test.domain)
			}
		})
	}
}
