package policy

import (
	"slices"
	"strings"
	"testing"
)

// room is a package, or a folder of them, and what it may import.
type room struct {
	// dir is a folder; "checks/*" is every folder below checks.
	dir string
	// may are folders, as dir is written. Whatever lies below the importing folder is allowed
	// too, and everything may import plan.
	may []string
	why string
}

// rooms is docs/design.md's table of rooms, in order: the first that fits a folder holds. Arrows
// run down only, and siblings do not know each other: that is what lets one of them be read,
// tested or replaced alone.
var rooms = []room{
	{"cmd/keizoku", []string{"*"}, "the command knows all, and has no logic"},
	{"agent", []string{
		"agent/*", "checks", "checks/*", "journal", "rules", "rules/*", "config", "power", "power/*", "messages", "reports", "notify",
	}, "the wiring"},
	{"agent/schedule", []string{"checks"}, "it decides what looks mean, not what follows from that"},
	{"agent/outbox", []string{"notify", "journal"}, "it carries messages, and knows nothing of how alerts come about"},
	{"agent/inspect", []string{"checks", "power", "rules", "rules/*", "journal"}, "one look at all there is, and when it is due"},
	{"agent/vantage", []string{"checks"}, "it asks whether the agent is cut off, nothing else"},
	{"agent/access/webfile", nil, "the web configuration file, and serving by it: it knows nobody"},
	{"agent/access", []string{"agent/access/*", "journal"}, "who asks, and what they may do: those who answer ask it"},
	{"agent/act", []string{"rules"}, "people's actions by name, and how forms say them"},
	{"agent/console/draw", nil, "drawings: geometry, and nothing of what is drawn"},
	{"agent/console/paper", nil, "a page as one file for paper"},
	{"agent/sse", nil, "server-sent events on the wire, and nothing of what they tell"},
	{"agent/console", []string{"agent/access", "agent/access/*", "agent/act", "agent/sse", "agent/console/*", "rules", "rules/*", "journal", "messages", "reports"}, "a view of a Situation, and forms for people's actions"},
	{"agent/api/openapi", []string{"agent/api", "agent/api/apitest", "journal", "rules", "rules/*"}, "the document of the API, made from its types"},
	{"agent/api/apitest", nil, "real answers held against the document"},
	{"agent/api", []string{"agent/access", "agent/act", "agent/sse", "rules", "rules/*", "journal", "messages"}, "a view of a Situation, and the door for people's actions"},
	{"agent/metrics", []string{"rules", "rules/*"}, "a view of a Situation"},
	{"reports", []string{"messages", "rules", "rules/*", "journal", "notify"}, "pages and messages from one Situation, for terminal, paper and channels"},
	{"dashboards", []string{"messages", "rules"}, "dashboards as Go: the words and states of Situations, and no agent"},
	{"demo", []string{"examples"}, "a city hall of sockets: it must not know who watches it"},
	{"examples", nil, "plans, embedded"},
	{"messages", []string{"rules", "rules/*", "journal"}, "words for what rules and journal tell"},
	{"rules", []string{"journal"}, "pure: it folds events and evaluates, and knows no probe, file or clock"},
	{"rules/prom", []string{"rules/alert"}, "as pure as rules: a plan goes in, rules for Prometheus come out"},
	{"rules/*", []string{"journal", "rules"}, "as pure as rules, of which it is a part"},
	{"journal", nil, "event types and their store; every other room may be rebuilt from it"},
	{"config/starter", []string{"plan"}, "facts of this machine, and a template"},
	{"config", []string{"block", "checks", "notify", "power"}, "the plan language; kinds come in through a table"},
	{"notify", []string{"block"}, "types of messages"},
	{"notify/all", []string{"block", "notify", "notify/*"}, "the one table of channels"},
	{"notify/notifytest", []string{"block", "checks/checktest", "notify", "internal/conform"}, "the conformance suite of every channel: it knows none"},
	{"notify/internal/*", []string{"block", "checks", "notify", "notify/internal/*"}, "what several channels share"},
	{"notify/*", []string{"block", "notify", "notify/internal/*", "internal/program"}, "one channel, and no other"},
	{"power", []string{"block", "checks"}, "types of readings"},
	{"power/all", []string{"block", "checks", "power", "power/*"}, "the one table of protocols"},
	{"power/*", []string{"block", "checks", "power", "checks/checktest", "power/internal/*"}, "one protocol, and no other"},
	{"checks/all", []string{"block", "checks", "checks/*"}, "the one table of kinds"},
	{"checks/checktest", []string{"block", "checks", "internal/conform"}, "the conformance suite of every kind: it knows none"},
	{"checks/internal/*", []string{"block", "checks", "checks/internal/*"}, "what several kinds share"},
	{"checks/*", []string{"block", "checks", "checks/internal/*", "internal/program"}, "one kind, and no other"},
	{"checks", []string{"block"}, "what a check is"},
	{"block", nil, "decoding and documenting of HCL blocks"},
	{"plan", nil, "the vocabulary: it knows nobody"},
	{"integration", []string{"*"}, "the whole program, tried from outside"},
	{"internal/conform", []string{"block"}, "what conformance suites share"},
	{"internal/program", nil, "running programs, for checks and channels"},
	{"internal/*", nil, "tools and policies, apart from the program"},
}

