package demo

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/checks"
	"github.com/keizoku-bcp/keizoku/checks/all"
	"github.com/keizoku-bcp/keizoku/checks/heartbeat"
	"github.com/keizoku-bcp/keizoku/config"
	channels "github.com/keizoku-bcp/keizoku/notify/all"
	"github.com/keizoku-bcp/keizoku/plan"
	protocols "github.com/keizoku-bcp/keizoku/power/all"
)

// load reads a plan that must have nothing to complain about.
func load(t *testing.T, path string) *plan.Plan {
	t.Helper()
	p, sources, diags := config.Load(path, all.Kinds(), config.Options{
		Env: func(string) (string, bool) { return "", false }, Protocols: protocols.Protocols(),
		Channels: channels.Kinds(),
	})
	if len(diags) > 0 {
		var text bytes.Buffer
		config.WriteDiagnostics(&text, sources, diags, config.PrintOptions{})
		t.Fatal(text.String())
	}
	return p
}

func TestExamplesAreGoodAsTheyStand(t *testing.T) {
	for _, name := range []string{"city_hall", "small_office"} {
		p := load(t, filepath.Join("..", "examples", name))
		now := time.Date(2026, 11, 2, 9, 0, 0, 0, p.Location)
		for _, f := range plan.Lint(p, now) {
			t.Errorf("%s: %s: %s", f.Range, f.Summary, f.Detail)
		}
	}
}

func TestEveryCheckSucceeds(t *testing.T) {
	h := open(t)
	p := load(t, h.PlanDir())
	shared := new(checks.Shared)
	defer shared.Close()
	kinds := all.Kinds()
	for _, system := range p.Systems {
		for _, check := range system.Checks {
			prober, err := kinds[check.Kind].New(check.Settings, &checks.Env{
				Agent: p.Agents[0], System: system.Name, Check: check.Name, Timeout: check.Timeout, Interval: check.Interval,
				Shared: shared, Secrets: p.Secrets, Log: slog.New(slog.DiscardHandler),
			})
			if err != nil {
				t.Errorf("%s %s: %v", system.Name, check.Name, err)
				continue
			}
			if check.Kind == "heartbeat" {
				pushOnce(t, heartbeat.InboxOf(shared))
			}
			if r := prober.Probe(t.Context()); !r.OK() {
				t.Errorf("%s %s %s: %s: %s", system.Name, check.Kind, check.Name, r.Reason, r.Text)
			}
			if c, ok := prober.(io.Closer); ok {
				_ = c.Close()
			}
		}
	}
}

// pushOnce has the backup job report to an agent that consists of the inbox alone.
func pushOnce(t *testing.T, inbox *heartbeat.Inbox) {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("POST /api/v1/heartbeat/{system}/{check}", func(w http.ResponseWriter, r *http.Request) {
		token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
		if err := inbox.Push(r.PathValue("system"), r.PathValue("check"), token, heartbeat.Push{}); err != nil {
			http.Error(w, err.Error(), http.StatusForbidden)
		}
	})
	agent := httptest.NewServer(mux)
	defer agent.Close()
	if err := pushHeartbeat(t.Context(), agent.Client(), agent.URL); err != nil {
		t.Errorf("heartbeat of the backup job: %v", err)
	}
}

func TestDevicesHangWhereThePlanSays(t *testing.T) {
	p := load(t, filepath.Join("..", "examples", "city_hall"))
	var planned, built []string
	for _, s := range p.Systems {
		if slices.Contains(s.DependsOn, "floor_switch") {
			planned = append(planned, s.Name)
		}
	}
	for _, d := range city() {
		if d.behind == "floor_switch" {
			built = append(built, d.name)
		}
	}
	if diff := cmp.Diff(planned, built); diff != "" {
		t.Errorf("behind the floor switch (-plan +hall):\n%s", diff)
	}
}

// moment returns when the step is whose English line holds the words.
func moment(t *testing.T, words string) time.Duration {
	t.Helper()
	for _, step := range Story() {
		if strings.Contains(step.Text.English, words) {
			return step.At
		}
	}
	t.Fatalf("no step says %q", words)
	return 0
}

// What the narration claims must be so by the plan's allowances, wherever the start of the
// outage falls between two probes.
func TestStoryFitsThePlan(t *testing.T) {
	p := load(t, filepath.Join("..", "examples", "city_hall"))
	failed := moment(t, "A floor switch fails")
	for _, tt := range []struct {
		words, system, threat string
		later                 time.Duration // an estimate given at the step
		from, to              float64       // share of the allowance used
	}{
		{"A disaster is declared", "floor_switch", "incident", 0, 0, 1},
		{"A disaster is declared", "welfare", "incident", 0, 0, 1},
		{"at risk", "care_insurance", "disaster", 3 * time.Minute, 1, 9},
		{"Resident records", "resident_records", "disaster", 0, 0, 1},
		{"75 %", "welfare", "disaster", 0, 0.75, 1},
		{"75 %", "floor_switch", "disaster", 0, 0.75, 1},
		{"on track again", "care_insurance", "disaster", 25 * time.Second, 0.75, 1},
		{"missed their deadlines", "welfare", "disaster", 0, 1, 9},
		{"missed their deadlines", "floor_switch", "disaster", 0, 1, 9},
		{"just makes it", "care_insurance", "disaster", 0, 0.8, 1},
		{"just makes it", "health_insurance", "disaster", 0, 0, 1},
		{"moves back", "tax", "incident", 0, 0, 1},
		{"Tax is back", "tax", "incident", 0, 0, 1},
	} {
		check := p.System(tt.system).Checks[0]
		shortest := moment(t, tt.words) + tt.later - failed
		longest := shortest + 2*check.Interval // begins up to one before the failure, ends up to one after the mending
		if used := ratio(shortest, p, tt.system, tt.threat); used < tt.from {
			t.Errorf("%q: %s has used %.2f of its allowance at least, want %.2f", tt.words, tt.system, used, tt.from)
		}
		if used := ratio(longest, p, tt.system, tt.threat); used > tt.to {
			t.Errorf("%q: %s has used %.2f of its allowance at most, want %.2f", tt.words, tt.system, used, tt.to)
		}
	}
}

