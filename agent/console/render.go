package console

import (
	"bytes"
	"context"
	"errors"
	"html/template"
	"net/http"
	"runtime/debug"
	"strconv"
	"sync"

	"github.com/keizoku-bcp/keizoku/rules"
)

// frames are the templates that all pages share.
var frames = []string{"templates/layout.html", "templates/parts.html", "templates/forms.html", "templates/response_parts.html", "templates/print_parts.html"}

// site is what all consoles of a process share: it is part of the program, and is read once.
var site = sync.OnceValues(func() (assetTable, map[string]*template.Template) {
	files := readAssets()
	return files, parseTemplates(files)
})

// parseTemplates reads the template of each page into the frame. They are part of the program: one
// that cannot be read is a fault that the first test finds.
func parseTemplates(files assetTable) map[string]*template.Template {
	base := template.Must(template.New("layout.html").Funcs(template.FuncMap{"asset": files.Of}).ParseFS(embedded, frames...))
	all := map[string]*template.Template{}
	for _, p := range append(pages[:], failure, signin, acting, stranger, foreign) {
		set := template.Must(base.Clone())
		for _, part := range printParts[p.name] {
			parsePart(set, part)
		}
		all[p.name] = template.Must(set.ParseFS(embedded, "templates/"+p.name+".html"))
	}
	return all
}

// clockHeader carries the agent's clock, in milliseconds of Unix time, with each page: what a
// rendering says of it may be a moment old.
const clockHeader = "Keizoku-At"

// show answers with a page. Readers who ask for the same at the same time get the same rendering:
// two hundred browsers that look at the wall cost little more than one.
func (c *console) show(p page) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		keepLanguage(w, r)
		sit := c.agent.Situation()
		made := c.shared.get(keyOf(r, sit.Plan.Locale), c.versions.of(sit), func() rendering { return c.render(p, r) })
		w.Header().Set(clockHeader, strconv.FormatInt(sit.At.UnixMilli(), 10))
		made.write(w, r)
	}
}

// render makes a page; a problem becomes the page that says so. Others wait for what is made, so it
// is made whether or not the one who asked first has gone.
func (c *console) render(p page, r *http.Request) (made rendering) {
	defer func() {
		if fault := recover(); fault != nil {
			c.log.Error("a page has a fault: please report it", "page", p.name, "panic", fault, "stack", string(debug.Stack()))
			made = broken()
		}
	}()
	r = r.WithContext(context.WithoutCancel(r.Context()))
	v := c.view(r, p)
	data, err := p.build(c, v, r)
	if err != nil {
		return c.failed(v, err)
	}
	status := http.StatusOK
	if own, ok := data.(interface{ status() int }); ok { // of a page that refuses some of its readers
		status = own.status()
	}
	return c.execute(p, data, status)
}

func (c *console) execute(p page, data any, status int) rendering {
	var buf bytes.Buffer
	if err := c.templates[p.name].Execute(&buf, data); err != nil {
		c.log.Error("a page could not be rendered", "page", p.name, "err", err)
		return broken()
	}
	return rendering{status: status, plain: inert(buf.Bytes()), html: true}
}

// broken is for when not even the page that says what is wrong can be made.
func broken() rendering {
	return rendering{status: http.StatusInternalServerError, plain: []byte("the page could not be rendered; the agent's log says why\n")}
}

// failure is the page that says what could not be shown or done.
var failure = page{name: "failure"}

// failurePage is what its template sees.
type failurePage struct {
	*view
	Text, Hint string
}

func (c *console) failed(v *view, err error) rendering {
	var refused *rules.Problem
	if !errors.As(err, &refused) {
		c.log.Error("a page could not be made", "path", v.Path, "err", err)
		return c.fail(v, http.StatusInternalServerError, err.Error(), "")
	}
	text, hint := v.Words.ProblemOnPage(refused, v.titles, v.At)
	return c.fail(v, statusOf(refused.Kind), text, hint)
}

func (c *console) fail(v *view, status int, text, hint string) rendering {
	v.Title = v.Words.Word("console_failed")
	return c.execute(failure, &failurePage{v, text, hint}, status)
}

func statusOf(kind rules.ProblemKind) int {
	switch kind {
	case rules.NotFound:
		return http.StatusNotFound
	case rules.Invalid:
		return http.StatusUnprocessableEntity
	case rules.Conflict:
		return http.StatusConflict
	}
	return http.StatusInternalServerError
}
