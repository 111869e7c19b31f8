package dashboards

import (
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/units"
)

const (
	capacityWatts = "keizoku_supply_capacity_watts"
	loadWatts     = "keizoku_supply_load_watts"
	runtimeLeft   = "keizoku_supply_runtime_seconds"
	afterShed     = "keizoku_supply_after_shed_runtime_seconds"
	fuelLiters    = "keizoku_supply_fuel_liters"
	running       = "keizoku_generator_running"
	shedAt        = "keizoku_load_shed_timestamp_seconds"
)

// powerPage is what stays on in a blackout, and for how long.
func powerPage(b *board) {
	b.agents()
	b.horizonSeconds()
	b.powerNow()
	b.section("dash_supplies")
	b.supplies()
	b.section("dash_generators")
	b.generators()
	b.section("dash_shedding")
	b.shedding()
	b.section("dash_ups_health")
	b.upsHealth()
}

// utilityIsLost holds in a blackout. A UPS that would last ten minutes is as it should be until then.
func utilityIsLost() string { return "(max(" + of("keizoku_utility_lost") + ") == 1)" }

// ofHorizon is the share of the horizon that a supply lasts: of a generator always, for it has to
// last that long, and of a UPS in a blackout.
func ofHorizon() string {
	share := bySupply("min", runtimeLeft) + " / $horizon"
	return fmt.Sprintf("(%[1]s and on (supply) %[2]s) or on (supply) (%[1]s and on () %[3]s)", share, of(fuelLiters), utilityIsLost())
}

func (b *board) powerNow() {
	b.add(4, 4, b.stat("dash_utility").ask("max("+of("keizoku_utility_lost")+")", "").meaning(b.utility()).hint("dash_utility_hint"))
	b.add(4, 4, b.stat("dash_ups_on_battery").ask("sum("+byUPS("max", "keizoku_ups_on_battery")+")", "").coloured(noneIsGood()))
	shortest := "min(" + bySupply("min", runtimeLeft) + ")"
	b.add(4, 4, b.stat("dash_shortest_runtime").ask(shortest+" and on () "+utilityIsLost(), "").ask(shortest+" unless on () "+utilityIsLost(), "").
		unit(units.DurationInDaysHoursMinutesSeconds).coloured(b.runtime()).uncolouredAnswer(1).hint("dash_shortest_runtime_hint"))
	b.add(4, 4, b.stat("dash_next_shed").ask("min(min by (load) ("+of(shedAt)+") - time())", "").
		unit(units.DurationInDaysHoursMinutesSeconds).coloured(timeLeft()).hint("dash_next_shed_hint"))
	b.add(4, 4, b.stat("dash_fullest_supply").ask("max("+loadOf()+" / ("+bySupply("max", capacityWatts)+" > 0))", "").
		unit(units.PercentUnit).coloured(b.load()).hint("dash_fullest_supply_hint"))
	b.add(4, 4, b.stat("dash_oldest_reading").ask("max(time() - "+byUPS("max", "keizoku_ups_last_reading_timestamp_seconds")+")", "").
		unit(units.DurationInDaysHoursMinutesSeconds).coloured(age()))
}

func (b *board) supplies() {
	b.add(gridWidth, 7, b.table("dash_supplies_now").
		ask(bySupply("max", capacityWatts), "").
		ask(bySupply("max", loadWatts, `basis="planned"`), "").
		ask(bySupply("max", loadWatts, `basis="measured"`), "").
		ask(loadOf()+" / ("+bySupply("max", capacityWatts)+" > 0)", "").
		ask(bySupply("min", runtimeLeft), "").
		ask(ofHorizon(), "").
		ask(bySupply("min", afterShed), "").
		cells("supply",
			column{field: "supply", title: "dash_supply", titles: b.supplyTitles()},
			column{field: "Value #A", title: "dash_capacity", unit: units.Watt, width: 130},
			column{field: "Value #B", title: "dash_planned_load", unit: units.Watt, width: 130},
			column{field: "Value #C", title: "dash_measured_load", unit: units.Watt, width: 130},
			column{field: "Value #D", title: "dash_load_share", unit: units.PercentUnit, scale: b.load(), width: 110},
			column{field: "Value #E", title: "dash_runtime", unit: units.DurationInDaysHoursMinutesSeconds, width: 150},
			column{field: "Value #F", title: "dash_of_horizon", unit: units.PercentUnit, scale: b.horizonShare(), width: 130},
			column{field: "Value #G", title: "dash_after_shed", unit: units.DurationInDaysHoursMinutesSeconds, width: 150},
		).order("dash_runtime").hint("dash_supplies_now_hint"))
	b.suppliesOverTime()
}

