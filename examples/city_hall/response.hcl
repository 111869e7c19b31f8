# Who responds and how: roles, postures, procedures, and what counts as danger for continuity.
#
# Nobody in this file exists: names are invented, and numbers and addresses lead nowhere. Due times
# are minutes and seconds, as everything in the demo; a real plan says "30m" and "2h".

# ---- Roles ----------------------------------------------------------------------------------------

# Who holds a role comes first, the deputies (代行) follow. Each has ways to be reached by different
# media, for telephones are the first to fail. Contacts that nobody has checked for a year are
# doubted by `keizoku plan check`.

role "cio" {
  title     = "最高情報統括責任者(CIO)"
  confirmed = "2026-10-01"

  person "都築 誠" {
    position = "副市長"
    contact "mobile" {
      to = "090-0000-0001"
    }
    contact "satellite" {
      to   = "0000-00-0001"
      note = "市長公室の金庫に保管"
    }
    contact "mail" {
      to = "m.tsuzuki@tsuzuki.example"
    }
  }

  person "大野 恵子" {
    position = "総務部長"
    contact "mobile" {
      to = "090-0000-0002"
    }
    contact "phone" {
      to   = "000-000-0000 内線2001"
      note = "平日 8:30〜17:15"
    }
    contact "mail" {
      to = "k.oono@tsuzuki.example"
    }
  }
}

role "it_lead" {
  title     = "ICT統括(情報政策課長)"
  confirmed = "2026-10-01"

  person "佐藤 一郎" {
    position = "情報政策課長"
    contact "mobile" {
      to = "090-0000-0003"
    }
    contact "home" {
      to = "000-000-0001"
    }
    contact "mail" {
      to = "i.sato@tsuzuki.example"
    }
  }

  person "鈴木 花子" {
    position = "情報政策課長補佐"
    contact "mobile" {
      to = "090-0000-0004"
    }
    contact "mail" {
      to = "h.suzuki@tsuzuki.example"
    }
  }

  person "高橋 健" {
    position = "情報政策課 主査"
    contact "mobile" {
      to = "090-0000-0005"
    }
    contact "chat" {
      to = "@takahashi"
    }
    contact "mail" {
      to = "k.takahashi@tsuzuki.example"
    }
  }
}

role "liaison" {
  title     = "情報連絡班"
  confirmed = "2026-10-01"

  person "田中 美咲" {
    position = "情報政策課 情報化推進係長"
    contact "mobile" {
      to = "090-0000-0006"
    }
    contact "phone" {
      to   = "000-000-0000 内線2311"
      note = "平日 8:30〜17:15"
    }
    contact "radio" {
      to = "防災無線 統制局 31"
    }
  }

  person "伊藤 大輔" {
    position = "情報政策課 主任"
    contact "mobile" {
      to = "090-0000-0007"
    }
    contact "mail" {
      to = "d.ito@tsuzuki.example"
    }
  }
}

role "network" {
  title     = "ネットワーク班"
  confirmed = "2026-10-01"

  person "渡辺 翔" {
    position = "情報政策課 基盤係長"
    contact "mobile" {
      to = "090-0000-0008"
    }
    contact "mail" {
      to = "s.watanabe@tsuzuki.example"
    }
  }

  person "山本 さくら" {
    position = "情報政策課 主任"
    contact "mobile" {
      to   = "090-0000-0009"
      note = "18時以降は伝言"
    }
    contact "chat" {
      to = "@yamamoto"
    }
  }
}

role "servers" {
  title     = "サーバー班"
  confirmed = "2026-10-01"

  person "中村 拓也" {
    position = "情報政策課 システム係長"
    contact "mobile" {
      to = "090-0000-0010"
    }
    contact "mail" {
      to = "t.nakamura@tsuzuki.example"
    }
  }

  person "小林 由美" {
    position = "情報政策課 主任"
    contact "mobile" {
      to = "090-0000-0011"
    }
    contact "mail" {
      to = "y.kobayashi@tsuzuki.example"
    }
  }

  person "株式会社架空システム 保守窓口" {
    position  = "委託事業者"
    confirmed = "2026-09-15"
    contact "phone" {
      to   = "0000-00-0010"
      note = "24時間"
    }
    contact "mail" {
      to = "support@kakuu.example"
    }
  }
}

