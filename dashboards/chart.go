package dashboards

import (
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
	"github.com/grafana/grafana-foundation-sdk/go/stat"
	"github.com/grafana/grafana-foundation-sdk/go/statetimeline"
	"github.com/grafana/grafana-foundation-sdk/go/table"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"
	"github.com/grafana/grafana-foundation-sdk/go/units"
)

// chart is one panel in the making: the SDK's, and how its queries are asked.
type chart struct {
	*house
	panel dashboard.Panel
	title string // in words
	// format is what queries answer with; instant asks for the newest value alone.
	format  prometheus.PromQueryFormat
	instant bool
	err     error
}

// newChart gives the panel that a builder of the SDK has made its title.
func (h *house) newChart(title string, kind cog.Builder[dashboard.Panel]) *chart {
	c := &chart{house: h, title: h.say(title), format: prometheus.PromQueryFormatTimeSeries}
	c.panel, c.err = kind.Build()
	source := datasource()
	c.panel.Title, c.panel.Datasource = &c.title, &source
	if c.panel.FieldConfig == nil {
		c.panel.FieldConfig = dashboard.NewFieldConfigSource()
	}
	return c
}

// stat is a number, or a word, that is read across the room.
func (h *house) stat(title string) *chart {
	c := h.newChart(title, stat.NewPanelBuilder().
		ColorMode(common.BigValueColorModeBackgroundSolid).GraphMode(common.BigValueGraphModeNone).
		Orientation(common.VizOrientationAuto).
		ReduceOptions(common.NewReduceDataOptionsBuilder().Calcs([]string{"lastNotNull"})).
		NoValue(noValue))
	c.instant = true
	return c.meaning(absent(soft))
}

// names shows the legend of what is found in place of its number.
func (c *chart) names() *chart {
	c.panel.Options.(*stat.Options).TextMode = common.BigValueTextModeName
	return c
}

// lines are values over time.
func (h *house) lines(title string) *chart {
	return h.newChart(title, timeseries.NewPanelBuilder().
		LineWidth(2).FillOpacity(5).ShowPoints(common.VisibilityModeNever).
		Legend(common.NewVizLegendOptionsBuilder().DisplayMode(common.LegendDisplayModeList).
			Placement(common.LegendPlacementBottom).ShowLegend(true)).
		Tooltip(common.NewVizTooltipOptionsBuilder().Mode(common.TooltipDisplayModeMulti).Sort(common.SortOrderAscending)))
}

// limits draws the thresholds of the chart's scale as lines.
func (c *chart) limits() *chart {
	c.panel.FieldConfig.Defaults.Custom.(*timeseries.FieldConfig).ThresholdsStyle =
		&common.GraphThresholdsStyleConfig{Mode: common.GraphThresholdsStyleModeDashed}
	return c
}

// How fine what is shown over time is, at most. It bounds what Prometheus has to compute: the wall's
// states are those of a whole fleet, for which six hours in steps of three minutes will do.
const (
	timelinePoints = 360
	wallPoints     = 120
)

// timeline is what held from when to when, one line for each series.
func (h *house) timeline(title string) *chart {
	return h.newChart(title, statetimeline.NewPanelBuilder().
		ShowValue(common.VisibilityModeAuto).MaxDataPoints(timelinePoints).RowHeight(0.85).MergeValues(true).LineWidth(0).FillOpacity(85).
		Legend(common.NewVizLegendOptionsBuilder().DisplayMode(common.LegendDisplayModeList).
			Placement(common.LegendPlacementBottom).ShowLegend(false)).
		Tooltip(common.NewVizTooltipOptionsBuilder().Mode(common.TooltipDisplayModeSingle).Sort(common.SortOrderNone)))
}

// table is one row for each value of a label.
func (h *house) table(title string) *chart {
	c := h.newChart(title, table.NewPanelBuilder().ShowHeader(true).CellHeight(common.TableCellHeightMd).NoValue(noValue))
	c.format, c.instant = prometheus.PromQueryFormatTable, true
	c.panel.Options.(*table.Options).Footer = nil
	return c
}

