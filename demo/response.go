package demo

import (
	"context"
	"errors"
	"time"

	"github.com/keizoku-bcp/keizoku/plan"
)

// People of examples/city_hall who act in the story, by the names that stand there.
const (
	lead       = "佐藤 一郎" // holds it_lead: the one on duty, who may establish the posture
	liaison    = "田中 美咲"
	facilities = "加藤 修"
	deputy     = "吉田 真一" // of facilities
)

// respond begins the first response: whoever is in the room is looked after first.
func respond(ctx context.Context, _ *Hall, p People) error {
	return errors.Join(
		p.Stage(ctx, lead, plan.InitialResponse, "震度5強。優先システム5つが停止"),
		p.Step(ctx, lead, "disaster_initial.safety", "負傷者なし"),
	)
}

// callOut goes down a list of deputies until somebody comes.
func callOut(ctx context.Context, _ *Hall, p People) error {
	return errors.Join(
		p.Call(ctx, liaison, Called{Role: "facilities", Person: facilities, Result: "not_reached"}),
		p.Call(ctx, liaison, Called{Role: "facilities", Person: deputy, Result: "coming", In: 20 * time.Second}),
		p.Step(ctx, liaison, "disaster_initial.assembly", "電源・施設班は代行の吉田が参集中"),
	)
}

// surveyDamage fills in what no probe can see, and issues the first report with it.
func surveyDamage(ctx context.Context, _ *Hall, p People) error {
	return errors.Join(
		p.Survey(ctx, liaison, Seen{Site: "main_hall", Item: "building", Finding: "normal", Note: "立入り可"}),
		p.Survey(ctx, liaison, Seen{Site: "main_hall", Item: "racks", Finding: "degraded", Note: "3階のラックが傾く"}),
		p.Step(ctx, liaison, "disaster_initial.survey", "東支所は夜明け後"),
		p.Report(ctx, lead, "3階の窓口は紙で受付中"),
	)
}

// establish is the decision itself, as recommended.
func establish(ctx context.Context, _ *Hall, p People) error {
	return errors.Join(
		p.Stage(ctx, lead, plan.ContinuityResponse, "福祉と介護の期限が近く、交換の見通しが立たない"),
		p.Step(ctx, lead, "disaster_initial.decide", "体制を確立"),
	)
}

// tellHeadquarters is due when the first deadline is missed.
func tellHeadquarters(ctx context.Context, _ *Hall, p People) error {
	return errors.Join(
		p.Step(ctx, liaison, "disaster_continuity.call_out", "全班の役割を確認"),
		p.Step(ctx, liaison, "disaster_continuity.alternatives", "福祉は紙の申請書で受付"),
		p.Step(ctx, lead, "disaster_continuity.headquarters", "福祉総合の期限超過を報告"),
	)
}

func taxBack(ctx context.Context, h *Hall, p People) error {
	return errors.Join(
		h.Device("tax").Recover(),
		p.Step(ctx, lead, "disaster_continuity.recover", "5システムとも復旧"),
	)
}

// lookAtLast comes too late: the step was due before.
func lookAtLast(ctx context.Context, _ *Hall, p People) error {
	return p.Step(ctx, deputy, "disaster_initial.fire_water", "火災・漏水なし。参集に時間を要した")
}

// shed ends what the shedding plan asked for.
func shed(ctx context.Context, h *Hall, p People) error {
	off := switchOff("順位の低い5つを停止(窓口端末・グループウェア・バックアップ・メール・ファイルサーバー)", lowRanks()...)
	return errors.Join(off(ctx, h, p), p.Step(ctx, deputy, "disaster_continuity.shed", "5つを停止"))
}

func lastReport(ctx context.Context, _ *Hall, p People) error {
	return errors.Join(
		p.Step(ctx, lead, "disaster_continuity.stand_down", "全システムの復旧を確認"),
		p.Report(ctx, lead, "全システム復旧、復電。最終報"),
	)
}

// standDown ends the response, and mends what the story left.
func standDown(ctx context.Context, h *Hall, p People) error {
	return errors.Join(p.Stage(ctx, lead, plan.StoodDown, "全システム復旧、復電"), h.Reset())
}