role "facilities" {
  title     = "電源・施設班"
  confirmed = "2026-10-01"

  person "加藤 修" {
    position = "管財課 施設係長"
    contact "mobile" {
      to = "090-0000-0012"
    }
    contact "radio" {
      to = "防災無線 可搬 12"
    }
  }

  person "吉田 真一" {
    position = "管財課 主任"
    contact "mobile" {
      to = "090-0000-0013"
    }
    contact "messenger" {
      to   = "東支所 管財倉庫"
      note = "無線が通じないとき"
    }
  }
}

role "security" {
  title     = "セキュリティ対応班(CSIRT)"
  confirmed = "2026-10-01"

  person "山田 直樹" {
    position = "情報政策課 セキュリティ担当係長"
    contact "mobile" {
      to = "090-0000-0014"
    }
    contact "mail" {
      to = "csirt@tsuzuki.example"
    }
  }

  person "佐々木 葵" {
    position = "情報政策課 主任"
    contact "mobile" {
      to = "090-0000-0015"
    }
    contact "chat" {
      to = "@sasaki"
    }
  }
}

# ---- Postures (体制) --------------------------------------------------------------------------------

# Who comes together under which threat, in the order of calling, and whose word establishes it.
# The conditions are for people; what Keizoku judges by is the decision block at the end.

posture "disaster" {
  title       = "災害時ICT業務継続体制"
  threats     = [threat.disaster]
  roles       = [role.it_lead, role.liaison, role.facilities, role.network, role.servers, role.cio]
  declared_by = [role.cio, role.it_lead]
  conditions = [
    "市内で震度6弱以上(自動参集)",
    "本庁舎の停電が1時間を超えるおそれがあるとき",
    "優先システムの停止が停止許容時間を超えるおそれがあるとき",
  ]
}

posture "incident" {
  title       = "セキュリティインシデント対応体制"
  threats     = [threat.incident]
  roles       = [role.security, role.it_lead, role.network, role.servers, role.liaison, role.cio]
  declared_by = [role.cio, role.it_lead]
  conditions = [
    "ランサムウェア等の感染が2台以上で疑われるとき",
    "個人情報の漏えいが疑われるとき",
  ]
}

posture "pandemic" {
  title       = "感染症流行時ICT業務継続体制"
  threats     = [threat.pandemic]
  roles       = [role.it_lead, role.liaison, role.servers, role.network]
  declared_by = [role.it_lead]
  conditions = [
    "情報政策課の欠勤が2割: 交代勤務へ移行",
    "情報政策課の欠勤が4割: 優先システムの運用のみ継続",
  ]
}

# ---- Procedures (手順) ------------------------------------------------------------------------------

# A procedure becomes a checklist when its stage begins under its threat; due counts from then. A
# step with only_if applies while the condition holds, or cannot be judged.

procedure "disaster_initial" {
  title   = "災害時 初動対応手順"
  threats = [threat.disaster]
  stage   = "initial"

  step "safety" {
    title = "執務室・電算室の負傷者の確認と避難誘導"
    role  = role.it_lead
    due   = "30s"
  }

  step "assembly" {
    title = "職員の安否と参集状況の確認"
    role  = role.liaison
    due   = "1m"
  }

  step "fire_water" {
    title = "電算室の火災・漏水・ラック転倒の目視点検"
    role  = role.facilities
    due   = "1m"

    link {
      title = "電算室点検表"
      to    = "手順書綴り1 4ページ"
    }
  }

  step "generator" {
    title   = "非常用発電機の起動と燃料残量の確認"
    role    = role.facilities
    due     = "1m"
    only_if = power.lost # nothing to do while utility power is there
  }

  step "survey" {
    title = "被害チェックシートの記入(本庁舎・東支所)"
    role  = role.liaison
    due   = "2m"
  }

  step "decide" {
    title = "業務継続体制を確立するか、通常の障害として扱うかの判断"
    role  = role.it_lead
    due   = "3m"

    link {
      title = "判断基準"
      to    = "ICT業務継続計画 第3章"
    }
  }
}

