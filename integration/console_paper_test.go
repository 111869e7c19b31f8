//go:build integration && linux

package integration

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"golang.org/x/crypto/bcrypt"

	"github.com/keizoku-bcp/keizoku/rules"
)

// axeFile is where `make packages` puts axe-core.
const axeFile = "../bin/node/node_modules/axe-core/axe.min.js"

// axeCore is an expression that runs axe-core on a page and lists what it finds.
func axeCore(t *testing.T) string {
	t.Helper()
	code, err := os.ReadFile(axeFile)
	if err != nil {
		t.Fatalf("axe-core is missing: make packages (%v)", err)
	}
	return string(code) + `; axe.run().then((r) => r.violations.map((v) => v.id + ": " + v.nodes.map((n) => n.target.join(" ") + " " + n.failureSummary).join("; ").slice(0, 600)))`
}

// emulate shows a page as a medium does, in a colour scheme.
func emulate(media, scheme string) step {
	return call(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Media: media, Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
}

// paper prints the page as Chromium does, and returns the text of each sheet.
func (b *browser) paper() (sheets []string) {
	b.Helper()
	pdf, err := chromedp.Run(b.ctx, chromedp.PrintToPDF(chromedp.PDFPreferCSSPageSize()))
	if err != nil {
		b.Fatal(err)
	}
	file := filepath.Join(folder(b.T), "page.pdf")
	if err := os.WriteFile(file, pdf, 0o600); err != nil {
		b.Fatal(err)
	}
	info := run(b.T, need(b.T, "pdfinfo", "poppler-utils"), file)
	if !strings.Contains(info, "(A4)") {
		b.Errorf("%s is not printed on A4:\n%s", b.where(), info)
	}
	text := run(b.T, need(b.T, "pdftotext", "poppler-utils"), "-layout", file, "-")
	return strings.Split(strings.TrimSuffix(text, "\f"), "\f")
}

// On paper each page has its number and when it was printed, and what it is for.
func TestPagesOnPaper(t *testing.T) {
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
	b.do(chromedp.Click(chromedp.CSS("main button")), chromedp.WaitReady(chromedp.CSS(".user")))
	for path, want := range map[string][]string{
		"/?print":                 {"3階フロアスイッチ", "期限", "令和"},
		"/plan?print":             {"優先業務", "優先システム", "非常用電源一覧", "令和"},
		"/power?print":            {"単線結線図", "切る順", "令和"},
		"/response/callout?print": {"佐藤 一郎", "令和"},
		"/response/survey?print":  {"被害チェックシート", "令和"},
		"/response/report?print":  {"第1報", "令和"},
	} {
		b.open(k.address() + path)
		sheets := b.paper()
		whole := strings.Join(sheets, "")
		for _, text := range want {
			if !strings.Contains(whole, text) {
				t.Errorf("%s lacks %s on paper", path, text)
			}
		}
		for i, sheet := range sheets {
			// The text of a sheet comes without the narrow spaces.
			if number := fmt.Sprintf("%d/%d", i+1, len(sheets)); !strings.Contains(strings.ReplaceAll(sheet, " ", ""), number) {
				t.Errorf("sheet %d of %s has no %q", i+1, path, number)
			}
		}
		t.Logf("%s: %d sheets", path, len(sheets))
	}
	b.content()
}

// Whoever is to act signs in with a user of the web configuration file; a wrong password is
// refused, and a viewer sees no form of an action.
func TestSigningIn(t *testing.T) {
	t.Parallel()
	hash, err := bcrypt.GenerateFromPassword([]byte("合言葉 1234"), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	web := filepath.Join(folder(t), "web.yml")
	users := fmt.Sprintf("basic_auth_users:\n  duty: %s\n  wall: %s\n", hash, hash)
	if err := os.WriteFile(web, []byte(users), 0o600); err != nil {
		t.Fatal(err)
	}
	records := newService(t, "127.0.0.1", listenTCP)
	k := newKeizoku(t, strings.Replace(fmt.Sprintf(killPlan, records.addr, newService(t, "127.0.0.1", listenTCP).addr),
		`agent "a1" {`, fmt.Sprintf("agent \"a1\" {\n  web_config_file = %q\n  viewers = [\"wall\"]\n", web), 1))
	k.start()
	k.awaits("records", rules.Up)
	b := newBrowser(t, k.address(), "ja", 1280, 900)
	b.open(k.address() + "/systems/records")
	if at := b.where(); !strings.Contains(at, "/signin?return=") {
		t.Fatalf("a stranger is at %s", at)
	}
	b.signIn("duty", "wrong")
	until(t, "the refusal is said", func() bool { return b.text("[role=alert]") != "" })
	if at := b.where(); !strings.Contains(at, "/signin") {
		t.Fatalf("a wrong password leads to %s", at)
	}
	b.signIn("duty", "合言葉 1234")
	b.do(chromedp.WaitReady(chromedp.CSS(`form[action="/act/note"]`)))
	if at := b.where(); !strings.HasSuffix(at, "/systems/records") {
		t.Errorf("signing in leads to %s", at)
	}
	b.do(chromedp.Click(chromedp.CSS(".user button")), chromedp.WaitReady(chromedp.CSS("input[type=password]")))
	b.signIn("wall", "合言葉 1234")
	b.says(".user", "wall")
	b.open(k.address() + "/systems/records")
	if n := value[int](b, `document.querySelectorAll("form[action^='/act/']").length`); n != 0 {
		t.Errorf("a viewer sees %d forms of actions", n)
	}
	resp, err := http.Get(k.address() + "/api/v1/situation")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusUnauthorized || !strings.HasPrefix(resp.Header.Get("WWW-Authenticate"), "Basic") {
		t.Errorf("without a password the API answers %s %q", resp.Status, resp.Header.Get("WWW-Authenticate"))
	}
	b.content()
}

func (b *browser) signIn(user, password string) {
	b.Helper()
	b.do(chromedp.WaitReady(chromedp.CSS("input[type=password]")), chromedp.SetValue(chromedp.CSS("input[name=user]"), user), chromedp.SendKeys(chromedp.CSS("input[type=password]"), password),
		chromedp.KeyEvent(kb.Enter))
}
