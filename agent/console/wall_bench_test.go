package console

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/agent/access"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

// manyDown is an agent with systems that are all down: the first ones have a priority, and half of
// the others are down because of the last.
func manyDown(t testing.TB, systems, priorities int) *fake {
	t.Helper()
	p := &plan.Plan{Name: "city", Title: "試験市ICT-BCP", Locale: plan.Japanese}
	sit := &rules.Situation{At: nine, Plan: rules.PlanFacts{Title: p.Title, Locale: p.Locale}, Agent: rules.AgentFacts{Name: "a1"}}
	sit.Decision.Recommendation = plan.EstablishPosture
	name := func(i int) string { return fmt.Sprintf("s%03d", i) }
	root := &rules.SystemFacts{}
	for i := range systems {
		p.Systems = append(p.Systems, &plan.System{Name: name(i), Title: fmt.Sprintf("業務システム第%d号(部門サーバー)", i)})
		left := rules.Seconds(3600 * (i%70 + 1))
		s := &rules.SystemFacts{
			Name: name(i), Title: p.Systems[i].Title, State: rules.Down, Alternative: "紙台帳で受付",
			Checks: []*rules.CheckFacts{{Name: "port", LastRunAt: nine, Reason: "refused", Error: "connection refused by 127.0.0.1:9"}},
			Outage: &rules.OutageFacts{
				Start: nine.Add(-time.Hour), Deadline: nine.Add(left.Duration()), Left: &left, UsedRatio: new(0.3), Verdict: rules.OnTrack,
			},
		}
		if i < priorities {
			s.Priority = i + 1
		}
		if root = s; i%2 == 1 && i < systems-1 {
			s.Causes = []string{name(systems - 1)}
		}
		sit.Systems = append(sit.Systems, s)
	}
	for _, s := range sit.Systems {
		if len(s.Causes) > 0 {
			root.Affects = append(root.Affects, s.Name)
		}
	}
	if err := p.Link(); err != nil {
		t.Fatal(err)
	}
	return &fake{plan: p, situation: sit}
}

// maxWall is how many bytes the wall may take on the wire, whatever is down.
const maxWall = 150 << 10

func TestWallOfAllDownIsSmall(t *testing.T) {
	t.Parallel()
	for _, priorities := range []int{20, 500} {
		h := Handler(manyDown(t, 500, priorities), slog.New(slog.DiscardHandler))
		w := get(t, h, "/", access.Viewer)
		if w.Code != http.StatusOK || w.Header().Get("Content-Encoding") != "gzip" || w.Body.Len() > maxWall {
			t.Errorf("%d priorities: %d, %d bytes %v", priorities, w.Code, w.Body.Len(), w.Header())
		}
	}
}

func BenchmarkWall(b *testing.B) {
	for _, priorities := range []int{20, 500} {
		f := manyDown(b, 500, priorities)
		b.Run(fmt.Sprintf("render/%d", priorities), func(b *testing.B) {
			c := consoleOf(f)
			r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, "/", nil)
			for b.Loop() {
				made := c.render(pages[0], r).packed()
				b.ReportMetric(float64(len(made.zipped)), "bytes/page")
			}
		})
		b.Run(fmt.Sprintf("shared/%d", priorities), func(b *testing.B) {
			h := Handler(f, slog.New(slog.DiscardHandler))
			for b.Loop() {
				get(b, h, "/", access.Viewer)
			}
		})
	}
}

func BenchmarkVersion(b *testing.B) {
	f := manyDown(b, 500, 20)
	n := newVersions()
	for b.Loop() {
		sit := *f.situation // another one each time: a Situation that is known costs nothing
		n.of(&sit)
	}
}
