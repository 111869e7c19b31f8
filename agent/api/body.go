package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

// problem is an RFC 9457 problem detail with a hint beside the standard members.
type problem struct {
	Type   string `json:"type,omitempty"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail,omitempty"`
	// Hint says what to do about it.
	Hint string `json:"hint,omitempty"`
	// Code says what is wrong to programs, and Data what it is about, where the refusal is one of
	// the rules and not of the form of a request (extension members, RFC 9457 section 3.2).
	Code rules.ProblemCode  `json:"code,omitempty"`
	Data *rules.Particulars `json:"data,omitempty"`
}

// Refusal is the zero value of what every refusal holds as JSON.
func Refusal() any { return problem{} }

func writeProblem(w http.ResponseWriter, p problem) {
	if p.Type == "" {
		p.Type = "about:blank"
	}
	w.Header().Set("Content-Type", "application/problem+json")
	writeBody(w, p.Status, p)
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	writeBody(w, status, v)
}

func writeBody(w http.ResponseWriter, status int, v any) {
	data, err := json.Marshal(v)
	if err != nil { // what cannot be told must not look told
		w.Header().Set("Content-Type", "application/problem+json")
		status = http.StatusInternalServerError
		data, _ = json.Marshal(problem{Type: "about:blank", Title: "the answer cannot be written as JSON", Status: status, Detail: err.Error()})
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	// A failed write means that the client has gone; there is nobody left to tell.
	_, _ = w.Write(append(data, '\n'))
}

// The patterns of what is no route.
const (
	apiRest  = "/api/"
	lifeRest = "/-/"
)

// methods are those that a route of this API may have.
var methods = [...]string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}

// elsewhere answers what no route does: 405 where the path has one for another method, else 404.
func elsewhere(mux *http.ServeMux) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		said := r.Method + " " + r.URL.Path + " is not part of this API"
		allowed := allowedAt(mux, r)
		if len(allowed) == 0 {
			writeProblem(w, problem{Status: http.StatusNotFound, Title: "not found", Detail: said})
			return
		}
		list := strings.Join(allowed, ", ")
		w.Header().Set("Allow", list)
		writeProblem(w, problem{Status: http.StatusMethodNotAllowed, Title: "method not allowed", Detail: said, Hint: "use " + list})
	}
}

// allowedAt lists the methods for which the path of a request has a route.
func allowedAt(mux *http.ServeMux, r *http.Request) []string {
	var allowed []string
	for _, method := range methods {
		asked := r.Clone(r.Context())
		asked.Method = method
		if _, pattern := mux.Handler(asked); pattern != apiRest && pattern != lifeRest {
			allowed = append(allowed, method)
		}
	}
	return allowed
}

// badRequest is a request that could not be read.
type badRequest struct{ detail, hint string }

func (e *badRequest) Error() string { return e.detail }

// writeError turns an error of reading or acting into a problem.
func writeError(w http.ResponseWriter, err error) {
	var (
		refused *rules.Problem
		bad     *badRequest
		large   *http.MaxBytesError
	)
	switch {
	case errors.As(err, &refused):
		writeProblem(w, refusalOf(refused))
	case errors.As(err, &bad):
		writeProblem(w, problem{Status: http.StatusBadRequest, Title: "the request cannot be read", Detail: bad.detail, Hint: bad.hint})
	case errors.As(err, &large):
		writeProblem(w, problem{Status: http.StatusRequestEntityTooLarge, Title: "the request is too large", Detail: fmt.Sprintf("the body has more than %d bytes", large.Limit), Hint: "say it in fewer words"})
	case errors.Is(err, ErrUnusable):
		writeProblem(w, problem{Status: http.StatusBadGateway, Title: "not delivered", Detail: err.Error(), Hint: "mend its notify block in the plan, or what that refers to, then `keizoku reload`"})
	case errors.Is(err, ErrUndelivered):
		writeProblem(w, problem{Status: http.StatusBadGateway, Title: "not delivered", Detail: err.Error(), Hint: "look at the receiver and at the line; `keizoku notify queue` tells what waits"})
	default:
		writeProblem(w, problem{Status: http.StatusInternalServerError, Title: "the agent could not do this", Detail: err.Error()})
	}
}

// refusalOf puts a refusal of the rules into the words of the API.
func refusalOf(p *rules.Problem) problem {
	text, hint := messages.For(plan.English).Problem(p)
	return problem{Status: statusOf[p.Kind], Title: titleOf[p.Kind], Detail: text, Hint: hint, Code: p.Code, Data: &p.Data}
}

var statusOf = map[rules.ProblemKind]int{
	rules.NotFound: http.StatusNotFound,
	rules.Invalid:  http.StatusUnprocessableEntity,
	rules.Conflict: http.StatusConflict,
}

var titleOf = map[rules.ProblemKind]string{
	rules.NotFound: "no such thing",
	rules.Invalid:  "this cannot be right",
	rules.Conflict: "this does not fit the present situation",
}

// unreadable is what is wrong with a body that is not the JSON that is wanted.
func unreadable(err error) error {
	if errors.As(err, new(*http.MaxBytesError)) {
		return err
	}
	return &badRequest{strings.TrimPrefix(err.Error(), "json: "), "/api/v1/openapi.json describes what it takes"}
}

// readOne decodes a body whose fields are all known.
func readOne(w http.ResponseWriter, r *http.Request, into any) error {
	if err := requireJSON(r); err != nil {
		return err
	}
	dec := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		return unreadable(err)
	}
	return mustEnd(dec)
}

// mustEnd refuses what stands behind the one object.
func mustEnd(dec *json.Decoder) error {
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return &badRequest{"there is more after the JSON object", "send one object"}
	}
	return nil
}

// readTwo decodes one body into envelope and action, whose fields stand side by side. A field
// that belongs to neither is refused.
func readTwo(w http.ResponseWriter, r *http.Request, envelope, action any) error {
	if err := requireJSON(r); err != nil {
		return err
	}
	var fields map[string]json.RawMessage
	dec := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
	if err := dec.Decode(&fields); err != nil {
		return unreadable(err)
	}
	if err := mustEnd(dec); err != nil {
		return err
	}
	own := make(map[string]json.RawMessage)
	if by, ok := fields["by"]; ok {
		own["by"] = by
		delete(fields, "by")
	}
	if err := decodeStrict(own, envelope); err != nil {
		return err
	}
	return decodeStrict(fields, action)
}

// decodeStrict decodes fields into the struct that into points at. Not every error of package json
// says which field it is about, so that the first by name that alone is wrong is looked for.
func decodeStrict(fields map[string]json.RawMessage, into any) error {
	err := decodeFields(fields, into)
	if err == nil {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		alone := map[string]json.RawMessage{name: fields[name]}
		if err := decodeFields(alone, reflect.New(reflect.TypeOf(into).Elem()).Interface()); err != nil {
			return unreadable(fmt.Errorf("%q: %w", name, err))
		}
	}
	return unreadable(err)
}

func decodeFields(fields map[string]json.RawMessage, into any) error {
	data, err := json.Marshal(fields)
	if err != nil {
		return err
	}
	dec := json.NewDecoder(strings.NewReader(string(data)))
	dec.DisallowUnknownFields()
	return dec.Decode(into)
}
