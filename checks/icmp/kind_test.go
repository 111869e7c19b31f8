package icmp

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/keizoku-bcp/keizoku/block"
	"github.com/keizoku-bcp/keizoku/plan"
)

func decode(t *testing.T, text string) (*Settings, hcl.Diagnostics) {
	t.Helper()
	file, diags := hclsyntax.ParseConfig([]byte(text), "plan.hcl", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	s, diags := Kind().Decode(file.Body, &block.Context{Eval: &hcl.EvalContext{}, Secrets: &plan.Redactor{}})
	got, _ := s.(*Settings)
	return got, diags
}

func TestDecode(t *testing.T) {
	for text, want := range map[string]Settings{
		`host = "10.1.0.11"`: {Host: "10.1.0.11", Family: "any", Count: 1, Gap: 200 * time.Millisecond, Size: 56, MaxLoss: 0.5},
		`host = "server.example"
		 family = "ip6"
		 count = 5
		 gap = "1s"
		 size = 1400
		 max_loss = 0
		 max_rtt = "250ms"`: {Host: "server.example", Family: "ip6", Count: 5, Gap: time.Second, Size: 1400, MaxRTT: 250 * time.Millisecond},
	} {
		got, diags := decode(t, text)
		if diags.HasErrors() {
			t.Errorf("%s: %v", text, diags)
			continue
		}
		if diff := cmp.Diff(want, *got, cmpopts.IgnoreFields(Settings{}, "Source")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	for text, want := range map[string]string{
		``:                                       "host",
		`host = ""`:                              "is empty",
		`host = "http://a.b/"`:                   "Leave out the scheme",
		`host = "10.1.0.0/24"`:                   "prefix length",
		`host = "10.1.0.11:80"`:                  "ICMP has no ports",
		`host = "[::1]"`:                         "brackets",
		`host = "bell\u0007"`:                    "no spaces",
		`host = "two words"`:                     "no spaces",
		`host = "0.0.0.0"`:                       "the unspecified address",
		`host = "::"`:                            "the unspecified address",
		`host = "224.0.0.1"`:                     "a multicast address",
		`host = "ff02::1"`:                       "a multicast address",
		`host = "255.255.255.255"`:               "the broadcast address",
		"host = \"10.1.0.11\"\nfamily = \"ip6\"": "is not of the family ip6",
		"host = \"fd00::1\"\nfamily = \"ip4\"":   "is not of the family ip4",
		"host = \"a\"\nfamily = \"ipv4\"":        "ip4",
		"host = \"a\"\ncount = 0":                "count",
		"host = \"a\"\nsize = 7":                 "size",
		"host = \"a\"\nmax_loss = 1.1":           "max_loss",
	} {
		_, diags := decode(t, text)
		found := false
		for _, d := range diags {
			found = found || strings.Contains(d.Summary+" "+d.Detail, want)
		}
		if !diags.HasErrors() || !found {
			t.Errorf("%s: %v, want a word of %q", text, diags, want)
		}
	}
}

func TestDiagnosticStandsAtTheHost(t *testing.T) {
	_, diags := decode(t, "count = 2\nhost = \"10.1.0.11:80\"")
	if len(diags) != 1 || diags[0].Subject == nil || diags[0].Subject.Start.Line != 2 || diags[0].Subject.Filename != "plan.hcl" {
		t.Errorf("%+v", diags)
	}
}

func TestMendNamesBothWays(t *testing.T) {
	for _, want := range []string{`net.ipv4.ping_group_range="0 2147483647"`, "setcap cap_net_raw+ep", "AmbientCapabilities=CAP_NET_RAW"} {
		if !strings.Contains(mend("linux"), want) {
			t.Errorf("%q misses %q", mend("linux"), want)
		}
	}
	for _, system := range []string{"windows", "darwin"} {
		if mend(system) == "" {
			t.Errorf("nothing for %s", system)
		}
	}
}

func TestNoticeTexts(t *testing.T) {
	for n, want := range map[notice]string{
		{family: ip4, kind: 3, code: 0}:   "network unreachable",
		{family: ip4, kind: 3, code: 1}:   "host unreachable",
		{family: ip4, kind: 3, code: 2}:   "protocol unreachable",
		{family: ip4, kind: 3, code: 3}:   "port unreachable",
		{family: ip4, kind: 3, code: 4}:   "packet too big for the way there",
		{family: ip4, kind: 3, code: 13}:  "administratively prohibited",
		{family: ip4, kind: 3, code: 200}: "destination unreachable",
		{family: ip4, kind: 11}:           "time to live exceeded on the way (a routing loop?)",
		{family: ip6, kind: 1, code: 0}:   "no route to destination",
		{family: ip6, kind: 1, code: 1}:   "administratively prohibited",
		{family: ip6, kind: 1, code: 3}:   "address unreachable",
		{family: ip6, kind: 1, code: 4}:   "port unreachable",
		{family: ip6, kind: 1, code: 200}: "destination unreachable",
		{family: ip6, kind: 2}:            "packet too big for the way there",
		{family: ip6, kind: 3}:            "time to live exceeded on the way (a routing loop?)",
	} {
		if got := n.text(); got != want {
			t.Errorf("%+v: %q, want %q", n, got, want)
		}
	}
}
