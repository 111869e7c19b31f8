# A town hall on the afternoon of an earthquake: the plan behind the scenario test. Its checks and
# supplies are of the kind "scripted": they say what the story makes them say.

plan "asagiri" {
  title    = "朝霧市 ICT業務継続計画"
  owner    = "総務部情報政策課"
  version  = "3.1"
  revised  = "2026-04-01"
  timezone = "Asia/Tokyo"
  locale   = "ja"
}

site "main_hall" { title = "本庁舎" }

calendar "office" {
  days     = ["mon", "tue", "wed", "thu", "fri"]
  opens    = "08:30"
  closes   = "17:15"
  holidays = ["jp"]
}

threat "disaster" {
  title           = "災害"
  priority_within = "7d"
}

threat "incident" {
  title           = "非災害(セキュリティインシデント)"
  priority_within = next_opening()
  default         = true
}

agent "main_hall" {
  site = site.main_hall
}

generator "roof" {
  title         = "屋上発電機"
  capacity_w    = 72000
  capacity_va   = 90000
  starts_within = "40s"

  fuel {
    liters = 1600
    burn = {
      "25"  = 8
      "50"  = 13
      "75"  = 18
      "100" = 24
    }
  }

  source "scripted" {
    interval = "10s"
    timeout  = "2s"
  }
}

ups "rack_a" {
  title       = "UPS-A(サーバー)"
  capacity_w  = 5400
  capacity_va = 6000
  battery_wh  = 1900
  fed_by      = generator.roof

  source "scripted" {
    interval = "10s"
    timeout  = "2s"
  }
}

load "server_room_aircon" {
  title    = "サーバー室空調"
  watts    = 3500
  fed_by   = generator.roof
  priority = 2
}

system "core_switch" {
  title = "庁内ネットワーク(基幹スイッチ)"
  priority = 1
  owner = "情報政策課"
  site = site.main_hall
  allowable_downtime = {
    disaster = "4h"
    incident = next_opening()
  }
  typical_recovery = "30m"

  alternative {
    title = "予備機へ交換"
    lasts = "1d"
  }

  power {
    watts = 400
    va = 440
    fed_by = ups.rack_a
  }

  check "scripted" "service" {}
}

system "firewall" {
  title = "ファイアウォール・LGWAN接続"
  priority = 2
  owner = "情報政策課"
  site = site.main_hall
  depends_on = [system.core_switch]
  allowable_downtime = {
    disaster = "4h"
    incident = next_opening()
  }
  typical_recovery = "30m"

  alternative {
    title = "LGWAN端末を県の共同拠点で借用"
    lasts = "1d"
  }

  power {
    watts = 350
    va = 385
    fed_by = ups.rack_a
  }

  check "scripted" "service" {}
}

system "virtual_base" {
  title = "仮想化基盤(共有ストレージ)"
  priority = 3
  owner = "情報政策課"
  site = site.main_hall
  depends_on = [system.core_switch]
  allowable_downtime = {
    disaster = "6h"
    incident = next_opening()
  }
  typical_recovery = "2h"

  alternative {
    title = "停止中は各課の手作業"
    lasts = "1d"
  }

  power {
    watts = 900
    va = 990
    fed_by = ups.rack_a
  }

  check "scripted" "service" {}
}

system "directory" {
  title = "認証基盤"
  priority = 4
  owner = "情報政策課"
  site = site.main_hall
  depends_on = [system.core_switch]
  allowable_downtime = {
    disaster = "6h"
    incident = next_opening()
  }
  typical_recovery = "1h"

  alternative {
    title = "キャッシュ済みの資格情報でサインイン"
    lasts = "3d"
  }

  power {
    watts = 300
    va = 330
    fed_by = ups.rack_a
  }

  check "scripted" "service" {}
}

system "disaster_info" {
  title = "防災情報システム"
  priority = 5
  owner = "危機管理課"
  site = site.main_hall
  depends_on = [system.core_switch]
  allowable_downtime = {
    disaster = "2h"
    incident = next_opening()
  }
  typical_recovery = "30m"

  alternative {
    title = "県防災無線・FAXで報告し、ホワイトボードで集約"
    lasts = "1d"
  }

  power {
    watts = 300
    va = 330
    fed_by = ups.rack_a
  }

  check "scripted" "service" {}
}

