package api

import (
	"fmt"
	"mime"
	"net/http"
	"reflect"
	"strings"

	"github.com/keizoku-bcp/keizoku/agent/access"
	"github.com/keizoku-bcp/keizoku/rules"
)

// acts decodes actions of one kind, with "by" beside their fields, and carries them out. The answer
// is the event as lists show it.
func acts(kind reflect.Type) func(*server, http.ResponseWriter, *http.Request) {
	return func(s *server, w http.ResponseWriter, r *http.Request) {
		request := struct {
			By string `json:"by"`
		}{}
		action := reflect.New(kind)
		if err := readTwo(w, r, &request, action.Interface()); err != nil {
			writeError(w, err)
			return
		}
		if len(request.By) > maxName {
			writeError(w, &badRequest{fmt.Sprintf("by is longer than %d bytes", maxName), "give the name of the person who decides"})
			return
		}
		actor, _ := access.OperatorOf(r.Context())
		actor.By = strings.TrimSpace(request.By)
		event, err := s.agent.Act(r.Context(), action.Elem().Interface().(rules.Action), actor)
		if err != nil {
			writeError(w, err)
			return
		}
		writeJSON(w, http.StatusCreated, briefOf(event))
	}
}

// requireJSON refuses bodies of another type, which also keeps HTML forms out.
func requireJSON(r *http.Request) error {
	if r.ContentLength == 0 {
		return &badRequest{"the body is empty", "send the action as a JSON object"}
	}
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != "application/json" {
		return &badRequest{"the body must be application/json", "send Content-Type: application/json"}
	}
	return nil
}
