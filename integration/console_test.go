//go:build integration && linux

package integration

import (
	"context"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/keizoku-bcp/keizoku/demo"
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

// newHall is the demo's city hall and an agent that watches it.
func newHall(t *testing.T) (*demo.Hall, *keizoku) {
	t.Helper()
	hall, err := demo.Start(t.Context(), demo.Options{Dir: folder(t), FreePorts: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = hall.Close() })
	k := watching(t, hall)
	ctx, stop := context.WithCancel(t.Context())
	wait := hall.ReportBackups(ctx, k.address())
	t.Cleanup(func() {
		stop()
		wait()
	})
	until(t, "all is up", func() bool {
		return !slices.ContainsFunc(k.situation().Systems, func(s *rules.SystemFacts) bool { return s.State != rules.Up })
	})
	return hall, k
}

// The wall follows the story of the demo without being loaded anew: a switch fails, a disaster is
// declared, the switch is mended.
func TestWallFollowsTheStory(t *testing.T) {
	t.Parallel()
	for _, locale := range messages.Locales {
		t.Run(string(locale), func(t *testing.T) {
			t.Parallel()
			hall, k := newHall(t)
			words := messages.For(locale)
			b := newBrowser(t, k.address(), string(locale), 1280, 900)
			b.open(k.address() + "/")
			b.do(chromedp.Evaluate[chromedp.Void](`window.kept = true`))
			until(t, "all is calm", func() bool { return strings.Contains(value[string](b, `document.body.className`), "calm") })
			b.shot("calm." + string(locale))

			hall.Device(cause).Fail()
			k.awaits(cause, rules.Down)
			down := time.Now()
			b.says("#system-"+cause, words.State(rules.Down))
			t.Logf("the wall says so %s after the agent", time.Since(down).Round(time.Millisecond))
			b.ticks(k, cause)
			k.act("declare", rules.Declare{Threat: "disaster"})
			b.says(".threat", k.situation().Threat.Title)
			for _, width := range []int64{360, 768, 1280, 3840} {
				b.do(chromedp.EmulateViewport(width, width*2/3+300))
				b.fits()
				b.roomForNames()
				b.shot(fmt.Sprintf("wall.%s.%d", locale, width))
			}
			if err := hall.Device(cause).Recover(); err != nil {
				t.Fatal(err)
			}
			k.awaits(cause, rules.Up)
			until(t, "the switch is off the list", func() bool { return !value[bool](b, `!!document.querySelector("#system-`+cause+`.down")`) })
			if !value[bool](b, `window.kept === true`) {
				t.Error("the page was loaded anew")
			}
			b.content()
			k.stop()
			until(t, "the page says that the agent is gone", func() bool {
				return value[bool](b, `document.body.matches(".stale") && document.querySelector("#gone").offsetHeight > 60`)
			})
			if gone := b.text("#gone"); !regexp.MustCompile(`\d\d:\d\d:\d\d`).MatchString(gone) {
				t.Errorf("it does not say since when: %s", gone)
			}
			b.shot("gone." + string(locale))
		})
	}
}

// roomForNames fails the test when the names of systems are set a letter a line.
func (b *browser) roomForNames() {
	b.Helper()
	if width := value[int](b, `Math.min(...[...document.querySelectorAll(".systems tbody th")].map((e) => e.clientWidth))`); width < 240 {
		b.Errorf("the names of systems have %d points at %s", width, b.where())
	}
}

// ticks checks that what is left of the allowance ticks, and agrees with what the API says.
func (b *browser) ticks(k *keizoku, system string) {
	b.Helper()
	const shown = `#system-%s .count[data-until]`
	until(b.T, "the allowance is shown", func() bool { return b.text(fmt.Sprintf(shown, system)) != "" })
	first := b.text(fmt.Sprintf(shown, system))
	until(b.T, "the number ticks", func() bool { return b.text(fmt.Sprintf(shown, system)) != first })
	before := k.situation().System(system).Outage
	onPage := secondsShown(b.T, b.text(fmt.Sprintf(shown, system)))
	after := k.situation().System(system).Outage
	if before == nil || after == nil || before.Left == nil || after.Left == nil {
		b.Fatal("the API tells nothing of what is left")
	}
	// It was read between the two, and shows whole seconds.
	if most, least := float64(*before.Left)+1, float64(*after.Left)-1; onPage > most+1 || onPage < least-1 {
		b.Errorf("the page says that %v s are left; the API said %v before and %v after", onPage, *before.Left, *after.Left)
	}
}

var clockShown = regexp.MustCompile(`^(−?)(\d+):(\d\d)\s*:(\d\d)$`)

// secondsShown reads a number that ticks.
func secondsShown(t *testing.T, text string) float64 {
	t.Helper()
	m := clockShown.FindStringSubmatch(strings.TrimSpace(text))
	if m == nil {
		t.Fatalf("%q is no number that ticks", text)
	}
	total := 0.0
	for i, unit := range []float64{3600, 60, 1} {
		n, err := strconv.Atoi(m[i+2])
		if err != nil {
			t.Fatal(err)
		}
		total += float64(n) * unit
	}
	if m[1] != "" {
		return -total
	}
	return math.Abs(total)
}

// act does something through the socket.
func (k *keizoku) act(name string, action rules.Action) {
	k.Helper()
	if _, err := k.client.Act(k.Context(), name, action, "課長"); err != nil {
		k.Fatal(err)
	}
}

// An outage is taken on with the keyboard alone, from the one-time link to the record.
func TestActingByKeyboardAlone(t *testing.T) {
	t.Parallel()
	hall, k := newHall(t)
	hall.Device(cause).Fail()
	k.awaits(cause, rules.Down)
	link, err := k.client.SignInLink(t.Context(), false)
	if err != nil {
		t.Fatal(err)
	}
	b := newBrowser(t, k.address(), "ja", 1280, 900)
	b.open(link.URL)
	b.tabTo("main button")
	b.do(chromedp.KeyEvent(kb.Enter), chromedp.WaitReady(chromedp.CSS(".user")))
	b.open(k.address() + "/systems/" + cause)
	b.tabTo(`form[action="/act/ack"] [name=why]`)
	b.do(chromedp.KeyEvent("予備機へ交換"))
	b.tabTo(`form[action="/act/ack"] button`)
	b.do(chromedp.KeyEvent(kb.Enter))
	b.says("#main", "予備機へ交換") // what would be recorded
	if acked := k.situation().System(cause).Outage.AcknowledgedAt; !acked.IsZero() {
		t.Fatal("it was recorded before it was confirmed")
	}
	until(t, "the answer has the focus", func() bool { return value[bool](b, `document.activeElement?.matches("form.confirm button") ?? false`) })
	b.do(chromedp.KeyEvent(kb.Enter))
	b.says(".notice.done", "予備機へ交換")
	b.shot("acted")
	b.content()
	k.stop()
	acks := of(k.history(), cause, journal.KindAcknowledged)
	if len(acks) != 1 || acks[0].Actor == nil || acks[0].Actor.Via != "link" {
		t.Errorf("the record has %+v", acks)
	}
}

// pagesOfConsole are those that anybody may see.
func pagesOfConsole(k *keizoku) []string {
	return []string{"/", "/systems", "/systems/" + cause, "/power", "/power?lost=1&load=130", "/response", "/response/callout", "/response/survey",
		"/response/report", "/timeline", "/inspection", "/plan", "/no-such-page"}
}

// Every page can be used by everybody: axe-core finds nothing, in light, in dark and on paper, as
// a reader and as an operator; and none is wider than a telephone.
func TestPagesAreAccessible(t *testing.T) {
	t.Parallel()
	axe := axeCore(t)
	hall, k := newHall(t)
	hall.Device(cause).Fail()
	k.awaits(cause, rules.Down)
	k.act("declare", rules.Declare{Threat: "disaster"})
	k.act("stage", rules.MoveStage{To: plan.InitialResponse, Why: "震度6弱"})
	for _, locale := range messages.Locales {
		b := newBrowser(t, k.address(), string(locale), 1280, 900)
		for _, path := range append(pagesOfConsole(k), "/signin") {
			b.accessible(axe, k.address()+path)
		}
		link, err := k.client.SignInLink(t.Context(), false)
		if err != nil {
			t.Fatal(err)
		}
		b.accessible(axe, link.URL)
		b.do(chromedp.Click(chromedp.CSS("main button")), chromedp.WaitReady(chromedp.CSS(".user")))
		for _, path := range pagesOfConsole(k) {
			b.accessible(axe, k.address()+path)
		}
		b.content()
	}
}

// accessible checks a page in light, dark and print, and at the width of a telephone.
func (b *browser) accessible(axe, address string) {
	b.Helper()
	b.open(address)
	for _, look := range []struct{ media, scheme string }{{"screen", "light"}, {"screen", "dark"}, {"print", "light"}} {
		b.do(emulate(look.media, look.scheme))
		for _, v := range value[[]string](b, axe) {
			b.Errorf("%s (%s, %s): %s", address, look.media, look.scheme, v)
		}
	}
	b.do(emulate("screen", "light"), chromedp.EmulateViewport(360, 740))
	b.fits()
	b.do(chromedp.EmulateViewport(1280, 900))
}
