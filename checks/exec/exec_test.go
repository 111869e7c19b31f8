package exec

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/plan"
)

func TestNotAllowed(t *testing.T) {
	t.Parallel()
	settings := &Settings{Command: []string{"/bin/true"}}
	for _, test := range []struct {
		agent *plan.Agent
		want  string
	}{
		{nil, "allow_exec = true in its agent block"},
		{&plan.Agent{Name: "main"}, `allow_exec = true in the block agent "main"`},
	} {
		_, err := Kind().New(settings, &checks.Env{Agent: test.agent})
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("New: %v, want an error with %q", err, test.want)
		}
	}
}

func TestSplitOutput(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ out, text, perfdata string }{
		{"", "", " "},
		{"OK - fine\n", "OK - fine", " "},
		{"OK - fine | a=1\n", "OK - fine", " a=1 "},
		{"\nOK | a=1\r\nlong text\nmore | b=2\nc=3\n", "OK", " a=1\r  b=2\nc=3\n"},
	} {
		text, perfdata := splitOutput(test.out)
		if text != test.text || perfdata != test.perfdata {
			t.Errorf("splitOutput(%q) = %q, %q, want %q, %q", test.out, text, perfdata, test.text, test.perfdata)
		}
	}
}

func TestParsePerfdata(t *testing.T) {
	t.Parallel()
	for data, want := range map[string]map[string]float64{
		"":                             nil,
		"nothing to see":               nil,
		"a=1":                          {"a": 1},
		"time=12ms;100;200;0":          {"time_seconds": 0.012},
		"rta=0.5s pl=20%;;;0;100":      {"rta_seconds": 0.5, "pl_ratio": 0.2},
		"used=41% size=10B n=3c":       {"used_ratio": 0.41, "size_bytes": 10, "n": 3},
		"/var=3MB;;;0;9":               {"var_mb": 3},
		"'C:\\ used'=1.5e3B 'it''s'=2": {"c_used_bytes": 1500, "it_s": 2},
		"a=U b=2":                      {"b": 2},
		"a=1 a=2":                      {"a": 1},
		"a=-3 b=+.5 c=.":               {"a": -3, "b": 0.5},
		"inf=Inf nan=NaN big=1e999":    nil,
		"stray word a=1":               {"a": 1},
		"'unclosed=1":                  nil,
		"=1 室温=2 b=3":                  {"b": 3},
		"delay=7us load1=0,5":          {"delay_seconds": 7e-6, "load1_n5": 0},
	} {
		if diff := cmp.Diff(want, parsePerfdata(data), cmpopts.EquateApprox(0, 1e-12)); diff != "" {
			t.Errorf("parsePerfdata(%q) (-want +got):\n%s", data, diff)
		}
	}
}

func TestParsePerfdataIsBounded(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for i := range 1000 {
		b.WriteString(" v" + strings.Repeat("x", i) + "=1")
	}
	if got := len(parsePerfdata(b.String())); got != maxValues {
		t.Errorf("%d values kept, want %d", got, maxValues)
	}
}

// FuzzParsePerfdata: a plugin may write anything; it must come to an end and to real numbers.
func FuzzParsePerfdata(f *testing.F) {
	for _, seed := range []string{"a=1", "'a b'=2;;", "'''", "a=1e400 b=.", "= = ="} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data string) {
		for name, value := range parsePerfdata(data) {
			if name == "" || math.IsNaN(value) || math.IsInf(value, 0) {
				t.Errorf("%q: %v", name, value)
			}
		}
	})
}
