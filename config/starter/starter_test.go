package starter_test

import (
	"context"
	"fmt"
	"net/netip"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/hashicorp/hcl/v2/hclwrite"

	"github.com/keizoku-bcp/keizoku/checks/all"
	"github.com/keizoku-bcp/keizoku/config"
	"github.com/keizoku-bcp/keizoku/config/starter"
	channels "github.com/keizoku-bcp/keizoku/notify/all"
	"github.com/keizoku-bcp/keizoku/plan"
	powers "github.com/keizoku-bcp/keizoku/power/all"
)

var now = time.Date(2026, time.November, 23, 6, 0, 0, 0, time.UTC)

func addrs(texts ...string) []netip.Addr {
	var out []netip.Addr
	for _, text := range texts {
		out = append(out, netip.MustParseAddr(text))
	}
	return out
}

// load writes a starter plan and reads it back; neither reading nor linting it may find an error.
func load(t *testing.T, facts starter.Facts) (*plan.Plan, []plan.Finding, string) {
	t.Helper()
	var b strings.Builder
	if err := starter.Write(&b, facts); err != nil {
		t.Fatal(err)
	}
	p, _, diags := config.LoadBytes("starter.hcl", []byte(b.String()), all.Kinds(), config.Options{})
	for _, d := range diags {
		t.Errorf("%s", d.Error())
	}
	if p == nil {
		t.Fatalf("the plan does not load:\n%s", b.String())
	}
	at := now
	if !facts.Now.IsZero() {
		at = facts.Now
	}
	findings := plan.Lint(p, at)
	for _, f := range findings {
		if f.Severity == plan.Error {
			t.Errorf("%s: %s %s", f.Range, f.Summary, f.Detail)
		}
	}
	return p, findings, b.String()
}

