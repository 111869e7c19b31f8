package agent

import (
	"encoding/json"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/agent/access"
	"github.com/keizoku-bcp/keizoku/agent/act"
	"github.com/keizoku-bcp/keizoku/agent/api"
	"github.com/keizoku-bcp/keizoku/agent/console"
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/rules"
)

// forAll are the routes that take a POST from somebody who is no operator, and why.
var forAll = map[string]string{
	"/api/v1/heartbeat/{system}/{check}": "a machine pushes there, with the token of its check, and can say nothing else",
	access.SignInPath:                    "nobody is an operator before they have signed in; the password proves it",
	access.LinkPath + "{token}":          "the link is the proof",
	access.SignOutPath:                   "whoever looks may stop looking; it journals nothing",
}

// bySocket are those that even an operator may use through the socket alone, and why.
var bySocket = map[string]string{
	"/api/v1/sign-in-link": "a session that could make itself another would never end",
}

// posts are the paths of all routes that take a POST: those of the API's table, and those that the
// agent's own code puts into a mux.
func posts(t *testing.T) []string {
	t.Helper()
	var paths []string
	for _, route := range api.Routes() {
		if route.Method == http.MethodPost {
			paths = append(paths, route.Path)
		}
	}
	for _, pattern := range patterns(t) {
		path, posted := strings.CutPrefix(pattern, "POST ")
		switch {
		case posted && path == access.ActPath+"{action}":
			for name := range act.Actions() {
				paths = append(paths, access.ActPath+name)
			}
		case posted:
			paths = append(paths, path)
		case !slices.Contains([]string{"GET", ""}, strings.SplitN(pattern, " ", 2)[0]) && !slices.Contains(catchAll[:], pattern):
			t.Errorf("pattern %q: say the method, so that this test knows who may use it", pattern)
		}
	}
	slices.Sort(paths)
	return slices.Compact(paths)
}

// catchAll are the patterns of whole trees, which answer what has no route.
var catchAll = [...]string{"/", "/api/", "/-/"}

// patterns are those of http.ServeMux in the agent's code. The API's are in its own table. Of one
// that is completed when the agent runs, what comes before is there.
func patterns(t *testing.T) []string {
	t.Helper()
	var found []string
	constants := map[string]constant.Value{}
	files := sourcesOf(t, ".", "access", "console", "metrics")
	for _, file := range files {
		gatherConstants(file, constants)
	}
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) != 2 {
				return true
			}
			if f, ok := call.Fun.(*ast.SelectorExpr); ok && (f.Sel.Name == "Handle" || f.Sel.Name == "HandleFunc") {
				found = append(found, valueOf(call.Args[0], constants))
			}
			return true
		})
	}
	if len(found) < 8 {
		t.Fatalf("only %q are found: this test no longer knows how routes are made", found)
	}
	return found
}

// sourcesOf parses the code of folders, without their tests.
func sourcesOf(t *testing.T, dirs ...string) (files []*ast.File) {
	t.Helper()
	for _, dir := range dirs {
		names, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil || len(names) == 0 {
			t.Fatalf("%s: %v, %v", dir, err, fs.ErrNotExist)
		}
		for _, name := range names {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, file)
		}
	}
	return files
}

// gatherConstants notes the texts that a file gives a name.
func gatherConstants(file *ast.File, into map[string]constant.Value) {
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Names) != len(spec.Values) {
			return true
		}
		for i, value := range spec.Values {
			if lit, ok := value.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				into[spec.Names[i].Name] = constant.MakeFromLiteral(lit.Value, lit.Kind, 0)
			}
		}
		return true
	})
}

// valueOf is a text put together of literals and constants; what is neither is left out.
func valueOf(e ast.Expr, constants map[string]constant.Value) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		return constant.StringVal(constant.MakeFromLiteral(e.Value, e.Kind, 0))
	case *ast.BinaryExpr:
		return valueOf(e.X, constants) + valueOf(e.Y, constants)
	case *ast.SelectorExpr:
		return valueOf(e.Sel, constants)
	case *ast.Ident:
		if value := constants[e.Name]; value != nil {
			return constant.StringVal(value)
		}
	}
	return ""
}

