plan "p" {
}

site "main_hall" {
}

calendar "office" {
  opens  = "08:30"
  closes = "17:15"
}

threat "incident" {
}

system "core_switch" {
  site = site.main_hal # ERROR: Unknown site "main_hal": The plan has no site "main_hal". Did you mean site.main_hall?
}

system "records" {
  site       = system.core_switch # ERROR: A site is wanted here, such as site.main_hall; system.core_switch is a system.
  depends_on = [
    system.core_swich, # ERROR: Did you mean system.core_switch?
    "core_switch",     # ERROR: A reference to a system is wanted here: system.core_switch without quotes
    sistem.core_switch, # ERROR: Unknown name "sistem": Did you mean "system"?
    5,                 # ERROR: A reference to a system is wanted here
    system.core_switch,
    system.core_switch, # WARNING: "core_switch" stands here twice
  ]
  allowable_downtime = { incidnt = "1h" } # ERROR: Unknown threat "incidnt": Did you mean "incident"?
  check "ping" "a" {
    host = "h"
    from = ["main_hall", agent.x] # ERROR: Unknown agent "main_hall": The plan has no agent block. # ERROR: The plan has no block "agent" at all.
  }
}

business "b" {
  needs          = system.records # ERROR: This must be a list of references to a system
  recover_within = { incident = "1h", "incident" = "2h" } # ERROR: Threat "incident" stands here twice
}

maintenance "m" {
  at       = "01:00"
  lasts    = "1h"
  systems  = [site.main_hall] # ERROR: A system is wanted here
  sites    = [site.main_hall]
  calendar = calendar.ofice # ERROR: Did you mean calendar.office?
  only     = "open"
}
