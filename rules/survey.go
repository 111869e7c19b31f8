package rules

import (
	"cmp"
	"slices"
	"strings"

	"github.com/keizoku-bcp/keizoku/plan"
)

// The lines of a sheet that are the same at every site, in their order: what the damage sheets
// (被害チェックシート) of city halls ask. Lines of supplies and systems stand among them; see
// [SurveyGenerator], [SurveyUPS] and [SurveySystem].
const (
	SurveyBuilding = "building" // may it be entered?
	SurveyUtility  = "utility"  // 商用電源
	SurveyCooling  = "cooling"  // 空調, and the temperature
	SurveyWater    = "water"    // 浸水, 漏水
	SurveyRacks    = "racks"
	SurveyNetwork  = "network" // within the site
	SurveyLines    = "lines"   // to the outside, by kind

	// These are words alone.
	SurveyRecovery = "expected_recovery"
	SurveyFirstAid = "first_aid" // 応急措置
	SurveyPhoto    = "photo"     // where the pictures are
)

// What the lines of supplies and systems begin with: "generator.roof", "ups.rack_a", "system.mail".
const (
	SurveyGenerator = "generator."
	SurveyUPS       = "ups."
	SurveySystem    = "system."
)

// SurveyItems lists the lines that every sheet has, in their order.
var SurveyItems = [...]string{
	SurveyBuilding, SurveyUtility, SurveyCooling, SurveyWater, SurveyRacks, SurveyNetwork, SurveyLines,
	SurveyRecovery, SurveyFirstAid, SurveyPhoto,
}

// words reports whether a line is words alone: it asks for no finding.
func words(item string) bool {
	return item == SurveyRecovery || item == SurveyFirstAid || item == SurveyPhoto
}

// Open reports whether the line waits for somebody to look: nobody answered it and the agents
// cannot tell. A line that is words alone waits for nobody.
func (i *SurveyItem) Open() bool { return i.Answer == nil && i.Known == "" && !words(i.Item) }

// sheets are the sheets of a plan.
type sheets struct {
	sites []*SiteSurvey
	// systems are the lines of the plan's systems, and the sheets they stand on, in the plan's order.
	systems []*SurveyItem
	on      []*SiteSurvey
}

// blankSheets returns the sheets with nothing filled in. A plan without sites has one, named "".
// What does not say where it stands is on the first.
func blankSheets(p *plan.Plan) *sheets {
	s := &sheets{systems: make([]*SurveyItem, len(p.Systems)), on: make([]*SiteSurvey, len(p.Systems))}
	byName := make(map[string]*SiteSurvey, len(p.Sites))
	for _, site := range p.Sites {
		byName[site.Name] = &SiteSurvey{Site: site.Name, Title: site.Title}
		s.sites = append(s.sites, byName[site.Name])
	}
	if len(s.sites) == 0 {
		s.sites = []*SiteSurvey{{Title: p.Title}}
	}
	s.head(p)
	lines := make([]SurveyItem, len(p.Systems)) // at once: there may be thousands
	for i, sys := range p.Systems {
		lines[i] = SurveyItem{Item: SurveySystem + sys.Name, Title: sys.Title}
		s.systems[i], s.on[i] = &lines[i], cmp.Or(byName[sys.Site], s.sites[0])
		s.on[i].Items = append(s.on[i].Items, &lines[i])
	}
	for _, site := range s.sites {
		site.add(SurveyRecovery, SurveyFirstAid, SurveyPhoto)
	}
	return s
}

// head writes what stands above the systems.
func (s *sheets) head(p *plan.Plan) {
	for _, site := range s.sites {
		site.add(SurveyBuilding, SurveyUtility)
	}
	where := s.supplySites(p)
	for _, node := range p.Supplies() {
		kind := SurveyUPS
		if node.Generator != nil {
			kind = SurveyGenerator
		}
		for _, site := range where[node.Name] {
			site.Items = append(site.Items, &SurveyItem{Item: kind + node.Name, Title: node.Title})
		}
	}
	for _, site := range s.sites {
		site.add(SurveyCooling, SurveyWater, SurveyRacks, SurveyNetwork, SurveyLines)
	}
}

