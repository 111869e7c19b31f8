package valuename

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSlug(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":               "",
		"/":              "",
		"/var/lib":       "var_lib",
		`D:\Data`:        "d_data",
		"time":           "time",
		"  Rta (max)  ":  "rta_max",
		"1m load":        "n1m_load",
		"室温":             "",
		"__already_it__": "already_it",
	} {
		if got := Slug(text); got != want {
			t.Errorf("Slug(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestSlugs(t *testing.T) {
	t.Parallel()
	got := Slugs([]string{"/", "/a-b", "/a_b", "室温"})
	if diff := cmp.Diff([]string{"1", "a_b", "a_b_3", "4"}, got); diff != "" {
		t.Errorf("Slugs (-want +got):\n%s", diff)
	}
}
