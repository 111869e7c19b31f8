package main

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/invopop/jsonschema"

	"github.com/keizoku-bcp/keizoku/agent/api"
)

// The names of the security schemes.
const (
	basicScheme   = "password"
	cookieScheme  = "session"
	tokenScheme   = "heartbeat_token"
	problemSchema = "Problem"
)

// writer turns routes into the document.
type writer struct {
	*schemas
	doc document
}

// generate is the whole document as JSON, as small as may be: docs/reference has it for reading.
func generate() ([]byte, error) {
	s, err := newSource()
	if err != nil {
		return nil, err
	}
	w := &writer{newSchemas(s), frame()}
	for _, route := range api.Routes() {
		w.add(&route)
	}
	w.payloads()
	w.emptyTexts()
	w.refusals()
	for _, name := range w.names() {
		w.doc.Components.Schemas[name] = w.named[name]
	}
	if w.err != nil {
		return nil, w.err
	}
	data, err := json.Marshal(w.doc)
	return []byte(plainly.Replace(string(data)) + "\n"), err
}

// plainly puts references where OpenAPI wants them, and writes as they are the letters that JSON
// within HTML must not have.
var plainly = strings.NewReplacer(`"`+defs, `"`+components, `\u003c`, "<", `\u003e`, ">", `\u0026`, "&")

const about = `What one agent of Keizoku knows and does, over HTTP. It speaks for itself alone: ask another agent for what that one
sees.

Times are RFC 3339 in the plan's zone; spans are numbers of seconds unless a name ends in _ns. A member that is not known
or does not apply is absent, where a description calls it zero or empty. Answers may gain members; requests with members that are not known
are refused. GET routes answer HEAD too.

Every refusal is a problem document (RFC 9457) with a hint: what to do about it.

The same is served on the agent's Unix socket, where the system tells who asks, and whoever may open it may act.`

func frame() document {
	doc := document{
		OpenAPI: "3.1.1",
		Info: info{
			Title: "Keizoku", Version: "1", Summary: "The API of an agent", Description: unwrapped(about),
			License: license{"Apache License 2.0", "Apache-2.0"},
		},
		Servers:  []server{{"/", "The agent that serves this document."}},
		Security: []security{{}, {basicScheme: {}}, {cookieScheme: {}}},
		Paths:    map[string]pathItem{},
		Components: parts{
			Schemas: map[string]any{}, Responses: map[string]response{},
			SecuritySchemes: map[string]scheme{
				basicScheme:  {Type: "http", Scheme: "basic", Description: "A user of the agent's web configuration file."},
				cookieScheme: {Type: "apiKey", In: "cookie", Name: "keizoku_session", Description: "A session of the console, begun by signing in or by a link from `keizoku open`. Its cookie has a name of each agent's own: keizoku_ and eight hexadecimal digits."},
				tokenScheme:  {Type: "http", Scheme: "bearer", Description: "The token of a heartbeat check."},
			},
		},
	}
	areas := api.Areas()
	for _, area := range []api.Area{api.Standing, api.Acting, api.Telling, api.Running} {
		doc.Tags = append(doc.Tags, tag{string(area), areas[area]})
	}
	return doc
}

func (w *writer) add(route *api.Route) {
	o := &operation{
		OperationID: route.Name, Summary: route.Summary, Description: unwrapped(route.About), Tags: []string{string(route.Area)},
		Security: securityOf[route.Who], Responses: map[string]response{},
	}
	for _, p := range route.Params {
		o.Parameters = append(o.Parameters, w.parameter(p))
	}
	if route.Takes != nil {
		w.takes(o, route)
	}
	for _, answer := range route.Gives {
		w.gives(o, answer)
	}
	for _, status := range refusalsOf(route) {
		if _, given := o.Responses[strconv.Itoa(status)]; !given {
			o.Responses[strconv.Itoa(status)] = response{Ref: "#/components/responses/" + refusalName(status)}
		}
	}
	if w.doc.Paths[route.Path] == nil {
		w.doc.Paths[route.Path] = pathItem{}
	}
	w.doc.Paths[route.Path][strings.ToLower(route.Method)] = o
}

// securityOf leaves out what the document says for all.
var securityOf = map[api.Who][]security{
	api.Operator: {{basicScheme: {}}, {cookieScheme: {}}},
	api.Pusher:   {{tokenScheme: {}}},
	api.Anybody:  {{}},
}

func (w *writer) parameter(p api.Param) parameter {
	param := parameter{
		Name: p.Name, In: p.In, Description: p.About, Required: p.In == "path", Example: p.Example, Schema: w.of(p.Of, true),
	}
	if reflect.TypeOf(p.Of).Kind() == reflect.Slice { // with commas, not by repeating it
		param.Style, param.Explode = "form", new(bool)
	}
	return param
}