// ask adds a query. The legend names its series; tables have none.
func (c *chart) ask(expr, legend string) *chart {
	q := prometheus.NewDataqueryBuilder().
		Datasource(datasource()).RefId(refID(len(c.panel.Targets))).
		Expr(expr).Format(c.format).LegendFormat(legend).EditorMode(prometheus.QueryEditorModeCode)
	if c.instant {
		q.Instant()
	} else {
		q.Range()
	}
	target, err := q.Build()
	if err != nil && c.err == nil {
		c.err = fmt.Errorf("query %s: %w", expr, err)
	}
	c.panel.Targets = append(c.panel.Targets, target)
	return c
}

// refID names the queries of a panel A, B, C, as Grafana does.
func refID(i int) string { return string(rune('A' + i)) }

// fine is how many decimals shares have, and how many units after its greatest a duration in words:
// without any, Grafana writes two years and a half as "2 years".
const fine = 1.0

// hint explains the chart, behind the "i" beside its title.
func (c *chart) hint(id string) *chart {
	text := c.say(id)
	c.panel.Description = &text
	return c
}

func (c *chart) unit(unit string) *chart {
	c.panel.FieldConfig.Defaults.Unit = &unit
	if unit == units.PercentUnit && c.instant {
		decimals := fine
		c.panel.FieldConfig.Defaults.Decimals = &decimals
	}
	return c
}

// points is how many values of each series are asked for at most.
func (c *chart) points(n float64) *chart {
	c.panel.MaxDataPoints = &n
	return c
}

// between fixes the ends of the axis.
func (c *chart) between(low, high float64) *chart {
	c.panel.FieldConfig.Defaults.Min, c.panel.FieldConfig.Defaults.Max = &low, &high
	return c
}

// coloured gives values the colours of a scale.
func (c *chart) coloured(s scale) *chart {
	d := &c.panel.FieldConfig.Defaults
	d.Thresholds, d.Color = s.config(), &dashboard.FieldColor{Mode: dashboard.FieldColorModeIdThresholds}
	return c
}

// limited notes a scale but leaves each line its own colour.
func (c *chart) limited(s scale) *chart {
	d := &c.panel.FieldConfig.Defaults
	d.Thresholds, d.Color = s.config(), &dashboard.FieldColor{Mode: dashboard.FieldColorModeIdPaletteClassic}
	return c.limits()
}

// meaning gives numbers words.
func (c *chart) meaning(all ...dashboard.ValueMapping) *chart {
	c.panel.FieldConfig.Defaults.Mappings = append(c.panel.FieldConfig.Defaults.Mappings, all...)
	return c
}

// leads links every value to a place.
func (c *chart) leads(to dashboard.DashboardLink) *chart {
	c.panel.FieldConfig.Defaults.Links = append(c.panel.FieldConfig.Defaults.Links, to)
	return c
}

// override sets properties of the one field of the name.
func (c *chart) override(field string, properties ...dashboard.DynamicConfigValue) {
	c.panel.FieldConfig.Overrides = append(c.panel.FieldConfig.Overrides, dashboard.DashboardFieldConfigSourceOverrides{
		Matcher: dashboard.MatcherConfig{Id: "byName", Options: field}, Properties: properties,
	})
}

// uncolouredAnswer keeps the scale of the chart from the answer to the query of the number, for which it
// says nothing.
func (c *chart) uncolouredAnswer(query int) *chart {
	colour := soft
	c.panel.FieldConfig.Overrides = append(c.panel.FieldConfig.Overrides, dashboard.DashboardFieldConfigSourceOverrides{
		Matcher: dashboard.MatcherConfig{Id: "byFrameRefID", Options: refID(query)},
		Properties: []dashboard.DynamicConfigValue{
			{Id: "color", Value: dashboard.FieldColor{Mode: dashboard.FieldColorModeIdFixed, FixedColor: &colour}},
		},
	})
	return c
}

// titled shows names by the titles that the plan gives them.
func (c *chart) titled(titles []titled) *chart {
	for _, t := range titles {
		c.override(t.name, dashboard.DynamicConfigValue{Id: "displayName", Value: t.title})
	}
	return c
}
