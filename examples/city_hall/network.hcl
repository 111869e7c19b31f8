# What everything else stands on. A system may never be down longer than those that hang on it.

system "core_switch" {
  title              = "庁内ネットワーク(基幹スイッチ)"
  priority           = 1
  owner              = "情報政策課"
  site               = site.main_hall
  allowable_downtime = "1m" # one value for all threats
  typical_recovery   = "30s"

  alternative {
    title = "予備機へ交換"
    lasts = "1d"
  }

  power {
    watts  = 400
    va     = 450
    fed_by = ups.rack_a
  }

  check "tcp" "ssh" {
    address  = "127.0.10.1:18001"
    expect   = "^SSH-2\\.0-" # the banner proves more than an open port
    interval = "2s"
    timeout  = "1s"
  }
}

# The story of the demo begins here: five systems hang on this switch.
system "floor_switch" {
  title              = "3階フロアスイッチ(電算室)"
  priority           = 2
  owner              = "情報政策課"
  site               = site.main_hall
  depends_on         = [system.core_switch]
  allowable_downtime = "90s"
  typical_recovery   = "30s"

  alternative {
    title = "予備機へ交換、または基幹スイッチの予備ポートへつなぎ替え"
    lasts = "1d"
  }

  power {
    watts  = 300
    va     = 340
    fed_by = ups.rack_a
  }

  check "tcp" "ssh" {
    address  = "127.0.10.2:18002"
    expect   = "^SSH-2\\.0-"
    interval = "2s"
    timeout  = "1s"
  }
}

system "firewall" {
  title              = "ファイアウォール・LGWAN接続"
  priority           = 3
  owner              = "情報政策課"
  site               = site.main_hall
  depends_on         = [system.core_switch]
  allowable_downtime = "2m"
  typical_recovery   = "1m"

  alternative {
    title = "LGWAN端末を県の共同拠点で借用"
    lasts = "1d"
  }

  power {
    watts  = 350
    va     = 400
    fed_by = ups.rack_a
  }

  check "tcp" "port" {
    address  = "127.0.10.3:18003"
    interval = "2s"
    timeout  = "1s"
  }
}

# Two servers, of which one is enough: with one of them down the system is degraded, not down.
system "internal_dns" {
  title              = "庁内DNS"
  priority           = 4
  owner              = "情報政策課"
  site               = site.main_hall
  depends_on         = [system.core_switch]
  allowable_downtime = "90s"
  typical_recovery   = "30s"
  up_when            = "any"

  alternative {
    title = "主要サーバーの hosts ファイルを配布"
    lasts = "7d"
  }

  power {
    watts  = 250
    va     = 280
    fed_by = ups.rack_a
  }

  check "dns" "first" {
    server         = "127.0.10.4:18004"
    name           = "portal.city.tsuzuki.example"
    type           = "A"
    expect_answers = ["10.1.0.32"]
    interval       = "2s"
    timeout        = "1s"
  }

  check "dns" "second" {
    server         = "127.0.10.5:18005"
    name           = "mail.city.tsuzuki.example"
    type           = "A"
    expect_answers = ["10.1.0.31"]
    interval       = "2s"
    timeout        = "1s"
  }
}

system "directory" {
  title              = "認証基盤(Active Directory)"
  priority           = 5
  owner              = "情報政策課"
  site               = site.main_hall
  depends_on         = [system.core_switch, system.internal_dns]
  allowable_downtime = "2m"
  typical_recovery   = "1m"

  alternative {
    title = "端末のキャッシュ済み資格情報でサインイン"
    lasts = "3d"
  }

  power {
    watts  = 500
    va     = 560
    fed_by = ups.rack_a
  }

  check "tcp" "ldap" {
    address  = "127.0.10.6:18006"
    interval = "2s"
    timeout  = "1s"
  }

  check "tls" "ldaps" {
    address       = "127.0.10.6:19006"
    ca_file       = "/etc/keizoku/city-ca.pem" # the city's own authority (庁内認証局); the demo puts its own here
    min_days_left = 14
    interval      = "4s"
    timeout       = "2s"
  }
}

system "branch_network" {
  title              = "東支所ネットワーク"
  priority           = 15
  owner              = "情報政策課"
  site               = site.east_branch
  depends_on         = [system.core_switch]
  allowable_downtime = "5m"
  typical_recovery   = "2m"

  alternative {
    title = "来庁者を本庁舎へ案内"
    lasts = "3d"
  }

  # The branch has its own supply, which is not in this plan.
  power {
    fed_by = elsewhere
  }

  check "tcp" "router" {
    address  = "127.0.10.7:18007"
    expect   = "^SSH-2\\.0-"
    interval = "2s"
    timeout  = "1s"
  }
}
