package reports

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/rules"
)

var update = flag.Bool("update", false, "write the golden files anew")

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
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

// pages are all pages of the city hall after the earthquake, by the name of their golden file.
func pages(w *messages.Words) map[string]string {
	l := tongue(w.Locale())
	s := l.quake()
	calm := &rules.Situation{At: s.At, Plan: s.Plan, Agent: s.Agent, Threat: rules.ThreatFacts{Name: "disaster", Title: s.Threat.Title, Default: true}}
	calm.Systems = s.Systems[4:7]
	blind := l.quake()
	blind.Agent.Blind, blind.Agent.BlindSince, blind.Clock.Estimated = true, clock("11:00:00"), true
	blind.Journal = rules.JournalFacts{Unwritten: 3, Failing: "no space left on device"}
	blind.Plan.Rejected = "x"
	return map[string]string{
		"sitrep": Sitrep(w, SitrepInput{
			Number: 3, Now: s, Before: l.earlier(), IssuedBy: l.of("総務部情報政策課", "Information policy division"),
			Remarks: l.of("12時に本部会議。\n報道対応は広報課に一本化。", "Headquarters meets at 12.\nThe press is told by public relations alone."),
		}),
		"sitrep_first":   Sitrep(w, SitrepInput{Number: 1, Now: blind, Draft: true, Drill: true}),
		"sitrep_quiet":   Sitrep(w, SitrepInput{Number: 2, Now: calm, Before: calm}),
		"decision":       Decision(w, s),
		"steps":          Steps(w, s),
		"survey":         Survey(w, s.Response.Survey, s.At),
		"call_list":      CallList(w, l.callOut()),
		"chronology":     written(WriteText, w, l.lines(w)),
		"chronology_csv": strings.ReplaceAll(written(WriteCSV, w, l.lines(w)), "\r\n", "\n"),
		"chronology_md":  written(WriteMarkdown, w, l.lines(w)),
	}
}

func TestPagesGolden(t *testing.T) {
	for _, locale := range messages.Locales {
		for name, text := range pages(messages.For(locale)) {
			golden(t, name+"."+string(locale)+".txt", text)
		}
	}
}

// A page fits its paper, and no line ends in blanks.
func TestPagesFitTheirWidth(t *testing.T) {
	for _, locale := range messages.Locales {
		w := messages.For(locale)
		for name, text := range pages(w) {
			if strings.HasPrefix(name, "chronology") {
				continue
			}
			for line := range strings.Lines(text) {
				line = strings.TrimSuffix(line, "\n")
				if n := columnsOf(w).StringWidth(line); n > pageWidth {
					t.Errorf("%s.%s: %d columns: %s", name, locale, n, line)
				}
				if strings.TrimRight(line, " ") != line {
					t.Errorf("%s.%s: blanks at the end: %q", name, locale, line)
				}
			}
		}
	}
}

// No word is missing: a text without words shows as its id, and a place without a value as <no value>.
func TestPagesHaveWords(t *testing.T) {
	for _, locale := range messages.Locales {
		for name, text := range pages(messages.For(locale)) {
			if name == "chronology_csv" { // the kinds of events stand there as they are called
				continue
			}
			for _, broken := range []string{"<no value>", "sitrep_", "change_", "page_", "criterion_", "survey_", "step_", "steps_", "0001-01"} {
				if strings.Contains(text, broken) {
					t.Errorf("%s.%s has %q", name, locale, broken)
				}
			}
		}
	}
}
