package config

import (
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2"

	"github.com/keizoku-bcp/keizoku/block"
	"github.com/keizoku-bcp/keizoku/plan"
)

// loader turns parsed files into a plan, and gathers mistakes on the way.
type loader struct {
	in      input
	kinds   Kinds
	opts    Options
	sources *Sources
	bodies  []hcl.Body
	doc     document
	names   map[string]map[string]hcl.Range // kind of block → name → where it is defined
	ctx     *block.Context
	plan    *plan.Plan
	diags   hcl.Diagnostics
	// toldNoThreat keeps a plan without threats from being told so once per system.
	toldNoThreat bool
}

func newLoader(in input, kinds Kinds, opts Options) *loader {
	l := &loader{in: in, kinds: kinds, opts: opts, names: make(map[string]map[string]hcl.Range)}
	l.plan = &plan.Plan{Hash: hash(in.files), Secrets: new(plan.Redactor)}
	l.sources = newSources(in, kinds, opts, l.plan.Secrets)
	l.ctx = &block.Context{Secrets: l.plan.Secrets, Hide: l.sources.hide}
	return l
}

// document is the top level of a plan's files: the names of its blocks, their insides unread.
type document struct {
	Plan        []named    `hcl:"plan,block"`
	Site        []named    `hcl:"site,block"`
	Calendar    []named    `hcl:"calendar,block"`
	Threat      []named    `hcl:"threat,block"`
	Business    []named    `hcl:"business,block"`
	System      []named    `hcl:"system,block"`
	Maintenance []named    `hcl:"maintenance,block"`
	Agent       []named    `hcl:"agent,block"`
	Generator   []named    `hcl:"generator,block"`
	UPS         []named    `hcl:"ups,block"`
	Load        []named    `hcl:"load,block"`
	Power       []bare     `hcl:"power,block"`
	Role        []named    `hcl:"role,block"`
	Posture     []named    `hcl:"posture,block"`
	Procedure   []named    `hcl:"procedure,block"`
	Decision    []bare     `hcl:"decision,block"`
	Alerts      []bare     `hcl:"alerts,block"`
	Notify      []labelled `hcl:"notify,block"`
	Inspection  []named    `hcl:"inspection,block"`
}

type named struct {
	Source plan.Source `hcl:",source"`
	Name   string      `hcl:"name,label"`
	Inside hcl.Body    `hcl:",remain"`
}

// bare is a block without a name.
type bare struct {
	Source plan.Source `hcl:",source"`
	Inside hcl.Body    `hcl:",remain"`
}

// read is the two passes over the bodies.
func (l *loader) read() {
	for _, body := range l.bodies {
		l.diags = append(l.diags, block.Decode(body, l.ctx, &l.doc)...)
	}
	whole := !l.diags.HasErrors()
	l.collect("site", l.doc.Site)
	l.collect("calendar", l.doc.Calendar)
	l.collect("threat", l.doc.Threat)
	l.collect("business", l.doc.Business)
	l.collect("system", l.doc.System)
	l.collect("maintenance", l.doc.Maintenance)
	l.collect("agent", l.doc.Agent)
	l.collect("generator", l.doc.Generator)
	l.collect("ups", l.doc.UPS)
	l.collect("load", l.doc.Load)
	l.collect("role", l.doc.Role)
	l.collect("posture", l.doc.Posture)
	l.collect("procedure", l.doc.Procedure)
	l.collect("notify", byName(l.doc.Notify))
	l.collect("inspection", l.doc.Inspection)
	for _, n := range l.doc.Calendar {
		l.plan.Calendars = append(l.plan.Calendars, &plan.Calendar{Name: n.Name})
	}
	l.collectBroken()
	l.ctx.Eval = &hcl.EvalContext{Variables: references(l.names), Functions: l.functions()}

	l.readPlan(whole)
	l.readSites()
	l.readCalendars()
	l.readThreats()
	l.readBusinesses()
	l.readSystems()
	l.readMaintenance()
	l.readAgents()
	l.readPower()
	l.readResponse()
	l.readAlerts()
	l.readChannels()
	l.readInspections()
	l.link()
}

// decode reads the inside of a block.
func (l *loader) decode(body hcl.Body, into any) {
	l.add(block.Decode(body, l.ctx, into))
}

// decodes is decode, and reports whether there was nothing to complain about.
func (l *loader) decodes(body hcl.Body, into any) (clean bool) {
	before := len(l.diags)
	l.decode(body, into)
	return len(l.diags) == before
}

func (l *loader) add(diags hcl.Diagnostics) { l.diags = append(l.diags, diags...) }

func (l *loader) mistake(at hcl.Range, summary, detail string) {
	l.diags = append(l.diags, mistake(at, summary, detail))
}

// at returns where an attribute was written, or its block when it was not.
func at(src plan.Source, attribute string) hcl.Range { return block.HCLRange(src.At(attribute)) }

// known returns the names of one kind of block, sorted.
func (l *loader) known(kind string) []string { return slices.Sorted(maps.Keys(l.names[kind])) }

// link completes the plan and looks for what only the whole can show.
func (l *loader) link() {
	if err := l.plan.Link(); err != nil {
		l.mistake(block.HCLRange(l.plan.Block), "The plan does not hold together", sentence(err))
		return
	}
	l.cycles()
	l.powerLoops()
}