// guardedOffice is one whose agent has users and pages, and a clock that a test can put ahead.
func guardedOffice(t *testing.T, users bool) (o *office, ahead *atomic.Int64) {
	t.Helper()
	o = responding(t)
	o.agent.Stop("another agent")
	if users {
		file := writeFile(t, "web.yml", viewerToo)
		o.text = strings.Replace(o.text, "agent \"a1\" {\n", "agent \"a1\" {\n  web_config_file = \""+file+"\"\n  viewers = [\"wall\"]\n", 1)
	}
	ahead = new(atomic.Int64)
	begun, wall := time.Now(), time.Now().Round(0)
	o.opts.Uptime = func() time.Duration { return time.Since(begun) + time.Duration(ahead.Load()) }
	o.opts.Wall = func() time.Time { return wall.Add(o.opts.Uptime()) }
	o.opts.Views = func(a *Agent) map[string]http.Handler {
		return map[string]http.Handler{"/": console.Handler(a, o.opts.Log)}
	}
	o.start()
	for _, system := range o.agent.Plan().Systems {
		o.awaits(system.Name, rules.Down)
	}
	return o, ahead
}

// signedIn is a browser in which a user has signed in.
func (o *office) signedIn(user string) *http.Client {
	o.Helper()
	client := browser(o.T, nil)
	form := url.Values{"user": {user}, "password": {"correct horse"}}.Encode()
	if status, body := send(o.T, client, "POST", "http://"+o.agent.Addr()+access.SignInPath, formType, form); status != http.StatusSeeOther {
		o.Fatalf("%s: %d %s", user, status, body)
	}
	return client
}

// linked is a browser in which a one-time link was opened.
func (o *office) linked(role access.Role) *http.Client {
	o.Helper()
	client := browser(o.T, nil)
	if status, body := send(o.T, client, "POST", o.agent.SignInLink("root", role).URL, formType, ""); status != http.StatusSeeOther {
		o.Fatalf("%d %s", status, body)
	}
	return client
}

// forged is a browser with the cookie of another agent.
func (o *office) forged(genuine *http.Client) *http.Client {
	o.Helper()
	home, err := url.Parse("http://" + o.agent.Addr())
	if err != nil {
		o.Fatal(err)
	}
	cookies := genuine.Jar.Cookies(home)
	if len(cookies) != 1 {
		o.Fatalf("%d cookies", len(cookies))
	}
	body, signature, _ := strings.Cut(cookies[0].Value, ".")
	cookies[0].Value = body + "." + strings.Map(func(r rune) rune { return map[bool]rune{true: 'B', false: 'A'}[r == 'A'] }, signature)
	client := browser(o.T, nil)
	client.Jar.(*cookiejar.Jar).SetCookies(home, cookies)
	return client
}

// attempt is a request that would do something if it were let through.
type attempt struct {
	client *http.Client
	header map[string]string
}

var wildcard = regexp.MustCompile(`\{[^}]*\}`)

