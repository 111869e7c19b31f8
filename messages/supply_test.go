package messages

import (
	"testing"
	"time"

	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules/supply"
)

func TestPowerVerdict(t *testing.T) {
	hours := func(n int64) *int64 { n *= 3600; return &n }
	on := &supply.LoadFacts{Load: "records", OnEmergencyPower: true}
	off := &supply.LoadFacts{Load: "aircon", OnEmergencyPower: true, Shed: true}
	elsewhere := &supply.LoadFacts{Load: "lights"}
	line := []*supply.ShedFacts{{Load: "aircon"}}
	for name, tt := range map[string]struct {
		facts  supply.Facts
		ja, en string
	}{
		"all on": {
			supply.Facts{HoldsUnshed: true, Holds: true, Loads: []*supply.LoadFacts{on}},
			"目標 3日: すべて入れたままで保てます", "Horizon 3d: holds with everything on",
		},
		"some off": {
			supply.Facts{Holds: true, Loads: []*supply.LoadFacts{on, off}, Shed: line},
			"目標 3日: 1件を下表のとおり切れば保てます", "Horizon 3d: holds with 1 switched off as listed below",
		},
		"not for long enough": {
			supply.Facts{ReachesSeconds: hours(10), Loads: []*supply.LoadFacts{on, off}, Shed: line},
			"目標 3日: 保てません(下表のとおり切っても 10時間まで)", "Horizon 3d: does not hold; as listed below it gets as far as 10h",
		},
		"something is dark already": {
			supply.Facts{ReachesSeconds: hours(0), Loads: []*supply.LoadFacts{on, off}, Shed: line},
			"目標 3日: 保てません(停電と同時に止まる負荷があります)", "Horizon 3d: does not hold; some loads go dark with utility power",
		},
		"too weak for any of it": {
			supply.Facts{Loads: []*supply.LoadFacts{off, elsewhere}, Shed: line},
			"目標 3日: 保てません(下表のとおり切ると、電源に残るものがありません)", "Horizon 3d: does not hold; switched off as listed below, nothing stays on",
		},
		"nobody knows": {
			supply.Facts{Loads: []*supply.LoadFacts{on}},
			"目標 3日: 保てません(下表のとおり切っても 不明まで)", "Horizon 3d: does not hold; as listed below it gets as far as not known",
		},
	} {
		tt.facts.HorizonSeconds = 72 * 3600
		if got := For(plan.Japanese).PowerVerdict(&tt.facts); got != tt.ja {
			t.Errorf("%s: %s, want %s", name, got, tt.ja)
		}
		if got := For(plan.English).PowerVerdict(&tt.facts); got != tt.en {
			t.Errorf("%s: %s, want %s", name, got, tt.en)
		}
	}
}

// On paper, which is read later, what is used up lasts until a time of a day; what stands by lasts as
// long as it does. A generator that has not started says so before it says for how long it could run.
func TestSupplyLines(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	seconds, running, still := int64(90), true, false
	for name, tt := range map[string]struct {
		facts         supply.SupplyFacts
		screen, paper string
	}{
		"on battery":  {supply.SupplyFacts{Kind: plan.UPSSupply, Source: supply.FromBattery, ReadingAt: now, RuntimeSeconds: &seconds}, "バッテリー運転、持続 1分30秒", "バッテリー運転、11月23日(月)09:01まで"},
		"with input":  {supply.SupplyFacts{Kind: plan.UPSSupply, Source: supply.FromUtility, ReadingAt: now, RuntimeSeconds: &seconds}, "入力あり、持続 1分30秒", "入力あり、持続 1分30秒"},
		"running":     {supply.SupplyFacts{Kind: plan.GeneratorSupply, Running: &running, ReadingAt: now, RuntimeSeconds: &seconds}, "発電機運転、持続 1分30秒", "発電機運転、11月23日(月)09:01まで"},
		"not started": {supply.SupplyFacts{Kind: plan.GeneratorSupply, Running: &still, ReadingAt: now, RuntimeSeconds: &seconds, Problems: []supply.Problem{supply.NotStarted}}, "発電機始動せず、持続 1分30秒", "発電機始動せず、持続 1分30秒"},
		"silent":      {supply.SupplyFacts{Kind: plan.UPSSupply, Source: supply.FromUtility, Lost: true, ReadingAt: now, RuntimeSeconds: &seconds}, "応答なし(最後の測定: 入力あり、持続 1分30秒)", "応答なし(最後の測定: 入力あり、持続 1分30秒)"},
	} {
		words := For(plan.Japanese)
		if got := words.Supply(&tt.facts); got != tt.screen {
			t.Errorf("%s: %s, want %s", name, got, tt.screen)
		}
		if got := words.SupplyOnPaper(&tt.facts, now); got != tt.paper {
			t.Errorf("%s on paper: %s, want %s", name, got, tt.paper)
		}
	}
}

func TestPowerLines(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	reaches := int64(2 * 3600)
	f := &supply.Facts{At: now, UtilityLost: true, UtilityLostAt: now.Add(-time.Hour), ReachesSeconds: &reaches, Shed: []*supply.ShedFacts{{Title: "空調", At: now.Add(time.Minute)}}}
	words := For(plan.English)
	if got, want := words.Power(f), "utility power lost since 08:00:00, emergency power left 1h, next to switch off: 空調 by 09:01:00"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got, want := words.PowerOnPaper(f), "utility power lost since Mon 23 Nov 08:00, emergency power until Mon 23 Nov 10:00, next to switch off: 空調 by Mon 23 Nov 09:01"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
