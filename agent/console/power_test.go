package console

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
	"github.com/keizoku-bcp/keizoku/rules/supply"
)

func (h *hall) PowerIf(what supply.WhatIf) *supply.Facts {
	return rules.PowerIf(h.plan, h.state, what, h.now)
}

// blackout has utility power lost at the time of the hall's clock.
func (h *hall) blackout() {
	h.t.Helper()
	h.append(journal.Event{Kind: journal.KindPowerBegan, Subject: journal.Utility, Payload: journal.PowerBegan{
		Supply: journal.Utility, Condition: journal.UtilityLost, FirstAt: h.now, LastNotAt: h.now,
	}})
}

func TestPowerPageTellsWhatGoesOffWhen(t *testing.T) {
	t.Parallel()
	h := calmHall(t)
	h.plan.Generators[0].CapacityW, h.plan.Generators[0].CapacityVA = 6000, 7000 // too little for everything
	h.at("15:00")
	h.blackout()
	h.at("15:10")
	facts := h.Situation().Power
	body := h.page("", "/power", "ja")
	if len(facts.Shed) == 0 {
		t.Fatal("the plan sheds nothing: this test sees nothing")
	}
	for _, line := range facts.Shed {
		row := between(t, body, `id="shed-`+line.Load+`"`, "</tr>")
		lacks(t, line.Load, row, line.Title, line.At.Format("15:04"))
	}
	lacks(t, "the page", body, "停電", "単線結線図", `class="symbol utility dark`, `data-until="`)
	for _, s := range facts.Supplies {
		lacks(t, "the page", body, `id="supply-`+s.Name+`"`)
	}
}

// The sliders ask the same model, and what is asked never looks like what is.
func TestPowerPageReckonsWhatIf(t *testing.T) {
	t.Parallel()
	h := calmHall(t)
	h.at("15:00")
	actual, asked := h.page("", "/power", "ja"), h.page("", "/power?lost=1&load=150&fuel=40", "ja")
	ratio := .4
	want := h.PowerIf(supply.WhatIf{WithoutUtility: true, LoadFactor: 1.5, FuelRatio: &ratio})
	if len(want.Shed) == 0 {
		t.Fatal("nothing would be shed: this test sees nothing")
	}
	for _, line := range want.Shed {
		lacks(t, line.Load, between(t, asked, `id="shed-`+line.Load+`"`, "</tr>"), line.At.Format("15:04"))
	}
	const told = "想定による計算です"
	lacks(t, "the reckoning", asked, told, `name="load" min="50" max="200" step="5" value="150"`, `value="40"`)
	holds(t, "the page", actual, told)
	head := asked[:strings.Index(asked, "<main")]
	lacks(t, "the head of the reckoning", head, "商用電源 あり")
}

func TestQuestion(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]question{
		"":                        {Fuel: -1, Load: 100},
		"fuel=40&load=130":        {Fuel: 40, Load: 130},
		"fuel=0":                  {Fuel: 0, Load: 100},
		"fuel=40&keep=1":          {Fuel: -1, Load: 100},
		"fuel=101&load=9999":      {Fuel: -1, Load: 100},
		"fuel=-5&load=%3Cscript":  {Fuel: -1, Load: 100},
		"lost=1&nogen=1&load=200": {Fuel: -1, Load: 200, WithoutUtility: true, WithoutGenerators: true},
	} {
		q, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, questionOf(q)); diff != "" {
			t.Errorf("%s:\n%s", query, diff)
		}
	}
}

func TestPowerPageWithoutPower(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/power", "/power?lost=1"} {
		w := ask(t, city(t), path, "ja")
		if body := w.Body.String(); w.Code != 200 || !strings.Contains(body, "記載がありません") {
			t.Errorf("%s: %d %s", path, w.Code, body)
		}
	}
}

// What gives no power in a blackout is drawn as dark; what runs on is not.
func TestGridOfABlackout(t *testing.T) {
	t.Parallel()
	no, yes := false, true
	for name, test := range map[string]struct {
		running  *bool
		problems []supply.Problem
		want     string
	}{
		"runs":                {&yes, nil, "running"},
		"does not run":        {&no, nil, "dark"},
		"failed to start":     {nil, []supply.Problem{supply.NotStarted}, "dark"},
		"nobody can tell":     {nil, nil, "assumed"},
		"asked to be without": {nil, nil, "dark"},
	} {
		v := &view{Situation: &rules.Situation{At: nine}}
		p := &powerPage{view: v, Facts: &supply.Facts{At: nine, UtilityLost: true}, Asked: question{WithoutGenerators: name == "asked to be without"}}
		s := &supply.SupplyFacts{Kind: plan.GeneratorSupply, Running: test.running, Problems: test.problems}
		if got := p.engine(s); got != test.want {
			t.Errorf("%s: %s, want %s", name, got, test.want)
		}
	}
}

// between cuts a part out of a page, from where it begins to its end.
func between(t *testing.T, body, from, to string) string {
	t.Helper()
	_, rest, ok := strings.Cut(body, from)
	if !ok {
		t.Fatalf("the page lacks %s", from)
	}
	part, _, _ := strings.Cut(rest, to)
	return part
}
