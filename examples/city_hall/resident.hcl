# What the counters need. The first five hang on the floor switch of the computer room.

system "resident_records" {
  title            = "住民記録システム"
  priority         = 7
  owner            = "市民課"
  site             = site.main_hall
  depends_on       = [system.floor_switch]
  typical_recovery = "45s"
  allowable_downtime = { # 停止許容時間, per threat
    disaster = "3m"
    incident = "2m"
    pandemic = "3m"
  }

  alternative {
    title = "紙台帳で受付し、復旧後に入力"
    lasts = "1d"
  }

  power {
    watts  = 850
    va     = 1000
    fed_by = ups.rack_b
  }

  check "http" "login" {
    url      = "http://127.0.10.11:18011/"
    interval = "2s"
    timeout  = "1s"
  }

  check "tcp" "database" {
    address  = "127.0.10.11:19011"
    interval = "2s"
    timeout  = "1s"
  }
}

system "tax" {
  title            = "税務システム"
  priority         = 11
  owner            = "税務課"
  site             = site.main_hall
  depends_on       = [system.floor_switch]
  typical_recovery = "45s"
  allowable_downtime = { # taxes can wait in a disaster: the deadline moves later
    disaster = "5m"
    incident = "3m"
    pandemic = "5m"
  }

  alternative {
    title = "証明は申請を預かり後日郵送、収納は手書き領収書"
    lasts = "3d"
  }

  power {
    watts  = 700
    va     = 780
    fed_by = ups.rack_b
  }

  check "http" "health" {
    url      = "http://127.0.10.12:18012/health"
    interval = "2s"
    timeout  = "1s"

    json {
      path   = "status"
      equals = "ok"
    }
  }
}

system "health_insurance" {
  title            = "国民健康保険システム"
  priority         = 10
  owner            = "保険年金課"
  site             = site.main_hall
  depends_on       = [system.floor_switch]
  typical_recovery = "45s"
  allowable_downtime = {
    disaster = "4m"
    incident = "3m"
    pandemic = "3m"
  }

  alternative {
    title = "前日出力の資格一覧で確認"
    lasts = "2d"
  }

  power {
    watts  = 600
    va     = 670
    fed_by = ups.rack_b
  }

  check "http" "health" {
    url      = "http://127.0.10.13:18013/health"
    interval = "2s"
    timeout  = "1s"

    json {
      path   = "status"
      equals = "ok"
    }

    json {
      path   = "database"
      equals = "ok"
    }
  }
}

system "care_insurance" {
  title            = "介護保険システム"
  priority         = 9
  owner            = "高齢福祉課"
  site             = site.main_hall
  depends_on       = [system.floor_switch]
  typical_recovery = "45s"
  allowable_downtime = { # needed at once for people in care: the deadline moves sooner
    disaster = "2m"
    incident = "3m"
    pandemic = "3m"
  }

  alternative {
    title = "資格者証を手書きで交付"
    lasts = "2d"
  }

  power {
    watts  = 500
    va     = 560
    fed_by = ups.rack_b
  }

  check "http" "health" {
    url      = "http://127.0.10.14:18014/health"
    interval = "2s"
    timeout  = "1s"

    json {
      path   = "status"
      equals = "ok"
    }
  }
}

system "welfare" {
  title            = "福祉総合システム"
  priority         = 8
  owner            = "福祉総務課"
  site             = site.main_hall
  depends_on       = [system.floor_switch]
  typical_recovery = "30s"
  allowable_downtime = { # the list of people who need help in an evacuation is in here
    disaster = "90s"
    incident = "3m"
    pandemic = "3m"
  }

  alternative {
    title = "紙の申請書で受付、避難行動要支援者名簿は印刷済みの控えを使用"
    lasts = "1d"
  }

  power {
    watts  = 500
    va     = 560
    fed_by = ups.rack_b
  }

  check "http" "health" {
    url      = "http://127.0.10.15:18015/health"
    interval = "2s"
    timeout  = "1s"

    json {
      path   = "status"
      equals = "ok"
    }
  }
}

# Not behind the floor switch: its servers stand beside the firewall, on the LGWAN side.
system "family_register" {
  title              = "戸籍情報システム"
  priority           = 12
  owner              = "市民課"
  site               = site.main_hall
  depends_on         = [system.firewall]
  allowable_downtime = "5m"
  typical_recovery   = "2m"

  alternative {
    title = "届書を預かり、復旧後に記載"
    lasts = "2d"
  }

  power {
    watts  = 700
    va     = 780
    fed_by = ups.rack_b
  }

  check "http" "health" {
    url      = "https://127.0.10.16:18016/health"
    interval = "2s"
    timeout  = "1s"

    json {
      path   = "status"
      equals = "ok"
    }

    tls {
      ca_file = "/etc/keizoku/city-ca.pem"
    }
  }
}

# Works from its own nightly copy of the resident records, so it does not depend on them.
system "kiosk" {
  title              = "証明書コンビニ交付システム"
  priority           = 14
  owner              = "市民課"
  site               = site.main_hall
  depends_on         = [system.firewall]
  allowable_downtime = "10m"
  typical_recovery   = "3m"

  alternative {
    title = "窓口での交付を案内(庁舎のキオスク端末も停止)"
    lasts = "7d"
  }

  power {
    watts  = 500
    va     = 560
    fed_by = ups.rack_b
  }

  check "http" "health" {
    url      = "https://127.0.10.17:18017/health"
    interval = "2s"
    timeout  = "1s"

    json {
      path   = "status"
      equals = "ok"
    }

    tls {
      ca_file = "/etc/keizoku/city-ca.pem"
    }
  }
}
