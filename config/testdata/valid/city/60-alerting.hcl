alerts {
  used         = ["90%", 0.5]
  repeat       = "30m"
  group_at     = 3
  group_within = "2s"

  quiet "night" {
    from = "22:00"
    to   = "06:00"
  }

  quiet "closed" {
    below    = "warning"
    calendar = calendar.office
  }
  alive_to    = [notify.bell]
  alive_every = "2m"
}

notify "post" "staff" {
  title    = "情報政策課"
  server   = "mail.example"
  passcode = env("MAIL_PASSWORD")
  timeout  = "20s"
  from     = [agent.main_hall, "branch"]
  to_roles = [role.it_lead]

  route {
    at_least       = "warning"
    alerts         = ["SystemDown", "DeadlineNear"]
    systems        = [system.resident_records]
    sites          = [site.main_hall]
    priority       = 3
    roles          = [role.it_lead]
    threats        = [threat.disaster]
    stages         = ["initial_response", "continuity_response"]
    calendar       = calendar.library
    outside        = true
    used_from      = "75%"
    unacknowledged = "15m"
    reports        = true
  }
}

notify "buzzer" "bell" {
  command = "buzz"

  route {
    no_alerts = true
  }
}

inspection "opening" {
  title    = "始業前点検"
  at       = "07:30"
  calendar = calendar.office
  systems  = [system.resident_records]
  timeout  = "10s"
  retries  = 2
  notify   = [notify.staff, notify.bell]
  from     = [agent.main_hall]
}

inspection "monthly" {
  cron = "0 6 1 * *"
}
