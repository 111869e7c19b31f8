# A plan to copy: a small municipality with one office, one branch and a dozen systems.
#
#   keizoku plan check plan.hcl     reads it and tells every mistake at once
#   keizoku plan show plan.hcl      prints who must be back by when, if it failed now
#   keizoku probe plan.hcl          runs every check once
#   keizoku run plan.hcl            watches
#
# Names (left) are for machines and references; titles are for people and may be in any language.
# Durations are written "30s", "15m", "4h", "7d", "2w". Replace the addresses by your own.

plan "yamanoto" {
  title        = "山の戸町 ICT業務継続計画"
  owner        = "総務課情報係"
  version      = "2.0"
  revised      = "2026-10-01"
  review_every = "365d" # a plan that nobody reviews stops being true
  timezone     = "Asia/Tokyo"
  locale       = "ja"
}

# ---- Where ------------------------------------------------------------------------------------

site "town_hall" {
  title = "役場本庁舎"
}

site "north_branch" {
  title = "北出張所"
}

# ---- When the office is open --------------------------------------------------------------------

calendar "office" {
  days     = ["mon", "tue", "wed", "thu", "fri"]
  opens    = "08:30"
  closes   = "17:15"
  holidays = ["jp"] # national holidays are built in
  closed = [        # the year-end closure is set by ordinance, so it is written here
    "2026-12-29/2027-01-03",
    "2027-12-29/2028-01-03",
  ]
}

# ---- What may happen ----------------------------------------------------------------------------

# A business whose target lies within priority_within is a priority business (優先業務) under that
# threat. While no threat is declared, the allowances of the default one hold.

threat "disaster" {
  title           = "災害"
  priority_within = "7d"
}

threat "incident" {
  title           = "非災害(セキュリティインシデント)"
  priority_within = next_opening()
  default         = true
}

threat "pandemic" {
  title           = "感染症流行"
  priority_within = "7d"
}

# ---- The work that must go on ---------------------------------------------------------------------

business "certificates" {
  title    = "住民票・印鑑証明の発行"
  division = "住民課"
  needs    = [system.resident_records]
  recover_within = {
    disaster = "3d"
    incident = next_opening()
    pandemic = "3d"
  }
}

business "evacuation_support" {
  title    = "避難行動要支援者の安否確認"
  division = "福祉課"
  needs    = [system.welfare]
  recover_within = {
    disaster = "24h"
    incident = next_opening()
    pandemic = "3d"
  }
}

business "insurance_counter" {
  title    = "国民健康保険・介護保険の資格確認"
  division = "健康保険課"
  needs    = [system.insurance]
  recover_within = {
    disaster = "3d"
    incident = next_opening()
    pandemic = "3d"
  }
}

business "disaster_headquarters" {
  title    = "災害対策本部の運営と広報"
  division = "総務課"
  needs    = [system.disaster_info, system.official_site]
  recover_within = {
    disaster = "12h"
    incident = next_opening()
    pandemic = "3d"
  }
}

# ---- Systems: what everything stands on -------------------------------------------------------------

system "core_switch" {
  title            = "庁内ネットワーク(基幹スイッチ)"
  priority         = 1
  owner            = "総務課情報係"
  site             = site.town_hall
  typical_recovery = "2h"
  allowable_downtime = {
    disaster = "8h"
    incident = next_opening()
    pandemic = "1d"
  }

  alternative {
    title = "予備スイッチへ交換(サーバー室の棚、設定は付箋のUSB)"
    lasts = "7d"
  }

  power {
    watts  = 250
    va     = 280
    fed_by = ups.server_room
  }

  check "icmp" "management" {
    host = "10.20.0.1"
  }
}

system "firewall" {
  title            = "ファイアウォール・LGWAN接続"
  priority         = 2
  owner            = "総務課情報係"
  site             = site.town_hall
  depends_on       = [system.core_switch]
  typical_recovery = "4h"
  allowable_downtime = {
    disaster = "12h"
    incident = next_opening()
    pandemic = "2d"
  }

  alternative {
    title = "隣の町のLGWAN端末を借用(相互応援協定)"
    lasts = "3d"
  }

  power {
    watts  = 150
    va     = 170
    fed_by = ups.server_room
  }

  check "icmp" "inside" {
    host = "10.20.0.254"
  }
}

