# Mistakes of alerts, notify and inspection.
plan "p" {
}

calendar "office" {
  opens  = "08:30"
  closes = "17:15"
}

threat "disaster" {
}

role "it_lead" {
}

system "records" {
}

site "main_hall" {
}

agent "main_hall" {
}

alerts {
  used         = [0.5, "75%", 1, 1.5, 0, "half", "90", 0.5, true] # ERROR: The whole allowance is no share of it # ERROR: This must be a part of an allowance # ERROR: This must be a part of an allowance # ERROR: This must be a part of an allowance # ERROR: This must be a part of an allowance # ERROR: This must be a part of an allowance # ERROR: 50 % stands here twice
  repeat       = "30s"                                            # ERROR: "repeat" is out of range: It must be at least 1m, or "0s" for never.
  group_at     = 0                                                # ERROR: "group_at" is out of range
  group_within = "2m"                                             # ERROR: "group_within" is out of range
  alive_to     = [notify.stuff]                                   # ERROR: Did you mean notify.staff?
  alive_every  = "1s"                                             # ERROR: "alive_every" is out of range

  quiet "night" {
    below = "info" # ERROR: below
    from  = "22:00"
    to    = "06:00"
  }
  quiet "night" {             # ERROR: Second quiet "night"
    calendar = calendar.ofice # ERROR: Did you mean calendar.office?
  }
  quiet "always" { # ERROR: When is it quiet?
  }
  quite "night" { # ERROR: Did you mean "quiet"?
  }
  quiet "both" {
    calendar = calendar.office # ERROR: Quiet by a calendar, or by the clock?
    from     = "22:00"
  }
  quiet "open_end" {
    from = "22:00" # ERROR: Quiet until when?
  }
  quiet "open_start" {
    to = "25:00" # ERROR: This must be a time of day # ERROR: Quiet from when on?
  }
}

alerts { # ERROR: Second alerts block: A plan has one; the first is at alerting.hcl:25,1
  quiet "never" {
    from = "22:00"
    to   = "22:00" # ERROR: It is never quiet
  }
}

notify "post" "staff" {
  servre   = "mail.example"           # ERROR: Did you mean "server"?
  timeout  = "1h"                     # ERROR: "timeout" is out of range
  from     = [agent.main, "main_hal"] # ERROR: The plan has no agent "main". # ERROR: Unknown agent "main_hal": Did you mean "main_hall"?
  to_roles = [role.it_leed]           # ERROR: Did you mean role.it_lead?
}

notify "pots" "second" { # ERROR: Unknown kind of channel "pots": Did you mean "post"?
  server = "mail.example"
}

notify "carrier_pigeon" "third" { # ERROR: Unknown kind of channel "carrier_pigeon": The kinds are buzzer, post.
}

notify "post" { # ERROR: Missing name for notify
}

notify "buzzer" "staff" { # ERROR: Second notify "staff"
  command = "buzz"
}

notify "buzzer" "Bell" { # ERROR: "Bell" cannot be the name of a notify
  command = ""           # ERROR: command
}

notify "buzzer" "routed" {
  command = "buzz"

  route {
    at_least       = "warn"                           # ERROR: Unknown value for "at_least"
    alerts         = ["SystemDwon", "Everything", 5]  # ERROR: Unknown alert "SystemDwon": Did you mean "SystemDown"? # ERROR: Unknown alert "Everything": The alerts are SystemDown, DeadlineNear, # ERROR: This must be the name of an alert, such as "SystemDown".
    systems        = [system.recrods, site.main_hall] # ERROR: Did you mean system.records? # ERROR: A system is wanted here
    sites          = [site.branch]                    # ERROR: The plan has no site "branch".
    priority       = 0                                # ERROR: "priority" is out of range
    roles          = ["it_lead"]                      # ERROR: A reference to a role is wanted here
    threats        = [threat.disastre]                # ERROR: Did you mean threat.disaster?
    stages         = ["initial"]                      # ERROR: stages
    used_from      = 75                               # ERROR: This must be a part of an allowance
    unacknowledged = "0s"                             # ERROR: "unacknowledged" is out of range
    outside        = true                             # ERROR: Outside of which calendar?
    report         = true                             # ERROR: Did you mean "reports"?
  }
  route { # ERROR: Second block "route"
  }
}

notify "buzzer" "empty" {
  command = "buzz"

  route {
    alerts = [] # ERROR: Nothing in "alerts": Without the attribute all are meant.
    stages = [] # ERROR: Nothing in "stages"
  }
}

inspection "opening" {                              # ERROR: The inspection is never due
  notify  = [notify.stuff, system.records, "staff"] # ERROR: Did you mean notify.staff? # ERROR: This must be a notify block such as notify.staff; system.records is a system. # ERROR: This must be a notify block such as notify.staff, without quotes
  retries = 11                                      # ERROR: "retries" is out of range
  timeout = "1h"                                    # ERROR: "timeout" is out of range
  systems = [system.recrods]                        # ERROR: Did you mean system.records?
  from    = ["main_hal"]                            # ERROR: Unknown agent "main_hal"
}

inspection "opening" { # ERROR: Second inspection "opening"
  at   = "7:30am"      # ERROR: This must be a time of day
  cron = "@daily"      # ERROR: is not a cron expression of five fields # ERROR: By the clock, or by cron?
}

inspection "weekly" {
  cron    = "30 25 * * 1-5" # ERROR: "30 25 * * 1-5" is not a cron expression of five fields
  systems = []              # all the rest must be right before an empty list is looked at
}

inspection "monthly" {
  cron    = "30 7 1 * *"
  systems = [] # ERROR: Nothing in "systems"
  notify  = [] # ERROR: Nothing in "notify"
}
