plan "p" {
  ownr = "x" # ERROR: Unknown attribute "ownr": Did you mean "owner"?
}

titel = "x" # ERROR: Unknown attribute "titel": Known here: agent, alerts, business, calendar, decision, generator, inspection, load, maintenance, notify, plan, posture, power, procedure, role, site, system, threat, ups.

# Later blocks are not silently taken.
drill "autumn" { # ERROR: Unknown block "drill": Known here: agent, alerts, business, calendar, decision, generator, inspection, load, maintenance, notify, plan, posture, power, procedure, role, site, system, threat, ups.
}

postures "roof" { # ERROR: Unknown block "postures": Did you mean "posture"?
}

sytem "a" { # ERROR: Did you mean "system"?
}

system "b" {
  backups { # ERROR: Unknown block "backups": A block of type "system" knows
  }
  alternatve { # ERROR: Did you mean "alternative"?
  }
  check "pong" "x" { # ERROR: Unknown kind of check "pong": Did you mean "ping"?
    whatever = 1
  }
  check "snmp" "y" { # ERROR: The kinds are ping, web.
  }
  check "web" "z" {
    url            = "http://h"
    intervall      = "1m"  # ERROR: Did you mean "interval"?
    expect_statos  = [200] # ERROR: Did you mean "expect_status"?
  }
  check "ping" "w" { # ERROR: Missing attribute "host"
  }
  check "ping" { # ERROR: Missing name for check
    host = "h"
  }
}
