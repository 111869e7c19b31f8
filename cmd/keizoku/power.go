package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/keizoku-bcp/keizoku/config"
	"github.com/keizoku-bcp/keizoku/messages"
	channels "github.com/keizoku-bcp/keizoku/notify/all"
	"github.com/keizoku-bcp/keizoku/plan"
	powers "github.com/keizoku-bcp/keizoku/power/all"
	"github.com/keizoku-bcp/keizoku/rules/supply"
)

// powerCmd answers from the plan alone what stays on in a blackout, and for how long.
type powerCmd struct {
	planArg
	Without []string `enum:"utility,generator" placeholder:"utility" help:"What if this fails now: ${enum}. May be given twice."`
	Fuel    percent  `placeholder:"40%" help:"What if the tanks are only so full."`
	Load    percent  `placeholder:"130%" help:"What if every load is so much of what is planned."`
	Lang    string   `env:"KEIZOKU_LANG" enum:"ja,en," default:"" help:"Language of the tables: ja or en. Default: the plan's."`
	JSON    bool     `name:"json" help:"Print as JSON."`
}

// planOptions is what reading a plan takes from this program: the protocols of supplies, and the
// kinds of channel.
func planOptions() config.Options {
	return config.Options{Protocols: powers.Protocols(), Channels: channels.Kinds()}
}

func (c *powerCmd) Run(out streams) error {
	switch {
	case c.Fuel.ratio != nil && *c.Fuel.ratio > 1:
		return usagef("--fuel: a tank is not fuller than 100%%; a larger tank is written in the plan (liters, in the generator's fuel block)")
	case c.Load.ratio != nil && *c.Load.ratio == 0:
		return usagef("--load: without any load there is nothing to reckon; give more than 0%%")
	}
	p, err := c.loadOrTell(out)
	if err != nil {
		return err
	}
	facts := supply.Evaluate(p, supply.Live{WhatIf: c.whatIf()}, time.Now().In(p.Location).Truncate(time.Second))
	if facts == nil {
		return fmt.Errorf("%s says nothing of emergency power: add generator, ups and load blocks, and a power block to each system", c.Plan)
	}
	if err := c.print(out.out, p, facts); err != nil {
		return err
	}
	if !facts.Holds {
		return errNotGood
	}
	return nil
}

func (c *powerCmd) whatIf() supply.WhatIf {
	w := supply.WhatIf{FuelRatio: c.Fuel.ratio}
	for _, what := range c.Without {
		w.WithoutUtility = true // generators matter in a blackout only
		w.WithoutGenerators = w.WithoutGenerators || what == "generator"
	}
	if c.Load.ratio != nil {
		w.LoadFactor = *c.Load.ratio
	}
	return w
}

func (c *powerCmd) print(w io.Writer, p *plan.Plan, facts *supply.Facts) error {
	if c.JSON {
		return printJSON(w, facts)
	}
	locale := p.Locale
	if c.Lang != "" {
		locale = plan.Locale(c.Lang)
	}
	_, err := io.WriteString(w, powerView{facts, messages.For(locale)}.text(p.Title))
	return err
}

// percent is a part of a whole, as people type it: 40%, or 40.
type percent struct{ ratio *float64 }

// UnmarshalText implements encoding.TextUnmarshaler.
func (p *percent) UnmarshalText(text []byte) error {
	n, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(string(text)), "%")), 64)
	if err != nil || !(n > 0 && n <= 1000) && n != 0 {
		return fmt.Errorf("%q is not a percentage such as 40%%", text)
	}
	n /= 100
	p.ratio = &n
	return nil
}

// powerView writes supply.Facts for staff.
type powerView struct {
	f     *supply.Facts
	words *messages.Words
}

