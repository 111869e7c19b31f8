# つづき市 (Tsuzuki City, fictional): the plan that `keizoku demo` brings to life.
#
# Read it as an example, and run it with `keizoku demo`: the addresses are loopback addresses that
# only the demo listens on. Times are short, so that something happens while you look: a real plan
# says "24h" where this one says "3m". A plan to copy stands in ../small_office.
#
# The files of a directory are one plan:
#   plan.hcl        who we are, sites, calendar, threats, the agent
#   businesses.hcl  the work that must go on, and the systems it needs
#   network.hcl     switches, firewall, DNS, sign-on
#   resident.hcl    what the counters need
#   crisis.hcl      what the public needs in a disaster
#   office.hcl      what the staff need
#   power.hcl       generator, UPS and what hangs on them in a blackout
#   response.hcl    who responds and how: roles, postures, procedures, decision
#   alerting.hcl    who is told of what, and the inspection before opening

plan "tsuzuki" {
  title        = "つづき市 ICT業務継続計画(デモ)"
  owner        = "総務部情報政策課"
  version      = "3.1"
  revised      = "2026-10-01"
  review_every = "365d"
  timezone     = "Asia/Tokyo"
  locale       = "ja"

  # A failure this soon after a recovery continues the same outage. 5m is the default.
  reopen_within = "20s"
}

site "main_hall" {
  title = "本庁舎"
}

site "east_branch" {
  title = "東支所"
}

# Opening hours give next_opening() and business_hours() their meaning.
calendar "office" {
  days     = ["mon", "tue", "wed", "thu", "fri"]
  opens    = "08:30"
  closes   = "17:15"
  holidays = ["jp"] # national holidays are built in
  closed = [        # the year-end closure (年末年始) is not a national holiday
    "2026-12-29/2027-01-03",
    "2027-12-29/2028-01-03",
  ]
  open = ["2027-03-28"] # counters open on the last Sunday of March, when people move house
}

# The three kinds of event that the plan prepares for. While nobody has declared one, the
# allowances of the default threat hold.
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

# The agent that watches. When none of its vantage points answers, it is the agent that is cut
# off, not the city: it says so and judges nothing.
agent "main_hall" {
  site    = site.main_hall
  listen  = "127.0.0.1:9720"
  vantage = ["127.0.10.1:18001", "127.0.10.3:18003"]
}
