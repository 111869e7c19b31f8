package dashboards

import (
	"slices"

	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/table"
	"github.com/grafana/grafana-foundation-sdk/go/units"
)

// column is one of a table. Fields keep the names that the queries give them, for links to use;
// people see the title.
type column struct {
	field string // a label, or "Value #A" for what query A answers
	title string // ID of a message
	unit  string // empty: as it is
	// scale colours the cell; nil: no colour.
	scale scale
	maps  []dashboard.ValueMapping
	// titles are what the plan calls the names in the column.
	titles []titled
	link   *dashboard.DashboardLink
	width  int // pixels; zero: as much as there is
}

// cells shows the columns in this order, and nothing else. Several queries are joined by the
// label; an empty one means that all of them have the same labels.
func (c *chart) cells(by string, columns ...column) *chart {
	if len(c.panel.Targets) > 1 {
		c.join(by)
	}
	names, order := make([]string, len(columns)), make(map[string]int, len(columns))
	for i, col := range columns {
		names[i], order[col.field] = col.field, i
		c.override(col.field, col.properties(c.house)...)
	}
	c.transform("filterFieldsByName", map[string]any{"include": map[string]any{"names": names}})
	c.transform("organize", map[string]any{
		"indexByName": order, "excludeByName": map[string]bool{}, "renameByName": map[string]string{},
	})
	return c
}

func (c *chart) join(by string) {
	if by == "" {
		c.transform("merge", map[string]any{})
		return
	}
	c.transform("joinByField", map[string]any{"byField": by, "mode": "outer"})
}

func (c *chart) transform(id string, options map[string]any) {
	c.panel.Transformations = append(c.panel.Transformations, dashboard.DataTransformerConfig{Id: id, Options: options})
}

// numeric makes a label a number, to be sorted as one.
func (c *chart) numeric(field string) *chart {
	c.transform("convertFieldType", map[string]any{
		"fields":      map[string]any{},
		"conversions": []map[string]any{{"targetField": field, "destinationType": "number"}},
	})
	return c
}

// order is by which columns a table is sorted, by the IDs of their titles.
func (c *chart) order(titles ...string) *chart { return c.sorted(false, titles) }

// fall is the same from the greatest down.
func (c *chart) fall(titles ...string) *chart { return c.sorted(true, titles) }

func (c *chart) sorted(falling bool, titles []string) *chart {
	options := c.panel.Options.(*table.Options)
	for _, title := range titles {
		options.SortBy = append(options.SortBy, common.TableSortByFieldState{DisplayName: c.say(title), Desc: &falling})
	}
	return c
}

// coloured reports whether the value shows in the colour of its cell.
func (c column) coloured() bool { return c.scale != nil || len(c.maps) > 0 }

func (c column) properties(h *house) []dashboard.DynamicConfigValue {
	list := []dashboard.DynamicConfigValue{{Id: "displayName", Value: h.say(c.title)}}
	set := func(id string, value any) { list = append(list, dashboard.DynamicConfigValue{Id: id, Value: value}) }
	if c.unit != "" {
		set("unit", c.unit)
	}
	if c.unit == units.DurationSeconds || c.unit == units.PercentUnit {
		set("decimals", fine)
	}
	if c.coloured() {
		set("mappings", append(slices.Clone(c.maps), absent(uncoloured)))
	}
	if c.scale != nil {
		set("thresholds", c.scale.config())
		set("color", dashboard.FieldColor{Mode: dashboard.FieldColorModeIdThresholds})
	}
	if len(c.titles) > 0 {
		set("mappings", []dashboard.ValueMapping{named(c.titles)})
	}
	if c.coloured() {
		set("custom.cellOptions", map[string]any{"type": common.TableCellDisplayModeColorBackground, "mode": common.TableCellBackgroundDisplayModeBasic})
	}
	if c.link != nil {
		set("links", []dashboard.DashboardLink{*c.link})
	}
	if c.width > 0 {
		set("custom.width", c.width)
	}
	return list
}
