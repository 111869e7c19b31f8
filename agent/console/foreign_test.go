package console

import (
	"net/http"
	"testing"

	"github.com/keizoku-bcp/keizoku/agent/access"
)

// What another site sent ends on a page in the reader's language that tells nothing of how things
// stand, whoever they are.
func TestForeignRequestEndsOnAPage(t *testing.T) {
	t.Parallel()
	h := quakeHall(t)
	for lang, words := range map[string][]string{
		"ja": {`<html lang="ja">`, "<h1>操作を受け付けませんでした</h1>", "記録もしていません", "リバースプロキシ", `href="/"`},
		"en": {`<html lang="en">`, "<h1>This was not taken</h1>", "another site", "reverse proxy", `href="/"`},
	} {
		for _, role := range []access.Role{"", access.Viewer, access.Operator} {
			w := h.ask(role, access.ForeignPath, lang)
			if w.Code != http.StatusForbidden {
				t.Errorf("%s %q: %d", lang, role, w.Code)
			}
			lacks(t, lang, w.Body.String(), words...)
			holds(t, lang, w.Body.String(), h.plan.Title, "住民記録", "<form", "<script")
		}
	}
}
