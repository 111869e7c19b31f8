//go:build integration && linux

package integration

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/power/nut/nuttest"
	"github.com/keizoku-bcp/keizoku/rules/supply"
)

// powerPlan has one UPS, read from upsd once a second by the source given, and perhaps more.
const powerPlan = `
plan "city" {}
threat "incident" {
  title   = "非災害"
  default = true
}
system "records" {
  priority = 1
  power {
    watts  = 800
    va     = 900
    fed_by = ups.rack
  }
}
ups "rack" {
  capacity_w  = 2700
  capacity_va = 3000
  battery_wh  = 600
  source "nut" {
    address  = %q
    ups      = "rack"
    interval = "1s"
    %s
  }
}
%s
agent "a1" {}
`

const login = `
    username = %q
    password = %q
    login    = true
`

// steps is what a UPS says at a step of a blackout.
func steps(status string, charge int) map[string]string {
	return map[string]string{"ups.status": status, "battery.charge": strconv.Itoa(charge), "battery.runtime": strconv.Itoa(charge * 18)}
}

// The whole story of a blackout with the real upsd, with and without password and TLS.
func TestBlackoutWithRealUpsd(t *testing.T) {
	t.Parallel()
	user := fmt.Sprintf(login, nuttest.Username, nuttest.Password)
	for name, source := range map[string]func(u *nuttest.Upsd) string{
		"open":                 func(*nuttest.Upsd) string { return "" },
		"user and password":    func(*nuttest.Upsd) string { return user },
		"password over TLS":    func(u *nuttest.Upsd) string { return user + fmt.Sprintf("starttls { ca_file = %q }", u.CAFile) },
		"any certificate, TLS": func(*nuttest.Upsd) string { return "starttls { insecure_skip_verify = true }" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			upsd := nuttest.Start(t, nuttest.Options{TLS: strings.Contains(name, "TLS")}, nuttest.OnLine("rack"))
			k := newKeizoku(t, fmt.Sprintf(powerPlan, upsd.Address, source(upsd), ""))
			k.start()
			k.awaitsPower("on line", func(f *supply.SupplyFacts) bool { return f.Source == supply.FromUtility })
			if news := k.powerNews(); len(news) != 0 {
				t.Errorf("on line: %v", news)
			}
			var want []string
			for _, step := range []struct {
				vars map[string]string
				want []string // of the timeline so far
				ob   float64
			}{
				{steps("OB DISCHRG", 90), []string{"+ rack on_battery", "+ utility utility_lost"}, 1},
				{steps("OB DISCHRG LB", 15), []string{"+ rack battery_low"}, 1},
				{steps("OL CHRG", 20), []string{"- rack on_battery", "- rack battery_low", "- utility utility_lost"}, 0},
			} {
				upsd.Set(t, "rack", step.vars)
				served, polls := time.Now(), map[time.Time]bool{}
				want = append(want, step.want...)
				until(t, strings.Join(step.want, ", "), func() bool {
					if at := k.rack().ReadingAt; at.After(served) {
						polls[at] = true
					}
					return len(k.powerNews()) >= len(want)
				})
				if got := k.powerNews(); !slices.Equal(got, want) || len(polls) > 2 {
					t.Fatalf("%s: after %d polls the timeline tells %v, want %v", step.vars["ups.status"], len(polls), got, want)
				}
				k.viewsSay(step.ob, step.vars["battery.charge"])
			}
			k.stop()
			eachOnce(t, k.history())
			if log := k.tail(); strings.Contains(log, nuttest.Password) {
				t.Error("the password is in the log")
			}
		})
	}
}

