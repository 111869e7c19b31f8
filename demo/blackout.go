package demo

import (
	"context"
	"time"
)

// blackout is the last chapter, at whose end the response is stood down. What is switched off is what the shedding plan names for the fuel
// that there is, and in its order; the generator starts when half of the servers' battery is left.
func blackout() []Step {
	return []Step{
		{198 * time.Second, utilityFails, Line{
			"停電。電算室はUPSの電池で動き続けます。電池もデモの縮尺で、サーバー側は1分半ほどです。",
			"The power fails. The computer room runs on its UPS; at the demo's scale the servers' battery lasts a minute and a half."},
			"status"},
		{207 * time.Second, nil, Line{
			"UPSが2台とも電池なので「停電」と確定。燃料は1,600Lのうち880L。72時間もたせるために何をいつまでに切るかが表になります。",
			"Both UPS are on battery, so it is a blackout. The tank holds 880 of 1,600 L: a table says what must go by when, to last 72 hours."},
			"/api/v1/power"},
		{218 * time.Second, nil, Line{
			"発電機が15秒を過ぎても始動しません。「始動せず」と記録され、表は電池が切れる時刻に変わります。",
			"The generator has not started within its 15 seconds. That is journaled, and the table turns to when each battery ends."},
			"timeline"},
		{226 * time.Second, shed, Line{
			"順位の低い順に5つを切ります。本当に停止し、UPSの負荷が下がって電池の残り時間が延びます。",
			"Staff switch off the five lowest ranks. They really go down, the load of the UPS falls and its battery lasts longer."},
			"status"},
		{238 * time.Second, generatorStarts, Line{
			"停電から40秒、発電機がようやく始動。4秒後に負荷を引き受け、UPSは充電に戻ります。",
			"Forty seconds into the blackout the generator starts. Four seconds later it takes the load, and the UPS charge again."},
			"status"},
		{249 * time.Second, nil, Line{
			"5つを切ったままなら、いまの燃料で72時間もちます。",
			"With the five switched off, the fuel that there is lasts 72 hours."},
			"/api/v1/power"},
		{258 * time.Second, utilityReturns, Line{
			"復電。停電、電池、発電機の遅れと運転は、それぞれ始まりと終わりの時刻つきで残ります。",
			"Power is back. Blackout, batteries, the late generator: each is on record with its beginning and end."},
			"timeline"},
		{267 * time.Second, mend(restartOrder()...), Line{
			"切った5つを復電時の順に入れ直します。メール、グループウェア、ファイルサーバー、バックアップ、窓口端末。",
			"The five are switched on in the restart order: mail, groupware, file server, backup, terminals."},
			"outages"},
		{282 * time.Second, lastReport, Line{
			"すべて戻りました。前の報告から何が変わったかを添えて、最終報を発行します。",
			"All is back. The last report says what has changed since the one before."},
			"sitrep"},
		{292 * time.Second, standDown, Line{
			"体制を解除。一区切りです。7秒後にもう一度始まります(終了は Ctrl+C)。",
			"The response is stood down. That was one round; it begins again in 7 seconds (Ctrl+C to leave)."},
			"timeline"},
	}
}

// lowRanks are what must be off for the fuel to last, in the order of the shedding plan;
// restartOrder is the same in that of the restart.
func lowRanks() []string {
	return []string{"counter_terminals", "groupware", "backup", "mail", "file_server"}
}

func restartOrder() []string {
	return []string{"mail", "groupware", "file_server", "backup", "counter_terminals"}
}

func utilityFails(_ context.Context, h *Hall, _ People) error {
	h.Power().Fail()
	return nil
}

func generatorStarts(_ context.Context, h *Hall, _ People) error {
	h.Power().Start()
	return nil
}

func utilityReturns(_ context.Context, h *Hall, _ People) error {
	h.Power().Recover()
	return nil
}
