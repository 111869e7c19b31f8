package console

import (
	"cmp"
	"math"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/keizoku-bcp/keizoku/rules"
)

// systemsPage lists all systems: to find one, and to see that none is forgotten.
type systemsPage struct {
	*view
	Rows []systemRow
	// Wanted is what was searched for, InState and AtSite what was asked for.
	Wanted, InState, AtSite string
	Sort                    string
	Descending              bool
}

// systemRow is one system of the list.
type systemRow struct {
	*rules.SystemFacts
	// LastRun is the oldest of the newest looks at its checks: no word on it is older. Zero: a check
	// was not looked at yet.
	LastRun time.Time
	Urgency int
}

// systemOrder is a column and its order.
type systemOrder struct {
	name    string // as ?sort= has it
	title   string // key of the catalogue
	compare func(a, b systemRow) int
}

// systemOrders are the columns; the first gives the usual order.
var systemOrders = [...]systemOrder{
	{"rank", "console_rank", func(a, b systemRow) int { return cmp.Compare(lastIfZero(a.Priority), lastIfZero(b.Priority)) }},
	{"name", "console_system", func(a, b systemRow) int { return cmp.Compare(a.Title, b.Title) }},
	{"state", "console_state", func(a, b systemRow) int { return cmp.Compare(a.Urgency, b.Urgency) }},
	{"owner", "console_system_owner", func(a, b systemRow) int { return compareWords(a.Owner, b.Owner) }},
	{"site", "console_system_site", func(a, b systemRow) int { return compareWords(a.Site, b.Site) }},
	{"probe", "console_system_last_probe", func(a, b systemRow) int { return a.LastRun.Compare(b.LastRun) }},
}

// lastIfZero puts what has no rank behind all that has one.
func lastIfZero(rank int) int {
	if rank == 0 {
		return math.MaxInt
	}
	return rank
}

// compareWords puts the empty word last.
func compareWords(a, b string) int {
	if (a == "") != (b == "") {
		return -cmp.Compare(a, b)
	}
	return cmp.Compare(a, b)
}

// maxWanted bounds a search, in bytes.
const maxWanted = 200

func buildSystems(_ *console, v *view, r *http.Request) (any, error) {
	q := r.URL.Query()
	p := &systemsPage{
		view: v, Wanted: strings.TrimSpace(cut(q.Get("q"), maxWanted)), InState: q.Get("state"), AtSite: q.Get("site"),
		Sort: q.Get("sort"), Descending: q.Has("desc"),
	}
	for i, s := range v.ByUrgency() {
		if row := (systemRow{s, oldestLook(s), i}); p.wants(row) {
			p.Rows = append(p.Rows, row)
		}
	}
	p.order()
	return p, nil
}

// wants reports whether a system is among those that were asked for.
func (p *systemsPage) wants(row systemRow) bool {
	wanted := strings.ToLower(p.Wanted)
	return (p.InState == "" || string(row.State) == p.InState) && (p.AtSite == "" || row.Site == p.AtSite) &&
		(strings.Contains(strings.ToLower(row.Title), wanted) || strings.Contains(strings.ToLower(row.Name), wanted) ||
			strings.Contains(strings.ToLower(row.Owner), wanted))
}

// order sorts the rows. Where two are alike the more urgent one comes first, either way round.
func (p *systemsPage) order() {
	i := max(0, slices.IndexFunc(systemOrders[:], func(o systemOrder) bool { return o.name == p.Sort }))
	p.Sort = systemOrders[i].name
	sign := 1
	if p.Descending {
		sign = -1
	}
	slices.SortStableFunc(p.Rows, func(a, b systemRow) int { return sign * systemOrders[i].compare(a, b) })
}

func oldestLook(s *rules.SystemFacts) time.Time {
	var oldest time.Time
	for i, c := range s.Checks {
		if i == 0 || c.LastRunAt.Before(oldest) {
			oldest = c.LastRunAt
		}
	}
	return oldest
}

// column is the head of a column: a link that sorts by it, or the other way round.
type column struct {
	Name, Title, Href string
	// Sorted is "ascending", "descending" or empty, as aria-sort wants it.
	Sorted string
}

// Columns are the heads of the table.
func (p *systemsPage) Columns() []column {
	columns := make([]column, len(systemOrders))
	for i, o := range systemOrders {
		c := column{Name: o.name, Title: p.Words.Word(o.title)}
		here := o.name == p.Sort
		c.Href = p.sorted(o.name, here && !p.Descending)
		if here {
			c.Sorted = map[bool]string{false: "ascending", true: "descending"}[p.Descending]
		}
		columns[i] = c
	}
	return columns
}

// sorted is the page's address with another order.
func (p *systemsPage) sorted(name string, descending bool) string {
	other := *p.view
	other.Path = p.With("sort", name)
	if descending {
		return other.With("desc", "1")
	}
	return other.With("desc", "")
}

// option is what a filter may be set to.
type option struct {
	Value, Text string
	Here        bool
}

// States are the states to filter by.
func (p *systemsPage) States() []option {
	options := make([]option, len(rules.States))
	for i, s := range rules.States {
		options[i] = option{string(s), p.Words.State(s), string(s) == p.InState}
	}
	return options
}

// Places are the sites to filter by.
func (p *systemsPage) Places() []option {
	options := make([]option, len(p.Written.Sites))
	for i, s := range p.Written.Sites {
		options[i] = option{s.Name, p.siteTitle(s.Name), s.Name == p.AtSite}
	}
	return options
}

// SiteTitle is the title of a site.
func (p *systemsPage) SiteTitle(name string) string { return p.siteTitle(name) }