system "directory" {
  title            = "認証・庁内DNS"
  priority         = 3
  owner            = "総務課情報係"
  site             = site.town_hall
  depends_on       = [system.core_switch]
  typical_recovery = "3h"
  up_when          = "any" # two controllers, one is enough
  allowable_downtime = {
    disaster = "12h"
    incident = next_opening()
    pandemic = "1d"
  }

  alternative {
    title = "端末のキャッシュ済み資格情報でサインイン"
    lasts = "3d"
  }

  power {
    watts  = 300
    va     = 340
    fed_by = ups.server_room
  }

  check "dns" "controller_1" {
    server = "10.20.1.11"
    name   = "town.yamanoto.example"
  }

  check "dns" "controller_2" {
    server = "10.20.1.12"
    name   = "town.yamanoto.example"
  }
}

# ---- Systems: what the counters need ------------------------------------------------------------------

system "resident_records" {
  title            = "住民記録システム"
  priority         = 4
  owner            = "住民課"
  site             = site.town_hall
  depends_on       = [system.core_switch, system.directory]
  typical_recovery = "3h"
  allowable_downtime = {
    disaster = "24h"
    incident = next_opening()
    pandemic = "3d"
  }

  alternative {
    title = "紙台帳で受付し、復旧後に入力"
    lasts = "1d"
  }

  power {
    watts  = 450
    va     = 520
    fed_by = ups.server_room
  }

  check "icmp" "server" {
    host = "10.20.2.11"
  }

  check "http" "login" {
    url           = "https://records.town.yamanoto.example/login"
    expect_status = [200]
    interval      = "1m"
  }
}

system "insurance" {
  title            = "国民健康保険・介護保険システム"
  priority         = 5
  owner            = "健康保険課"
  site             = site.town_hall
  depends_on       = [system.core_switch, system.directory]
  typical_recovery = "4h"
  allowable_downtime = {
    disaster = "2d"
    incident = next_opening()
    pandemic = "3d"
  }

  alternative {
    title = "前日出力の資格一覧で確認"
    lasts = "2d"
  }

  power {
    watts  = 400
    va     = 450
    fed_by = ups.server_room
  }

  check "tcp" "application" {
    address = "10.20.2.12:8443"
  }
}

system "welfare" {
  title            = "福祉システム(要支援者名簿)"
  priority         = 6
  owner            = "福祉課"
  site             = site.town_hall
  depends_on       = [system.core_switch, system.directory]
  typical_recovery = "3h"
  allowable_downtime = {
    disaster = "24h"
    incident = next_opening()
    pandemic = "3d"
  }

  alternative {
    title = "毎月印刷する名簿の控えを使用(金庫に保管)"
    lasts = "30d"
  }

  power {
    watts  = 350
    va     = 400
    fed_by = ups.server_room
  }

  check "tcp" "application" {
    address = "10.20.2.13:443"
  }
}

# ---- Systems: what the public needs ---------------------------------------------------------------------

system "disaster_info" {
  title            = "防災情報システム"
  priority         = 7
  owner            = "総務課"
  site             = site.town_hall
  depends_on       = [system.firewall]
  typical_recovery = "2h"
  allowable_downtime = {
    disaster = "12h"
    incident = next_opening()
    pandemic = "2d"
  }

  alternative {
    title = "県防災無線とFAXで報告"
    lasts = "2d"
  }

  power {
    watts  = 200
    va     = 230
    fed_by = ups.server_room
  }

  check "http" "health" {
    url = "https://bousai.town.yamanoto.example/health"
  }
}

system "official_site" {
  title            = "町公式サイト"
  priority         = 8
  owner            = "総務課"
  typical_recovery = "4h"
  allowable_downtime = {
    disaster = "12h"
    incident = next_opening()
    pandemic = "2d"
  }

  alternative {
    title = "公式SNSと防災行政無線で広報"
    lasts = "3d"
  }

  # It stands in a data centre with a supply of its own.
  power {
    fed_by = elsewhere
  }

  check "http" "top_page" {
    url      = "https://www.town.yamanoto.example/"
    interval = "1m"
    timeout  = "10s"
  }

  check "tls" "certificate" {
    address       = "www.town.yamanoto.example:443"
    min_days_left = 21
    interval      = "1h"
    timeout       = "10s"
  }
}