func ratio(elapsed time.Duration, p *plan.Plan, system, threat string) float64 {
	start := time.Date(2026, 11, 2, 9, 0, 0, 0, p.Location)
	allowed := p.System(system).Allowance(threat).Deadline(start).Sub(start)
	return elapsed.Seconds() / allowed.Seconds()
}

// A new round must begin new outages, not go on with those of the round before.
func TestRoundsAreFarApart(t *testing.T) {
	p := load(t, filepath.Join("..", "examples", "city_hall"))
	steps := Story()
	for _, calm := range []time.Duration{
		steps[len(steps)-1].At + Intermission - moment(t, "in the restart order"),
		moment(t, "five lowest ranks") - moment(t, "All three are mended"),
	} {
		if calm <= p.ReopenWithin {
			t.Errorf("%s of calm between outages, and the plan reopens them within %s", calm, p.ReopenWithin)
		}
	}
}

func TestDeclaredDisasterMovesDeadlinesAsTold(t *testing.T) {
	p := load(t, filepath.Join("..", "examples", "city_hall"))
	for system, sooner := range map[string]bool{"welfare": true, "care_insurance": true, "tax": false, "resident_records": false} {
		if got := ratio(time.Minute, p, system, "disaster") > ratio(time.Minute, p, system, "incident"); got != sooner {
			t.Errorf("%s: the disaster's deadline is sooner: %t, want %t", system, got, sooner)
		}
	}
}

// byThePlan refuses what the plan does not know: steps, roles, persons, deciders and sites.
type byThePlan struct {
	staff
	plan *plan.Plan
	seen map[string]time.Duration // when a step of a checklist is ticked
	now  time.Duration
}

func (b *byThePlan) Stage(_ context.Context, by string, to plan.Stage, _ string) error {
	for _, role := range b.plan.PostureFor("disaster").Declarers() {
		if b.person(role, by) {
			return nil
		}
	}
	return fmt.Errorf("%s may not move the stage to %s", by, to)
}

func (b *byThePlan) Step(_ context.Context, by, id string, _ string) error {
	step := b.step(id)
	if step == nil || !b.known(by) {
		return fmt.Errorf("step %s by %s", id, by)
	}
	b.seen[id] = b.now
	return nil
}

func (b *byThePlan) Call(_ context.Context, by string, c Called) error {
	if !b.known(by) || !b.person(c.Role, c.Person) || !slices.Contains(b.plan.PostureFor("disaster").Roles, c.Role) {
		return fmt.Errorf("%s calls %s %s", by, c.Role, c.Person)
	}
	return nil
}

func (b *byThePlan) Survey(_ context.Context, by string, seen Seen) error {
	if !b.known(by) || !slices.ContainsFunc(b.plan.Sites, func(s *plan.Site) bool { return s.Name == seen.Site }) {
		return fmt.Errorf("%s looks at %s", by, seen.Site)
	}
	return nil
}

func (b *byThePlan) step(id string) *plan.Step {
	list, name, _ := strings.Cut(id, ".")
	for _, p := range b.plan.Procedures {
		for _, s := range p.Steps {
			if p.Name == list && s.Name == name {
				return s
			}
		}
	}
	return nil
}

func (b *byThePlan) known(person string) bool {
	return slices.ContainsFunc(b.plan.Roles, func(r *plan.Role) bool { return b.person(r.Name, person) })
}

func (b *byThePlan) person(role, name string) bool {
	r := b.plan.Role(role)
	return r != nil && slices.ContainsFunc(r.People, func(p *plan.Person) bool { return p.Name == name })
}

// The people of the story are those of the plan, and do what it asks of them: all in time, but for
// the one step that the story shows as overdue.
func TestPeopleActAsPlanned(t *testing.T) {
	h := open(t)
	p := load(t, filepath.Join("..", "examples", "city_hall"))
	people := &byThePlan{plan: p, seen: map[string]time.Duration{}}
	telling, out := instant(people)
	telling.Wait = func(_ context.Context, d time.Duration) error { people.now += d; return nil }
	if err := h.Tell(t.Context(), telling); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out.String(), margin+"!") {
		t.Errorf("an action does not fit the plan:\n%s", out)
	}
	begins := map[string]time.Duration{
		"disaster_initial":    moment(t, "to initial response"),
		"disaster_continuity": moment(t, "establishes the posture"),
	}
	for id, at := range people.seen {
		list, name, _ := strings.Cut(id, ".")
		due := begins[list] + people.step(id).Due
		late := people.step(id).Due > 0 && at > due
		if want := name == "fire_water" || name == "shed"; late != want { // shed applies from the blackout on
			t.Errorf("%s is due at %s and done at %s", id, due, at)
		}
		if told := moment(t, "Nobody has looked"); name == "fire_water" && (told <= due || told >= at) {
			t.Errorf("%s is told to be overdue at %s, but is due at %s and done at %s", id, told, due, at)
		}
	}
}
