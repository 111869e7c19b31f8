package judge

import (
	"strings"
	"testing"

	"github.com/keizoku-bcp/keizoku/power"
)

func TestNumber(t *testing.T) {
	for _, test := range []struct {
		text      string
		want      float64
		wantOK    bool
		wantDoubt string
	}{
		{"100", 100, true, ""},
		{" 42.5 ", 42.5, true, ""},
		{"-3", -3, true, ""},
		{"", 0, false, ""},
		{"  ", 0, false, ""},
		{"N/A", 0, false, `charge of "N/A"`},
		{"12,5", 0, false, `charge of "12,5"`},
		{"1e309", 0, false, `charge of "1e309"`},
		{"\x1b[31m\x00", 0, false, `charge of "\x1b[31m\x00"`},
		{strings.Repeat("9", 1000), 0, false, `charge of "999`},
	} {
		var r power.Reading
		got, ok := Of(&r).Number("charge", test.text)
		if got != test.want || ok != test.wantOK {
			t.Errorf("Number(%.20q) = %v, %t, want %v, %t", test.text, got, ok, test.want, test.wantOK)
		}
		doubt := strings.Join(r.Doubts, "; ")
		if (test.wantDoubt == "") != (doubt == "") || !strings.HasPrefix(doubt, test.wantDoubt) || len(doubt) > 60 {
			t.Errorf("Number(%.20q): doubts %q, want %q", test.text, doubt, test.wantDoubt)
		}
	}
}
