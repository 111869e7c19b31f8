package checks

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"":                         "",
		"3 ms":                     "3 ms",
		"a\r\nb\tc":                "a  b c",
		"a\x1b[31mb\u202ec\u2028d": "a [31mbc d",
		"a\xff\xfeb":               "a\uFFFDb",
		"庁内DNS停止":                  "庁内DNS停止",
	} {
		if got := Clean(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

func TestCutFallsBetweenCharacters(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := Clean(rapid.StringN(0, 400, -1).Draw(t, "text"))
		limit := rapid.IntRange(len("…"), 500).Draw(t, "limit")
		out := Cut(in, limit)
		if len(out) > limit || !utf8.ValidString(out) || len(in) <= limit && out != in {
			t.Fatalf("%q cut at %d is %q", in, limit, out)
		}
		if !strings.HasPrefix(in, strings.TrimSuffix(out, "…")) {
			t.Fatalf("%q does not begin %q", out, in)
		}
	})
}

func TestWording(t *testing.T) {
	dial := &net.OpError{Op: "dial", Net: "tcp", Err: &os.SyscallError{Syscall: "connect", Err: syscall.EHOSTUNREACH}}
	for _, tt := range []struct {
		err  error
		want string
	}{
		{&net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "ups.example"}}, "no such host"},
		{dial, "no route to host"},
		{fmt.Errorf("while asking: %w", dial), "no route to host"},
		{errors.New("odd"), "odd"},
		{context.Canceled, "context canceled"},
	} {
		if got := Wording(tt.err); got != tt.want {
			t.Errorf("%v: %q, want %q", tt.err, got, tt.want)
		}
	}
}