# ---- Systems: what the staff need -------------------------------------------------------------------------

# Without a priority: watched and shown, but not counted when deciding.

system "mail" {
  title              = "庁内メール・グループウェア"
  owner              = "総務課情報係"
  site               = site.town_hall
  depends_on         = [system.core_switch, system.directory]
  typical_recovery   = "4h"
  allowable_downtime = business_hours("16h") # two working days

  alternative {
    title = "電話とFAX、紙の回覧"
    lasts = "3d"
  }

  # Without a priority it would be the first to go. Reports to the prefecture go by mail, so it
  # goes right after those of rank 8 instead, and before the rest.
  power {
    watts            = 300
    va               = 340
    fed_by           = ups.server_room
    switch_off_after = 8
  }

  check "tcp" "smtp" {
    address = "10.20.2.31:25"
    expect  = "^220 "
  }
}

system "backup" {
  title              = "夜間バックアップ"
  owner              = "総務課情報係"
  site               = site.town_hall
  depends_on         = [system.core_switch]
  typical_recovery   = "4h"
  allowable_downtime = "3d"

  alternative {
    title = "外付け媒体へ手動で取得"
    lasts = "7d"
  }

  power {
    watts  = 250
    va     = 280
    fed_by = ups.server_room
  }

  check "tcp" "server" {
    address = "10.20.2.41:22"
  }

  # Better: let the job tell us when it is done, so that a night without a backup is noticed.
  #
  #   curl -fsS -X POST -H "Authorization: Bearer $TOKEN" http://127.0.0.1:9720/api/v1/heartbeat/backup/nightly
  #
  # check "heartbeat" "nightly" {
  #   every = "1d"
  #   grace = "2h"
  #   token = env("KEIZOKU_BACKUP_TOKEN") # secrets never stand in a plan
  # }
}

system "north_branch_line" {
  title              = "北出張所の回線"
  owner              = "総務課情報係"
  site               = site.north_branch
  depends_on         = [system.core_switch]
  typical_recovery   = "1d"
  allowable_downtime = business_hours("16h") # two working days

  alternative {
    title = "来庁者を本庁舎へ案内、証明は電話で取り次ぎ"
    lasts = "7d"
  }

  check "icmp" "router" {
    host     = "10.20.9.1"
    interval = "1m"
  }
}

# ---- Emergency power ---------------------------------------------------------------------------------------

#   keizoku power plan.hcl                          what stays on in a blackout, and for how long
#   keizoku power plan.hcl --fuel 40%               what must go, and when, if the tank is not full
#   keizoku power plan.hcl --without generator      what if it does not start

power {
  horizon = "72h" # without supply from outside: the Cabinet Office's measure
  margin  = 0.2   # of each capacity stays free
}

generator "yard" {
  title         = "構内非常用発電機"
  site          = site.town_hall
  capacity_w    = 16000 # 20 kVA at a power factor of 0.8
  capacity_va   = 20000
  starts_within = "40s"

  fuel {
    liters = 400
    burn = { # litres per hour by load in percent: from the maker's data sheet
      "25"  = 2.4
      "50"  = 3.6
      "75"  = 4.9
      "100" = 6.4
    }
  }
}

ups "server_room" {
  title       = "サーバー室UPS"
  site        = site.town_hall
  capacity_w  = 4500
  capacity_va = 5000
  battery_wh  = 1900
  fed_by      = generator.yard

  # With a source the agent reads it and believes what it measures rather than what is planned:
  #
  # source "nut" {
  #   address = "127.0.0.1:3493"
  #   ups     = "server-room"
  # }
}

# What cools the servers stays on as long as they do.
load "aircon" {
  title     = "サーバー室空調"
  watts     = 1800
  va        = 2100
  fed_by    = generator.yard
  priority  = 1
  needed_by = [system.core_switch, system.resident_records, system.insurance, system.welfare]
}

