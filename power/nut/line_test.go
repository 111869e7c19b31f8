package nut

import (
	"bufio"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/power/powertest"
)

func TestSplit(t *testing.T) {
	for _, test := range []struct {
		line    string
		want    []string
		wantErr error
	}{
		{"", nil, nil},
		{"   ", nil, nil},
		{"OK", []string{"OK"}, nil},
		{" ERR  UNKNOWN-UPS ", []string{"ERR", "UNKNOWN-UPS"}, nil},
		{`VAR rack ups.model "Rack 3000"`, []string{"VAR", "rack", "ups.model", "Rack 3000"}, nil},
		{`VAR rack ups.model ""`, []string{"VAR", "rack", "ups.model", ""}, nil},
		{`"a \"b\" \\ c" d\ e`, []string{`a "b" \ c`, "d e"}, nil},
		{`a"b c"d`, []string{"ab cd"}, nil},
		{"a\x00b \"c\x00\"", []string{"a\x00b", "c\x00"}, nil},
		{`"a`, nil, errQuote},
		{`a "b\"`, nil, errQuote},
		{`a\`, nil, errEscape},
	} {
		got, err := split(test.line)
		if diff := cmp.Diff(test.want, got); diff != "" || !errors.Is(err, test.wantErr) {
			t.Errorf("split(%q): %v, want %v (-want +got):\n%s", test.line, err, test.wantErr, diff)
		}
	}
}

// FuzzLine: whatever the line, it is cut or refused; and what quote writes, split reads.
func FuzzLine(f *testing.F) {
	for _, seed := range []string{healthy, `VAR rack x "\"`, `"`, `\`, "a\x00 \"b c\" d\\ e", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, line string) {
		words, err := split(line)
		if err != nil && words != nil {
			t.Errorf("words %q beside %v", words, err)
		}
		again, err := split("PASSWORD " + quote(line) + " x")
		if diff := cmp.Diff([]string{"PASSWORD", line, "x"}, again); diff != "" || err != nil {
			t.Errorf("quoted and split: %v %s", err, diff)
		}
	})
}

// FuzzReading: whatever a server says, it becomes a reading that keeps the promises of one, or
// an error.
func FuzzReading(f *testing.F) {
	f.Add(healthy)
	f.Add(list("ups.status", "OB LB \x00", "battery.runtime", "65535", "ups.load", "-1", "battery.charge", "1e308"))
	f.Add(list("ups.test.date", "2026-04-01", "ups.mfr", "\xff\xfe", "ups.realpower.nominal", "0x1p4"))
	f.Add("ERR DATA-STALE\n")
	f.Fuzz(func(t *testing.T, answer string) {
		c := &conn{stream: nobody{}, lines: bufio.NewReaderSize(strings.NewReader(answer), maxLine), peer: "peer"}
		vars, err := c.variables("rack")
		if err != nil {
			return
		}
		for _, fault := range powertest.Faults(readingOf(vars, nil)) {
			t.Error(fault)
		}
	})
}
