// Package starter writes the first plan of an office: a commented one for the machine at hand,
// with its real gateway, DNS servers and disk.
//
// It exists because an empty file teaches nothing. What it writes runs as it stands, so the first
// thing that a newcomer sees is a watched network; the plan then grows by copying what is there.
package starter

import (
	"bytes"
	_ "embed"
	"fmt"
	"io"
	"net/netip"
	"regexp"
	"strings"
	"text/template"
	"time"
	_ "time/tzdata" // the zone is looked up by name, and Windows has no database

	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"

	"github.com/keizoku-bcp/keizoku/plan"
)

// The same plan with its comments in either language.
var (
	//go:embed starter.hcl.tmpl
	english string
	//go:embed starter.ja.hcl.tmpl
	japanese string
)

// Write writes a starter plan for the machine that facts are of. The plan loads without errors
// whatever the facts.
func Write(w io.Writer, facts Facts) error {
	text := english
	if facts.Locale == plan.Japanese {
		text = japanese
	}
	t, err := template.New("starter").Funcs(template.FuncMap{"q": quote}).Parse(text)
	if err != nil {
		return fmt.Errorf("the template of the starter plan: %w", err)
	}
	var page bytes.Buffer
	if err := t.Execute(&page, newPage(facts)); err != nil {
		return fmt.Errorf("writing the starter plan: %w", err)
	}
	// What is left out must not leave the rest out of line.
	_, err = w.Write(hclwrite.Format(page.Bytes()))
	return err
}

// quote writes a string as the plan language wants it, "${" and control characters included.
func quote(s string) string {
	return string(hclwrite.TokensForValue(cty.StringVal(strings.ToValidUTF8(s, "?"))).Bytes())
}

// page is the facts as the template wants them.
type page struct {
	Hostname string
	Gateways []target
	DNS      []target
	// Question is a name that the DNS servers can be asked for: the machine's domain, else the
	// root of all, of which every server that resolves for others knows the name servers.
	Question, QuestionType string
	RootDisk               string
	TimeZone               string
	Today                  string // empty when not known
	YearEnds               []string
	// Vantage are the targets that tell whether the agent itself is cut off.
	Vantage []string
	// Base are the systems that the example business needs, DependsOn those that the host does.
	Base, DependsOn string
}

// target is one address to check, and the name of the check.
type target struct{ Name, Address string }

func newPage(f Facts) page {
	f.Gateways, f.DNS = tidy(f.Gateways), tidy(f.DNS)
	zone, name := location(f.TimeZone)
	p := page{
		Hostname: f.Hostname, RootDisk: f.RootDisk, TimeZone: name,
		Gateways: targets(f.Gateways), DNS: targets(f.DNS), Vantage: vantage(f),
	}
	if p.Hostname == "" {
		p.Hostname = "localhost"
	}
	if p.RootDisk == "" {
		p.RootDisk = "/"
	}
	if !f.Now.IsZero() {
		today := f.Now.In(zone)
		p.Today, p.YearEnds = today.Format(time.DateOnly), yearEnds(today)
	}
	p.Question, p.QuestionType = ".", "NS"
	if isDomain(f.Domain) {
		p.Question, p.QuestionType = f.Domain, "SOA"
	}
	p.DependsOn = references(f, false)
	p.Base = references(f, true)
	return p
}

// domain matches the names of domains that an office has; others are not worth asking for.
var domain = regexp.MustCompile(`^([A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?$`)

func isDomain(name string) bool { return len(name) <= 253 && domain.MatchString(name) }

func location(name string) (*time.Location, string) {
	if isPlace(name) {
		if zone, err := time.LoadLocation(name); err == nil {
			return zone, name
		}
	}
	zone, err := time.LoadLocation(DefaultTimeZone)
	if err != nil { // it is embedded
		zone = time.UTC
	}
	return zone, DefaultTimeZone
}

func targets(addrs []netip.Addr) []target {
	var out []target
	count := make(map[string]int)
	for _, a := range addrs {
		family := "ipv4"
		if a.Is6() {
			family = "ipv6"
		}
		count[family]++
		name := family
		if n := count[family]; n > 1 {
			name = fmt.Sprintf("%s_%d", family, n)
		}
		out = append(out, target{name, a.String()})
	}
	return out
}

// vantage returns the gateways, to be pinged. A link-local one is of no use there: it belongs to
// one link of the machine. Without any other, the DNS servers beyond this machine will do.
func vantage(f Facts) []string {
	var out []string
	for _, a := range f.Gateways {
		if a.Zone() == "" && !a.IsLoopback() {
			out = append(out, a.String())
		}
	}
	if len(out) > 0 {
		return out
	}
	for _, a := range f.DNS {
		if a.Zone() == "" && !a.IsLoopback() {
			out = append(out, netip.AddrPortFrom(a, 53).String())
		}
	}
	return out
}

// references lists the systems that the plan has, this host among them or not, as references.
func references(f Facts, host bool) string {
	var names []string
	if len(f.Gateways) > 0 {
		names = append(names, "system.gateway")
	}
	if len(f.DNS) > 0 {
		names = append(names, "system.dns")
	}
	if host {
		names = append(names, "system.this_host")
	}
	return "[" + strings.Join(names, ", ") + "]"
}

// yearEnds returns the year-end closure (年末年始) that today is in, or the next, and one more.
func yearEnds(today time.Time) []string {
	year := today.Year()
	if today.Month() == time.January && today.Day() <= 3 {
		year--
	}
	var out []string
	for y := year; y < year+2; y++ {
		out = append(out, fmt.Sprintf("%04d-12-29/%04d-01-03", y, y+1))
	}
	return out
}
