plan "p" {
}

threat "incident" {
  priority_within = next_opening() # ERROR: The plan has no calendar; add a block calendar "office" with opens and closes.
}

maintenance "m" {
  at    = "01:00"
  lasts = "1h"
  only  = "closed" # ERROR: Open or closed by which calendar?: The plan has no calendar
}
