plan "musashino" {
  title         = "ICT業務継続計画"
  owner         = "総務部情報政策課"
  version       = "3.1"
  revised       = "2026-04-01"
  review_every  = "365d"
  timezone      = "Asia/Tokyo"
  locale        = "ja"
  reopen_within = "10m"
}

site "main_hall" {
  title = "本庁舎"
}

calendar "office" {
  days     = ["mon", "tue", "wed", "thu", "fri"]
  opens    = "08:30"
  closes   = "17:15"
  holidays = ["jp"]                    # national holidays, built in
  closed   = ["2026-12-29/2027-01-03"] # extra closed days and ranges
  open     = ["2026-03-29"]            # exceptions: open although weekend or holiday
}

calendar "library" {
  title  = "図書館"
  days   = ["tue", "wed", "thu", "fri", "sat", "sun"]
  opens  = "09:30"
  closes = "20:00"
}

threat "disaster" {
  title           = "災害"
  priority_within = "7d"
}

threat "incident" {
  title           = "非災害(セキュリティインシデント)"
  priority_within = next_opening()
  default         = true
}

threat "pandemic" {
  title           = "感染症流行"
  priority_within = "7d"
}

business "certificates" {
  title          = "証明書発行"
  division       = "市民課"
  needs          = [system.resident_records] # defined in a later file
  recover_within = { disaster = "3d", incident = next_opening(), pandemic = "3d" }
}
