package config

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // a plan names its zone, and Windows and small containers have no database

	"github.com/keizoku-bcp/keizoku/block"
	"github.com/keizoku-bcp/keizoku/plan"
)

type planBlock struct {
	Source       plan.Source   `hcl:",source"`
	Title        string        `hcl:"title,optional" doc:"What people read: 「ICT業務継続計画」. The name when not said."`
	Owner        string        `hcl:"owner,optional" doc:"Who keeps the plan: a division."`
	Version      string        `hcl:"version,optional" doc:"Version of the plan, as its cover says."`
	Revised      date          `hcl:"revised,optional" doc:"Day of the last revision."`
	ReviewEvery  time.Duration `hcl:"review_every,optional" min:"1d" doc:"How long a revision stays good; with revised it makes a review due."`
	Timezone     zone          `hcl:"timezone,optional" default:"Asia/Tokyo" doc:"Zone of all local times in the plan, by its name in the IANA database."`
	Locale       string        `hcl:"locale,optional" default:"ja" enum:"ja,en" doc:"Language of alerts, console and reports."`
	ReopenWithin time.Duration `hcl:"reopen_within,optional" default:"5m" min:"1s" doc:"A failure this soon after the end of an outage continues that outage."`
}

func (l *loader) readPlan(whole bool) {
	if len(l.doc.Plan) == 0 {
		l.plan.Location = time.UTC
		if whole {
			l.mistake(l.in.files[0].point(0), "The plan has no plan block",
				`Add one to any of its files: plan "city" { title = "…" }.`)
		}
		return
	}
	for i, n := range l.doc.Plan {
		var b planBlock
		l.decode(n.Inside, &b)
		if i == 0 {
			l.checkName("plan", n.Name, block.HCLRange(n.Source.Block))
			l.setPlan(n, b)
			continue
		}
		l.mistake(block.HCLRange(n.Source.Block), "Second plan block",
			fmt.Sprintf("A plan has one; the first is at %s.", l.doc.Plan[0].Source.Block))
	}
}

func (l *loader) setPlan(n named, b planBlock) {
	p := l.plan
	p.Source, p.Name, p.Title = b.Source, n.Name, cmp.Or(b.Title, n.Name)
	p.Owner, p.Version, p.Locale = b.Owner, b.Version, plan.Locale(b.Locale)
	p.ReviewEvery, p.ReopenWithin = b.ReviewEvery, b.ReopenWithin
	p.Location = b.Timezone.Location
	if p.Location == nil {
		p.Location = time.UTC // the zone is wrong, and reported
	}
	if d := b.Revised.Date; d != (plan.Date{}) {
		p.Revised = time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, p.Location)
	}
}

type siteBlock struct {
	Source plan.Source `hcl:",source"`
	Title  string      `hcl:"title,optional" doc:"What people read: 「本庁舎」. The name when not said."`
}

func (l *loader) readSites() {
	for _, n := range l.doc.Site {
		var b siteBlock
		l.decode(n.Inside, &b)
		l.plan.Sites = append(l.plan.Sites, &plan.Site{Source: b.Source, Name: n.Name, Title: cmp.Or(b.Title, n.Name)})
	}
}

type threatBlock struct {
	Source         plan.Source `hcl:",source"`
	Title          string      `hcl:"title,optional" doc:"What people read: 「災害」. The name when not said."`
	PriorityWithin allowance   `hcl:"priority_within,optional" doc:"A business to be recovered within this is a priority business (優先業務) under the threat."`
	Default        bool        `hcl:"default,optional" default:"false" doc:"Its allowances hold while no threat is declared. One threat has it: the first when none says so."`
}

func (l *loader) readThreats() {
	var first *plan.Threat
	for _, n := range l.doc.Threat {
		var b threatBlock
		l.decode(n.Inside, &b)
		t := &plan.Threat{
			Source: b.Source, Name: n.Name, Title: cmp.Or(b.Title, n.Name),
			PriorityWithin: b.PriorityWithin.Allowance, Default: b.Default,
		}
		if l.isFirst("threat", n) {
			l.plan.Threats = append(l.plan.Threats, t)
		}
		if !b.Default {
			continue
		}
		if first == nil {
			first = t
			continue
		}
		l.mistake(at(b.Source, "default"), "Second default threat",
			fmt.Sprintf("Only one can hold while none is declared; the first is %q at %s.", first.Name, first.At("default")))
	}
}

