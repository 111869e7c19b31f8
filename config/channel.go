package config

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/keizoku-bcp/keizoku/block"
	"github.com/keizoku-bcp/keizoku/notify"
	"github.com/keizoku-bcp/keizoku/plan"
)

// Channels are the kinds of channel that a plan may use, by name.
type Channels map[string]*notify.Kind

// Verify reports the first kind of channel, by name, that cannot be read as it should; see
// [Kinds.Verify].
func (c Channels) Verify() error {
	common := make(map[string]bool)
	for _, a := range block.Describe(notifyBlock{}) {
		common[a.Name] = true
	}
	for _, name := range slices.Sorted(maps.Keys(c)) {
		if err := block.Verify(c[name].Settings); err != nil {
			return fmt.Errorf("channel %s: %w", name, err)
		}
		for _, a := range block.Describe(c[name].Settings) {
			if common[a.Name] {
				return fmt.Errorf("channel %s: every channel has %q, so the kind cannot have its own", name, a.Name)
			}
		}
	}
	return nil
}

// labelled is a notify block: its kind and name, its inside unread.
type labelled struct {
	Source plan.Source `hcl:",source"`
	Kind   string      `hcl:"kind,label"`
	Name   string      `hcl:"name,label"`
	Inside hcl.Body    `hcl:",remain"`
}

// byName leaves the kind away: channels have unique names whatever their kinds.
func byName(blocks []labelled) []named {
	out := make([]named, len(blocks))
	for i, b := range blocks {
		out[i] = named{b.Source, b.Name, b.Inside}
	}
	return out
}

type notifyBlock struct {
	Source  plan.Source   `hcl:",source"`
	Title   string        `hcl:"title,optional" doc:"What people read: 「情報政策課のメール」. The name when not said."`
	Timeout time.Duration `hcl:"timeout,optional" default:"10s" min:"1s" max:"5m" doc:"A try that takes longer has failed, and is made again later."`
	From    []agentRef    `hcl:"from,optional" doc:"Agents that use it; all when not said."`
	ToRoles []roleRef     `hcl:"to_roles,optional" doc:"Roles whose people it reaches by their contacts, beside its own addresses; for kinds that use contacts."`
	Route   *routeBlock   `hcl:"route,block" doc:"Which alerts it carries: those for which all that is said here holds. All, when not said."`
	Own     hcl.Body      `hcl:",remain"`
}

type routeBlock struct {
	Source         plan.Source   `hcl:",source"`
	AtLeast        string        `hcl:"at_least,optional" enum:"info,warning,critical" doc:"The least severity."`
	Alerts         []alertName   `hcl:"alerts,optional" doc:"Names of alerts: [\"SystemDown\", \"UtilityLost\"]."`
	Systems        []systemRef   `hcl:"systems,optional" doc:"Alerts about these systems alone."`
	Sites          []siteRef     `hcl:"sites,optional" doc:"Alerts about what stands at these sites alone."`
	Priority       int           `hcl:"priority,optional" min:"1" doc:"Of alerts about systems those of this priority or a higher one, by the system or what is down because of it. Other alerts are carried."`
	Roles          []roleRef     `hcl:"roles,optional" doc:"Alerts that these roles have to act on alone: an overdue step, the posture to be established."`
	Threats        []threatRef   `hcl:"threats,optional" doc:"Only under these threats."`
	Stages         []string      `hcl:"stages,optional" enum:"monitoring,initial_response,continuity_response,stood_down" doc:"Only in these stages of the response."`
	Calendar       calendarRef   `hcl:"calendar,optional" doc:"Only while the calendar is open. What comes meanwhile and still holds is told when it opens."`
	Outside        bool          `hcl:"outside,optional" default:"false" doc:"With calendar: only while it is closed."`
	UsedFrom       *share        `hcl:"used_from,optional" doc:"Alerts of an outage only from this share of its allowance on, \"75%\" or 0.75: a next step of an escalation."`
	Unacknowledged time.Duration `hcl:"unacknowledged,optional" min:"1s" doc:"Only alerts that nobody has acknowledged for so long: a next step of an escalation."`
	Reports        bool          `hcl:"reports,optional" default:"false" doc:"Whether the reports of inspections go there too."`
	NoAlerts       bool          `hcl:"no_alerts,optional" default:"false" doc:"Carries no alert at all: for a channel that is there for reports or heartbeats alone."`
}

