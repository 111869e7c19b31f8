# Roles, postures, procedures and the decision.
plan "p" {
}

threat "disaster" {
}

role "it_lead" {
  confirmed = "2026-02-30" # ERROR: Wrong value for "confirmed"
  person "佐藤 一郎" {
    phone = "03"       # ERROR: Unknown attribute "phone": A block of type "person" knows confirmed, contact, position.
    contact "moblie" { # ERROR: Unknown medium "moblie": Did you mean "mobile"?
      to = "090-0000-0001"
    }
    contact "pigeon" { # ERROR: Unknown medium "pigeon": The media are mobile, phone, home, satellite, radio, mail, chat, messenger.
      to = "roof"
    }
    contact "mail" { # ERROR: Missing attribute "to"
    }
    contact "phone" {
      to = "" # ERROR: "to" is empty
    }
    contact { # ERROR: Missing medium for contact
      to = "090-0000-0001"
    }
  }
  person "佐藤 一郎" { # ERROR: Two people of one name in a role: The first is at response.hcl:10,3. Add what tells them apart.
  }
  person "" { # ERROR: Not the name of a person: Write it as it is called, without blanks around it.
  }
  person " 鈴木 花子" { # ERROR: Not the name of a person
  }
  person "鈴木 花子 " { # ERROR: Not the name of a person
  }
  person "鈴木\n花子" { # ERROR: Not the name of a person
  }
  person { # ERROR: Missing name for person
  }
}

role "it_lead" { # ERROR: Second role "it_lead": The first is at response.hcl:8,1.
}

role "情報" { # ERROR: "情報" cannot be the name of a role
}

posture "disaster" {
  threats     = [threat.disater, role.it_lead] # ERROR: Did you mean threat.disaster? # ERROR: A threat is wanted here, such as threat.disaster; role.it_lead is a role.
  roles       = [role.it_led, "it_lead"]       # ERROR: Did you mean role.it_lead? # ERROR: A reference to a role is wanted here: role.it_lead without quotes
  declared_by = [role.it_lead, role.it_lead]   # WARNING: "it_lead" stands here twice
  conditions  = "震度6弱以上"                       # ERROR: Wrong value for "conditions"
  declaredby  = []                             # ERROR: Did you mean "declared_by"?
}

posture "disaster" { # ERROR: Second posture "disaster"
}

procedure "first" { # ERROR: Missing attribute "stage"
}

procedure "second" {
  stage   = "initail"    # ERROR: Unknown value for "stage": It can be "initial" or "continuity". Did you mean "initial"?
  threats = ["disaster"] # ERROR: A reference to a threat is wanted here
  step "look" {
    role = role.nobody # ERROR: Unknown role "nobody": The plan has no role "nobody".
    due  = "15 min"    # ERROR: Wrong value for "due"
    link {             # ERROR: Missing attribute "to"
      title = "手順書"
    }
  }
  step "look" { # ERROR: Second step "look"
    due = "0s"  # ERROR: "due" is out of range
  }
  step "見る" { # ERROR: "見る" cannot be the name of a step
  }
  step { # ERROR: Missing name for step
  }
}

decision {
  better_after = "0s" # ERROR: "better_after" is out of range
  criterion "many_down" {
    when       = down.priority_count >= 3
    recommends = "normal" # ERROR: Unknown value for "recommends": It can be "establish_posture" or "ordinary_failure".
  }
  criterion "many_down" { # ERROR: Second criterion "many_down"
    when = down.priority_count >= 4
  }
  criterion "priority_down" { # ERROR: The criterion "priority_down" is built in: It is built in and always there: down.priority_count > 0. Give this one another name.
    when = down.count > 0
  }
}

decision { # ERROR: Second decision block: A plan has one; the first is at response.hcl:80,1.
  built_in = true
  criterion "short_power" { # ERROR: The criterion "short_power" is built in: With built_in = true it is there already: power.lost && power.runtime_hours < power.horizon_hours.
    when = power.lost
  }
}
