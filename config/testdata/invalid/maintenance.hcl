plan "p" {
}

calendar "office" {
  opens  = "08:30"
  closes = "17:15"
}

maintenance "both" {
  starts = "2026-11-22 09:00"
  lasts  = "1h"
  days   = ["sun"] # ERROR: Once, or recurring?
}

maintenance "two_ends" {
  starts = "2026-11-22 09:00"
  ends   = "2026-11-22 10:00"
  lasts  = "1h" # ERROR: Two ends
}

maintenance "no_end" {
  starts = "2026-11-22 09:00" # ERROR: The maintenance has no end
}

maintenance "backwards" {
  starts = "2026-11-22T09:00:00+09:00"
  ends   = "2026-11-22 09:00" # ERROR: The maintenance ends before it starts
}

maintenance "bad_time" {
  starts = "2026-11-31 09:00" # ERROR: a time that exists
  ends   = "2026-11-22"       # ERROR: a time that exists
}

maintenance "nothing" { # ERROR: The maintenance has no start: Add starts, for once, or at, for recurring.
}

maintenance "no_start" {
  ends = "2026-11-22 09:00" # ERROR: The maintenance has no start
}

maintenance "no_length" {
  at = "01:00" # ERROR: Add how long it lasts.
}

maintenance "zero" {
  at         = "01:00"
  lasts      = "1h"
  days       = ["sun"]
  nth        = [0]      # ERROR: No such day
  month_days = [1, 32]  # ERROR: It must be at least -31 and at most 31.
}

maintenance "nth" {
  at    = "01:00"
  lasts = "1h"
  nth   = [1] # ERROR: nth of which days?
}

maintenance "idle_calendar" {
  at       = "01:00"
  lasts    = "1h"
  calendar = calendar.office # ERROR: The calendar decides nothing
}

maintenance "only" {
  at    = "01:00"
  lasts = "1h"
  only  = "opened" # ERROR: Did you mean "open"?
}

system "s" {
  maintenance "m" {
    at      = "01:00"
    lasts   = "1h"
    systems = [] # ERROR: Unknown attribute "systems"
  }
}