// takes describes the body. An action's has the name of the deciding person beside its own members.
func (w *writer) takes(o *operation, route *api.Route) {
	schema := w.of(route.Takes, true)
	o.RequestBody = &body{Required: true, Content: map[string]media{"application/json": {schema}}}
	if route.Area != api.Acting {
		return
	}
	action := w.named[strings.TrimPrefix(schema.Ref, defs)]
	by := &jsonschema.Schema{Type: "string", Description: "The person who decides; who is logged in is recorded beside it.", MaxLength: new(uint64(200))}
	action.Properties.Set("by", by)
	if route.Decided {
		action.Required = append(action.Required, "by")
	}
	o.Description = doing(action.Description)
	o.Summary, _, _ = strings.Cut(o.Description, ". ")
	o.Summary = strings.TrimSuffix(o.Summary, ".")
}

// doing leaves out the name of the type that a Go comment begins with: "Declare makes …".
func doing(comment string) string {
	_, rest, _ := strings.Cut(comment, " ")
	return upperFirst(rest)
}

func (w *writer) gives(o *operation, answer api.Answer) {
	r, ok := o.Responses[strconv.Itoa(answer.Status)]
	if !ok {
		r = response{Description: answer.About}
	} else {
		r.Description += " As " + answer.Type + ": " + answer.About
	}
	if answer.Type != "" {
		if r.Content == nil {
			r.Content = map[string]media{}
		}
		r.Content[answer.Type] = media{w.held(answer.Of)}
	}
	o.Responses[strconv.Itoa(answer.Status)] = r
}

func (w *writer) held(of any) *jsonschema.Schema {
	if of == nil {
		return &jsonschema.Schema{Type: "string"}
	}
	return w.of(of, false)
}

// refusalsOf are the statuses of problems that a route may answer with: its own, and those that the
// door and the reading of bodies have for all.
func refusalsOf(route *api.Route) []int {
	all := route.Refuses
	if route.Who == api.Reader || route.Who == api.Operator {
		all = append(all, http.StatusUnauthorized, http.StatusTooManyRequests)
	}
	if route.Who == api.Operator || route.Method != http.MethodGet {
		all = append(all, http.StatusForbidden)
	}
	if route.Takes != nil {
		all = append(all, http.StatusBadRequest, http.StatusRequestEntityTooLarge)
	}
	if route.Who != api.Anybody && route.Name != "metrics" && route.Name != "openapi" && route.Name != "ready" {
		all = append(all, http.StatusInternalServerError)
	}
	return all
}

// refusals are the responses that problems are told by, and their schema.
func (w *writer) refusals() {
	w.of(api.Refusal(), false)
	problem := media{&jsonschema.Schema{Ref: defs + problemSchema}}
	for status, about := range refusalTexts {
		r := response{Description: about, Content: map[string]media{"application/problem+json": problem}}
		if status == http.StatusTooManyRequests { // the web configuration file's own limit is told in plain text
			r.Headers = map[string]header{"Retry-After": {"After how many seconds to try again with a password.", &jsonschema.Schema{Type: "integer"}}}
			r.Content["text/plain"] = media{&jsonschema.Schema{Type: "string"}}
		}
		w.doc.Components.Responses[refusalName(status)] = r
	}
}

func refusalName(status int) string { return strings.ReplaceAll(http.StatusText(status), " ", "") }

var refusalTexts = map[int]string{
	http.StatusBadRequest:            "The request cannot be read.",
	http.StatusUnauthorized:          "A user, or a token, is needed.",
	http.StatusForbidden:             "Who asks may not do this, or a page of another site had it sent.",
	http.StatusNotFound:              "There is no such thing.",
	http.StatusConflict:              "It does not fit the present situation.",
	http.StatusRequestEntityTooLarge: "The request is too large.",
	http.StatusUnprocessableEntity:   "It cannot be right.",
	http.StatusTooManyRequests:       "Too many wrong passwords came from there, or more requests than the web configuration file allows.",
	http.StatusInternalServerError:   "The agent could not do this.",
	http.StatusBadGateway:            "The message did not arrive.",
	http.StatusServiceUnavailable:    "The agent does not watch yet, or not any more.",
}

// unwrapped joins the lines of each paragraph.
func unwrapped(text string) string {
	paragraphs := strings.Split(text, "\n\n")
	for i := range paragraphs {
		paragraphs[i] = strings.Join(strings.Fields(paragraphs[i]), " ")
	}
	return strings.Join(paragraphs, "\n\n")
}
