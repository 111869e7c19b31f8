# What plan.Lint doubts of roles, postures, procedures and the decision, on the line where it is.
plan "p" { # LINT: plan-without-channel
}

threat "disaster" {
}

threat "incident" { # LINT: threat-without-posture LINT: threat-without-procedure
}

role "it_lead" {
  confirmed = "2024-04-01" # LINT: contact-unconfirmed

  person "佐藤 一郎" {
    contact "mobile" {
      to = "090-0000-0001"
    }
    contact "mail" {
      to = "i.sato@city.example"
    }
  }

  person "鈴木 花子" {           # LINT: person-without-second-contact
    confirmed = "2023-04-01" # LINT: contact-unconfirmed
    contact "mobile" {
      to = "090-0000-0002"
    }
  }
}

role "servers" { # LINT: role-without-deputy LINT: contact-unconfirmed
  person "田中 美咲" {
    contact "mobile" {
      to = "090-0000-0003"
    }
    contact "chat" {
      to = "@tanaka"
    }
  }
}

role "nobody" { # LINT: role-without-person LINT: role-in-no-posture
}

posture "disaster" {
  threats = [threat.disaster]
  roles   = [role.it_lead, role.servers]
}

posture "empty" {
  threats = [threat.disaster]
  roles   = [] # LINT: posture-without-role
}

procedure "first" {
  threats = [threat.disaster]
  stage   = "initial"

  step "look" { # LINT: step-without-role
  }

  step "late" {
    role = role.it_lead
    due  = "5h" # LINT: step-due-after-allowances
  }
}

procedure "then" { # LINT: procedure-without-step
  stage = "continuity"
}

system "records" {
  priority           = 1
  owner              = "市民課"
  allowable_downtime = "4h"
  alternative {
    title = "紙台帳で受付"
  }
  check "ping" "server" {
    host = "10.1.0.11"
  }
}

decision { # LINT: decision-without-criterion
}
