package console

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/agent/access"
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/rules"
)

// Inspect runs what a test has the hall find: a check that failed.
func (h *hall) Inspect(_ context.Context, name string, _ func(done, total int)) (journal.InspectionDone, error) {
	if name == "none" {
		return journal.InspectionDone{}, &rules.Problem{Kind: rules.NotFound, Code: rules.CodeNoInspection, Data: rules.Particulars{Given: name}}
	}
	done := journal.InspectionDone{
		Name: name, Title: "始業前点検", Trigger: journal.ByHand, StartedAt: h.now, EndedAt: h.now.Add(12 * time.Second),
		Counts: journal.InspectionCounts{Checks: 20, Good: 19, Failed: 1},
		Failed: []journal.InspectedCheck{{System: "tax", Title: "税務システム", Check: "service", Reason: "timeout", Text: "no <b>answer"}},
	}
	h.write(done)
	return done, nil
}

// press sends a form, as somebody of the role.
func (h *hall) press(role access.Role, path, form string) *httptest.ResponseRecorder {
	h.t.Helper()
	r := httptest.NewRequestWithContext(h.t.Context(), http.MethodPost, path, strings.NewReader(form))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept-Language", "ja")
	if role != "" {
		r = r.WithContext(access.With(r.Context(), access.Identity{Actor: journal.Actor{User: "sato", Via: "http"}, Role: role}))
	}
	w := httptest.NewRecorder()
	Handler(h, slog.New(slog.NewTextHandler(h.t.Output(), nil))).ServeHTTP(w, r)
	return w
}

func TestInspectionIsRunAndReported(t *testing.T) {
	t.Parallel()
	h := calmHall(t)
	w := h.press(access.Operator, "/act/inspect", "name=")
	id := h.last(journal.KindInspectionDone).ID
	if to := w.Header().Get("Location"); w.Code != http.StatusSeeOther || to != "/inspection/"+id {
		t.Fatalf("%d, to %q: %s", w.Code, to, w.Body)
	}
	report := h.page("", "/inspection/"+id, "ja")
	lacks(t, "the report", report, "税務システム", "no &lt;b&gt;answer", "始業前点検")
	list := h.page("", "/inspection", "ja")
	lacks(t, "the list", list, `href="/inspection/`+id+`"`)
	holds(t, "the list of a reader", list, `action="/act/inspect"`)
	lacks(t, "the list of an operator", h.page(access.Operator, "/inspection", "ja"), `action="/act/inspect"`)
}

func TestInspectionIsRefused(t *testing.T) {
	t.Parallel()
	for _, role := range []access.Role{"", access.Viewer} {
		h := calmHall(t)
		before := len(h.log)
		if w := h.press(role, "/act/inspect", "name="); w.Code != http.StatusForbidden || len(h.log) != before {
			t.Errorf("%q: %d, and %d events more", role, w.Code, len(h.log)-before)
		}
	}
	h := calmHall(t)
	if w := h.press(access.Operator, "/act/inspect", "name=none"); w.Code != http.StatusNotFound {
		t.Errorf("an inspection that there is not: %d", w.Code)
	}
	for path, want := range map[string]int{"/inspection/01KAPX8Q8S3Z6V2N4W0B7C9999": 404, "/inspection/" + h.log[0].ID: 404} {
		if w := h.ask("", path, "ja"); w.Code != want {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}
