generator "roof" {
  title         = "屋上発電機"
  site          = site.main_hall
  capacity_w    = 72000
  capacity_va   = 90000
  starts_within = "30s"

  fuel {
    liters         = 1600
    reserve_liters = 100
    burn           = { "100" = 24, "25" = 8, 50 = 13.5, "75" = 18.5 }
  }
}

ups "rack_a" {
  capacity_w  = 2700
  capacity_va = 3000
  battery_wh  = 1900
  fed_by      = generator.roof

  source "nut" {
    address  = "127.0.0.1:3493"
    ups      = "rack-a"
    passcode = env("UPS_PASSWORD")
  }
}

ups "desk" {
  capacity_w  = 300
  capacity_va = 500
  efficiency  = 0.8

  source "nut" {
    address  = "127.0.0.1:3493"
    interval = "4s"
  }
}

load "aircon" {
  title     = "サーバ室空調"
  watts     = 3500
  va        = 4000
  fed_by    = generator.roof
  priority  = 2
  needed_by = [system.resident_records]
}

load "terminals" {
  watts            = 400
  fed_by           = ups.rack_a
  switch_off_after = 3
  depends_on       = [system.core_switch, load.aircon]
}

load "lights" {
  fed_by = utility
}

power {
  horizon = "48h"
  margin  = 0.1
}