type businessBlock struct {
	Source        plan.Source `hcl:",source"`
	Title         string      `hcl:"title,optional" doc:"What people read: 「証明書発行」. The name when not said."`
	Division      string      `hcl:"division,optional" doc:"Who does it: 「市民課」."`
	Needs         []systemRef `hcl:"needs,optional" doc:"Systems that the business cannot go on without."`
	RecoverWithin allowances  `hcl:"recover_within,optional" doc:"Target (目標復旧時間): one for all threats, or a map by threat."`
}

func (l *loader) readBusinesses() {
	for _, n := range l.doc.Business {
		var b businessBlock
		l.decode(n.Inside, &b)
		l.plan.Businesses = append(l.plan.Businesses, &plan.Business{
			Source: b.Source, Name: n.Name, Title: cmp.Or(b.Title, n.Name), Division: b.Division,
			Needs: l.namesOf(refsIn(b.Needs)), RecoverWithin: l.allowancesOf(b.RecoverWithin),
		})
	}
}

type agentBlock struct {
	Source        plan.Source `hcl:",source"`
	Site          siteRef     `hcl:"site,optional" doc:"Where the agent stands."`
	Listen        listen      `hcl:"listen,optional" doc:"Where it serves; 127.0.0.1:9720 when not said. Beyond loopback it wants web_config_file or insecure."`
	URL           consoleURL  `hcl:"url,optional" doc:"Address of its console as people open it: \"https://keizoku.city.example/\". Messages link to it, as through a proxy. When not said, to where it listens, and to nothing when that is loopback."`
	StateDir      string      `hcl:"state_dir,optional" doc:"Directory of its journal; the platform's own when not said."`
	Vantage       []vantage   `hcl:"vantage,optional" doc:"Hosts (pinged) or sockets (connected to) near the agent. When none answers, the agent is cut off and judges nothing."`
	AllowExec     bool        `hcl:"allow_exec,optional" default:"false" doc:"Whether it may run the programs of exec checks and channels."`
	WebConfigFile string      `hcl:"web_config_file,optional" doc:"Prometheus web configuration file: TLS and users."`
	Viewers       []viewer    `hcl:"viewers,optional" doc:"Users of that file who may look and not act: [\"wall\"]. The others are operators."`
	Insecure      bool        `hcl:"insecure,optional" default:"false" doc:"Lets it serve beyond loopback without TLS."`
}

func (l *loader) readAgents() {
	for _, n := range l.doc.Agent {
		var b agentBlock
		l.decode(n.Inside, &b)
		a := &plan.Agent{
			Source: b.Source, Name: n.Name, Site: b.Site.name, Listen: string(b.Listen), URL: string(b.URL),
			StateDir: l.path(b.StateDir), AllowExec: b.AllowExec, WebConfigFile: l.path(b.WebConfigFile), Insecure: b.Insecure,
		}
		for _, v := range b.Vantage {
			a.Vantage = append(a.Vantage, string(v))
		}
		a.Viewers = l.viewersOf(b)
		l.plan.Agents = append(l.plan.Agents, a)
	}
}

// viewersOf are the names of viewers. A slip here would make an operator of somebody.
func (l *loader) viewersOf(b agentBlock) (names []string) {
	if len(b.Viewers) > 0 && b.WebConfigFile == "" {
		l.mistake(at(b.Source, "viewers"), "Viewers of no file", "Viewers are users of the web configuration file; name it with web_config_file.")
	}
	for _, v := range b.Viewers {
		if slices.Contains(names, string(v)) {
			l.mistake(at(b.Source, "viewers"), "Viewer named twice", fmt.Sprintf("%q stands twice in this list; leave one out.", v))
			continue
		}
		names = append(names, string(v))
	}
	return names
}

// quoted returns names as a person would list them.
func quoted(names []string) string {
	out := make([]string, len(names))
	for i, name := range names {
		out[i] = strconv.Quote(name)
	}
	return strings.Join(out, ", ")
}
