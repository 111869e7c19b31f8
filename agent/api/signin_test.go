package api

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/keizoku-bcp/keizoku/agent/access"
	"github.com/keizoku-bcp/keizoku/journal"
)

func (f *fake) SignInLink(user string, role access.Role) SignInLink {
	return SignInLink{URL: "http://agent/" + user, Role: role}
}

// asked answers a request to act of somebody; an empty way of proof is nobody's.
func asked(t *testing.T, via string, role access.Role, path, body string) (int, string) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("Content-Type", jsonType)
	if via != "" {
		r = r.WithContext(access.With(r.Context(), access.Identity{Actor: journal.Actor{User: "duty", Via: via}, Role: role}))
	}
	w := httptest.NewRecorder()
	Handler(&fake{}, slog.New(slog.DiscardHandler)).ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

func TestWhoMayActAndWhoMakesLinks(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		via   string
		role  access.Role
		acts  int
		links int
		says  string // of the refusal of a link
	}{
		{"", "", 403, 403, "does not prove who acts"},
		{"socket", access.Operator, 201, 200, ""},
		{"http", access.Operator, 201, 403, "keizoku open"},
		{"link", access.Operator, 201, 403, "keizoku open"},
		{"http", access.Viewer, 403, 403, "duty may look, and not act"},
		{"link", access.Viewer, 403, 403, "duty may look, and not act"},
		{"socket", access.Viewer, 403, 403, "duty may look, and not act"},
	} {
		if status, body := asked(t, test.via, test.role, "/api/v1/note", `{"text":"x"}`); status != test.acts {
			t.Errorf("%s %s acts: %d %s", test.role, test.via, status, body)
		}
		status, body := asked(t, test.via, test.role, "/api/v1/sign-in-link", `{}`)
		if status != test.links || !strings.Contains(body, test.says) {
			t.Errorf("%s %s makes a link: %d %s", test.role, test.via, status, body)
		}
	}
}

func TestClientAsksForALink(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "s")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(Handler(&fake{}, slog.New(slog.DiscardHandler)))
	server.Listener = l
	server.Config.ConnContext = func(ctx context.Context, _ net.Conn) context.Context {
		return access.With(ctx, access.Identity{Actor: journal.Actor{User: "root", Via: "socket"}, Role: access.Operator})
	}
	server.Start()
	t.Cleanup(server.Close)
	for viewer, role := range map[bool]access.Role{false: access.Operator, true: access.Viewer} {
		link, err := NewSocketClient(path).SignInLink(t.Context(), viewer)
		if err != nil || link != (SignInLink{URL: "http://agent/root", Role: role}) {
			t.Errorf("viewer %t: %+v, %v", viewer, link, err)
		}
	}
	overTCP, err := NewClient(newStranger(t))
	if err != nil {
		t.Fatal(err)
	}
	var refused *Problem
	if _, err := overTCP.SignInLink(t.Context(), false); !errors.As(err, &refused) || refused.Status != http.StatusForbidden {
		t.Errorf("nobody gets a link: %v", err)
	}
}

// newStranger serves the API to those who have proved nothing.
func newStranger(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(Handler(&fake{}, slog.New(slog.DiscardHandler)))
	t.Cleanup(server.Close)
	return server.URL
}
