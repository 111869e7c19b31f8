package api

import (
	"net/http"
	"time"

	"github.com/keizoku-bcp/keizoku/agent/access"
)

// SignInLink is a one-time link.
type SignInLink struct {
	URL string `json:"url"`
	// ExpiresAt is until when it may be used.
	ExpiresAt time.Time   `json:"expires_at"`
	Role      access.Role `json:"role"` // viewer or operator
}

// linkRequest asks for a link.
type linkRequest struct {
	// Viewer asks for a link for those who only look, such as a projector.
	Viewer bool `json:"viewer"`
}

// signInLink makes a one-time link. It comes through the socket alone: a stolen session or password
// must not make itself another, which would outlive the change of the password.
func (s *server) signInLink(w http.ResponseWriter, r *http.Request) {
	actor, _ := access.OperatorOf(r.Context())
	if actor.Via != "socket" {
		writeProblem(w, problem{
			Status: http.StatusForbidden, Title: "only through the socket", Detail: "links are made where the agent runs",
			Hint: "run `keizoku open` there, as the agent's user or root",
		})
		return
	}
	var request linkRequest
	if err := readOne(w, r, &request); err != nil {
		writeError(w, err)
		return
	}
	role := access.Operator
	if request.Viewer {
		role = access.Viewer
	}
	writeJSON(w, http.StatusOK, s.agent.SignInLink(actor.User, role))
}

// Refuse writes a problem, for those who refuse a request before it comes to the API.
func Refuse(w http.ResponseWriter, status int, title, detail, hint string) {
	writeProblem(w, problem{Status: status, Title: title, Detail: detail, Hint: hint})
}
