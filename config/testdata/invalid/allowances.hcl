plan "p" {
}

calendar "library" {
  opens  = "09:00"
  closes = "17:00"
}

calendar "pool" {
  opens  = "09:00"
  closes = "17:00"
}

threat "disaster" {
  priority_within = "0d" # ERROR: and longer than zero
  default         = true
}

threat "incident" {
  priority_within = next_opening() # ERROR: The plan has several calendars and none is named office; say which, such as calendar.library.
  default         = true           # ERROR: Second default threat: Only one can hold while none is declared; the first is "disaster"
}

system "a" {
  allowable_downtime = "soon" # ERROR: an allowance such as "24h", "7d", next_opening() or business_hours("8h")
}

system "b" {
  allowable_downtime = 24 # ERROR: This must be an allowance
}

system "c" {
  allowable_downtime = "-1h" # ERROR: This must be an allowance
}

system "d" {
  allowable_downtime = next_opening("library") # ERROR: A calendar is wanted, such as calendar.office
}

system "e" {
  allowable_downtime = business_hours("x", calendar.pool) # ERROR: Error in business_hours(): This must be a duration
}

system "f" {
  allowable_downtime = business_hours() # ERROR: Not enough function arguments
}

system "g" {
  allowable_downtime = next_opening(calendar.pool, calendar.library) # ERROR: One calendar is enough
}

system "h" {
  allowable_downtime = next_openning() # ERROR: Did you mean "next_opening"?
}

system "i" {
  allowable_downtime = env("X_PASSWORD") # ERROR: it cannot come from env() or file()
}

system "j" {
  allowable_downtime = { disaster = "1h", incident = calendar.pool } # ERROR: This must be an allowance
  typical_recovery   = "0s"                                          # ERROR: "typical_recovery" is out of range: It must be at least 1s.
}