// posted sends a request to a route and returns the status of the answer.
func (o *office) posted(a attempt, path string) (int, string) {
	o.Helper()
	contentType, body := doing(o.T, path)
	path = wildcard.ReplaceAllString(path, "x")
	req, err := http.NewRequestWithContext(o.Context(), http.MethodPost, "http://"+o.agent.Addr()+path, strings.NewReader(body))
	if err != nil {
		o.Fatal(err)
	}
	req.Header.Set("Content-Type", contentType)
	for name, value := range a.header {
		req.Header.Set(name, value)
	}
	resp, err := a.client.Do(req)
	if err != nil {
		o.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	return resp.StatusCode, path
}

// doing is a body that makes a route do what it is for.
func doing(t *testing.T, path string) (contentType, body string) {
	t.Helper()
	name := filepath.Base(path)
	_, forms := everyAction()
	form := maps.Clone(forms[name])
	if form == nil { // it needs no fields
		form = url.Values{}
	}
	if strings.HasPrefix(path, access.ActPath) {
		form.Set("confirm", "yes")
		return formType, form.Encode()
	}
	fields := map[string]string{}
	for field := range form {
		if value := form.Get(field); field != "return" && value != "" {
			fields[field] = value
		}
	}
	data, err := json.Marshal(fields)
	if err != nil {
		t.Fatal(err)
	}
	return "application/json", string(data)
}

// deeds counts what people did, and what they made the agent do.
func (o *office) deeds() (n int) {
	o.Helper()
	for _, e := range o.events() {
		if e.Actor != nil || slices.Contains([]journal.Kind{journal.KindPlanLoaded, journal.KindPlanRejected, journal.KindInspectionDone}, e.Kind) {
			n++
		}
	}
	return n
}

// Every POST that comes without an operator, from a page of another site, or with a session that has
// ended, is refused, on every route that there is, and nothing comes of it.
func TestEveryPOSTNeedsAnOperator(t *testing.T) {
	t.Parallel()
	for _, users := range []bool{true, false} {
		o, ahead := guardedOffice(t, users)
		operator, viewer := o.linked(access.Operator), o.linked(access.Viewer)
		attempts := map[string]attempt{
			"nobody":                {client: browser(t, nil)},
			"a viewer's link":       {client: viewer},
			"a forged cookie":       {client: o.forged(operator)},
			"a page of another":     {client: operator, header: map[string]string{"Sec-Fetch-Site": "cross-site"}},
			"a neighbour's page":    {client: operator, header: map[string]string{"Sec-Fetch-Site": "same-site"}},
			"an old browser's page": {client: operator, header: map[string]string{"Origin": "https://evil.example"}},
			"no page at all":        {client: operator, header: map[string]string{"Origin": "null"}},
		}
		if users {
			attempts["a viewer"] = attempt{client: o.signedIn("wall")}
			attempts["a viewer's password"] = attempt{client: browser(t, nil), header: map[string]string{"Authorization": "Basic d2FsbDpjb3JyZWN0IGhvcnNl"}}
			attempts["a page, with a user's password"] = attempt{client: browser(t, nil), header: map[string]string{
				"Authorization": "Basic ZHV0eTpjb3JyZWN0IGhvcnNl", "Origin": "https://evil.example",
			}}
			attempts["a user of before"] = attempt{client: o.signedIn("duty")}
		}
		attempts["a link of before"] = attempt{client: o.linked(access.Operator)}
		ofBefore := []string{"a user of before", "a link of before"}

		for _, name := range slices.Sorted(maps.Keys(attempts)) {
			if !slices.Contains(ofBefore, name) {
				o.refusesAll(name, attempts[name])
			}
		}
		before := o.deeds()
		for _, route := range posts(t) { // this test could not see a route that refuses everybody
			if status, path := o.posted(attempt{client: operator}, route); (status == 401 || status == 403) && bySocket[route] == "" && forAll[route] == "" {
				t.Errorf("users %t: an operator gets %d at %s", users, status, path)
			}
		}
		if n := o.deeds() - before; n < len(act.Actions()) {
			t.Errorf("an operator did %d things: the others prove nothing", n)
		}
		ahead.Store(int64(13 * time.Hour))
		for _, name := range ofBefore {
			if a, ok := attempts[name]; ok {
				o.refusesAll(name, a)
			}
		}
	}
}

// refusesAll tries all routes and wants each attempt refused.
func (o *office) refusesAll(name string, a attempt) {
	o.Helper()
	before := o.deeds()
	for _, route := range posts(o.T) {
		if forAll[route] != "" {
			continue
		}
		if status, path := o.posted(a, route); status != http.StatusUnauthorized && status != http.StatusForbidden {
			o.Errorf("%s: POST %s is answered with %d", name, path, status)
		}
	}
	if n := o.deeds() - before; n != 0 {
		o.Errorf("%s: %d things were done", name, n)
	}
}

// The list of exceptions has none that there is not.
func TestExceptionsAreRoutes(t *testing.T) {
	t.Parallel()
	all := posts(t)
	for _, list := range []map[string]string{forAll, bySocket} {
		for path := range list {
			if !slices.Contains(all, path) {
				t.Errorf("there is no POST %s", path)
			}
		}
	}
}
