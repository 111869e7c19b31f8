package rules_test

import (
	"testing"

	"github.com/keizoku-bcp/keizoku/journal"
	. "github.com/keizoku-bcp/keizoku/rules"
)

// Who should be there by now, and has not arrived, is still the holder, and to be called again.
func TestLateToArrive(t *testing.T) {
	for _, result := range []journal.CallResult{journal.Coming, journal.Reached} {
		t.Run(string(result), func(t *testing.T) {
			h := responding(t)
			h.by("佐藤", "10:10:00", RecordCall{Role: "head", Person: "井上 誠", Result: result, ComingAt: clock("10:40:00")})
			for at, late := range map[string]bool{"10:40:00": false, "10:40:01": true} {
				role := h.at(clock(at)).Response.Posture.Roles[0]
				equal(t, at, []any{role.Holder, role.State, role.Late, role.Calls[0].Late}, []any{"井上 誠", result, late, late})
				equal(t, "next", role.Next == "井上 誠", late)
				list, err := CallOutFor(h.plan, h.state, "", clock(at))
				if err != nil {
					t.Fatal(err)
				}
				equal(t, "call list", list.Roles[0].Candidates[0].Next, late)
			}
			h.by("佐藤", "10:50:00", RecordCall{Role: "head", Person: "井上 誠", Result: journal.Arrived})
			role := h.at(clock("11:00:00")).Response.Posture.Roles[0]
			equal(t, "there", []any{role.Holder, role.Late, role.Next}, []any{"井上 誠", false, ""})
		})
	}
	h := responding(t)
	h.by("佐藤", "10:10:00", RecordCall{Role: "head", Person: "井上 誠", Result: journal.Coming})
	equal(t, "nobody said when", h.at(clock("23:00:00")).Response.Posture.Roles[0].Late, false)
}
