package dashboards

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"github.com/grafana/grafana-foundation-sdk/go/dashboard"

	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/plan"
)

// Options say for whom the dashboards are.
type Options struct {
	// Plan gives titles, sites, threats and thresholds; nil makes dashboards that fit any plan.
	Plan *plan.Plan
	// Locale is the language; empty: the plan's.
	Locale plan.Locale
}

// File is one dashboard, ready for Grafana's provisioning or its import page.
type File struct {
	Name string // "system.json"
	JSON []byte
}

// pages are the dashboards, in the order in which they link to each other.
var pages = [...]page{
	{"priority-systems", "dash_priority", "dash_priority_about", 15 * time.Second, "6h", priorityPage},
	{"system", "dash_system", "dash_system_about", 30 * time.Second, "24h", systemPage},
	{"emergency-power", "dash_power", "dash_power_about", 15 * time.Second, "6h", powerPage},
	{"response", "dash_response", "dash_response_about", 30 * time.Second, "24h", responsePage},
	{"fleet", "dash_fleet", "dash_fleet_about", 30 * time.Second, "24h", fleetPage},
}

// page is how one dashboard is made.
type page struct {
	name string // of its file, and the end of its UID
	// title and about, its description, are IDs of messages.
	title, about string
	refresh      time.Duration
	// span is how far back it shows when opened.
	span string
	fill func(*board)
}

// uid is what links between dashboards go by: it never changes, so that a dashboard made from a
// plan takes the place of the default.
func (p page) uid() string { return "keizoku-" + p.name }

// Build makes all dashboards. The same options always give the same bytes.
func Build(o Options) ([]File, error) {
	h := newHouse(o)
	files := make([]File, len(pages))
	for i, p := range pages {
		d, err := h.build(p)
		if err != nil {
			return nil, fmt.Errorf("dashboard %s: %w", p.name, err)
		}
		text, err := encode(d)
		if err != nil {
			return nil, fmt.Errorf("dashboard %s: %w", p.name, err)
		}
		files[i] = File{p.name + ".json", text}
	}
	return files, nil
}

// classic is the form of a dashboard that Grafana 11 reads, and later ones too. The form that the
// SDK prefers is newer than that.
type classic = dashboard.Dashboard //nolint:staticcheck // 2026-11-23: the newer form is refused by Grafana 11

// encode writes the JSON as people read it in a diff: indented, and "<" as "<".
func encode(d classic) ([]byte, error) {
	var compact, out bytes.Buffer
	enc := json.NewEncoder(&compact)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(d); err != nil {
		return nil, err
	}
	if err := json.Indent(&out, compact.Bytes(), "", "  "); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// house is what all dashboards of one build share.
type house struct {
	words *messages.Words
	plan  *plan.Plan // nil: any
	// horizon and margin are what emergency power is held to, used the shares of an allowance at
	// which colours change.
	horizon time.Duration
	margin  float64
	used    []float64
	zone    string
}

// The thresholds of dashboards for any plan, which are those that a plan has that says nothing.
const (
	anyHorizon = 72 * time.Hour
	anyMargin  = 0.2
)

func newHouse(o Options) *house {
	h := &house{
		words: messages.For(o.Locale), plan: o.Plan,
		horizon: anyHorizon, margin: anyMargin, used: []float64{0.5, 0.75, 0.9}, zone: "browser",
	}
	if o.Plan != nil {
		h.of(o)
	}
	return h
}

// of takes over what the plan says.
func (h *house) of(o Options) {
	if o.Locale == "" {
		h.words = messages.For(o.Plan.Locale)
	}
	if p := o.Plan.Power; p != nil && p.Horizon > 0 {
		h.horizon, h.margin = p.Horizon, p.Margin
	}
	if a := o.Plan.Alerting; a != nil && len(a.Used) > 0 {
		h.used = a.Used
	}
	if zone := o.Plan.Location; zone != nil && zone != time.Local {
		h.zone = zone.String()
	}
}

// say is a text of the catalogue.
func (h *house) say(id string) string { return h.words.Word(id) }