system "resident_records" {
  title = "住民記録システム"
  priority = 6
  owner = "市民課"
  site = site.main_hall
  depends_on = [system.virtual_base, system.directory]
  allowable_downtime = {
    disaster = "24h"
    incident = next_opening()
  }
  typical_recovery = "3h"

  alternative {
    title = "紙台帳で受付"
    lasts = "1d"
  }

  power {
    watts = 200
    va = 220
    fed_by = ups.rack_a
  }

  check "scripted" "service" {}
}

system "family_register" {
  title = "戸籍情報システム"
  priority = 7
  owner = "市民課"
  site = site.main_hall
  depends_on = [system.virtual_base]
  allowable_downtime = {
    disaster = "3d"
    incident = next_opening()
  }
  typical_recovery = "3h"

  alternative {
    title = "届出を預かり、復旧後に入力"
    lasts = "3d"
  }

  power {
    watts = 150
    va = 165
    fed_by = ups.rack_a
  }

  check "scripted" "service" {}
}

system "welfare" {
  title = "福祉総合システム"
  priority = 8
  owner = "福祉総務課"
  site = site.main_hall
  depends_on = [system.virtual_base]
  allowable_downtime = {
    disaster = "12h"
    incident = next_opening()
  }
  typical_recovery = "3h"

  alternative {
    title = "要配慮者名簿(紙)で対応"
    lasts = "2d"
  }

  power {
    watts = 150
    va = 165
    fed_by = ups.rack_a
  }

  check "scripted" "service" {}
}

system "care_insurance" {
  title = "介護保険システム"
  priority = 9
  owner = "保険年金課"
  site = site.main_hall
  depends_on = [system.virtual_base]
  allowable_downtime = {
    disaster = "1d"
    incident = next_opening()
  }
  typical_recovery = "3h"

  alternative {
    title = "資格者証を手書きで交付"
    lasts = "2d"
  }

  power {
    watts = 150
    va = 165
    fed_by = ups.rack_a
  }

  check "scripted" "service" {}
}

system "health_insurance" {
  title = "国民健康保険システム"
  priority = 10
  owner = "保険年金課"
  site = site.main_hall
  depends_on = [system.virtual_base]
  allowable_downtime = {
    disaster = "1d"
    incident = next_opening()
  }
  typical_recovery = "3h"

  alternative {
    title = "資格者証を手書きで交付"
    lasts = "2d"
  }

  power {
    watts = 150
    va = 165
    fed_by = ups.rack_a
  }

  check "scripted" "service" {}
}

system "tax" {
  title = "税務システム"
  priority = 11
  owner = "税務課"
  site = site.main_hall
  depends_on = [system.virtual_base]
  allowable_downtime = {
    disaster = "3d"
    incident = next_opening()
  }
  typical_recovery = "3h"

  alternative {
    title = "証明の発行を翌日に延期"
    lasts = "3d"
  }

  power {
    watts = 150
    va = 165
    fed_by = ups.rack_a
  }

  check "scripted" "service" {}
}

system "website" {
  title = "公式サイト"
  priority = 12
  owner = "秘書広報課"
  site = site.main_hall
  depends_on = [system.firewall]
  allowable_downtime = {
    disaster = "4h"
    incident = next_opening()
  }
  typical_recovery = "2h"

  alternative {
    title = "県のポータルと公式SNSで広報"
    lasts = "4h"
  }

  power {
    watts = 100
    va = 110
    fed_by = ups.rack_a
  }

  check "scripted" "service" {}
}

system "mail" {
  title = "庁内メール"
  priority = 13
  owner = "情報政策課"
  site = site.main_hall
  depends_on = [system.core_switch]
  allowable_downtime = {
    disaster = "1d"
    incident = next_opening()
  }
  typical_recovery = "2h"

  alternative {
    title = "電話・FAX・伝令"
    lasts = "2d"
  }

  power {
    watts = 150
    va = 165
    fed_by = ups.rack_a
  }

  check "scripted" "service" {}
}

system "groupware" {
  title = "グループウェア"
  owner = "情報政策課"
  site = site.main_hall
  depends_on = [system.directory]
  allowable_downtime = {
    disaster = "3d"
    incident = next_opening()
  }
  typical_recovery = "4h"

  alternative {
    title = "紙の回覧と掲示板"
    lasts = "3d"
  }

  power {
    watts = 150
    va = 165
    fed_by = ups.rack_a
  }

  check "scripted" "service" {}
}

role "head" {
  title     = "ICT統括責任者(CIO)"
  confirmed = "2026-04-10"

  person "青木 恵" {
    position = "副市長"

    contact "mobile" { to = "090-0000-0001" }
    contact "satellite" { to = "8816-0000-0001" }
  }

  person "井上 誠" {
    position = "総務部長"

    contact "mobile" { to = "090-0000-0002" }
    contact "home" { to = "000-000-0002" }
  }
}

