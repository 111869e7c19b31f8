package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/keizoku-bcp/keizoku/block"
	"github.com/keizoku-bcp/keizoku/plan"
)

type alertsBlock struct {
	Source      plan.Source   `hcl:",source"`
	Used        []share       `hcl:"used,optional" default:"50%,75%,90%" doc:"Shares of an allowance at which DeadlineNear is told, each once: [\"50%\", \"75%\"] or [0.5, 0.75]. None when the list is empty."`
	Repeat      time.Duration `hcl:"repeat,optional" default:"1h" doc:"How often an alert that nobody has acknowledged is told again, at least 1m; \"0s\" never tells it again."`
	GroupAt     int           `hcl:"group_at,optional" default:"4" min:"1" doc:"From how many alerts of one moment on they are told as one message with a table."`
	GroupWithin time.Duration `hcl:"group_within,optional" default:"1s" min:"0s" max:"1m" doc:"How long a first alert waits for others of the same moment."`
	AliveTo     []channelRef  `hcl:"alive_to,optional" doc:"Channels that hear each alive_every that the agent works: [notify.watchdog], with a dead man's switch behind it that calls when it hears nothing."`
	AliveEvery  time.Duration `hcl:"alive_every,optional" default:"1m" min:"10s" max:"1h" doc:"How often alive_to hears of it."`
	Quiet       []quietBlock  `hcl:"quiet,block" doc:"A time in which alerts that are not grave enough are kept back; what is still open when it ends is told then. It has a calendar, or from and to."`
}

type quietBlock struct {
	Source   plan.Source `hcl:",source"`
	Name     string      `hcl:"name,label" doc:"Name."`
	Below    string      `hcl:"below,optional" default:"critical" enum:"warning,critical" doc:"Alerts less grave than this are kept back. Critical ones never are."`
	Calendar calendarRef `hcl:"calendar,optional" doc:"It is quiet while this calendar is closed."`
	From     *clock      `hcl:"from,optional" doc:"It is quiet from this time of each day on, in the plan's zone."`
	To       *clock      `hcl:"to,optional" doc:"Until this time; earlier than from goes over midnight."`
}

// shortestRepeat is a pace of reminders beyond which nobody reads them.
const shortestRepeat = time.Minute

func (l *loader) readAlerts() {
	for i, u := range l.doc.Alerts {
		var b alertsBlock
		clean := l.decodes(u.Inside, &b)
		if clean {
			l.emptyLists(b.Source, map[string]int{"alive_to": len(b.AliveTo)})
		}
		if a := l.alerting(b, clean); i == 0 {
			l.plan.Alerting = a
			continue
		}
		l.mistake(block.HCLRange(u.Source.Block), "Second alerts block",
			fmt.Sprintf("A plan has one; the first is at %s.", l.doc.Alerts[0].Source.Block))
	}
}

// alerting makes the policy; clean says that all of the block could be read.
func (l *loader) alerting(b alertsBlock, clean bool) *plan.Alerting {
	a := &plan.Alerting{
		Source: b.Source, Used: l.shares(b), Repeat: b.Repeat, GroupAt: b.GroupAt, GroupWithin: b.GroupWithin,
		AliveTo: l.namesOf(refsIn(b.AliveTo)), AliveEvery: b.AliveEvery,
	}
	if b.Repeat != 0 && b.Repeat < shortestRepeat {
		l.mistake(at(b.Source, "repeat"), `"repeat" is out of range`, `It must be at least 1m, or "0s" for never.`)
	}
	taken := make(map[string]hcl.Range, len(b.Quiet))
	for _, q := range b.Quiet {
		l.name("quiet", q.Name, block.HCLRange(q.Source.Block), taken)
		a.Quiet = append(a.Quiet, l.quiet(q, clean))
	}
	return a
}

// shares returns the shares of used in ascending order, and reports those that tell nothing.
func (l *loader) shares(b alertsBlock) (used []float64) {
	for _, s := range b.Used {
		switch {
		case s.part == 0: // wrong, and reported
		case s.part == 1:
			l.mistake(s.at, "The whole allowance is no share of it", "At 100 % the deadline is missed, and DeadlineMissed tells of that. Take it away.")
		case slices.Contains(used, s.part):
			l.mistake(s.at, fmt.Sprintf("%s stands here twice", formatShare(s.part)), "Once is enough.")
		default:
			used = append(used, s.part)
		}
	}
	slices.Sort(used)
	return used
}

func (l *loader) quiet(b quietBlock, clean bool) *plan.QuietRule {
	q := &plan.QuietRule{Source: b.Source, Name: b.Name, Below: plan.AlertSeverity(b.Below), Calendar: b.Calendar.name}
	if b.From != nil {
		q.From = b.From.ClockTime
	}
	if b.To != nil {
		q.To = b.To.ClockTime
	}
	_, calendar := b.Source.Attrs["calendar"]
	_, from := b.Source.Attrs["from"]
	_, to := b.Source.Attrs["to"]
	switch {
	case calendar && (from || to):
		l.mistake(at(b.Source, "calendar"), "Quiet by a calendar, or by the clock?", "Keep calendar, or from and to; for both write two quiet blocks.")
	case calendar:
	case !from && !to:
		l.mistake(block.HCLRange(b.Source.Block), "When is it quiet?", `Add a calendar, outside whose hours it is, or the times from = "22:00" and to = "06:00".`)
	case !to:
		l.mistake(at(b.Source, "from"), "Quiet until when?", `Add to, a time of day such as "06:00".`)
	case !from:
		l.mistake(at(b.Source, "to"), "Quiet from when on?", `Add from, a time of day such as "22:00".`)
	case q.From == q.To && clean:
		l.mistake(at(b.Source, "to"), "It is never quiet", "to is the same time as from. What shall never be told belongs into the route of a notify block.")
	}
	return q
}

// share is a part of an allowance: 0.5 or "50%". Zero is none that can be written.
type share struct {
	part float64
	at   hcl.Range
}

func (s *share) TypeWord() string { return "share" }

func (s *share) DecodeExpr(expr hcl.Expression, ctx *block.Context) hcl.Diagnostics {
	const wanted = `This must be a part of an allowance: more than 0 and at most 1, such as 0.75, or as text "75%".`
	v, sensitive, diags := block.Eval(expr, ctx)
	if diags.HasErrors() {
		return diags
	}
	part, ok := partOf(v)
	if !ok || sensitive || !(part > 0 && part <= 1) { // so that NaN is refused too
		return block.Wrong(expr, wanted)
	}
	*s = share{part, expr.Range()}
	return nil
}

func partOf(v cty.Value) (part float64, ok bool) {
	switch {
	case v.IsNull() || !v.IsKnown():
		return 0, false
	case v.Type() == cty.Number:
		part, _ = v.AsBigFloat().Float64()
		return part, true
	case v.Type() == cty.String:
		digits, percent := strings.CutSuffix(v.AsString(), "%")
		n, err := strconv.ParseFloat(strings.TrimSpace(digits), 64)
		return n / 100, percent && err == nil
	}
	return 0, false
}

func formatShare(part float64) string { return strconv.FormatFloat(part*100, 'g', 6, 64) + " %" }