func (b *board) suppliesOverTime() {
	b.add(12, 9, b.lines("dash_runtime_horizon").ask(bySupply("min", runtimeLeft), "{{supply}}").
		ask("vector($horizon)", b.say("dash_horizon")).
		unit(units.DurationInDaysHoursMinutesSeconds).limited(b.runtime()).titled(b.supplyTitles()).hint("dash_runtime_horizon_hint"))
	b.add(12, 9, b.lines("dash_load_over_time").ask(loadOf()+" / ("+bySupply("max", capacityWatts)+" > 0)", "{{supply}}").
		unit(units.PercentUnit).limited(b.load()).titled(b.supplyTitles()).hint("dash_load_over_time_hint"))
	watts := func(metric string, matchers ...string) string {
		return relabelled(bySupply("max", metric, matchers...), "supply", b.supplyTitles())
	}
	b.add(gridWidth, 9, b.lines("dash_watts").
		ask(watts(capacityWatts), "{{supply}}: "+b.say("dash_capacity")).
		ask(watts(loadWatts, `basis="planned"`), "{{supply}}: "+b.say("dash_planned_load")).
		ask(watts(loadWatts, `basis="measured"`), "{{supply}}: "+b.say("dash_measured_load")).
		unit(units.Watt))
}

// generators are what runs on fuel, and how much of that is left.
func (b *board) generators() {
	fuel := bySupply("min", fuelLiters)
	since := "min(" + of("keizoku_utility_lost_timestamp_seconds") + ")"
	b.add(4, 8, b.stat("dash_utility_since").ask(millis(since), "").unit(units.DatetimeISONotToday).coloured(plain()))
	b.add(8, 8, b.table("dash_generators_now").
		ask(bySupply("max", running), "").ask(fuel, "").ask(bySupply("min", fuelLiters, `basis="measured"`)+" > bool -1", "").
		cells("supply",
			column{field: "supply", title: "dash_supply", titles: b.supplyTitles()},
			column{field: "Value #A", title: "dash_engine", maps: mappings(b.engine()), width: 110},
			column{field: "Value #B", title: "dash_fuel", unit: units.Litre, width: 110},
			column{field: "Value #C", title: "dash_fuel_measured", maps: mappings(b.either("dash_no", soft, "dash_yes", calm)), width: 110},
		).order("dash_supply").hint("dash_generators_hint"))
	b.add(12, 8, b.lines("dash_fuel_over_time").ask(fuel, "{{supply}}").unit(units.Litre).titled(b.supplyTitles()).hint("dash_fuel_hint"))
}

// shedding is what must be off when, by the shedding plan of the present blackout.
func (b *board) shedding() {
	due := "min by (load) (" + of(shedAt) + ")"
	b.add(10, 10, b.table("dash_shed_list").hint("dash_shed_list_hint").
		ask(due+" - time()", "").ask(millis(due), "").
		cells("load",
			column{field: "load", title: "dash_load", titles: b.loadTitles()},
			column{field: "Value #A", title: "dash_time_left", unit: units.DurationInDaysHoursMinutesSeconds, scale: timeLeft(), width: 160},
			column{field: "Value #B", title: "dash_off_by", unit: units.DatetimeISONotToday, width: 170},
		).order("dash_time_left"))
	b.add(14, 10, b.lines("dash_shed_timeline").ask(due+" - time()", "{{load}}").
		unit(units.DurationInDaysHoursMinutesSeconds).limited(tooLate()).titled(b.loadTitles()).hint("dash_shed_timeline_hint"))
}

