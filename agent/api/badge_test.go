package api

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"log/slog"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

var update = flag.Bool("update", false, "write the golden files anew")

// left is an open outage with so much time left.
func left(d time.Duration) *rules.OutageFacts {
	return &rules.OutageFacts{Left: new(rules.SecondsOf(d))}
}

// townHall has a system in each state.
func townHall() *rules.Situation {
	planned := left(time.Hour)
	planned.Planned = true
	return &rules.Situation{
		At:   time.Date(2026, 3, 11, 15, 4, 0, 0, time.FixedZone("JST", 9*3600)),
		Plan: rules.PlanFacts{Name: "city", Title: "試験市 ICT-BCP", Locale: plan.Japanese},
		Systems: []*rules.SystemFacts{
			{Name: "records", Title: "住民記録システム", State: rules.Down, Outage: left(3*time.Hour + 12*time.Minute)},
			{Name: "tax", Title: "税", State: rules.Down, Outage: left(-50 * time.Minute)},
			{Name: "print", Title: "印刷", State: rules.Down, Outage: &rules.OutageFacts{}},
			{Name: "website", Title: "公式サイト (CMS)", State: rules.Degraded},
			{Name: "mail", Title: "電子メール", State: rules.Unknown},
			{Name: "library", Title: "図書館", State: rules.Planned, Outage: planned},
			{Name: "gis", State: rules.Pending},
			{Name: "welfare", Title: "福祉総合", State: rules.Up},
		},
	}
}

// image asks for a badge.
func image(t *testing.T, sit *rules.Situation, path string) (*http.Response, string) {
	t.Helper()
	recorder := httptest.NewRecorder()
	req := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://agent/api/v1/badge/"+path, nil)
	Handler(&fake{situation: sit}, slog.New(slog.DiscardHandler)).ServeHTTP(recorder, req)
	answer := recorder.Result()
	data, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer, string(data)
}

// wellFormed reads an image as XML, and returns its root's attributes and the texts in it.
func wellFormed(t *testing.T, data string) (root map[string]string, texts []string) {
	t.Helper()
	root = map[string]string{}
	for dec := xml.NewDecoder(strings.NewReader(data)); ; {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return root, texts
		}
		if err != nil {
			t.Fatalf("%v in %s", err, data)
		}
		switch token := token.(type) {
		case xml.StartElement:
			if token.Name.Local == "script" || token.Name.Space != "http://www.w3.org/2000/svg" {
				t.Errorf("an element %v in %s", token.Name, data)
			}
			for _, a := range token.Attr {
				if token.Name.Local == "svg" {
					root[a.Name.Local] = a.Value
				}
			}
		case xml.CharData:
			if text := strings.TrimSpace(string(token)); text != "" {
				texts = append(texts, text)
			}
		}
	}
}