// forTests are imported by tests alone, on top of what the room may import: real kinds, plans and
// suites to try a room with.
var forTests = []string{"checks", "checks/*", "power", "power/all", "power/powertest", "notify", "notify/all", "notify/notifytest", "rules/supply", "examples", "config", "messages", "internal/conform", "internal/tmpfs"}

func TestImportsRunDown(t *testing.T) {
	for _, s := range readTree(t).files {
		r, ok := roomOf(s.dir())
		if !ok {
			t.Errorf("%s: no room for this folder in internal/policy; say there what it may import", s.path)
			continue
		}
		for _, p := range s.imports() {
			to, own := strings.CutPrefix(p, module+"/")
			if own && !r.allows(s.dir(), to) && (!s.isTest() || !anyMatches(forTests, to)) {
				t.Errorf("%s imports %s; %s may import only its own folders, plan and %v, for it is %s", s.path, to, r.dir, r.may, r.why)
			}
		}
	}
}

// all/ is the table of its kinds; whoever imports a kind beside it goes round the table.
func TestKindsAreReachedThroughTheirTable(t *testing.T) {
	// heartbeat has an inbox and icmp a confirming ping, which the agent drives.
	driven := []string{"checks/heartbeat", "checks/icmp"}
	for _, s := range readTree(t).files {
		if s.isTest() || s.dir() == "checks/all" {
			continue
		}
		for _, p := range s.imports() {
			to, _ := strings.CutPrefix(p, module+"/")
			parts := strings.Split(to, "/")
			if len(parts) == 2 && parts[0] == "checks" && parts[1] != "all" && parts[1] != "checktest" &&
				(s.dir() != "agent" || !slices.Contains(driven, to)) {
				t.Errorf("%s imports %s: take it from checks/all", s.path, to)
			}
		}
	}
}

func roomOf(dir string) (room, bool) {
	i := slices.IndexFunc(rooms, func(r room) bool { return matches(r.dir, dir) })
	if i < 0 {
		return room{}, false
	}
	return rooms[i], true
}

func (r room) allows(from, to string) bool {
	if to == "plan" || to == from || strings.HasPrefix(to, from+"/") {
		return true
	}
	return anyMatches(r.may, to)
}

func anyMatches(patterns []string, dir string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return matches(p, dir) })
}

// matches reports whether dir is the pattern, or lies below it when it ends in "*".
func matches(pattern, dir string) bool {
	if prefix, ok := strings.CutSuffix(pattern, "*"); ok {
		return strings.HasPrefix(dir, prefix)
	}
	return dir == pattern
}