func (v powerView) text(title string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s\n", title, v.words.Word("supply_title"))
	state := "supply_utility_present"
	if v.f.UtilityLost {
		state = "supply_utility_lost"
	}
	fmt.Fprintf(&b, "%s\n%s\n", v.words.Say(state, map[string]any{"At": v.words.Stamp(v.f.UtilityLostAt)}), v.words.PowerVerdict(v.f))
	v.section(&b, "supply_supplies", v.supplies())
	v.section(&b, "supply_situations", v.situations())
	v.notes(&b)
	v.section(&b, "supply_loads", v.loads())
	v.section(&b, "supply_shed", v.shed())
	v.section(&b, "supply_restart", v.restart())
	return b.String()
}

// section writes a table below its heading, or that there is nothing.
func (v powerView) section(b *strings.Builder, heading string, t *table) {
	fmt.Fprintf(b, "\n%s%s\n", v.words.Word("page_section"), v.words.Word(heading))
	if len(t.rows) <= 1 {
		fmt.Fprintf(b, "  %s\n", v.words.Word("outlook_none"))
		return
	}
	_ = t.print(b) // a builder takes everything
}

func (v powerView) supplies() *table {
	t := headed(v.words, "supply_supply", "supply_kind", "supply_capacity", "supply_planned", "supply_headroom", "supply_after_shed", "supply_runtime", "supply_runtime_after")
	for _, s := range v.f.Supplies {
		t.add("  "+s.Title, v.words.Word("supply_kind_"+string(s.Kind)), pair(s.CapacityW, s.CapacityVA), pair(s.PlannedW, s.PlannedVA),
			pair(s.HeadroomW, s.HeadroomVA), pair(s.AfterShedW, s.AfterShedVA), v.words.Lasts(s.RuntimeSeconds), v.words.Lasts(s.AfterShedRuntimeSeconds))
	}
	return t
}

func (v powerView) situations() *table {
	t := headed(v.words, "supply_supply", "supply_case_utility", "supply_case_generator", "supply_case_battery")
	for _, s := range v.f.Supplies {
		row := []string{"  " + s.Title}
		for _, c := range s.Situations {
			row = append(row, v.words.Case(c))
		}
		t.add(row...)
	}
	return t
}

// notes are what people must know of single supplies.
func (v powerView) notes(b *strings.Builder) {
	for _, s := range v.f.Supplies {
		for _, p := range s.Problems {
			fmt.Fprintf(b, "  ! %s: %s\n", s.Title, v.words.Word("supply_problem_"+string(p)))
		}
	}
}

func (v powerView) loads() *table {
	t := headed(v.words, "console_rank", "supply_load", "supply_draw", "supply_fed_by")
	for _, l := range v.f.LoadsByRank() {
		draw := "-"
		if l.Watts > 0 {
			draw = pair(l.Watts, l.VA)
		}
		t.add("  "+v.words.Rank(l.Priority, l.SwitchOffAfter), l.Title, draw, v.words.Feeder(v.f, l.FedBy))
	}
	return t
}

func (v powerView) shed() *table {
	t := headed(v.words, "supply_after", "supply_at", "console_rank", "supply_load", "supply_watts", "supply_reason", "supply_supply")
	for _, s := range v.f.Shed {
		at := "-"
		if !s.At.IsZero() {
			at = v.words.Moment(s.At, v.f.At)
		}
		t.add("  "+v.span(s.AfterSeconds), at, v.words.Rank(s.Priority, s.SwitchOffAfter), s.Title, watts(s.Watts), v.words.Word("supply_reason_"+string(s.Reason)), v.words.Feeder(v.f, s.Supply))
	}
	return t
}

func (v powerView) restart() *table {
	t := headed(v.words, "supply_place", "supply_load")
	for i, name := range v.f.Restart {
		t.add("  "+strconv.Itoa(i+1), v.f.Load(name).Title)
	}
	return t
}

func (v powerView) span(seconds int64) string {
	return v.words.Span(time.Duration(seconds) * time.Second)
}

// pair writes watts and volt-amperes together.
func pair(w, va float64) string { return watts(w) + " / " + watts(va) }

func watts(v float64) string { return strconv.FormatFloat(v, 'f', 0, 64) }