load "headquarters" {
  title    = "災害対策本部(会議室)"
  watts    = 1500
  va       = 1600
  fed_by   = generator.yard
  priority = 7
}

load "counter" {
  title      = "窓口の端末とプリンター"
  watts      = 1200
  va         = 1400
  fed_by     = generator.yard
  depends_on = [system.core_switch, system.directory]
}

# ---- Planned stops ----------------------------------------------------------------------------------------

# The yearly inspection of the electrical installation (法定停電) takes the building's power.
maintenance "statutory_power_cut" {
  title  = "法定停電"
  sites  = [site.town_hall]
  starts = "2027-02-20 08:00"
  ends   = "2027-02-20 16:00"
}

# Every third Sunday night, while the office is closed.
maintenance "monthly_updates" {
  title   = "月例更新"
  systems = [system.resident_records, system.insurance, system.welfare]
  days    = ["sun"]
  nth     = [3]
  at      = "22:00"
  lasts   = "4h"
}

# ---- Who responds ------------------------------------------------------------------------------------------

# A small town has few people: who holds a role comes first, the deputies (代行) follow. Names are
# invented and numbers lead nowhere. Call everybody once a year and set confirmed to the day.

role "it_lead" {
  title     = "ICT統括"
  confirmed = "2026-10-01"

  person "森 和夫" {
    position = "総務課長"
    contact "mobile" {
      to = "090-0000-0001"
    }
    contact "home" {
      to = "000-000-0001"
    }
    contact "mail" {
      to = "k.mori@town.yamanoto.example"
    }
  }

  person "池田 明" {
    position = "総務課 情報係長"
    contact "mobile" {
      to = "090-0000-0002"
    }
    contact "mail" {
      to = "a.ikeda@town.yamanoto.example"
    }
  }
}

role "it_staff" {
  title     = "情報係"
  confirmed = "2026-10-01"

  person "橋本 陽子" {
    position = "総務課 情報係 主任"
    contact "mobile" {
      to = "090-0000-0003"
    }
    contact "mail" {
      to = "y.hashimoto@town.yamanoto.example"
    }
  }

  person "架空情報サービス 保守窓口" {
    position = "委託事業者"
    contact "phone" {
      to   = "0000-00-0020"
      note = "平日 9:00〜17:30、夜間は留守電"
    }
    contact "mail" {
      to = "support@kakuu.example"
    }
  }
}

role "facilities" {
  title     = "庁舎・電源"
  confirmed = "2026-10-01"

  person "石川 勇" {
    position = "総務課 管財担当"
    contact "mobile" {
      to = "090-0000-0004"
    }
    contact "radio" {
      to = "防災行政無線 可搬 3"
    }
  }

  person "前田 茂" {
    position = "総務課 主事"
    contact "mobile" {
      to = "090-0000-0005"
    }
    contact "messenger" {
      to = "宿直室"
    }
  }
}

posture "continuity" {
  title       = "ICT業務継続体制"
  roles       = [role.it_lead, role.it_staff, role.facilities]
  declared_by = [role.it_lead]
  conditions = [
    "町内で震度5強以上",
    "庁舎の停電が2時間を超えるおそれがあるとき",
    "優先システムの停止が停止許容時間を超えるおそれがあるとき",
  ]
}

# ---- What they do ------------------------------------------------------------------------------------------

# A procedure becomes a checklist when its stage begins: "initial" is the first hour (初動対応),
# "continuity" what follows once the posture is established. due counts from the start of the stage.
# These are for all threats; threats = [threat.incident] would make one that of an incident alone.

procedure "first_response" {
  title = "初動対応手順"
  stage = "initial"

  step "safety" {
    title = "職員の安否と参集状況の確認"
    role  = role.it_lead
    due   = "30m"
  }

  step "server_room" {
    title = "サーバー室の目視点検(火災・漏水・転倒)"
    role  = role.facilities
    due   = "30m"

    link {
      title = "点検表"
      to    = "赤い綴り 2ページ"
    }
  }

  step "generator" {
    title   = "発電機の起動と燃料残量の確認"
    role    = role.facilities
    due     = "15m"
    only_if = power.lost
  }

  step "isolate" {
    title   = "感染が疑われる機器の切り離し(電源は切らない)"
    role    = role.it_staff
    due     = "15m"
    only_if = threat.name == "incident"
  }

  step "survey" {
    title = "被害チェックシートの記入"
    role  = role.it_staff
    due   = "1h"
  }

  step "decide" {
    title = "業務継続体制を確立するかの判断"
    role  = role.it_lead
    due   = "90m"
  }
}

