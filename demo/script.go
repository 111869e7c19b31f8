package demo

import (
	"context"
	"errors"
	"slices"
	"time"
)

// Story returns the steps of one round, in order: a floor switch fails and takes five systems
// with it, staff respond, one deadline is missed and four are met; then three smaller troubles,
// each of another sort; then a blackout; then the response is stood down. The times fit the
// allowances, due times and batteries of examples/city_hall.
func Story() []Step {
	return slices.Concat(switchFails(), smallTroubles(), blackout())
}

// Intermission is the calm between two rounds.
const Intermission = 7 * time.Second

func switchFails() []Step {
	return []Step{
		{0, nil, Line{
			"つづき市役所の見守りを始めます。数秒ですべてのシステムが「正常」になります。",
			"Tsuzuki City Hall is being watched. Within seconds every system is up."},
			"/"},
		{10 * time.Second, fail("floor_switch"), Line{
			"3階フロアスイッチが故障。その先の5システムも本当につながらなくなります。",
			"A floor switch fails. The five systems behind it really cannot be reached any more."},
			"/"},
		{18 * time.Second, nil, Line{
			"3回続けて失敗したので「停止」と確定。開始は最後に正常だった時刻、原因はどれも3階フロアスイッチ。残り時間はシステムごとに減ります。",
			"Three failures in a row make an outage, counted from the last good probe. All five name the switch as their cause; each has its own clock."},
			"status"},
		{28 * time.Second, swapSwitch, Line{
			"担当者が対応を引き受け、予備機への交換を始めます。引き受けても時計は止まりません。",
			"Staff take it on and begin to swap the switch. The clocks do not stop for that."},
			"timeline"},
		{40 * time.Second, declare("disaster", "震度5強。庁舎3階で機器が転倒"), Line{
			"「災害」を宣言。期限が変わります。福祉と介護は早まり、税は延びます。",
			"A disaster is declared and deadlines move: welfare and care insurance sooner, tax later."},
			"status"},
		{46 * time.Second, respond, Line{
			"当直の佐藤課長が段階を「初動対応」へ。手順書がチェックリストになり、それぞれの期限が動き始めます。",
			"Sato, on duty, moves the stage to initial response. The procedure becomes a checklist, and its due times begin to run."},
			"steps"},
		{52 * time.Second, eta("care_insurance", 3*time.Minute, "交換用スイッチが届かない"), Line{
			"介護保険の復旧見込みは3分後。期限に間に合わないので「期限超過のおそれ」と表示されます。",
			"Care insurance is expected back in three minutes: after its deadline, so it is at risk."},
			"/"},
		{57 * time.Second, callOut, Line{
			"参集の連絡。電源・施設班の加藤係長につながらず、次の吉田主任が参集中です。だれにいつ連絡したかが残ります。",
			"The call-out: Kato of facilities cannot be reached, the deputy Yoshida is coming. Whom, when and with what result is kept."},
			"callout"},
		{62 * time.Second, rewire("resident_records"), Line{
			"住民記録だけを基幹スイッチの予備ポートへつなぎ替え。期限内に復旧します。",
			"Resident records is rewired to a spare port and comes back, within its allowance."},
			"outages"},
		{70 * time.Second, surveyDamage, Line{
			"人が見るしかない項目を被害チェックシートに記入し、状況報告の第1報を発行します。",
			"People enter into the damage survey what no probe can see, and issue the first situation report."},
			"sitrep"},
		{80 * time.Second, nil, Line{
			"福祉は許容時間の75%を使いました(スイッチも)。窓口は紙の申請書で受け付けています。",
			"Welfare has used 75 % of its allowance, and so has the switch. The counter works on paper."},
			"/metrics"},
		{86 * time.Second, establish, Line{
			"根拠を確かめ、推奨どおりICT業務継続体制を確立。決めるのは人で、だれが・いつ・どの状況で決めたかが残ります。",
			"Having read the reasons, Sato establishes the posture as recommended. A person decides; who, when and on what facts is on record."},
			"stage"},
		{92 * time.Second, eta("care_insurance", 25*time.Second, "交換用スイッチが到着"), Line{
			"交換用スイッチが到着。介護の復旧見込みを改めると、期限に間に合う見込みに戻ります。",
			"The new switch has arrived. With a new estimate care insurance is on track again."},
			"/"},
		{104 * time.Second, tellHeadquarters, Line{
			"福祉とスイッチが期限を過ぎました。未達として残り、あとから消えることはありません。",
			"Welfare and the switch have missed their deadlines. That stays on record for good."},
			"outages"},
		{109 * time.Second, nil, Line{
			"電算室の目視点検が期限を過ぎました。チェックリストと状況の画面に「期限超過」と出ます。",
			"Nobody has looked at the computer room in time: the checklist and the status say that the step is overdue."},
			"steps"},
		{115 * time.Second, switchBack, Line{
			"スイッチの交換が完了し、介護は期限の直前に復旧。税だけは電源断で起動せず、自分自身の障害に変わります。",
			"The switch is back; care insurance just makes it. Tax did not survive the power-off: now it is its own cause."},
			"status"},
		{122 * time.Second, lookAtLast, Line{
			"吉田主任が到着して点検を終え、遅れて完了。何秒遅れたかも記録に残ります。",
			"Yoshida has arrived and looked. The step is done, and by how much it was late is on record."},
			"steps"},
		{130 * time.Second, end("点検の結果、建物に異常なし"), Line{
			"「災害」を終了。税の期限は元の3分に戻ります。体制は、人が解除するまで続きます。",
			"The disaster is ended. The tax system's deadline moves back. The posture goes on until people stand it down."},
			"timeline"},
		{142 * time.Second, taxBack, Line{
			"税も復旧し、すべて正常です。5件のうち4件が期限内、1件が未達でした。",
			"Tax is back and all is well. Of the five systems four met their deadlines and one missed."},
			"outages"},
	}
}

func smallTroubles() []Step {
	return []Step{
		{155 * time.Second, fail("internal_dns_2"), Line{
			"庁内DNSの2台目が停止。1台で足りるので「停止」ではなく「一部障害」です。",
			"The second DNS server stops. One is enough, so the system is degraded, not down."},
			"/"},
		{163 * time.Second, fail("backup_job"), Line{
			"夜間バックアップからの報告が途絶えます。沈黙も故障として扱います。",
			"The nightly backup stops reporting. Silence counts as failure."},
			"/"},
		{171 * time.Second, slow("groupware", time.Minute), Line{
			"グループウェアは動いているのに応答が返りません。時間切れとして停止に数えます。",
			"Groupware runs but does not answer in time. That counts as down, too."},
			"status"},
		{188 * time.Second, mend("internal_dns_2", "backup_job", "groupware"), Line{
			"3件とも復旧。何も消さずに、すべての経過が時系列に残っています。",
			"All three are mended. Nothing is deleted: the timeline holds it all."},
			"timeline"},
	}
}

func swapSwitch(ctx context.Context, _ *Hall, p People) error {
	return errors.Join(
		p.Ack(ctx, "floor_switch", "予備機への交換に着手"),
		p.Note(ctx, "3階の窓口は紙の申請書での受付に切り替え"),
	)
}

// switchBack leaves the tax system switched off: what had hidden behind the switch now shows.
func switchBack(_ context.Context, h *Hall, _ People) error {
	h.Device("tax").Fail()
	return h.Device("floor_switch").Recover()
}
