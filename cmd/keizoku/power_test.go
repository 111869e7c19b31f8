package main

import (
	"testing"

	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/rules/supply"
)

// TestPowerHasWords holds the catalogue to the closed lists of the power model: a text that is
// missing shows as its id.
func TestPowerHasWords(t *testing.T) {
	var ids []string
	for _, p := range supply.Problems {
		ids = append(ids, "supply_problem_"+string(p))
	}
	for _, r := range supply.Reasons {
		ids = append(ids, "supply_reason_"+string(r))
	}
	for _, c := range []supply.Case{supply.UtilityPresent, supply.GeneratorRunning, supply.GeneratorFailed} {
		ids = append(ids, "supply_case_"+string(c))
	}
	for _, locale := range messages.Locales {
		words := messages.For(locale)
		for _, id := range ids {
			if words.Word(id) == id {
				t.Errorf("%s lacks %s", locale, id)
			}
		}
	}
}

func TestPercent(t *testing.T) {
	for text, want := range map[string]float64{"40%": 0.4, "40": 0.4, "0%": 0, " 130 % ": 1.3, "2.5%": 0.025} {
		var p percent
		if err := p.UnmarshalText([]byte(text)); err != nil || *p.ratio != want {
			t.Errorf("%q: %v", text, err)
		}
	}
	for _, text := range []string{"", "%", "lots", "-1%", "NaN", "Inf%", "1e9"} {
		var p percent
		if err := p.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q is taken as %v", text, *p.ratio)
		}
	}
}
