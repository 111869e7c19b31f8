package api

import (
	"net/http"
	"strings"
)

// Route is one way into the API. [Routes] is the one table of them: the mux is made from it, and so
// is the OpenAPI document, which therefore leaves none out.
type Route struct {
	Method string
	// Path is written as OpenAPI has it: {name} is a parameter, which may have a suffix (".svg").
	Path string
	// Name is unique; generated clients call the operation by it.
	Name string
	Area Area
	// Summary is a line, About what more there is to say. Actions have none of their own: the
	// comment on their type says it.
	Summary, About string
	Who            Who
	Params         []Param
	// Takes is the zero value of what the body holds as JSON; nil: there is no body, or another one.
	Takes any
	// Decided says that the body must name the person who decides.
	Decided bool
	Gives   []Answer
	// Refuses are the statuses of problems, beside those that every such route can answer with.
	Refuses []int
	// serve is nil for what others serve beside this API, and is described with it.
	serve func(*server, http.ResponseWriter, *http.Request)
}

// Area groups routes.
type Area string

// The areas.
const (
	Standing Area = "standing" // how things stand
	Acting   Area = "acting"   // what people do
	Telling  Area = "telling"  // alerts and messages
	Running  Area = "running"  // the agent itself
)

// Areas lists every area with what it holds, in the order of reading.
func Areas() map[Area]string {
	return map[Area]string{
		Standing: "How things stand: what is down, how much time is left, and what happened.",
		Acting:   "What people do. Each action is recorded with who did it, and taken back only by another record.",
		Telling:  "Alerts, messages and inspections.",
		Running:  "The agent itself.",
	}
}

// Who may use a route.
type Who int

// Who may. Where there are users in the web configuration file, a reader is one of them.
const (
	Reader   Who = iota // whoever reaches the agent
	Operator            // who has proved that they may act
	Pusher              // who holds the token of the check
	Anybody             // even where there are users
)

// Param is a parameter of a route.
type Param struct {
	Name, In, About string
	// Of is the zero value of its type. A slice is a list with commas.
	Of any
	// Example is a value as it is written; may be empty.
	Example string
}

// Answer is what a route gives when it does not refuse.
type Answer struct {
	Status int
	Type   string // media type; empty: there is no body
	About  string
	// Of is the zero value of what the body holds as JSON; nil: it is text.
	Of any
}

// pattern is the route as the mux knows it, whose wildcards have no suffix.
func (r *Route) pattern() string {
	path, _, _ := strings.Cut(r.Path, "}.")
	if path != r.Path {
		path += "}"
	}
	return r.Method + " " + path
}

// handle puts the route into the mux.
func (r *Route) handle(mux *http.ServeMux, s *server) {
	if r.serve == nil {
		return
	}
	serve := func(w http.ResponseWriter, req *http.Request) { r.serve(s, w, req) }
	if r.Who == Operator {
		serve = s.operator(serve)
	}
	mux.HandleFunc(r.pattern(), serve)
}
