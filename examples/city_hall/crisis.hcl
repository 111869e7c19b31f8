# What the public needs in a disaster.

system "disaster_info" {
  title            = "防災情報システム"
  priority         = 6
  owner            = "危機管理課"
  site             = site.main_hall
  depends_on       = [system.firewall]
  typical_recovery = "1m"
  allowable_downtime = {
    disaster = "2m"
    incident = "4m"
    pandemic = "4m"
  }

  alternative {
    title = "県防災無線・FAXで報告し、職員がホワイトボードで集約"
    lasts = "1d"
  }

  power {
    watts  = 600
    va     = 670
    fed_by = ups.rack_a
  }

  check "http" "health" {
    url      = "https://127.0.10.21:18021/health"
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

    tls {
      ca_file = "/etc/keizoku/city-ca.pem"
    }
  }
}

system "official_site" {
  title            = "公式サイト"
  priority         = 13
  owner            = "秘書広報課"
  site             = site.main_hall
  depends_on       = [system.firewall]
  typical_recovery = "1m"
  allowable_downtime = {
    disaster = "3m"
    incident = "5m"
    pandemic = "5m"
  }

  alternative {
    title = "県のポータルと公式SNSで広報"
    lasts = "3d"
  }

  power {
    watts  = 400
    va     = 450
    fed_by = ups.rack_b
  }

  check "http" "top_page" {
    url         = "https://127.0.10.22:18022/"
    expect_body = "つづき市"
    interval    = "2s"
    timeout     = "1s"

    tls {
      ca_file = "/etc/keizoku/city-ca.pem"
    }
  }

  # A certificate that runs out is the outage that announces itself.
  check "tls" "certificate" {
    address       = "127.0.10.22:18022"
    ca_file       = "/etc/keizoku/city-ca.pem"
    min_days_left = 14
    interval      = "4s"
    timeout       = "2s"
  }
}
