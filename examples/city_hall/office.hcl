# What the staff need. Systems without a priority are watched, but do not count for decisions.

system "mail" {
  title              = "庁内メール"
  priority           = 16
  owner              = "情報政策課"
  site               = site.main_hall
  depends_on         = [system.core_switch, system.internal_dns]
  allowable_downtime = "5m"
  typical_recovery   = "2m"

  alternative {
    title = "電話・FAX・グループウェアの伝言"
    lasts = "2d"
  }

  power {
    watts  = 450
    va     = 500
    fed_by = ups.rack_b
  }

  check "tcp" "smtp" {
    address  = "127.0.10.31:18031"
    expect   = "^220 "
    interval = "2s"
    timeout  = "1s"
  }
}

system "groupware" {
  title      = "グループウェア"
  owner      = "情報政策課"
  site       = site.main_hall
  depends_on = [system.core_switch, system.directory]

  # The calendar at work: eight hours of opening time, so a night or a holiday costs nothing.
  allowable_downtime = business_hours("8h")
  typical_recovery   = "1h"

  alternative {
    title = "紙の回覧と掲示板"
    lasts = "3d"
  }

  power {
    watts  = 500
    va     = 560
    fed_by = ups.rack_b
  }

  check "http" "portal" {
    url      = "http://127.0.10.32:18032/"
    interval = "2s"
    timeout  = "1s"
  }
}

system "file_server" {
  title              = "ファイルサーバー"
  owner              = "情報政策課"
  site               = site.main_hall
  depends_on         = [system.core_switch, system.directory]
  allowable_downtime = business_hours("4h")
  typical_recovery   = "1h"

  alternative {
    title = "端末内の作業用フォルダーで継続"
    lasts = "1d"
  }

  # Without a priority it would be the first to go; it goes right after those of rank 15 instead.
  power {
    watts            = 600
    va               = 670
    fed_by           = ups.rack_b
    switch_off_after = 15
  }

  # Planned: an outage in this window is shown as such and wakes nobody, but is measured.
  maintenance "monthly_updates" {
    title = "月例更新"
    days  = ["sun"]
    nth   = [3]
    at    = "22:00"
    lasts = "3h"
  }

  check "tcp" "smb" {
    address  = "127.0.10.33:18033"
    interval = "2s"
    timeout  = "1s"
  }
}

# The job reports to us when it is done: silence is failure. Here it is done every two seconds.
system "backup" {
  title              = "バックアップ"
  owner              = "情報政策課"
  site               = site.main_hall
  depends_on         = [system.core_switch]
  allowable_downtime = business_hours("8h")
  typical_recovery   = "2h"

  alternative {
    title = "手動で外付け媒体へ取得"
    lasts = "3d"
  }

  power {
    watts  = 400
    va     = 450
    fed_by = ups.rack_b
  }

  check "heartbeat" "nightly" {
    every    = "3s"
    grace    = "2s"
    token    = "demo-heartbeat-token" # a real plan: env("BACKUP_TOKEN")
    interval = "2s"
    timeout  = "1s"
  }

  check "tcp" "server" {
    address  = "127.0.10.34:18034"
    interval = "2s"
    timeout  = "1s"
  }
}