func (b *board) upsHealth() {
	b.add(gridWidth, 7, b.table("dash_ups_now").
		ask(byUPS("max", "keizoku_ups_on_battery"), "").
		ask(byUPS("min", "keizoku_ups_charge_ratio"), "").
		ask(byUPS("min", "keizoku_ups_runtime_seconds"), "").
		ask(byUPS("max", "keizoku_ups_load_ratio"), "").
		ask(byUPS("max", "keizoku_ups_output_watts"), "").
		ask("time() - "+byUPS("max", "keizoku_ups_last_reading_timestamp_seconds"), "").
		cells("ups",
			column{field: "ups", title: "dash_ups", titles: b.supplyTitles()},
			column{field: "Value #A", title: "dash_fed_by", maps: mappings(b.source()), width: 130},
			column{field: "Value #B", title: "dash_charge", unit: units.PercentUnit, scale: charge(), width: 110},
			column{field: "Value #C", title: "dash_runtime", unit: units.DurationInDaysHoursMinutesSeconds, width: 150},
			column{field: "Value #D", title: "dash_load_share", unit: units.PercentUnit, scale: b.load(), width: 110},
			column{field: "Value #E", title: "dash_output", unit: units.Watt, width: 110},
			column{field: "Value #F", title: "dash_reading_age", unit: units.DurationInDaysHoursMinutesSeconds, scale: age(), width: 150},
		).order("dash_runtime"))
	b.add(12, 6, b.batteries())
	b.add(12, 6, b.table("dash_supply_alerts").ask(graded("max by (alert, supply, severity) ("+of("keizoku_supply_alert")+")"), "").
		cells("",
			column{field: "Value", title: "dash_severity", maps: mappings(b.severities()), width: 130},
			column{field: "supply", title: "dash_supply", titles: b.supplyTitles()},
			column{field: "alert", title: "dash_alert", titles: b.alertTitles()},
		).fall("dash_severity").hint("dash_supply_alerts_hint"))
	b.add(12, 8, b.timeline("dash_battery_timeline").ask(byUPS("max", "keizoku_ups_on_battery"), "{{ups}}").
		meaning(b.source()).titled(b.supplyTitles()))
	b.add(12, 8, b.lines("dash_charge_over_time").ask(byUPS("min", "keizoku_ups_charge_ratio"), "{{ups}}").
		unit(units.PercentUnit).between(0, 1).limited(charge()).titled(b.supplyTitles()))
}

// batteries are what the UPS say of their batteries and of the tests of these.
func (b *board) batteries() *chart {
	return b.table("dash_batteries").
		ask(byUPS("max", "keizoku_ups_replace_battery"), "").
		ask(byUPS("max", "keizoku_ups_test_failed"), "").
		ask("time() - "+byUPS("max", "keizoku_ups_test_timestamp_seconds"), "").
		ask("time() - "+byUPS("max", "keizoku_ups_battery_installed_timestamp_seconds"), "").
		cells("ups",
			column{field: "ups", title: "dash_ups", titles: b.supplyTitles()},
			column{field: "Value #A", title: "dash_battery_good", maps: mappings(b.either("dash_good", calm, "dash_replace", alarm)), width: 110},
			column{field: "Value #B", title: "dash_test", maps: mappings(b.either("dash_test_passed", calm, "dash_test_failed", alarm)), width: 110},
			column{field: "Value #C", title: "dash_test_age", unit: units.DurationSeconds, width: 170},
			column{field: "Value #D", title: "dash_battery_age", unit: units.DurationSeconds, scale: batteryAge(), width: 170},
		).order("dash_ups").hint("dash_batteries_hint")
}
