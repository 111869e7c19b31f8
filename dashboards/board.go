package dashboards

import (
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// gridWidth is the number of columns of Grafana's grid. Below 768 pixels, on a phone, Grafana
// stacks panels in their order, each as wide as the screen: the order is that of urgency.
const gridWidth = 24

// board is a dashboard in the making. Panels flow from left to right and then down.
type board struct {
	*house
	panels []dashboard.PanelOrRowPanel
	lastID uint32
	// x and y are where the next panel goes, high the height of the tallest of this line.
	x, y, high uint32
	variables  []cog.Builder[dashboard.VariableModel]
	err        error
}

// build makes the dashboard of a page.
func (h *house) build(p page) (classic, error) {
	b := &board{house: h}
	b.datasource()
	p.fill(b)
	if b.err != nil {
		return classic{}, b.err
	}
	made := dashboard.NewDashboardBuilder(h.say(p.title)) //nolint:staticcheck // 2026-11-23: see classic
	d, err := made.
		Uid(p.uid()).Description(h.say(p.about)).Tags([]string{tag}).
		Timezone(h.zone).Time("now-"+p.span, "now").Refresh(p.refresh.String()).
		Tooltip(dashboard.DashboardCursorSyncCrosshair).Editable().
		Variables(b.variables).Annotations(h.annotations()).Links(h.links(p)).
		Build()
	d.Panels = b.panels
	inSight(&d)
	return d, err
}

// inSight takes back that the SDK would hide links and annotations in a menu.
func inSight(d *classic) {
	for i := range d.Links {
		d.Links[i].Placement = nil
	}
	for i := range d.Annotations.List {
		d.Annotations.List[i].Placement = nil
	}
}

// section begins a new line under a heading.
func (b *board) section(title string) {
	b.newLine()
	row := dashboard.NewRowPanel()
	text := b.say(title)
	row.Type, row.Title, row.Id, row.Panels = "row", &text, b.nextID(), []dashboard.Panel{}
	row.GridPos = &dashboard.GridPos{W: gridWidth, H: 1, Y: b.y}
	b.panels = append(b.panels, dashboard.PanelOrRowPanel{RowPanel: row})
	b.y++
}

// add puts a chart next to the one before it, or below when it is too wide for that.
func (b *board) add(width, height uint32, c *chart) {
	if c.err != nil && b.err == nil {
		b.err = fmt.Errorf("panel %q: %w", c.title, c.err)
	}
	if b.x+width > gridWidth {
		b.newLine()
	}
	id := b.nextID()
	c.panel.Id = &id
	c.panel.GridPos = &dashboard.GridPos{X: b.x, Y: b.y, W: width, H: height}
	b.panels = append(b.panels, dashboard.PanelOrRowPanel{Panel: &c.panel})
	b.x, b.high = b.x+width, max(b.high, height)
}

func (b *board) newLine() { b.x, b.y, b.high = 0, b.y+b.high, 0 }

func (b *board) nextID() uint32 {
	b.lastID++
	return b.lastID
}
