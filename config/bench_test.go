package config_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/keizoku-bcp/keizoku/config"
)

// largePlan is a plan of n systems in a chain, two checks each.
func largePlan(n int) []byte {
	var b strings.Builder
	b.WriteString("plan \"large\" {}\nsite \"hall\" {}\nthreat \"disaster\" {}\nthreat \"incident\" {}\ncalendar \"office\" {\n  opens = \"08:30\"\n  closes = \"17:15\"\n}\n")
	for i := range n {
		fmt.Fprintf(&b, "system \"s%d\" {\n  title = \"システム %d\"\n  site = site.hall\n", i, i)
		if i > 0 {
			fmt.Fprintf(&b, "  depends_on = [system.s%d]\n", i-1)
		}
		b.WriteString("  allowable_downtime = { disaster = \"24h\", incident = next_opening() }\n")
		fmt.Fprintf(&b, "  check \"ping\" \"a\" {\n    host = \"10.0.0.%d\"\n  }\n", i%250)
		b.WriteString("  check \"web\" \"b\" {\n    url = \"http://h/\"\n    interval = \"1m\"\n    password = env(\"X_PASSWORD\")\n  }\n}\n")
	}
	return []byte(b.String())
}

func TestLargePlanLoads(t *testing.T) {
	p, sources, diags := config.LoadBytes("large.hcl", largePlan(2000), kinds, options)
	if len(diags) > 0 {
		t.Fatal(written(sources, diags[:1]))
	}
	if len(p.Systems) != 2000 {
		t.Errorf("%d systems", len(p.Systems))
	}
}

func BenchmarkLoad5000(b *testing.B) {
	src := largePlan(5000)
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		if _, _, diags := config.LoadBytes("large.hcl", src, kinds, options); len(diags) > 0 {
			b.Fatal(diags)
		}
	}
}