procedure "continuity_response" {
  title = "ICT業務継続対応手順"
  stage = "continuity"

  step "report" {
    title = "災害対策本部と県への報告"
    role  = role.it_lead
    due   = "30m"
  }

  step "shed" {
    title   = "切り離し計画に沿った負荷の切り離し"
    role    = role.facilities
    due     = "1h"
    only_if = power.lost && !power.holds_unshed
  }

  step "recover" {
    title = "優先順位に沿った復旧"
    role  = role.it_staff
  }

  step "alternatives" {
    title   = "停止が続く業務への代替手段の開始依頼"
    role    = role.it_lead
    due     = "1h"
    only_if = down.priority_count > 0
  }

  step "fuel" {
    title   = "燃料の追加手配"
    role    = role.facilities
    due     = "6h"
    only_if = power.lost && power.runtime_shed_hours < power.horizon_hours
  }

  step "stand_down" {
    title = "復旧の確認と体制解除の判断"
    role  = role.it_lead
  }
}

# ---- What counts as danger -----------------------------------------------------------------------------------

# Without this block the built-in criteria hold alone; docs/reference/criteria.md lists them, and
# what a condition may ask.
decision {
  built_in = true

  criterion "foundation" {
    title = "基盤(上位3位以内)のシステムが停止"
    when  = within(down.priorities, 3) >= 1 && calendar.office.open
  }
}

# ---- Who is told ----------------------------------------------------------------------------------------------

# These are the defaults but for the quiet rule: without the block an alert is told when half, three
# quarters and nine tenths of the allowance are used, and again each hour until somebody acknowledges it.
alerts {
  used   = ["50%", "75%", "90%"]
  repeat = "1h"

  # At night only what is critical wakes anybody; the rest is told at six, if it still holds.
  quiet "night" {
    below = "critical"
    from  = "22:00"
    to    = "06:00"
  }
}

# Two channels at least, of different kinds: when one cannot deliver, the other tells of that.
# docs/reference/notify has the kinds; try each with `keizoku notify test NAME`.
notify "mail" "staff" {
  title    = "情報係のメール"
  server   = "mail.yamanoto.example" # a server that queues; with a login: username, password = env("MAIL_PASSWORD")
  sender   = "Keizoku <keizoku@yamanoto.example>"
  to       = ["joho@yamanoto.example"]
  to_roles = [role.it_staff] # the mail contacts of its people
}

notify "webhook" "chat" {
  title = "庁内チャット"
  url   = "https://chat.yamanoto.example/hooks/keizoku" # holds a secret with most services: env("CHAT_URL")

  # What the service wants; docs/notify-examples.md has several.
  template = <<-EOT
    {"text": {{json .Subject}}}
  EOT

  route {
    at_least = "warning"
    reports  = true
  }
}

# A next step: critical, and nobody has acknowledged it for half an hour.
notify "mail" "leads" {
  title    = "管理職のメール"
  server   = "mail.yamanoto.example"
  sender   = "Keizoku <keizoku@yamanoto.example>"
  to_roles = [role.it_lead]

  route {
    at_least       = "critical"
    unacknowledged = "30m"
  }
}

# Before the counters open (始業前点検): every check once, and a page that says what is not as it should be.
inspection "opening" {
  title    = "始業前点検"
  at       = "07:30"
  calendar = calendar.office
  retries  = 2
  notify   = [notify.staff, notify.chat]
}

# ---- The agent --------------------------------------------------------------------------------------------

# It listens on loopback unless told otherwise; beyond that it wants TLS. When none of the vantage
# points answers, the agent knows that it is cut off itself, and does not call the town down.
agent "town_hall" {
  site    = site.town_hall
  vantage = ["10.20.0.1", "10.20.1.11:53"]
}
