package api

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

func (f *fake) Plan() *plan.Plan { return f.plan }

func TestTargetsAreThoseOfThePlan(t *testing.T) {
	f := &fake{situation: &rules.Situation{Agent: rules.AgentFacts{Name: "hall"}}, plan: &plan.Plan{Agents: []*plan.Agent{
		{Name: "hall", Site: "main_hall"},
		{Name: "branch", Site: "east_branch", Listen: "10.2.0.5:9720"},
		{Name: "annex", Listen: "[::]:9721", Insecure: true},
		{Name: "hidden", Listen: "127.0.0.1:9725"},
	}}}
	_, url := serve(t, f)
	response, err := http.Get(url + "/api/v1/targets")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if kind := response.Header.Get("Content-Type"); !strings.HasPrefix(kind, "application/json") {
		t.Errorf("Content-Type: %s; Prometheus wants application/json", kind)
	}
	var got []target
	if err := json.NewDecoder(response.Body).Decode(&got); err != nil {
		t.Fatal(err)
	}
	want := []target{
		{[]string{strings.TrimPrefix(url, "http://")}, map[string]string{"agent": "hall", "site": "main_hall"}},
		{[]string{"10.2.0.5:9720"}, map[string]string{"agent": "branch", "site": "east_branch", "__scheme__": "https"}},
		{[]string{"annex:9721"}, map[string]string{"agent": "annex"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("targets (-want +got):\n%s", diff)
	}
}

// An agent of a plan that names none is a target by itself.
func TestTargetsOfAPlanWithoutAgents(t *testing.T) {
	want := []target{{[]string{plan.DefaultListen}, map[string]string{"agent": "host7"}}}
	if diff := cmp.Diff(want, targetsOf(new(plan.Plan), askedAgent{name: "host7"})); diff != "" {
		t.Errorf("targets (-want +got):\n%s", diff)
	}
}

// One that was asked by TLS serves TLS, also on loopback, and also where the plan knows nothing of the
// address that it was started with.
func TestTargetsTellTheSchemeThatTheyWereAskedBy(t *testing.T) {
	p := &plan.Plan{Agents: []*plan.Agent{{Name: "hall"}, {Name: "annex", Listen: "10.2.0.5:9720", Insecure: true}, {Name: "branch", Listen: "10.3.0.5:9720", Insecure: true}}}
	https := func(name string) map[string]string { return map[string]string{"agent": name, "__scheme__": "https"} }
	open := func(name string) map[string]string { return map[string]string{"agent": name} }
	for self, want := range map[askedAgent][]target{
		{"hall", "10.1.0.5:9720", true}:     {{[]string{"10.1.0.5:9720"}, https("hall")}, {[]string{"10.2.0.5:9720"}, open("annex")}, {[]string{"10.3.0.5:9720"}, open("branch")}},
		{"hall", "127.0.0.1:9720", false}:   {{[]string{"127.0.0.1:9720"}, open("hall")}, {[]string{"10.2.0.5:9720"}, open("annex")}, {[]string{"10.3.0.5:9720"}, open("branch")}},
		{"annex", "192.168.0.5:9720", true}: {{[]string{"10.2.0.5:9720"}, https("annex")}, {[]string{"10.3.0.5:9720"}, open("branch")}},
	} {
		if diff := cmp.Diff(want, targetsOf(p, self)); diff != "" {
			t.Errorf("%+v (-want +got):\n%s", self, diff)
		}
	}
}
