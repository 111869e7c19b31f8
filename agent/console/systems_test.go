package console

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// listed are the names in the list that a page shows, in order.
func listed(body string) []string {
	var names []string
	for _, m := range regexp.MustCompile(`<tr class="[^"]*" id="row-([^"]*)"`).FindAllStringSubmatch(body, -1) {
		names = append(names, m[1])
	}
	return names
}

func TestSystemsAreListed(t *testing.T) {
	t.Parallel()
	a := storied(t)
	body := a.body("", "/systems", "ja")
	all := listed(body)
	if len(all) != len(a.plan.Systems) || all[0] != "core_switch" {
		t.Errorf("listed are %v", all)
	}
	lacks(t, "the list", body, `aria-sort="ascending"`, `href="/systems?desc=1&amp;sort=rank"`, `href="/systems?sort=state"`, "情報政策課", "本庁舎", `href="/systems/resident_records"`)
	for path, want := range map[string][]string{
		"?q=住民":                      {"resident_records"},
		"?q=RESIDENT":                {"resident_records"},
		"?state=down":                {"core_switch", "virtual_base", "resident_records"},
		"?state=down&sort=rank&desc": {"resident_records", "virtual_base", "core_switch"},
		"?state=down&q=基盤":           {"virtual_base"},
		"?site=nowhere":              nil,
		"?q=%00%ff":                  nil,
	} {
		if diff := cmp.Diff(want, listed(a.body("", "/systems"+path, "ja"))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", path, diff)
		}
	}
	lacks(t, "an empty list", a.body("", "/systems?site=nowhere", "en"), "No system is like that.", "0 of ")
	descending := listed(a.body("", "/systems?sort=state&desc=1", "ja"))
	ascending := listed(a.body("", "/systems?sort=state", "ja"))
	slices.Reverse(descending)
	if diff := cmp.Diff(ascending, descending); diff != "" {
		t.Errorf("by state, both ways (-want +got):\n%s", diff)
	}
	if first := ascending[0]; !slices.Contains([]string{"core_switch", "virtual_base", "resident_records"}, first) {
		t.Errorf("by state %s comes first", first)
	}
}

// The form keeps what was asked for, and needs no script.
func TestListKeepsWhatWasAsked(t *testing.T) {
	t.Parallel()
	body := storied(t).body("", "/systems?q=%3Cb%3E&state=down&sort=name&desc=1", "ja")
	lacks(t, "the list", body, `name="q" value="&lt;b&gt;"`, `<option value="down" selected>`, `name="sort" value="name"`, `name="desc" value="1"`, `method="get"`)
	if strings.Contains(body, "<no value>") {
		t.Error("a place is empty")
	}
}
