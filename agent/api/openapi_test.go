package api

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/agent/api/apitest"
)

// openDocument is the document that is served.
func openDocument(t *testing.T) *apitest.Document {
	t.Helper()
	f := newFull()
	_, answer := (&exchange{method: "GET", path: "/api/v1/openapi.json"}).send(t, f)
	data, err := io.ReadAll(answer.Body)
	if err != nil || string(data) != string(OpenAPI()) || answer.Header.Get("Content-Type") != jsonType {
		t.Fatalf("another document is served, as %s: %v", answer.Header.Get("Content-Type"), err)
	}
	d, err := apitest.Open(data)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// What the handlers give is what the document says, member by member, and so is what they take.
func TestAnswersAreAsDocumented(t *testing.T) {
	d, f := openDocument(t), newFull()
	answered := map[string]bool{}
	for _, x := range good(f) {
		req, answer := x.send(t, f)
		if answer.StatusCode != x.status {
			t.Errorf("%s %s: %s", x.method, x.path, answer.Status)
		}
		if err := d.Request(req); err != nil {
			t.Error(err)
		}
		if err := d.Answer(req, answer); err != nil {
			t.Error(err)
		}
		answered[x.method+" "+routeOf(t, x)] = true
	}
	for _, r := range Routes() {
		if !answered[r.Method+" "+r.Path] && r.serve != nil {
			t.Errorf("no answer of %s %s was held against the document", r.Method, r.Path)
		}
	}
}

func TestRefusalsAreAsDocumented(t *testing.T) {
	d, f := openDocument(t), newFull()
	for _, x := range refused() {
		req, answer := x.send(t, f)
		if answer.StatusCode != x.status {
			t.Errorf("%s %s: %s, want %d", x.method, x.path, answer.Status, x.status)
		}
		if err := d.Answer(req, answer); err != nil {
			t.Error(err)
		}
		if x.status == http.StatusBadRequest && x.err == nil && d.Request(req) == nil {
			t.Errorf("%s %s %s: the handler refuses what the document allows", x.method, x.path, x.body)
		}
	}
	f.situation.Power = nil
	x := exchange{method: "GET", path: "/api/v1/power", status: 404}
	if req, answer := x.send(t, f); answer.StatusCode != x.status || d.Answer(req, answer) != nil {
		t.Errorf("no power: %s", answer.Status)
	}
}

// A document that would let anything pass proves nothing.
func TestDocumentIsStrict(t *testing.T) {
	d, f := openDocument(t), newFull()
	f.situation.Systems[0].State = "on_fire"
	f.situation.Systems[0].Checks = nil
	x := exchange{method: "GET", path: "/api/v1/situation"}
	req, answer := x.send(t, f)
	err := d.Answer(req, answer)
	if err == nil || !strings.Contains(err.Error(), "state") || !strings.Contains(err.Error(), "checks") {
		t.Errorf("a state that there is not, and no list: %v", err)
	}
	for _, test := range []struct{ method, path, media, body, says string }{
		{"GET", "survey", jsonType, `{"at":"2026-04-01T09:00:00Z","sites":[],"more":1}`, "more"},
		{"GET", "survey", jsonType, `{"sites":[]}`, "at"},
		{"GET", "survey", jsonType, `{"at":"noon","sites":[]}`, "date-time"},
		{"GET", "survey", textType, `{"at":"2026-04-01T09:00:00Z","sites":[]}`, textType},
		{"POST", "inspect", linesType, "{\"done\":0,\"total\":3}\n{\"done\":1,\"total\":3,\"left\":2}\n", "left"},
		{"POST", "inspect", linesType, "", "no line"},
		{"GET", "events", eventsType, "id: 1\ndata: {\"id\":\"x\"}\n\n", "agent"},
	} {
		req := httptest.NewRequestWithContext(t.Context(), test.method, "http://agent/api/v1/"+test.path, nil)
		answer := &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {test.media}}, Body: io.NopCloser(strings.NewReader(test.body))}
		if err := d.Answer(req, answer); err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %v", test.body, err)
		}
	}
	for _, x := range []exchange{
		{path: "/api/v1/stage", body: `{"why":"x"}`}, {path: "/api/v1/stage", body: `{"to":"party","why":"x","by":"y"}`},
		{path: "/api/v1/eta", body: `{"system":"records","at":"soon"}`}, {path: "/api/v1/survey", body: `{"site":"a","item":"b","finding":"fine"}`},
		{path: "/api/v1/note", body: `{}`},
	} {
		x.method = "POST"
		if req, _ := x.send(t, f); d.Request(req) == nil {
			t.Errorf("%s %s: the document allows it", x.path, x.body)
		}
	}
}

// routeOf is the path of the route that an exchange goes to.
func routeOf(t *testing.T, x exchange) string {
	t.Helper()
	path, _, _ := strings.Cut(x.path, "?")
	mux := http.NewServeMux()
	for _, r := range Routes() {
		mux.Handle(r.pattern(), http.NotFoundHandler())
	}
	_, pattern := mux.Handler(httptest.NewRequestWithContext(t.Context(), x.method, "http://agent"+path, nil))
	for _, r := range Routes() {
		if r.pattern() == pattern {
			return r.Path
		}
	}
	t.Errorf("%s %s is no route", x.method, x.path)
	return ""
}

// The mux is made from the table, and so is the document; nothing else makes either.
func TestRoutesAreThoseOfTheDocument(t *testing.T) {
	var doc struct{ Paths map[string]map[string]any }
	if err := json.Unmarshal(OpenAPI(), &doc); err != nil {
		t.Fatal(err)
	}
	var documented, routed []string
	for path, item := range doc.Paths {
		for method := range item {
			documented = append(documented, strings.ToUpper(method)+" "+path)
		}
	}
	names := map[string]bool{}
	for _, r := range Routes() {
		routed = append(routed, r.Method+" "+r.Path)
		if names[r.Name] {
			t.Errorf("two routes are called %s", r.Name)
		}
		names[r.Name] = true
	}
	slices.Sort(documented)
	slices.Sort(routed)
	if diff := cmp.Diff(routed, documented); diff != "" {
		t.Errorf("routes (-table +document), run make generate:\n%s", diff)
	}
	want := []string{"api.go: apiRest", "api.go: lifeRest", "route.go: r.pattern()"}
	if diff := cmp.Diff(want, registered(t)); diff != "" {
		t.Errorf("what this package gives to a mux (-want +got); routes belong into the table:\n%s", diff)
	}
}

// registered lists what the source of this package gives to a mux.
func registered(t *testing.T) (all []string) {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, data, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) != 2 || strings.HasSuffix(name, "_test.go") {
				return true
			}
			if to, ok := call.Fun.(*ast.SelectorExpr); ok && (to.Sel.Name == "Handle" || to.Sel.Name == "HandleFunc") {
				all = append(all, name+": "+string(data[call.Args[0].Pos()-1:call.Args[0].End()-1]))
			}
			return true
		})
	}
	return all
}