func TestWriteLoads(t *testing.T) {
	t.Parallel()
	for name, facts := range map[string]starter.Facts{
		"nothing known": {},
		"ordinary": {
			Now: now, Hostname: "jinji01", Gateways: addrs("10.1.0.1"), DNS: addrs("10.1.0.2", "10.1.0.3"),
			Domain: "city.example", RootDisk: "/", TimeZone: "Asia/Tokyo",
		},
		"no gateway":            {Now: now, Hostname: "a", DNS: addrs("10.1.0.2")},
		"no DNS":                {Now: now, Hostname: "a", Gateways: addrs("10.1.0.1")},
		"IPv6 only":             {Now: now, Gateways: addrs("fd00::1"), DNS: addrs("fd00::53")},
		"IPv6 by advertisement": {Now: now, Gateways: addrs("fe80::1%eth0"), DNS: addrs("fd00::53")},
		"link-local alone":      {Now: now, Gateways: addrs("fe80::1%eth0"), DNS: addrs("fe80::1%eth0")},
		"both families twice":   {Now: now, Gateways: addrs("10.1.0.1", "fd00::1", "10.2.0.1", "fd00::2"), DNS: addrs("10.1.0.2", "fd00::2")},
		"the same twice":        {Now: now, Gateways: addrs("10.1.0.1", "::ffff:10.1.0.1"), DNS: addrs("0.0.0.0", "10.1.0.2", "10.1.0.2")},
		"odd gateway":           {Now: now, Gateways: append(addrs("224.0.0.1", "::"), netip.Addr{})},
		"local resolver":        {Now: now, Gateways: addrs("10.1.0.1"), DNS: addrs("127.0.0.1", "::1")},
		"odd names": {
			Now: now, Hostname: "a\"b\\c${d}%{e}\n# f\x00\xff情報", Domain: "city.example", RootDisk: `C:\`, Gateways: addrs("10.1.0.1"),
			DNS: addrs("10.1.0.2"), TimeZone: "No/Such",
		},
		"odd domain": {Now: now, Domain: "a b..${c}\n", DNS: addrs("10.1.0.2")},
		"west":       {Now: now, TimeZone: "America/New_York"},
		"Japanese": {
			Now: now, Hostname: "jinji01", Gateways: addrs("10.1.0.1", "10.1.0.9"), DNS: addrs("10.1.0.2"), Locale: plan.Japanese,
		},
		"year end": {Now: time.Date(2027, time.January, 2, 6, 0, 0, 0, time.UTC)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, findings, text := load(t, facts)
			// Whom to tell, no program can find out: the one doubt that a starter plan begins with.
			if !facts.Now.IsZero() && (len(findings) != 1 || findings[0].Rule != plan.RuleNoChannel) {
				t.Errorf("a starter plan should not begin with other warnings: %v", findings)
			}
			if diff := cmp.Diff(string(hclwrite.Format([]byte(text))), text); diff != "" {
				t.Errorf("not formatted (-formatted +written):\n%s", diff)
			}
		})
	}
}

func TestWriteUsesTheFacts(t *testing.T) {
	t.Parallel()
	p, _, text := load(t, starter.Facts{
		Now: now, Hostname: "jinji01", Gateways: addrs("10.1.0.1", "fe80::1%eth0"), DNS: addrs("10.1.0.2"),
		Domain: "city.example", RootDisk: "/", TimeZone: "Asia/Tokyo",
	})
	if got := p.Location.String(); got != "Asia/Tokyo" {
		t.Errorf("zone %s", got)
	}
	if got := p.Revised.Format(time.DateOnly); got != "2026-11-23" {
		t.Errorf("revised %s", got)
	}
	if diff := cmp.Diff([]string{"10.1.0.1"}, p.Agents[0].Vantage); diff != "" {
		t.Errorf("vantage (-want +got):\n%s", diff)
	}
	var checks []string
	for _, s := range p.Systems {
		for _, c := range s.Checks {
			checks = append(checks, fmt.Sprintf("%s %s %s", s.Name, c.Kind, c.Name))
		}
	}
	want := []string{"gateway icmp ipv4", "gateway icmp ipv6", "dns dns ipv4", "this_host host machine"}
	if diff := cmp.Diff(want, checks); diff != "" {
		t.Errorf("checks (-want +got):\n%s", diff)
	}
	for _, part := range []string{`"10.1.0.1"`, `"fe80::1%eth0"`, `"10.1.0.2"`, `"city.example"`, `"監視サーバー(jinji01)"`} {
		if !strings.Contains(text, part) {
			t.Errorf("the plan lacks %s", part)
		}
	}
	if diff := cmp.Diff(plan.DefaultAlerting(), p.Alerting, cmpopts.IgnoreTypes(plan.Source{})); diff != "" {
		t.Errorf("alerts are to say what holds without them (-want +got):\n%s", diff)
	}
	if len(p.Threats) != 3 || len(p.Businesses) != 1 || len(p.Calendars) != 1 {
		t.Errorf("%d threats, %d businesses, %d calendars", len(p.Threats), len(p.Businesses), len(p.Calendars))
	}
}

// Without any gateway of its own, the servers beyond this machine tell whether it is cut off.
func TestVantageWithoutGateway(t *testing.T) {
	t.Parallel()
	p, _, _ := load(t, starter.Facts{Now: now, Gateways: addrs("fe80::1%eth0"), DNS: addrs("127.0.0.1", "fd00::53", "10.1.0.2")})
	if diff := cmp.Diff([]string{"[fd00::53]:53", "10.1.0.2:53"}, p.Agents[0].Vantage); diff != "" {
		t.Errorf("vantage (-want +got):\n%s", diff)
	}
}

// TestSampleLoads takes the "#" away from what stands there to be copied.
func TestSampleLoads(t *testing.T) {
	t.Parallel()
	for _, facts := range []starter.Facts{
		{Now: now},
		{Now: now, Gateways: addrs("10.1.0.1"), DNS: addrs("10.1.0.2")},
		{Now: now, Locale: plan.Japanese},
		{Now: now, Gateways: addrs("10.1.0.1"), DNS: addrs("10.1.0.2"), Locale: plan.Japanese},
	} {
		_, _, text := load(t, facts)
		for _, start := range []string{"system ", "notify ", "inspection ", "generator ", "decision "} {
			text = uncomment(text, start)
		}
		text = strings.NewReplacer("  # quiet", "quiet", "  #   calendar", "calendar", "  # }", "}").Replace(text)
		p, _, diags := config.LoadBytes("starter.hcl", []byte(text), all.Kinds(), config.Options{Channels: channels.Kinds(), Protocols: powers.Protocols()})
		if len(diags) > 0 {
			t.Fatalf("%v\n%s", diags, text)
		}
		for _, name := range []string{"gateway", "this_host", "resident_records"} {
			if p.System(name) == nil {
				t.Errorf("no system %q after taking away the comments", name)
			}
		}
		if len(p.Supplies()) != 2 || len(p.Loads) != 1 || p.Decision == nil {
			t.Errorf("no emergency power or decision after taking away the comments: %v, %v", p.Loads, p.Decision)
		}
		if len(p.Channels) != 2 {
			t.Errorf("%d channels after taking away the comments", len(p.Channels))
		}
		if len(p.Inspections) != 1 || len(p.Alerting.Quiet) != 1 {
			t.Errorf("inspections %v, quiet %v after taking away the comments", p.Inspections, p.Alerting.Quiet)
		}
		for _, f := range plan.Lint(p, now) {
			if strings.Contains(f.Rule, "channel") || strings.Contains(f.Rule, "told") {
				t.Errorf("with channels: %s: %s", f.Summary, f.Detail)
			}
		}
	}
}

// Both languages are the same plan: with the comments away, nothing differs, and neither does what
// stands there to be copied.
func TestLanguagesAreOnePlan(t *testing.T) {
	t.Parallel()
	for _, facts := range []starter.Facts{
		{},
		{Now: now, Hostname: "jinji01", Gateways: addrs("10.1.0.1", "10.1.0.9"), DNS: addrs("10.1.0.2", "10.1.0.3")},
	} {
		_, _, english := load(t, facts)
		facts.Locale = plan.Japanese
		_, _, japanese := load(t, facts)
		if diff := cmp.Diff(code(english), code(japanese)); diff != "" {
			t.Errorf("the Japanese plan differs (-English +Japanese):\n%s", diff)
		}
		if !strings.Contains(japanese, "停止許容時間") || strings.Contains(japanese, "# ---- The") {
			t.Errorf("the comments are not Japanese:\n%s", japanese)
		}
	}
}

// code is the lines of a plan that say something to Keizoku, and those that would without their "#";
// without what is said about them.
func code(text string) []string {
	aside := regexp.MustCompile(`\s+#.*$`)
	sample := regexp.MustCompile(`^[a-z_]+( "[a-z_]+")* [{=]|^[}\]]|^"`)
	var lines []string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		commented := strings.TrimSpace(strings.TrimLeft(line, "#"))
		if strings.HasPrefix(line, "#") && !sample.MatchString(commented) {
			continue
		}
		if line = strings.Join(strings.Fields(aside.ReplaceAllString(commented, "")), " "); line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

// uncomment takes the "# " from the commented blocks that begin with start.
func uncomment(text, start string) string {
	var b strings.Builder
	inside := false
	for line := range strings.Lines(text) {
		bare, isComment := strings.CutPrefix(line, "#")
		bare = strings.TrimPrefix(bare, " ")
		inside = isComment && (inside || strings.HasPrefix(bare, start))
		if inside {
			line = bare
		}
		b.WriteString(line)
	}
	return b.String()
}

// TestDiscover sees that what this machine is makes a plan, whatever that is.
func TestDiscover(t *testing.T) {
	t.Parallel()
	facts := starter.Discover(t.Context())
	if facts.Hostname == "" || facts.RootDisk == "" || facts.TimeZone == "" || facts.Now.IsZero() {
		t.Errorf("not found out: %+v", facts)
	}
	load(t, facts)

	ended, cancel := context.WithCancel(t.Context())
	cancel()
	load(t, starter.Discover(ended))
}
