package alert_test

import (
	"testing"

	"github.com/keizoku-bcp/keizoku/plan"
	. "github.com/keizoku-bcp/keizoku/rules/alert"
)

// An alert of which nobody hears at night says which rule keeps it back.
func TestTheQuietRuleIsNamed(t *testing.T) {
	night := &plan.QuietRule{Name: "night", Below: plan.Critical, From: must(plan.ParseClockTime("22:00")), To: must(plan.ParseClockTime("06:00"))}
	office := &plan.QuietRule{Name: "closed", Below: plan.Caution, Calendar: "office"}
	others := channel("others", func(r *plan.Route) { r.Systems = []string{"tax"} })
	const key = "SystemDown/mail/o-mail"
	for name, c := range map[string]struct {
		at       string
		rules    []*plan.QuietRule
		channels []*plan.Channel
		before   []Alert // at noon
		holds    Alert
		want     string
	}{
		"by day":                  {"12:10:00", []*plan.QuietRule{night}, []*plan.Channel{channel("staff")}, nil, down("mail"), ""},
		"by night":                {"23:00:00", []*plan.QuietRule{night}, []*plan.Channel{channel("staff")}, nil, down("mail"), "night"},
		"past midnight":           {"2026-07-16 05:59:59", []*plan.QuietRule{night}, []*plan.Channel{channel("staff")}, nil, down("mail"), "night"},
		"it is over":              {"2026-07-16 06:00:00", []*plan.QuietRule{night}, []*plan.Channel{channel("staff")}, nil, down("mail"), ""},
		"too grave":               {"23:00:00", []*plan.QuietRule{night}, []*plan.Channel{channel("staff")}, nil, down("mail", severity(plan.Critical)), ""},
		"calm, and closed":        {"20:00:00", []*plan.QuietRule{night, office}, []*plan.Channel{channel("staff")}, nil, down("mail", severity(plan.Info)), "closed"},
		"two rules":               {"23:00:00", []*plan.QuietRule{night, office}, []*plan.Channel{channel("staff")}, nil, down("mail", severity(plan.Info)), "night"},
		"told before":             {"23:00:00", []*plan.QuietRule{night}, []*plan.Channel{channel("staff")}, hold(down("mail")), down("mail"), ""},
		"told before, worse now":  {"23:00:00", []*plan.QuietRule{night}, []*plan.Channel{channel("staff")}, hold(down("mail", severity(plan.Info))), down("mail"), "night"},
		"silenced besides":        {"23:00:00", []*plan.QuietRule{night}, []*plan.Channel{channel("staff")}, nil, down("mail", silenced(Maintenance)), ""},
		"no channel takes it":     {"23:00:00", []*plan.QuietRule{night}, []*plan.Channel{others}, nil, down("mail"), ""},
		"a keeper is never quiet": {"23:00:00", []*plan.QuietRule{night}, []*plan.Channel{channel("am")}, nil, down("mail"), ""},
		"no rule":                 {"23:00:00", nil, []*plan.Channel{channel("staff")}, nil, down("mail"), ""},
	} {
		p := planOf(c.channels...)
		p.Alerting.Quiet = c.rules
		d := newDesk(t, p)
		d.moment.Keepers = map[string]bool{"am": true}
		if c.before != nil {
			d.at(clock("12:00:00"), c.before...)
		}
		d.at(clock(c.at), c.holds)
		equal(t, name, KeptQuiet(d.told, &d.moment)[key], c.want)
	}
}
