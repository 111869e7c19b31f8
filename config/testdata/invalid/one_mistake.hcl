# Each mistake is told once, and what refers to a block with a mistake is not wrong.
plan "p" {
}

calender "office" { # ERROR: Unknown block "calender": Did you mean "calendar"?
  opens  = "08:30"
  closes = "17:15"
}

threats "incident" { # ERROR: Did you mean "threat"?
}

sytem "core_switch" { # ERROR: Did you mean "system"?
}

site "hall" "annex" { # ERROR: Extraneous label for site
}

system "records" {
  site               = site.hall
  depends_on         = [system.core_switch]
  allowable_downtime = { incident = next_opening() }
  alternative {
    titel = "紙台帳" # ERROR: Did you mean "title"?
  }
  check "ping" "a" {
    hots = "10.1.0.1" # ERROR: Did you mean "host"?
  }
  check "ping" "b" {
    host "10.1.0.1" # ERROR: Invalid block definition
  }
  check "ping" "c" {
    host     = "10.1.0.1"
    interval = "500ms" # ERROR: It must be at least 1s.
    timeout  = "1s"
  }
}
