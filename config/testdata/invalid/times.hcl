plan "p" {
  revised       = "2026-02-30" # ERROR: a day that exists, such as "2026-04-01"
  review_every  = "1h"         # ERROR: It must be at least 1d.
  timezone      = "Asia/Tokio" # ERROR: a time zone of the IANA database, such as "Asia/Tokyo"
  locale        = "jp"         # ERROR: It can be "ja" or "en". Did you mean "ja"?
  reopen_within = "0s"         # ERROR: It must be at least 1s.
  version       = 3.10         # ERROR: This must be a string, text in quotes; it is a number.
}

calendar "a" {
  days     = ["mon", "monday"]           # ERROR: one of "mon", "tue"
  opens    = "25:00"                     # ERROR: a time of day from "00:00" to "24:00"
  closes   = "17:15"
  holidays = ["us"]                      # ERROR: It can be "jp".
  closed   = ["2027-01-03/2026-12-29"]   # ERROR: a day such as "2026-12-29", or the first and the last
  open     = "2026-03-29"                # ERROR: This must be a list of date ranges
}

calendar "b" {
  opens  = "17:15"
  closes = "08:30" # ERROR: The calendar closes before it opens
}

calendar "c" {
  days   = [] # ERROR: The calendar never opens
  opens  = "08:30"
  closes = "17:15"
}

calendar "d" { # ERROR: Missing attribute "opens" # ERROR: Missing attribute "closes"
}

system "s" {
  check "ping" "a" {
    host     = "h"
    interval = "10s"
    timeout  = "9s" # ERROR: The timeout is too long for the interval: It may take at most 80 % of the interval of 10s: 8s.
  }
  check "ping" "b" {
    host     = "h"
    interval = "500ms" # ERROR: "interval" is out of range: It must be at least 1s.
  }
  check "ping" "c" {
    host           = "h"
    retry_interval = "1m" # ERROR: The retry interval is longer than the interval: It is the faster pace: at most 30s.
    fail_after     = 0    # ERROR: It must be at least 1
  }
  check "ping" "d" {
    host     = "h"
    interval = 30 # ERROR: This must be a duration, such as "30s"
  }
  up_when = 5 # ERROR: More checks than there are: The system has 4
}

system "t" {
  up_when  = "most" # ERROR: This must be "all", "any" or a whole number of checks
  priority = 0      # ERROR: It must be at least 1.
  alternative { # ERROR: Missing attribute "title"
    lasts = "forever" # ERROR: This must be a duration
  }
  alternative { # ERROR: Second block "alternative"
    title = "x"
  }
}
