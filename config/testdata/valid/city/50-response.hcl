role "it_lead" {
  title     = "ICT統括"
  confirmed = "2026-04-01"

  person "佐藤 一郎" {
    position = "情報政策課長"
    contact "mobile" {
      to = "090-0000-0001"
    }
    contact "satellite" {
      to   = "0000-00-0002"
      note = "防災倉庫"
    }
  }

  person "Müller, \"Hana\"" {
    confirmed = "2026-06-15"
    contact "mail" {
      to = env("ONCALL_PASSWORD")
    }
  }
}

role "servers" {
}

posture "disaster" {
  title       = "災害時ICT業務継続体制"
  threats     = [threat.disaster, threat.pandemic]
  roles       = [role.it_lead, role.servers]
  declared_by = [role.it_lead]
  conditions  = ["震度6弱以上", "本庁舎の停電が1時間を超えるとき"]
}

posture "general" {
}

procedure "disaster_initial" {
  title   = "災害時初動対応手順"
  threats = [threat.disaster]
  stage   = "initial"

  step "safety" {
    title = "職員の安否確認"
    role  = role.it_lead
    due   = "15m"
  }

  step "fuel" {
    title   = "発電機の燃料確認"
    role    = role.servers
    only_if = power.lost && (power.runtime_hours < 72 || !known(power.runtime_hours))
    link {
      title = "発電機手順書"
      to    = "手順書綴り3 12ページ"
    }
    link {
      to = "https://bcp.example/generator"
    }
  }
}

procedure "continuity" {
  stage = "continuity"
}

decision {
  built_in     = true
  better_after = "10m"

  criterion "core" {
    title = "基幹スイッチの停止"
    when = (
      system.core_switch.down # whatever hangs on it
      && !calendar.library.open && time.hour > 17.5
    )
  }

  criterion "first_ranks" {
    recommends = "ordinary_failure"
    when       = within(down.priorities, 5) >= 2
  }
}
