package webhook

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/notify"
	"github.com/keizoku-bcp/keizoku/notify/notifytest"
)

// examples decodes the blocks of the page of examples.
func examples(t *testing.T) map[string]*Settings {
	t.Helper()
	page, err := os.ReadFile("../../docs/notify-examples.md")
	if err != nil {
		t.Fatal(err)
	}
	all := make(map[string]*Settings)
	for _, found := range regexp.MustCompile("(?ms)^```hcl\n(.*?)^```").FindAllStringSubmatch(string(page), -1) {
		for name, settings := range notifytest.Blocks(t, Kind(), found[1]) {
			all[name] = settings.(*Settings)
		}
	}
	return all
}

// object walks into what a service gets: names of fields, and 0 for the first of a list.
func object(t *testing.T, body []byte, path ...any) any {
	t.Helper()
	var v any
	if err := json.Unmarshal(body, &v); err != nil {
		t.Fatalf("%v\n%s", err, body)
	}
	for _, step := range path {
		switch step := step.(type) {
		case string:
			v = v.(map[string]any)[step]
		case int:
			v = v.([]any)[step]
		}
	}
	return v
}

// TestExamples holds what each example makes of every message against the shape that its service
// takes.
func TestExamples(t *testing.T) {
	t.Parallel()
	shapes := map[string]func(*testing.T, *notify.Message, []byte){
		"slack": func(t *testing.T, m *notify.Message, body []byte) {
			want(t, object(t, body, "text"), m.Subject)
			blocks := object(t, body, "attachments", 0, "blocks").([]any)
			want(t, object(t, body, "attachments", 0, "blocks", 0, "type"), "header")
			most(t, object(t, body, "attachments", 0, "blocks", 0, "text", "text"), 150)
			most(t, object(t, body, "attachments", 0, "blocks", 1, "text", "text"), 3000)
			want(t, len(blocks), map[bool]int{true: 3, false: 2}[m.Link != ""])
		},
		"teams": func(t *testing.T, m *notify.Message, body []byte) {
			want(t, object(t, body, "type"), "message")
			want(t, object(t, body, "attachments", 0, "contentType"), "application/vnd.microsoft.card.adaptive")
			want(t, object(t, body, "attachments", 0, "content", "type"), "AdaptiveCard")
			want(t, object(t, body, "attachments", 0, "content", "body", 0, "text"), m.Subject)
			if len(body) > 28<<10 { // Teams' limit for a message
				t.Errorf("%d bytes", len(body))
			}
		},
		"mattermost": func(t *testing.T, m *notify.Message, body []byte) {
			want(t, object(t, body, "attachments", 0, "title"), m.Subject)
			want(t, object(t, body, "attachments", 0, "color"), color(m))
			most(t, object(t, body, "attachments", 0, "text"), 7000)
		},
		"lineworks": func(t *testing.T, m *notify.Message, body []byte) {
			most(t, object(t, body, "title"), 100)
			most(t, object(t, body, "body", "text"), 1000)
			_, button := object(t, body).(map[string]any)["button"]
			want(t, button, m.Link != "")
		},
		"logochat": func(t *testing.T, m *notify.Message, body []byte) {
			text := object(t, body, "message").(string)
			want(t, strings.HasPrefix(text, truncate(1000, m.Subject)), true)
			most(t, text, 2000)
		},
		"gateway": func(t *testing.T, m *notify.Message, body []byte) { want(t, string(body), strings.TrimSpace(m.Short)) },
	}
	all := examples(t)
	if len(all) != len(shapes) {
		t.Errorf("%d examples, want %d", len(all), len(shapes))
	}
	for name, s := range all {
		c := &channel{settings: s}
		var err error
		if c.template, err = s.parse(); err != nil {
			t.Fatal(err)
		}
		for occasion, m := range messages() {
			t.Run(name+" "+occasion, func(t *testing.T) {
				body, err := c.body(m)
				if err != nil {
					t.Fatal(err)
				}
				shapes[name](t, m, body)
			})
		}
	}
}

// messages are those of the suite, and one that is far too long.
func messages() map[string]*notify.Message {
	all := notifytest.Messages()
	long := notifytest.Message()
	long.Subject, long.Text = strings.Repeat("停止", 200), strings.Repeat("住民記録 \"x\"\n", 2000)
	all["long"] = long
	return all
}

func want(t *testing.T, got, wanted any) {
	t.Helper()
	if diff := cmp.Diff(wanted, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// most wants a text of at most n characters, and some.
func most(t *testing.T, text any, n int) {
	t.Helper()
	s, ok := text.(string)
	if length := utf8.RuneCountInString(s); !ok || length == 0 || length > n {
		t.Errorf("%d characters, want 1 to %d", length, n)
	}
}
