package api

import (
	"encoding/xml"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/mattn/go-runewidth"

	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

// tone is the colour behind the message. White on it has a contrast of 4.5 and more (WCAG 2.2 AA).
type tone string

// The tones.
const (
	toneGreen  tone = "#1a7037"
	toneAmber  tone = "#8a5a00"
	toneRed    tone = "#b3261e"
	toneDark   tone = "#7a0c0c" // past the deadline
	toneBlue   tone = "#0b57a4"
	toneGrey   tone = "#57606a"
	labelTone  tone = "#333a42"
	letterTone tone = "#ffffff"
)

var toneOf = map[rules.SystemState]tone{
	rules.Up: toneGreen, rules.Degraded: toneAmber, rules.Down: toneRed,
	rules.Unknown: toneGrey, rules.Planned: toneBlue, rules.Pending: toneGrey,
}

// The measures of a badge in pixels. badgeCells is the most that one of its two texts may take, in
// half-width letters; badgeRunes bounds it in runes, for there are some that take no width.
const (
	badgeHeight   = 20
	badgeBaseline = 14
	badgePadding  = 6
	badgeCorner   = 3
	badgeLetter   = 11
	badgeCells    = 48
	badgeRunes    = 2 * badgeCells
)

// badgeFonts are fonts of the reader's machine: the image brings none, and fetches none.
const badgeFonts = "'Noto Sans JP','Hiragino Sans','Yu Gothic UI',Meiryo,Verdana,'DejaVu Sans',sans-serif"

// The elements of the image. As structs they are escaped wherever they stand.
type (
	svgBadge struct {
		XMLName xml.Name `xml:"http://www.w3.org/2000/svg svg"`
		Width   int      `xml:"width,attr"`
		Height  int      `xml:"height,attr"`
		ViewBox string   `xml:"viewBox,attr"`
		Role    string   `xml:"role,attr"`
		Label   string   `xml:"aria-label,attr"`
		Lang    string   `xml:"lang,attr"`
		Title   string   `xml:"title"`
		// Rects are the two fields. They have no IDs, which would clash with those of another badge
		// on the same page.
		Rects []svgRect `xml:"rect"`
		Texts svgTexts  `xml:"g"`
	}
	svgTexts struct {
		Fill   tone      `xml:"fill,attr"`
		Font   string    `xml:"font-family,attr"`
		Size   int       `xml:"font-size,attr"`
		Anchor string    `xml:"text-anchor,attr"`
		Texts  []svgText `xml:"text"`
	}
	svgRect struct {
		X      int  `xml:"x,attr,omitempty"`
		Width  int  `xml:"width,attr"`
		Height int  `xml:"height,attr"`
		Round  int  `xml:"rx,attr,omitempty"`
		Fill   tone `xml:"fill,attr"`
	}
	svgText struct {
		X      float64 `xml:"x,attr"`
		Y      int     `xml:"y,attr"`
		Length int     `xml:"textLength,attr"`
		Text   string  `xml:",chardata"`
	}
)

// draw draws the badge in the form that such images have: two fields, side by side.
func (b *badge) draw(words *messages.Words, at time.Time) []byte {
	pen := &pen{runewidth.Condition{EastAsianWidth: words.Locale() == plan.Japanese, StrictEmojiNeutral: true}}
	b.label, b.message = pen.fit(b.label), pen.fit(b.message)
	label, message := pen.pixels(b.label), pen.pixels(b.message)
	left, right := label+2*badgePadding, message+2*badgePadding
	title := b.title(words, at)
	image := svgBadge{
		Width: left + right, Height: badgeHeight, ViewBox: "0 0 " + strconv.Itoa(left+right) + " " + strconv.Itoa(badgeHeight),
		Role: "img", Label: title, Lang: string(words.Locale()), Title: title,
		Rects: []svgRect{ // the right field lies under the left, which has its corners made square there
			{Width: left + right, Height: badgeHeight, Round: badgeCorner, Fill: b.tone},
			{Width: left, Height: badgeHeight, Round: badgeCorner, Fill: labelTone},
			{X: left - badgeCorner, Width: badgeCorner, Height: badgeHeight, Fill: labelTone},
		},
		Texts: svgTexts{letterTone, badgeFonts, badgeLetter, "middle", []svgText{
			{float64(left) / 2, badgeBaseline, label, b.label}, {float64(left) + float64(right)/2, badgeBaseline, message, b.message},
		}},
	}
	data, err := xml.Marshal(image)
	if err != nil { // structs of numbers and strings can always be written
		return nil
	}
	return append(data, '\n')
}

// pen measures letters. Which are wide is a matter of the language.
type pen struct{ letters runewidth.Condition }

// fit makes a text from outside inert, and cuts it.
func (p *pen) fit(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r):
			return unicode.ReplacementChar
		}
		return r
	}, strings.ToValidUTF8(text, string(unicode.ReplacementChar)))
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > badgeRunes {
		text = string(runes[:badgeRunes]) + "…"
	}
	return p.letters.Truncate(text, badgeCells, "…")
}

// pixels is the width that a text is drawn in, whichever font the reader has: textLength makes it so.
func (p *pen) pixels(text string) int {
	width := 0.0
	for _, r := range text {
		switch p.letters.RuneWidth(r) {
		case 1:
			width += narrow(r)
		case 2:
			width += badgeLetter
		}
	}
	return int(math.Round(width))
}

// narrow is about how wide a letter is in the fonts that computers have for their windows, at 11 px.
func narrow(r rune) float64 {
	switch {
	case strings.ContainsRune("ijl.,:;'|!", r):
		return 3.4
	case strings.ContainsRune(" frt()[]-I", r):
		return 4.4
	case strings.ContainsRune("mwMW%@", r):
		return 9.4
	case unicode.IsUpper(r), unicode.IsDigit(r):
		return 7.2
	}
	return 6.6
}