procedure "disaster_continuity" {
  title   = "災害時 ICT業務継続対応手順"
  threats = [threat.disaster]
  stage   = "continuity"

  step "call_out" {
    title = "体制表に沿った招集と役割の確認"
    role  = role.liaison
    due   = "30s"
  }

  step "headquarters" {
    title = "災害対策本部への第1報"
    role  = role.it_lead
    due   = "1m"
  }

  step "shed" {
    title   = "切り離し計画に沿った負荷の切り離し"
    role    = role.facilities
    due     = "1m"
    only_if = power.lost && !power.holds_unshed

    link {
      title = "切り離し順序"
      to    = "手順書綴り2 1ページ"
    }
  }

  step "network_first" {
    title   = "基幹スイッチと認証基盤の復旧"
    role    = role.network
    due     = "2m"
    only_if = system.core_switch.down || system.directory.down
  }

  step "recover" {
    title = "優先順位に沿ったシステムの復旧"
    role  = role.servers
    due   = "3m"
  }

  step "alternatives" {
    title   = "停止が続く業務への代替手段の開始依頼"
    role    = role.liaison
    due     = "2m"
    only_if = down.priority_count > 0
  }

  step "fuel" {
    title   = "燃料の追加手配(協定先の給油所)"
    role    = role.facilities
    due     = "3m"
    only_if = power.lost && power.runtime_shed_hours < power.horizon_hours

    link {
      title = "燃料供給協定"
      to    = "手順書綴り2 9ページ"
    }
  }

  step "stand_down" {
    title = "全優先システムの復旧確認と体制解除の判断"
    role  = role.it_lead
  }
}

procedure "incident_initial" {
  title   = "インシデント 初動対応手順"
  threats = [threat.incident]
  stage   = "initial"

  step "isolate" {
    title = "感染が疑われる端末・サーバーの切り離し(電源は切らない)"
    role  = role.security
    due   = "1m"

    link {
      title = "隔離手順"
      to    = "手順書綴り4 2ページ"
    }
  }

  step "preserve" {
    title = "ログと証跡の保全"
    role  = role.security
    due   = "2m"
  }

  step "scope" {
    title = "影響範囲の確認と記録"
    role  = role.servers
    due   = "2m"
  }

  step "report" {
    title = "CISO・県・個人情報保護委員会への報告要否の判断"
    role  = role.it_lead
    due   = "3m"
  }
}

procedure "incident_continuity" {
  title   = "インシデント ICT業務継続対応手順"
  threats = [threat.incident]
  stage   = "continuity"

  step "call_out" {
    title = "体制表に沿った招集と役割の確認"
    role  = role.liaison
    due   = "30s"
  }

  step "block" {
    title = "LGWAN・インターネット接続の遮断の判断"
    role  = role.network
    due   = "1m"
  }

  step "clean_backup" {
    title = "バックアップの健全性の確認"
    role  = role.servers
    due   = "2m"
  }

  step "rebuild" {
    title = "優先順位に沿ったクリーン環境での復旧"
    role  = role.servers
  }

  step "lift" {
    title = "接続再開と体制解除の判断"
    role  = role.it_lead
  }
}

procedure "pandemic_initial" {
  title   = "感染症流行 初動対応手順"
  threats = [threat.pandemic]
  stage   = "initial"

  step "attendance" {
    title = "出勤可能な職員と委託事業者の把握"
    role  = role.liaison
    due   = "2m"
  }

  step "remote" {
    title = "リモート運用の可否と端末の確認"
    role  = role.network
    due   = "3m"
  }

  step "vendors" {
    title = "保守事業者の対応体制の確認"
    role  = role.servers
    due   = "3m"
  }
}

procedure "pandemic_continuity" {
  title   = "感染症流行 ICT業務継続対応手順"
  threats = [threat.pandemic]
  stage   = "continuity"

  step "shifts" {
    title = "2班交代勤務への移行"
    role  = role.it_lead
    due   = "2m"
  }

  step "postpone" {
    title = "延期できる更新・作業の洗い出しと延期"
    role  = role.servers
    due   = "5m"
  }

  step "minimum" {
    title = "優先システムの運用のみへの縮小の判断"
    role  = role.it_lead
  }
}

# ---- Decision (判断) --------------------------------------------------------------------------------

# What puts continuity in danger. The built-in criteria stay (docs/reference/criteria.md lists them);
# these are the city's own beside them.
decision {
  built_in     = true
  better_after = "20s" # 5m in a real plan: how long it must be good before the recommendation says so

  criterion "evacuation" {
    title = "要配慮者支援と防災情報が同時に停止"
    when  = system.welfare.down && system.disaster_info.down
  }

  criterion "foundation" {
    title = "上位5位以内の優先システムが2つ以上停止"
    when  = within(down.priorities, 5) >= 2
  }

  criterion "counter_hours" {
    title = "開庁中に住民記録の期限が迫る"
    when  = calendar.office.open && system.resident_records.down && system.resident_records.left_hours < 0.02
  }

  criterion "branch_dark" {
    title      = "東支所の全システム停止"
    recommends = "ordinary_failure"
    when       = site.east_branch.all_down
  }
}
