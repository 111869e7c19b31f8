plan "p" {
}

ups "c" {
  capacity_w  = 2700
  capacity_va = 3000
  fed_by      = ups.a # leads into the loop, and is no part of it
}

ups "a" {
  capacity_w  = 2700
  capacity_va = 3000
  fed_by      = ups.b # ERROR: UPS feed each other in a circle: a → b → a.
}

ups "b" {
  capacity_w  = 2700
  capacity_va = 3000
  fed_by      = ups.a
}

ups "self" {
  capacity_w  = 2700
  capacity_va = 3000
  fed_by      = ups.self # ERROR: self → self
}

system "records" {
}

load "aircon" { # ERROR: Systems and loads depend on each other in a circle: records → aircon → records.
  watts      = 3500
  fed_by     = utility
  depends_on = [system.records]
  needed_by  = [system.records]
}
