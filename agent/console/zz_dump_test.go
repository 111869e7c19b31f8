package console

import (
	"os"
	"regexp"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/agent/access"
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/rules"
)

func TestDump(t *testing.T) {
	a := storied(t)
	zero := a.log[0]
	_ = zero
	for i := range 60 {
		at := a.clock("14:00").Add(-time.Duration(i*i) * time.Hour)
		a.others = append(a.others, rules.PastOutage{ID: "o" + at.Format("150405.0102"), System: "resident_records", Start: at, LastOKAt: at, FirstBadAt: at.Add(30 * time.Second), EndedAt: at.Add(20 * time.Minute), LastBadAt: at.Add(19 * time.Minute), Deadline: at.Add(time.Hour), Threat: "incident", Elapsed: 1200, Met: ptr(true), Check: "service", Reason: "timeout", Text: "no answer within 5s"})
	}
	// the record begins 70 days before
	a.log[0].At = a.clock("14:00").AddDate(0, 0, -70)
	for _, d := range []int{3, 20, 45} {
		a.subject(journal.Unobserved{From: a.now.AddDate(0, 0, -d), To: a.now.AddDate(0, 0, -d).Add(40 * time.Hour), Why: "not_running"}, "main_hall")
	}
	script := regexp.MustCompile(`<script[^>]*></script>`)
	os.MkdirAll("/tmp/kzsys/assets", 0o755)
	for addr, f := range readAssets().byAddress {
		os.WriteFile("/tmp/kzsys"+addr, f.plain, 0o644)
	}
	for name, p := range map[string]string{"sys": "/systems/resident_records", "sys7": "/systems/resident_records?range=7d", "sys90": "/systems/resident_records?range=90d", "core": "/systems/core_switch", "list": "/systems", "mail": "/systems/mail"} {
		for _, lang := range []string{"ja", "en"} {
			os.WriteFile("/tmp/kzsys/"+name+"."+lang+".html", script.ReplaceAll([]byte(a.body(access.Operator, p, lang)), nil), 0o644)
		}
	}
}