func TestBadgesOfEveryState(t *testing.T) {
	sit := townHall()
	for _, locale := range messages.Locales {
		var page bytes.Buffer
		for _, name := range []string{"records", "tax", "print", "website", "mail", "library", "gis", "welfare", "_all", "moon"} {
			answer, data := image(t, sit, name+".svg?lang="+string(locale))
			want := http.StatusOK
			if name == "moon" {
				want = http.StatusNotFound
			}
			if answer.StatusCode != want || answer.Header.Get("Content-Type") != svgType || answer.Header.Get("Cache-Control") != "no-cache" {
				t.Errorf("%s: %s, %v", name, answer.Status, answer.Header)
			}
			root, texts := wellFormed(t, data)
			if root["role"] != "img" || root["aria-label"] != texts[0] || root["lang"] != string(locale) || len(texts) != 3 {
				t.Errorf("%s: %v with %q", name, root, texts)
			}
			page.WriteString(data)
		}
		golden(t, "badge."+string(locale)+".txt", page.String())
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (go test ./agent/api -run Badge -update writes it)", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

func TestWordsOfBadges(t *testing.T) {
	whole := func(edit func(*rules.Situation)) *rules.Situation {
		sit := townHall()
		edit(sit)
		return sit
	}
	for _, test := range []struct {
		what   string
		sit    *rules.Situation
		path   string
		ja, en string
	}{
		{"time is left", townHall(), "records", "停止 残り 3時間12分", "down, 3h12m left"},
		{"the deadline is past", townHall(), "tax", "停止 50分超過", "down, 50m over"},
		{"there is none", townHall(), "print", "停止", "down"},
		{"maintenance has no deadline to keep", townHall(), "library", "計画停止", "planned"},
		{"the first deadline of all that are down", townHall(), "_all", "停止 3システム 50分超過", "down: 3 systems, 50m over"},
		{"no title is needed", townHall(), "gis", "確認前", "pending"},
		{"nobody sees", whole(func(s *rules.Situation) { s.Agent.Blind = true }), "welfare", "確認不能(監視側の孤立)", "cannot tell (the agent is cut off)"},
		{"not even of all", whole(func(s *rules.Situation) { s.Agent.Blind = true }), "_all", "確認不能(監視側の孤立)", "cannot tell (the agent is cut off)"},
		{"one is degraded", whole(func(s *rules.Situation) { s.Systems = s.Systems[3:] }), "_all", "一部障害 1システム", "degraded: 1 system"},
		{"all is well", whole(func(s *rules.Situation) { s.Systems = s.Systems[7:] }), "_all", "全1システム正常", "the one system is up"},
	} {
		for lang, want := range map[string]string{"ja": test.ja, "en": test.en, "": test.ja, "fr": test.ja} {
			_, data := image(t, test.sit, test.path+".svg?lang="+lang)
			if _, texts := wellFormed(t, data); texts[2] != want {
				t.Errorf("%s, in %q: %q, want %q", test.what, lang, texts[2], want)
			}
		}
	}
	if answer, _ := image(t, townHall(), "records"); answer.StatusCode != http.StatusNotFound || answer.Header.Get("Content-Type") != problemType {
		t.Errorf("without .svg: %s of type %s", answer.Status, answer.Header.Get("Content-Type"))
	}
}

// What a title holds stays a text, on one line, of a size that a page can bear, and whoever reads it
// reads it from left to right.
func TestBadgeOfAHostileTitle(t *testing.T) {
	for _, evil := range []string{
		`</text><script>alert(1)</script>`, `" onload="alert(1)`, "]]>&amp;<!--", "a\u202egnp.exe\u2066\u200bx", "\x00\x1b[31m\xff\xfe", "行\n行\t行",
		strings.Repeat("長", 100_000), strings.Repeat("\u0301", 5000), "\ufffe\uffff",
	} {
		sit := townHall()
		sit.Systems[0].Title = evil
		_, data := image(t, sit, "records.svg")
		root, texts := wellFormed(t, data)
		for _, text := range append(texts, root["aria-label"]) {
			if strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }) {
				t.Errorf("%.40q is shown as %q", evil, text)
			}
		}
		if width, err := strconv.Atoi(root["width"]); err != nil || width > 700 || len(data) > 4000 {
			t.Errorf("%.40q makes an image of %s pixels and %d bytes", evil, root["width"], len(data))
		}
	}
	answer, data := image(t, townHall(), "%3Cscript%3E.svg")
	if _, texts := wellFormed(t, data); answer.StatusCode != http.StatusNotFound || texts[1] != "<script>" {
		t.Errorf("a name that there is not: %s %q", answer.Status, texts)
	}
}

// A wide letter is as wide as the font is high, a narrow one about half of that.
func TestWidthsOfBadges(t *testing.T) {
	ja, en := pen{}, pen{}
	ja.letters.EastAsianWidth = true
	for _, test := range []struct {
		pen  *pen
		text string
		want int
	}{
		{&ja, "停止", 22}, {&ja, "残り 3時間", 56}, {&ja, "①→", 22}, {&en, "①→", 13}, {&ja, "", 0}, {&ja, "がか\u3099", 22},
		{&ja, "moon", 29}, {&ja, "ill", 10}, {&ja, "ICT-BCP", 45},
	} {
		if got := test.pen.pixels(test.text); got != test.want {
			t.Errorf("%q is %d pixels wide, want %d", test.text, got, test.want)
		}
	}
	if got := ja.fit(strings.Repeat("停", 100)); got != strings.Repeat("停", 23)+"…" {
		t.Errorf("a long text is cut to %q", got)
	}
}

// WCAG 2.2, 1.4.3: text of this size needs a contrast of 4.5.
func TestContrastOfBadges(t *testing.T) {
	for _, behind := range []tone{toneGreen, toneAmber, toneRed, toneDark, toneBlue, toneGrey, labelTone} {
		if c := (luminance(t, letterTone) + 0.05) / (luminance(t, behind) + 0.05); c < 4.5 {
			t.Errorf("white on %s has a contrast of %.2f", behind, c)
		}
	}
	for _, state := range rules.States {
		if toneOf[state] == "" {
			t.Errorf("%s has no colour", state)
		}
	}
}

// luminance is the relative luminance of WCAG 2.2.
func luminance(t *testing.T, c tone) float64 {
	t.Helper()
	rgb, err := strconv.ParseUint(strings.TrimPrefix(string(c), "#"), 16, 32)
	if err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		v := float64(rgb>>(16-8*i)&0xff) / 255
		if v <= 0.04045 {
			sum += weight * v / 12.92
		} else {
			sum += weight * math.Pow((v+0.055)/1.055, 2.4)
		}
	}
	return sum
}
