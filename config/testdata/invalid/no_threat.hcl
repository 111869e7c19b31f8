plan "p" {
}

system "a" {
  allowable_downtime = "1h" # ERROR: The plan has no threat: An allowance holds under a threat.
}

system "b" {
  allowable_downtime = "1h"
}
