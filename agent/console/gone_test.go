package console

import (
	"os"
	"strings"
	"testing"

	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/rules"
)

// A page that the agent has left carries since when it tells no more. That stands outside the head,
// so that it stays in sight of whoever has scrolled, and is brought up to date with the rest.
func TestPageTellsSinceWhenItIsStale(t *testing.T) {
	t.Parallel()
	f := city(t)
	for _, locale := range messages.Locales {
		words := messages.For(locale)
		body := ask(t, f, "/", string(locale)).Body.String()
		gone := between(t, body, `<div class="gone" id="gone">`, `<header id="head">`)
		at := words.Moment(nine, nine)
		lacks(t, "what stands there when the agent is gone", gone, words.Word("console_gone"), at, `data-since="`)
		if alert, _, _ := strings.Cut(gone, "</p>"); strings.Contains(alert, "data-since") {
			t.Error("what ticks would be read out each second")
		}
		lacks(t, "the clock in the head", between(t, body, `<header id="head">`, "</header>"), words.Word("console_now"), `data-offset="0">`+at)
	}
	holds(t, "a page for paper", ask(t, f, "/?print", "ja").Body.String(), `id="gone"`, "wallclock")
	script, err := os.ReadFile("assets/live.js")
	if err != nil {
		t.Fatal(err)
	}
	lacks(t, "the script", string(script), `"#gone", "#head", "#main"`)
}

// Whoever sees no colours is told in words, in the list of all systems too.
func TestListTellsDangerInWords(t *testing.T) {
	t.Parallel()
	words := messages.For("ja")
	lacks(t, "the list", ask(t, city(t), "/systems", "ja").Body.String(), `<b class="danger">`+words.Verdict(rules.AtRisk)+`</b>`)
}

// Who decides is asked in the same words wherever something is recorded, and its name is offered.
func TestFormsAskAlikeWhoDecides(t *testing.T) {
	t.Parallel()
	h := quakeHall(t)
	h.fail("core_switch")
	asked := messages.For("ja").Word("console_act_field_by") + ` <input name="by" list="people"`
	for _, path := range []string{"/systems/core_switch", "/timeline"} {
		body := h.page("operator", path, "ja")
		lacks(t, path, body, asked, `<datalist id="people">`)
		if fields := strings.Count(body, `name="by"`); fields != strings.Count(body, asked) {
			t.Errorf("%s asks %d times who decides, not always alike", path, fields)
		}
	}
}

// Whoever acts without JavaScript has a page that does not renew itself, lest a form is lost: it says so.
func TestPageThatDoesNotRenewItselfSaysSo(t *testing.T) {
	t.Parallel()
	h := quakeHall(t)
	said := messages.For("ja").Word("console_unrefreshed")
	lacks(t, "an operator's page", h.page("operator", "/systems?q=%26", "ja"), "<noscript><p class=\"unrefreshed\">"+said, `<a href="/systems?q=%26">`)
	holds(t, "a reader's page", h.page("viewer", "/systems", "ja"), said)
	holds(t, "a page for paper", h.page("operator", "/systems?print", "ja"), said)
}
