# What plan.Lint doubts of alerts, channels and inspections, on the line where it is.
plan "p" {
}

calendar "office" {
  opens  = "08:30"
  closes = "17:15"
}

calendar "past" { # LINT: calendar-never-opens
  days   = []
  opens  = "08:30"
  closes = "17:15"
  open   = ["2020-04-01"]
}

site "main_hall" {
}

agent "main_hall" {
  site = site.main_hall
}

role "it_lead" { # LINT: contact-unconfirmed
  person "佐藤 一郎" {
    contact "mobile" {
      to = "090-0000-0001"
    }
    contact "chat" {
      to = "@sato"
    }
  }

  person "鈴木 花子" {
    contact "mobile" {
      to = "090-0000-0002"
    }
    contact "phone" {
      to = "000-000-0000"
    }
  }
}

system "records" {
  priority           = 1
  owner              = "市民課"
  allowable_downtime = { incident = "4h" }
  alternative {
    title = "紙"
  }
  check "ping" "server" {
    host = "10.1.0.11"
  }
}

system "library" { # LINT: system-without-check LINT: system-without-alternative
  owner = "図書館"
}

threat "incident" {
}

posture "incident" {
  roles = [role.it_lead]
}

procedure "first" {
  stage = "initial"
  step "look" {
    role = role.it_lead
  }
}

procedure "then" {
  stage = "continuity"
  step "look" {
    role = role.it_lead
  }
}

alerts {
  quiet "night" {
    calendar = calendar.past # LINT: quiet-always
  }
}

notify "post" "staff" { # LINT: critical-alert-untold LINT: channel-failure-untold
  server   = "mail.example"
  to_roles = [role.it_lead] # LINT: role-without-contact-for-channel

  route {
    calendar = calendar.office
  }
}

notify "buzzer" "bell" { # LINT: channel-without-allow-exec
  command  = "buzz"
  to_roles = [role.it_lead] # LINT: channel-without-contacts

  route {
    alerts         = ["SystemDown"]
    unacknowledged = "5h" # LINT: escalation-after-allowances
  }
}

notify "buzzer" "library" { # LINT: channel-without-allow-exec
  command = "buzz"

  route { # LINT: channel-never-carries
    at_least = "critical"
    systems  = [system.library]
  }
}

inspection "paper" { # LINT: inspection-without-check LINT: inspection-without-channel
  at      = "07:30"
  systems = [system.library]
}

inspection "leap" { # LINT: inspection-never
  cron   = "0 0 30 2 *"
  notify = [notify.staff]
}