role "it_lead" {
  title     = "ICT部門責任者"
  confirmed = "2026-04-10"

  person "佐藤 一郎" {
    position = "情報政策課長"

    contact "mobile" { to = "090-0000-0011" }
    contact "home" { to = "000-000-0011" }
  }

  person "鈴木 花子" {
    position = "情報政策課長補佐"

    contact "mobile" { to = "090-0000-0012" }
    contact "mail" { to = "suzuki@city.asagiri.example" }
  }
}

role "server_team" {
  title     = "サーバー・ネットワーク班"
  confirmed = "2026-04-10"

  person "高橋 健" {
    position = "情報政策課主任"

    contact "mobile" { to = "090-0000-0021" }
    contact "chat" { to = "takahashi" }
  }

  person "田中 由美" {
    position = "情報政策課主事"

    contact "mobile" { to = "090-0000-0022" }
    contact "home" { to = "000-000-0022" }
  }
}

role "facility_team" {
  title     = "電源・設備班"
  confirmed = "2026-04-10"

  person "伊藤 実" {
    position = "管財課係長"

    contact "mobile" { to = "090-0000-0031" }
    contact "radio" { to = "管財1" }
  }

  person "渡辺 修" {
    position = "管財課主任"

    contact "mobile" { to = "090-0000-0032" }
    contact "radio" { to = "管財2" }
  }
}

posture "disaster" {
  title       = "ICT業務継続体制(災害)"
  threats     = [threat.disaster]
  roles       = [role.head, role.it_lead, role.server_team, role.facility_team]
  declared_by = [role.head, role.it_lead]
  conditions  = ["市内で震度6弱以上を観測したとき", "優先システムの停止が停止許容時間を超えるおそれがあるとき"]
}

posture "incident" {
  title   = "ICT業務継続体制(非災害)"
  threats = [threat.incident]
  roles   = [role.it_lead, role.server_team]
}

procedure "quake_initial" {
  title   = "初動対応手順(災害)"
  threats = [threat.disaster]
  stage   = "initial"

  step "safety" {
    title = "職員と来庁者の安全確認、避難誘導"
    role  = role.it_lead
    due   = "15m"
  }

  step "machine_room" {
    title = "サーバー室の立入可否と機器の転倒・漏水の確認"
    role  = role.server_team
    due   = "20m"

    link {
      title = "サーバー室配置図"
      to    = "緊急持出ファイル 第2章"
    }
  }

  step "generator" {
    title   = "発電機の始動と燃料残量の確認"
    role    = role.facility_team
    due     = "10m"
    only_if = power.lost
  }

  step "contractors" {
    title = "保守業者への連絡(サーバー、ネットワーク、空調)"
    role  = role.server_team
    due   = "30m"

    link {
      title = "保守業者連絡先一覧"
      to    = "緊急持出ファイル 第5章"
    }
  }

  step "survey" {
    title = "被害チェックシートの記入と報告"
    role  = role.server_team
    due   = "30m"
  }
}

procedure "quake_continuity" {
  title   = "ICT業務継続対応手順(災害)"
  threats = [threat.disaster]
  stage   = "continuity"

  step "order" {
    title = "復旧の優先順位を決め、各班へ指示"
    role  = role.head
    due   = "30m"
  }

  step "alternatives" {
    title = "停止している業務の代替手段を各課へ依頼"
    role  = role.it_lead
    due   = "45m"
  }

  step "shedding" {
    title   = "負荷の切り離し(非常用電源一覧の順)"
    role    = role.facility_team
    due     = "1h"
    only_if = power.lost && !power.holds_unshed
  }

  step "public" {
    title = "住民への周知(窓口、公式SNS、県ポータル)"
    role  = role.it_lead
    due   = "1h"
  }
}

procedure "incident_initial" {
  title   = "初動対応手順(非災害)"
  threats = [threat.incident]
  stage   = "initial"

  step "isolate" {
    title = "感染のおそれのある端末をネットワークから切り離す"
    role  = role.server_team
    due   = "10m"
  }
}

procedure "incident_continuity" {
  title   = "ICT業務継続対応手順(非災害)"
  threats = [threat.incident]
  stage   = "continuity"

  step "order" {
    title = "復旧の優先順位を決め、各班へ指示"
    role  = role.it_lead
    due   = "30m"
  }
}
