package api

import (
	"maps"
	"net/http"
	"reflect"
	"slices"
	"time"

	"github.com/keizoku-bcp/keizoku/agent/act"
	"github.com/keizoku-bcp/keizoku/agent/sse"
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
	"github.com/keizoku-bcp/keizoku/rules/supply"
)

// Media types of answers.
const (
	jsonType    = "application/json"
	problemType = "application/problem+json"
	textType    = "text/plain"
	eventsType  = sse.Type
	linesType   = "application/x-ndjson"
	svgType     = "image/svg+xml"
)

// Routes lists every route, in the order of reading. A new one is one entry here; the tests want
// docs/reference written anew then.
func Routes() []Route {
	return slices.Concat(standingRoutes(), actionRoutes(), tellingRoutes(), runningRoutes())
}

func standingRoutes() []Route {
	return []Route{
		{
			Method: "GET", Path: "/api/v1/situation", Name: "situation", Area: Standing, Summary: "How everything stands",
			Gives: one(rules.Situation{}, "The Situation of this moment."), serve: (*server).situation,
		}, {
			Method: "GET", Path: "/api/v1/outages", Name: "outages", Area: Standing, Summary: "Outages, the newest first",
			Params: []Param{query("open", "Keep the open ones.", false), query("system", "Keep those of this system.", "")},
			Gives:  one(outageList{}, "The outages."), serve: (*server).outages,
		}, {
			Method: "GET", Path: "/api/v1/power", Name: "power", Area: Standing, Summary: "How emergency power stands",
			Gives: one(supply.Facts{}, "The power member of the Situation."), Refuses: []int{http.StatusNotFound}, serve: (*server).power,
		}, {
			Method: "GET", Path: "/api/v1/survey", Name: "survey", Area: Standing, Summary: "The damage survey (被害チェックシート)",
			Params: []Param{query("site", "Keep the sheet of this site.", "")},
			Gives:  one(Survey{}, "The sheets."), Refuses: []int{http.StatusNotFound}, serve: (*server).survey,
		}, {
			Method: "GET", Path: "/api/v1/callout", Name: "callout", Area: Standing, Summary: "Whom to call, with their contacts", Who: Operator,
			Params: []Param{query("threat", "The threat to call for; without it the active one.", "")},
			Gives:  one(rules.CallOut{}, "Roles and people, in the order of calling."), Refuses: []int{http.StatusNotFound}, serve: (*server).callOut,
		}, {
			Method: "GET", Path: "/api/v1/events", Name: "events", Area: Standing, Summary: "What was journaled, the oldest first", About: aboutEvents,
			Params: eventParams(), Refuses: []int{http.StatusBadRequest}, serve: (*server).events,
			Gives: []Answer{
				{http.StatusOK, jsonType, "The events, without the Situations that some carry.", eventList{}},
				{http.StatusOK, eventsType, "The events, and each new one as it is committed: its seq as id, its kind as event, itself as data.", nil},
			},
		}, {
			Method: "GET", Path: "/api/v1/events/{id}", Name: "event", Area: Standing, Summary: "One event, with the Situation that it carries",
			Params: []Param{path("id", "The event's ID, a ULID.", "01KAPX8Q8S3Z6V2N4W0B7C9DEF")},
			Gives:  one(Event{}, "The event."), Refuses: []int{http.StatusNotFound}, serve: (*server).event,
		}, {
			Method: "GET", Path: "/api/v1/badge/{name}.svg", Name: "badge", Area: Standing, Summary: "How a system stands, as a small image", About: aboutBadge,
			Params: []Param{path("name", "The system's name, or _all for the whole.", "records"), lang()},
			Gives: []Answer{
				{http.StatusOK, svgType, "The image.", nil},
				{http.StatusNotFound, svgType, "An image that says that there is no such system.", nil},
			},
			serve: (*server).badge,
		},
	}
}

const (
	aboutEvents = `Without "after" these are the newest "limit"; with it, those that follow it. With "Accept: text/event-stream" the
answer goes on with each new event, and a client that lost its connection goes on from its Last-Event-ID.`
	aboutBadge = `The image is for pages outside Keizoku: <img src="…/api/v1/badge/records.svg">. Its title says the same in full.`
)

func eventParams() []Param {
	return []Param{
		query("limit", "At most so many; 0 for as many as there may be in one answer (10,000).", uint64(0)),
		query("after", "Only those with a greater seq.", uint64(0)),
		query("system", "Only those about this system, threat or agent.", ""),
		query("kind", "Only those of these kinds.", []journal.Kind{}),
		query("from", "Only those not before this time.", time.Time{}),
		query("to", "Only those before this time.", time.Time{}),
		{Name: "Last-Event-ID", In: "header", About: "Of a stream: the seq of the last event that was received.", Of: uint64(0)},
	}
}

// actionRoutes are those of people's actions, by name: POST /api/v1/NAME with the action's JSON.
func actionRoutes() []Route {
	decided := []string{"stage", "ordinary"}
	actions := act.Actions()
	routes := make([]Route, 0, len(actions))
	for _, name := range slices.Sorted(maps.Keys(actions)) {
		action := actions[name]
		routes = append(routes, Route{
			Method: "POST", Path: "/api/v1/" + name, Name: "act_" + name, Area: Acting, Who: Operator,
			Takes: action, Decided: slices.Contains(decided, name),
			Gives:   []Answer{{http.StatusCreated, jsonType, "The event that was recorded.", Event{}}},
			Refuses: []int{http.StatusNotFound, http.StatusConflict, http.StatusUnprocessableEntity},
			serve:   acts(reflect.TypeOf(action)),
		})
	}
	return routes
}