func (s *SiteSurvey) add(items ...string) {
	for _, item := range items {
		s.Items = append(s.Items, &SurveyItem{Item: item})
	}
}

// supplySites tells on which sheets each supply stands: that of its own site, else of all sites
// with a system that it feeds, else the first.
func (s *sheets) supplySites(p *plan.Plan) map[string][]*SiteSurvey {
	fed := feeds(p)
	where := make(map[string][]*SiteSurvey)
	for _, node := range p.Supplies() {
		at := fed[node.Name]
		if own := siteOf(node); own != "" {
			at = map[string]bool{own: true}
		}
		for _, site := range s.sites {
			if at[site.Site] && site.Site != "" {
				where[node.Name] = append(where[node.Name], site)
			}
		}
		if where[node.Name] == nil {
			where[node.Name] = s.sites[:1]
		}
	}
	return where
}

// feeds tells of each supply the sites of the systems that hang on it.
func feeds(p *plan.Plan) map[string]map[string]bool {
	tree, fed := p.PowerTree(), make(map[string]map[string]bool)
	for _, sys := range p.Systems {
		if sys.Power == nil {
			continue
		}
		for _, node := range tree.Path(sys.Power.FedBy) {
			if fed[node.Name] == nil {
				fed[node.Name] = make(map[string]bool)
			}
			fed[node.Name][sys.Site] = true
		}
	}
	return fed
}

func siteOf(node *plan.Supply) string {
	if node.Generator != nil {
		return node.Generator.Site
	}
	return node.UPS.Site
}

// survey is the damage survey (被害チェックシート) of each site, filled with what the agents know and
// what people saw. It is there on an ordinary day too, when somebody prints the sheets for the
// cabinet: with 5,000 systems it takes an eighth of the time of a Situation.
func (v *view) survey(sit *Situation) []*SiteSurvey {
	s := blankSheets(v.plan)
	for i, sys := range sit.Systems {
		if known := findingOf(sys.State); known != "" {
			s.systems[i].Known, s.systems[i].Since = known, sys.Since
		}
	}
	for _, site := range s.sites {
		v.fillSite(site, sit)
	}
	v.fillCooling(s, sit)
	v.fillAnswers(s)
	return s.sites
}

// fillAnswers puts each answer on its line. One on a line that the plan has lost since is kept at
// the end of its sheet, or on the first when the site is gone as well.
func (v *view) fillAnswers(s *sheets) {
	answers := v.answers()
	if len(answers) == 0 {
		return
	}
	for _, site := range s.sites {
		for _, item := range site.Items {
			key := SurveyKey{site.Site, item.Item}
			if a, ok := answers[key]; ok {
				item.Answer = a
				delete(answers, key)
			}
		}
	}
	for _, key := range sortedKeys(answers) {
		site := s.sites[0]
		if i := slices.IndexFunc(s.sites, func(of *SiteSurvey) bool { return of.Site == key.Site }); i >= 0 {
			site = s.sites[i]
		}
		site.Items = append(site.Items, &SurveyItem{Item: key.Item, Answer: answers[key]})
	}
}

func sortedKeys(answers map[SurveyKey]*SurveyAnswer) []SurveyKey {
	keys := make([]SurveyKey, 0, len(answers))
	for key := range answers {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b SurveyKey) int {
		return cmp.Or(strings.Compare(a.Site, b.Site), strings.Compare(a.Item, b.Item))
	})
	return keys
}

// answers are those that count at the instant.
func (v *view) answers() map[SurveyKey]*SurveyAnswer {
	since := v.state.Response.since(v.now)
	all := make(map[SurveyKey]*SurveyAnswer, len(v.state.Response.Answers))
	for key, a := range v.state.Response.Answers {
		if a.At.Before(since) {
			continue
		}
		seen := a.SeenAt
		if seen.IsZero() {
			seen = a.At
		}
		all[key] = &SurveyAnswer{
			ID: a.ID, Finding: a.Finding, Note: a.Note, SeenAt: v.local(seen), By: a.Actor.Name(), Corrects: a.Corrects,
		}
	}
	return all
}