// A dead driver, then a dead upsd, are a lost UPS, and on battery one that is assumed dying; both
// come back. The agent dies in between and knows it all again.
func TestUPSLostWithRealUpsd(t *testing.T) {
	t.Parallel()
	upsd := nuttest.Start(t, nuttest.Options{MaxAge: 3 * time.Second}, nuttest.OnLine("rack"))
	k := newKeizoku(t, fmt.Sprintf(powerPlan, upsd.Address, "", ""))
	k.start()
	k.awaitsPower("on line", func(f *supply.SupplyFacts) bool { return f.Source == supply.FromUtility })
	var want []string
	expect := func(news ...string) {
		t.Helper()
		want = append(want, news...)
		until(t, strings.Join(news, ", "), func() bool { return len(k.powerNews()) >= len(want) })
		if got := k.powerNews(); !slices.Equal(got, want) {
			t.Fatalf("the timeline tells\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}

	upsd.KillDriver(t, "rack")
	expect("+ rack lost")
	if f := k.rack(); f.AssumedDying || !strings.Contains(strings.Join(f.Doubts, ";"), "does not answer") {
		t.Errorf("on line when it was lost: %+v", f)
	}
	upsd.StartDriver(t, "rack")
	expect("- rack lost")

	upsd.Set(t, "rack", steps("OB DISCHRG", 80))
	expect("+ rack on_battery", "+ utility utility_lost")
	onBattery := k.lastBegan("on_battery")
	upsd.FreezeDriver(t, "rack")
	expect("+ rack lost") // DATA-STALE
	dying := k.awaitsPower("it is assumed dying", func(f *supply.SupplyFacts) bool { return f.AssumedDying })
	upsd.Stop(t)
	k.awaitsPower("its runtime is counted down", func(f *supply.SupplyFacts) bool { return *f.RuntimeSeconds < *dying.RuntimeSeconds })

	k.kill()
	k.start()
	if f := k.rack(); !f.AssumedDying || f.Source != supply.FromBattery {
		t.Errorf("after kill -9: %+v", f)
	}
	pause(t, 3*time.Second)
	expect()
	if again := k.lastBegan("on_battery"); again.ID != onBattery.ID {
		t.Errorf("the stretch was %s and is %s", onBattery.ID, again.ID)
	}
	upsd.ThawDriver(t, "rack")
	upsd.Restart(t)
	expect("- rack lost")
	upsd.Set(t, "rack", steps("OL CHRG", 70))
	expect("- rack on_battery", "- utility utility_lost")
	k.stop()
	eachOnce(t, k.history())
}

// However often the agent dies while a UPS is on battery, it is the same blackout.
func TestKillMinusNineOnBattery(t *testing.T) {
	t.Parallel()
	upsd := nuttest.Start(t, nuttest.Options{}, nuttest.OnLine("rack"))
	k := newKeizoku(t, fmt.Sprintf(powerPlan, upsd.Address, "", ""))
	k.start()
	k.awaitsPower("on line", func(f *supply.SupplyFacts) bool { return f.Source == supply.FromUtility })
	upsd.Set(t, "rack", steps("OB DISCHRG", 90))
	want := []string{"+ rack on_battery", "+ utility utility_lost"}
	until(t, "the blackout is known", func() bool { return slices.Equal(k.powerNews(), want) })
	since := k.situation().Power.UtilityLostAt
	for i := range 5 {
		k.kill()
		k.start()
		if p := k.situation().Power; !p.UtilityLost || !p.UtilityLostAt.Equal(since) || p.Supply("rack").Source != supply.FromBattery {
			t.Errorf("after %d kills: lost at %v, was %v; %s", i+1, p.UtilityLostAt, since, p.Supply("rack").Source)
		}
		pause(t, time.Duration(i)*500*time.Millisecond)
	}
	upsd.Set(t, "rack", steps("OL", 80))
	want = append(want, "- rack on_battery", "- utility utility_lost")
	until(t, "the blackout is over", func() bool { return slices.Equal(k.powerNews(), want) })
	k.stop()
	eachOnce(t, k.history())
}

// rack is what the agent says of the UPS.
func (k *keizoku) rack() *supply.SupplyFacts {
	k.Helper()
	return k.situation().Power.Supply("rack")
}

func (k *keizoku) awaitsPower(what string, is func(*supply.SupplyFacts) bool) (facts *supply.SupplyFacts) {
	k.Helper()
	until(k.T, what, func() bool {
		facts = k.rack()
		return is(facts)
	})
	return facts
}

// powerNews is what `keizoku timeline` tells of power, in order.
func (k *keizoku) powerNews() (news []string) {
	k.Helper()
	for _, e := range k.powerTimeline() {
		sign := map[journal.Kind]string{journal.KindPowerBegan: "+", journal.KindPowerEnded: "-"}[e.Kind]
		news = append(news, fmt.Sprintf("%s %s %s", sign, e.Payload.Supply, e.Payload.Condition))
	}
	return news
}

// powerEvent is an event of power as the command prints it.
type powerEvent struct {
	ID      string       `json:"id"`
	Kind    journal.Kind `json:"kind"`
	Payload struct {
		Supply    string `json:"supply"`
		Condition string `json:"condition"`
	} `json:"payload"`
}

func (k *keizoku) powerTimeline() (some []powerEvent) {
	k.Helper()
	all := jsonOf[[]powerEvent](k, "timeline", "--json")
	return slices.DeleteFunc(all, func(e powerEvent) bool {
		return e.Kind != journal.KindPowerBegan && e.Kind != journal.KindPowerEnded
	})
}

// lastBegan is the newest beginning of a condition of the UPS.
func (k *keizoku) lastBegan(condition string) powerEvent {
	k.Helper()
	for _, e := range slices.Backward(k.powerTimeline()) {
		if e.Kind == journal.KindPowerBegan && e.Payload.Condition == condition {
			return e
		}
	}
	k.Fatalf("nobody tells of %s", condition)
	return powerEvent{}
}

// jsonOf runs a command that asks the agent, and decodes what it prints.
func jsonOf[T any](k *keizoku, args ...string) (v T) {
	k.Helper()
	path, err := binary()
	if err != nil {
		k.Fatal(err)
	}
	cmd := exec.CommandContext(k.Context(), path, append(args, "--url", k.address())...)
	out, err := cmd.Output() // exits 1 when something is down
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		k.Fatal(err)
	}
	if err := json.Unmarshal(out, &v); err != nil {
		k.Fatalf("%v: %v\n%s", args, err, out)
	}
	return v
}

// viewsSay waits until status, API and metrics agree.
func (k *keizoku) viewsSay(onBattery float64, charge string) {
	k.Helper()
	percent, err := strconv.ParseFloat(charge, 64)
	if err != nil {
		k.Fatal(err)
	}
	want := map[string]float64{"on battery": onBattery, "charge": percent / 100, "lost": onBattery}
	for name, view := range map[string]func() map[string]float64{
		"status --json": func() map[string]float64 {
			return sayingOf(jsonOf[struct{ Power *supply.Facts }](k, "status", "--json").Power)
		},
		"/api/v1/power": func() map[string]float64 {
			page, _ := k.page("/api/v1/power", "application/json")
			facts := new(supply.Facts)
			if err := json.Unmarshal([]byte(page), facts); err != nil {
				k.Fatal(err)
			}
			return sayingOf(facts)
		},
		"/metrics": func() map[string]float64 {
			page, _ := k.page("/metrics", "text/plain")
			return map[string]float64{
				"on battery": sampleOf(page, "keizoku_ups_on_battery"), "charge": sampleOf(page, "keizoku_ups_charge_ratio"), "lost": onBattery,
			}
		},
	} {
		until(k.T, fmt.Sprintf("%s says %v", name, want), func() bool { return maps.Equal(view(), want) })
	}
}

func sayingOf(f *supply.Facts) map[string]float64 {
	rack := f.Supply("rack")
	said := map[string]float64{"on battery": 0, "lost": 0, "charge": -1}
	if rack.Source == supply.FromBattery {
		said["on battery"] = 1
	}
	if f.UtilityLost {
		said["lost"] = 1
	}
	if rack.ChargeRatio != nil {
		said["charge"] = *rack.ChargeRatio
	}
	return said
}

// sampleOf is the value of a metric about the UPS, -1 when there is none.
func sampleOf(page, name string) float64 {
	m := regexp.MustCompile(`(?m)^` + name + `\{\w+="rack"\} (\S+)$`).FindStringSubmatch(page)
	if m == nil {
		return -1
	}
	v, err := strconv.ParseFloat(m[1], 64)
	if err != nil {
		return -1
	}
	return v
}

// eachOnce checks that every condition begins and ends in turn, with a bracket that holds.
func eachOnce(t *testing.T, all []journal.Event) {
	t.Helper()
	open := map[string]journal.Event{}
	for _, e := range of(all, "", journal.KindPowerBegan, journal.KindPowerEnded) {
		switch p := e.Payload.(type) {
		case journal.PowerBegan:
			key := p.Supply + " " + string(p.Condition)
			if _, doubled := open[key]; doubled {
				t.Errorf("event %d begins %s, which lasts", e.Seq, key)
			}
			if p.LastNotAt.IsZero() || !p.LastNotAt.Before(p.FirstAt) || p.FirstAt.After(e.At) {
				t.Errorf("event %d at %v: %+v", e.Seq, e.At, p)
			}
			open[key] = e
		case journal.PowerEnded:
			key := p.Supply + " " + string(p.Condition)
			if open[key].ID != p.Began || p.LastAt.After(p.EndedAt) {
				t.Errorf("event %d ends %+v, open is %s", e.Seq, p, open[key].ID)
			}
			delete(open, key)
		}
	}
	if len(open) > 0 {
		t.Errorf("left open: %v", slices.Collect(maps.Keys(open)))
	}
}
