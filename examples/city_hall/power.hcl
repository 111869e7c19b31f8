# What stays on in a blackout (非常用電源一覧): `keizoku power examples/city_hall` tells for how long,
# and `--fuel 40%` what must go, and when, if the tank is not full.

power {
  horizon = "72h" # without supply from outside: the measure for municipal offices
  margin  = 0.2   # of each capacity stays free: inrush, charging, losses of the UPS
}

generator "roof" {
  title         = "屋上非常用発電機"
  site          = site.main_hall
  capacity_w    = 72000 # 90 kVA at a power factor of 0.8
  capacity_va   = 90000
  starts_within = "15s" # 40s is usual

  fuel {
    liters         = 1600 # full; the gauge, where it is read, goes over it: the demo's says 880
    reserve_liters = 100 # the pump does not reach the last of it
    burn = {             # litres per hour by load in percent, from the maker's data sheet
      "25"  = 8
      "50"  = 14.5
      "75"  = 21
      "100" = 28.5
    }
  }

  # Its controller. Every maker has another map.
  source "modbus" {
    address  = "127.0.10.42:18042"
    interval = "1s"

    register "running" {
      address = 0
    }

    register "fuel_liters" {
      address = 1
      scale   = 0.1
    }

    register "output_watts" {
      address = 2
      type    = "uint32"
    }
  }
}

# Batteries as small as the other times here are short: a real one bridges ten minutes and more.
ups "rack_a" {
  title       = "電算室UPS A(ネットワーク・認証)"
  site        = site.main_hall
  capacity_w  = 4500
  capacity_va = 5000
  battery_wh  = 100
  fed_by      = generator.roof

  source "nut" {
    address  = "127.0.10.41:18041"
    ups      = "rack_a"
    interval = "1s"
  }
}

ups "rack_b" {
  title       = "電算室UPS B(業務サーバー)"
  site        = site.main_hall
  capacity_w  = 9000
  capacity_va = 10000
  battery_wh  = 200
  fed_by      = generator.roof

  source "nut" {
    address  = "127.0.10.41:18041"
    ups      = "rack_b"
    interval = "1s"
  }
}

# Servers that nobody cools are down within the hour: it stays on as long as what it cools.
load "server_room_aircon" {
  title     = "電算室空調"
  watts     = 5500
  va        = 6200
  fed_by    = generator.roof
  priority  = 1
  needed_by = [system.core_switch, system.directory, system.resident_records, system.family_register]
}

load "headquarters" {
  title    = "災害対策本部室"
  watts    = 4000
  va       = 4300
  fed_by   = generator.roof
  priority = 6
}

load "emergency_lights" {
  title    = "非常照明・誘導灯"
  watts    = 9000
  va       = 9500
  fed_by   = generator.roof
  priority = 3
}

load "counter_terminals" {
  title      = "1階窓口の端末・プリンター"
  watts      = 6000
  va         = 7000
  fed_by     = generator.roof
  depends_on = [system.core_switch, system.directory]
}

load "lifts" {
  title  = "エレベーター"
  fed_by = utility # dark in a blackout, and meant to be
}