func (l *loader) readChannels() {
	for _, n := range l.doc.Notify {
		var b notifyBlock
		clean := l.decodes(n.Inside, &b)
		c := l.channel(n, b, clean)
		if l.isFirst("notify", named{n.Source, n.Name, n.Inside}) {
			l.plan.Channels = append(l.plan.Channels, c)
		}
	}
}

func (l *loader) channel(n labelled, b notifyBlock, clean bool) *plan.Channel {
	c := &plan.Channel{
		Source: b.Source, Kind: n.Kind, Name: n.Name, Title: cmp.Or(b.Title, n.Name), Timeout: b.Timeout,
		Route: l.route(b.Route, clean), ToRoles: l.namesOf(refsIn(b.ToRoles)),
	}
	for _, a := range b.From {
		l.agentKnown(a)
	}
	c.From = l.namesOf(refsIn(b.From))
	kind, ok := l.opts.Channels[n.Kind]
	if !ok {
		l.unknownChannel(n)
		return c
	}
	c.Media, c.Programs = kind.Media, kind.Programs
	settings, diags := kind.Decode(b.Own, l.ctx)
	l.add(diags)
	c.Settings = settings
	if clean && !diags.HasErrors() && kind.Check != nil {
		l.add(kind.Check(settings, c))
	}
	return c
}

func (l *loader) unknownChannel(n labelled) {
	known := slices.Sorted(maps.Keys(l.opts.Channels))
	detail := "The kinds are " + strings.Join(known, ", ") + "."
	if s := block.Suggest(n.Kind, known); s != "" {
		detail = fmt.Sprintf("Did you mean %q?", s)
	} else if len(known) == 0 {
		detail = "No kind of channel is known here."
	}
	l.mistake(block.HCLRange(n.Source.Block), fmt.Sprintf("Unknown kind of channel %q", n.Kind), detail)
}

func (l *loader) route(b *routeBlock, clean bool) plan.Route {
	if b == nil {
		return plan.Route{}
	}
	if clean {
		l.emptyLists(b.Source, map[string]int{
			"alerts": len(b.Alerts), "systems": len(b.Systems), "sites": len(b.Sites), "roles": len(b.Roles),
			"threats": len(b.Threats), "stages": len(b.Stages),
		})
	}
	if _, calendar := b.Source.Attrs["calendar"]; b.Outside && !calendar {
		l.mistake(at(b.Source, "outside"), "Outside of which calendar?", "Add calendar, or take outside away.")
	}
	r := plan.Route{
		Source: b.Source, AtLeast: plan.AlertSeverity(b.AtLeast), Alerts: l.namesOf(refsIn(b.Alerts)), Systems: l.namesOf(refsIn(b.Systems)),
		Sites: l.namesOf(refsIn(b.Sites)), Priority: b.Priority, Roles: l.namesOf(refsIn(b.Roles)), Threats: l.namesOf(refsIn(b.Threats)),
		Calendar: b.Calendar.name, Outside: b.Outside, Unacknowledged: b.Unacknowledged, Reports: b.Reports, NoAlerts: b.NoAlerts,
	}
	for _, s := range b.Stages {
		r.Stages = append(r.Stages, plan.Stage(s))
	}
	if b.UsedFrom != nil {
		r.UsedFrom = b.UsedFrom.part
	}
	return r
}

// alertName is the name of an alert: "SystemDown".
type alertName struct{ ref }

func (a *alertName) TypeWord() string { return "name of an alert" }

func (a *alertName) DecodeExpr(expr hcl.Expression, ctx *block.Context) hcl.Diagnostics {
	name, diags := text(expr, ctx, `the name of an alert, such as "SystemDown"`)
	if diags.HasErrors() {
		return diags
	}
	known := plan.AlertNames()
	if slices.Contains(known, name) {
		*a = alertName{ref{name, expr.Range()}}
		return nil
	}
	detail := "The alerts are " + strings.Join(known, ", ") + "."
	if s := block.Suggest(name, known); s != "" {
		detail = fmt.Sprintf("Did you mean %q?", s)
	}
	return hcl.Diagnostics{mistake(expr.Range(), fmt.Sprintf("Unknown alert %q", name), detail)}
}
