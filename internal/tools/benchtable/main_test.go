package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const measured = `goos: linux
pkg: github.com/keizoku-bcp/keizoku/checks/http
cpu: some
BenchmarkProbe/http-2         	    5000	   1000321 ns/op	        88.12 cpu-µs/probe	    9000 B/op	      80 allocs/op
BenchmarkProbe/http_kept_alive-2 	    5000	   1000321 ns/op	        51.00 cpu-µs/probe	    5000 B/op	      60 allocs/op
PASS
ok  	github.com/keizoku-bcp/keizoku/checks/http	11.1s
pkg: github.com/keizoku-bcp/keizoku/checks/tcp
BenchmarkProbe-2 	    5000	   1000321 ns/op	        32.40 cpu-µs/probe	    1000 B/op	      20 allocs/op
BenchmarkOther-2 	    5000	   1000321 ns/op
PASS
`

func TestTabulate(t *testing.T) {
	for _, test := range []struct {
		name, in, want string
		good           bool
	}{
		{"results", measured, strings.Join([]string{
			"            check   CPU µs/probe   allocations   bytes",
			"             http          88.12            80    9000",
			"  http kept alive          51.00            60    5000",
			"              tcp          32.40            20    1000",
			"",
		}, "\n"), true},
		{"nothing measured", "PASS\n", "  check   CPU µs/probe   allocations   bytes\n", false},
		{"a failure", "BenchmarkProbe 1 2 cpu-µs/probe\n--- FAIL: BenchmarkProbe\n", "  check   CPU µs/probe   allocations   bytes\n                     2                      \n--- FAIL: BenchmarkProbe\n", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			var out strings.Builder
			good, err := tabulate(strings.NewReader(test.in), &out)
			if err != nil {
				t.Fatal(err)
			}
			if good != test.good {
				t.Errorf("good = %v, want %v", good, test.good)
			}
			if diff := cmp.Diff(test.want, out.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}
