package program

import (
	"strings"
	"testing"

	"github.com/keizoku-bcp/keizoku/plan"
)

func TestEnvironHoldsNothingOfTheAgents(t *testing.T) {
	t.Setenv("KEIZOKU_TEST_PASSWORD", "geheim")
	t.Setenv("PATH", "")
	got := Environ(map[string]plan.Secret{"PGPASSWORD": plan.NewSecret("pw"), "LANG": plan.NewSecret("ja_JP.UTF-8")})
	for _, entry := range got {
		if strings.Contains(entry, "geheim") {
			t.Errorf("the agent's variable went along: %s", entry)
		}
	}
	for _, want := range []string{"PGPASSWORD=pw", "LANG=ja_JP.UTF-8"} {
		if !strings.Contains(strings.Join(got, "\n"), want) {
			t.Errorf("Environ = %q, want %q in it", got, want)
		}
	}
}