func tellingRoutes() []Route {
	return []Route{
		{
			Method: "GET", Path: "/api/v1/alerts", Name: "alerts", Area: Telling, Summary: "Open alerts, the gravest first",
			Params: []Param{lang()}, Gives: one(alertList{}, "The alerts."), Refuses: []int{http.StatusBadRequest}, serve: (*server).alerts,
		}, {
			Method: "GET", Path: "/api/v1/notifications", Name: "notifications", Area: Telling, Summary: "Channels, and the messages on their way", Who: Operator,
			Params: []Param{query("limit", "At most so many of those that wait, and of the others.", uint64(0))},
			Gives:  one(Notifications{}, "How channels and messages stand."), Refuses: []int{http.StatusBadRequest}, serve: (*server).notifications,
		}, {
			Method: "POST", Path: "/api/v1/notify-test", Name: "notify_test", Area: Telling, Summary: "Send a test message, and wait for its receipt", Who: Operator,
			Takes: trialRequest{}, Gives: one(Trial{}, "The message has arrived."),
			Refuses: []int{http.StatusNotFound, http.StatusBadGateway}, serve: (*server).notifyTest,
		}, {
			Method: "POST", Path: "/api/v1/inspect", Name: "inspect", Area: Telling, Summary: "Run an inspection (始業前点検)", Who: Operator,
			About: "The answer is one JSON object a line while it runs; the last has the report, or the error. It ends when the reader goes.",
			Takes: inspectRequest{}, Gives: []Answer{{http.StatusOK, linesType, "Lines, as the inspection goes on.", Progress{}}},
			Refuses: []int{http.StatusNotFound, http.StatusConflict}, serve: (*server).inspect,
		}, {
			Method: "POST", Path: "/api/v1/heartbeat/{system}/{check}", Name: "heartbeat", Area: Telling, Summary: "Push a heartbeat", Who: Pusher,
			About:  "The body is what the sender has to say; its form is in the reference of the heartbeat check.",
			Params: []Param{path("system", "The system's name.", "backup"), path("check", "The check's name.", "nightly")},
			Gives:  []Answer{{Status: http.StatusNoContent, About: "It is taken."}},
			Refuses: []int{
				http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusRequestEntityTooLarge,
			},
			serve: (*server).heartbeat,
		},
	}
}

func runningRoutes() []Route {
	return []Route{
		{
			Method: "GET", Path: "/api/v1/targets", Name: "targets", Area: Running, Summary: "All agents of the plan, for Prometheus's HTTP service discovery",
			Gives: one([]target{}, "The targets."), serve: (*server).targets,
		}, {
			Method: "GET", Path: "/api/v1/openapi.json", Name: "openapi", Area: Running, Summary: "This document",
			Gives: one(map[string]any{}, "An OpenAPI 3.1 document."), serve: (*server).openapi,
		}, {
			Method: "GET", Path: "/-/healthy", Name: "healthy", Area: Running, Summary: "Whether the agent lives", Who: Anybody,
			Gives: plain("It lives."), serve: (*server).healthy,
		}, {
			Method: "GET", Path: "/-/ready", Name: "ready", Area: Running, Summary: "Whether the agent watches",
			Gives: plain("It watches."), Refuses: []int{http.StatusServiceUnavailable}, serve: (*server).ready,
		}, {
			Method: "POST", Path: "/-/reload", Name: "reload", Area: Running, Summary: "Read the plan anew", Who: Operator,
			Gives: one(rules.PlanFacts{}, "The plan that holds now."), Refuses: []int{http.StatusUnprocessableEntity}, serve: (*server).reload,
		}, {
			Method: "POST", Path: "/api/v1/sign-in-link", Name: "sign_in_link", Area: Running, Summary: "A one-time link by which a browser signs in", Who: Operator,
			About: "Only through the agent's Unix socket: who holds a link acts without a password.",
			Takes: linkRequest{}, Gives: one(SignInLink{}, "The link."), serve: (*server).signInLink,
		}, {
			Method: "GET", Path: "/metrics", Name: "metrics", Area: Running, Summary: "Metrics for Prometheus",
			About: "In Prometheus's text format, or OpenMetrics where that is asked for. What there is: docs/reference/metrics.md.",
			Gives: plain("The metrics."),
		},
	}
}

// one is a good answer of one JSON value.
func one(of any, about string) []Answer {
	return []Answer{{http.StatusOK, jsonType, about, of}}
}

func plain(about string) []Answer {
	return []Answer{{Status: http.StatusOK, Type: textType, About: about}}
}

func query(name, about string, of any) Param {
	return Param{Name: name, In: "query", About: about, Of: of}
}

func path(name, about, example string) Param {
	return Param{Name: name, In: "path", About: about, Of: "", Example: example}
}

func lang() Param {
	return query("lang", "The language; without it the plan's.", plan.Locale(""))
}
