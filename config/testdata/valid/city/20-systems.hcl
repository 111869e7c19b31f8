system "resident_records" {
  title              = "住民記録システム"
  priority           = 1
  owner              = "市民課"
  site               = site.main_hall
  depends_on         = [system.core_switch]
  allowable_downtime = { disaster = "24h", incident = next_opening(), (threat.pandemic) = business_hours("8h", calendar.library) }
  typical_recovery   = "3h"

  alternative {
    title = "紙台帳で受付"
    lasts = "1d"
  }

  power {
    watts            = 850
    va               = 1000
    fed_by           = ups.rack_a
    switch_off_after = 2
  }

  check "ping" "server" {
    host = "10.1.0.11"
  }

  check "web" "login" {
    url            = "https://records.example/login"
    expect_status  = [200]
    interval       = "1m"
    timeout        = "10s"
    retry_interval = "5s"
    fail_after     = 2
    recover_after  = 1
    from           = ["main_hall", agent.branch]
    password       = env("RECORDS_PASSWORD")
    headers        = { Authorization = "Bearer ${file("token.txt")}" }
  }

  up_when = "all"

  maintenance "backup" {
    days     = ["sat"]
    nth      = [1, -1]
    at       = "22:00"
    lasts    = "3h"
    calendar = calendar.office
    only     = "closed"
  }
}

system "core_switch" {
  allowable_downtime = "2h"
  up_when            = "any"

  power {
    fed_by = elsewhere
  }

  check "ping" "a" {
    host     = "10.1.0.1"
    interval = "2s"
  }
  check "ping" "b" {
    host     = "10.1.0.2"
    interval = "20s"
  }
}
