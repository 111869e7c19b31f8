//go:build integration && linux

package integration

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// browser is a Chromium with one window. What a reader must never meet is a failure of the test:
// an exception in a script, a breach of the content security policy, a request to another host.
type browser struct {
	*testing.T
	ctx  context.Context
	host string // of the pages; others are not to be asked

	mu         sync.Mutex
	complaints []string
	received   float64 // bytes over the network since the window was opened
}

// newBrowser opens a window that prefers a language.
func newBrowser(t *testing.T, address, lang string, width, height int) *browser {
	t.Helper()
	path := need(t, "chromium", "chromium")
	at, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	options := slices.Concat(chromedp.DefaultExecAllocatorOptions[:], []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(folder(t)), chromedp.WindowSize(width, height),
		chromedp.Flag("lang", lang), chromedp.Flag("accept-lang", lang), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("hide-scrollbars", true),
	})
	allocator, stop := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(stop)
	ctx, closeWindow := chromedp.NewContext(allocator)
	t.Cleanup(closeWindow)
	b := &browser{T: t, ctx: ctx, host: at.Host}
	if err := chromedp.Do(ctx); err != nil { // the browser lives as long as the context of its first run
		t.Fatal(err)
	}
	if err := chromedp.Listen(ctx, b.hear); err != nil {
		t.Fatal(err)
	}
	b.do(call(network.Enable, network.EnableParams{}), call(log.Enable, cdp.Empty{}), call(runtime.Enable, cdp.Empty{}))
	return b
}

// hear takes in what Chromium tells of a page.
func (b *browser) hear(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		b.complaints = append(b.complaints, "an exception: "+e.ExceptionDetails.Text)
	case *log.EventEntryAdded:
		if e.Entry.Source == log.EntrySourceSecurity || e.Entry.Source == log.EntrySourceJavascript {
			b.complaints = append(b.complaints, string(e.Entry.Source)+": "+e.Entry.Text)
		}
	case *network.EventRequestWillBeSent:
		if at, err := url.Parse(e.Request.URL); err != nil || at.Host != b.host && at.Scheme != "data" && at.Scheme != "about" {
			b.complaints = append(b.complaints, "a request to "+e.Request.URL)
		}
	case *network.EventLoadingFinished:
		b.received += e.EncodedDataLength
	}
}

// content fails the test for what a reader must never meet, so far.
func (b *browser) content() {
	b.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, complaint := range b.complaints {
		b.Error(complaint)
	}
	b.complaints = nil
}

// patience is how long a single thing may take in a browser.
const patience = time.Minute

// step is something that is done in the browser.
type step = chromedp.Action[chromedp.Void]

func (b *browser) do(steps ...step) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.Fatalf("%v, at %s:\n%s", err, b.where(), told(b, chromedp.Evaluate[string](`document.body.innerText.slice(0, 1500)`)))
	}
}

// call is a command of the protocol.
func call[P, R any](c cdp.Command[P, R], params P) step {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, c, params)
		return err
	})
}

func (b *browser) where() string { return told(b, chromedp.Location()) }

// told is what a browser tells for the message of a failure; nothing when it does not.
func told(b *browser, ask chromedp.Action[string]) string {
	ctx, cancel := context.WithTimeout(b.ctx, 5*time.Second)
	defer cancel()
	text, _ := chromedp.Run(ctx, ask)
	return text
}

// open goes to a page and waits until it is there.
func (b *browser) open(address string) {
	b.Helper()
	b.do(chromedp.Navigate(address), chromedp.WaitReady(chromedp.CSS("#main")))
}

// value is what an expression of JavaScript gives on the page.
func value[V any](b *browser, expression string) V {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	for {
		v, err := chromedp.Run(ctx, chromedp.Evaluate[V](expression, chromedp.EvalAwaitPromise))
		if err == nil {
			return v
		}
		if !leaves(err) {
			b.Fatalf("%.200s: %v", expression, err)
		}
	}
}

// leaves reports whether a page was asked while it gave way to the next: that one answers.
func leaves(err error) bool {
	return strings.Contains(err.Error(), "context with specified id") || strings.Contains(err.Error(), "context was destroyed")
}

// text is what a part of the page says to a reader; empty when it is not there.
func (b *browser) text(selector string) string {
	b.Helper()
	return value[string](b, `document.querySelector(`+quote(selector)+`)?.innerText ?? ""`)
}

// says waits until a part of the page says something.
func (b *browser) says(selector, want string) {
	b.Helper()
	until(b.T, selector+" says "+want, func() bool { return strings.Contains(b.text(selector), want) })
}

// tabTo presses Tab until the focus is on what the selector names: as those do who use no mouse.
func (b *browser) tabTo(selector string) {
	b.Helper()
	for range 200 {
		b.do(chromedp.KeyEvent(kb.Tab))
		if value[bool](b, `document.activeElement?.matches(`+quote(selector)+`) ?? false`) {
			return
		}
	}
	b.Fatalf("%s cannot be reached by the keyboard at %s", selector, b.where())
}

// fits fails the test when the page is wider than the window.
func (b *browser) fits() {
	b.Helper()
	wide := value[[]string](b, `(() => {
		const w = document.documentElement.clientWidth;
		if (document.documentElement.scrollWidth <= w) return [];
		return [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > w + 1 && !e.closest(".scroll"))
			.slice(0, 5).map((e) => e.tagName + "." + e.className + " " + Math.round(e.getBoundingClientRect().right) + " of " + w);
	})()`)
	for _, e := range wide {
		b.Errorf("%s is wider than the window: %s", b.where(), e)
	}
}

// shot keeps a picture of the page in the directory that KEIZOKU_SHOTS names; without it, nowhere.
func (b *browser) shot(name string) {
	b.Helper()
	dir := os.Getenv("KEIZOKU_SHOTS")
	if dir == "" {
		return
	}
	picture, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), picture, 0o600); err != nil {
		b.Error(err)
	}
}

// quote writes a text as a string of JavaScript.
func quote(text string) string { return "`" + strings.ReplaceAll(text, "`", "\\`") + "`" }
