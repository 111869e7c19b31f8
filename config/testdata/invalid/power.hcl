plan "p" {
}

power {
  horizon = "3 days" # ERROR: This must be a duration
  margin  = 1.2      # ERROR: "margin" is out of range: It must be at least 0 and at most 1.
}

power { # ERROR: Second power block: A plan has one; the first is at power.hcl:4,1
  margn = 0.1 # ERROR: Did you mean "margin"?
}

generator "roof" {
  capacity_w  = 72000
  capacity_va = 90000
  fuel {
    liters         = 100
    reserve_liters = 200 # ERROR: The reserve is more than the tank holds
    burn = {
      "25" = 8
      "75" = 16 # ERROR: 16 L/h at 75 % is not more than 20 L/h at 50 %.
      "50" = 20 # the curve is sorted by load before it is looked at
    }
  }
}

generator "basement" {
  capacity_w  = 0 # ERROR: "capacity_w" is out of range: It must be at least 1.
  capacity_va = -5 # ERROR: "capacity_va" is out of range
  fuel {
    liters = -1 # ERROR: "liters" is out of range
    burn = {
      "120"  = 10   # ERROR: A key is a load in percent of capacity_w, from 0 to 100
      "half" = 10   # ERROR: A key is a load in percent
      "50"   = "20" # ERROR: Litres per hour are a number such as 14.5, without quotes.
      "60"   = 0    # ERROR: Litres per hour are more than 0
    }
  }
}

generator "yard" {
  capacity_w  = 72000
  capacity_va = 90000
  fuel {
    liters = 100
    burn   = {} # ERROR: This must be a map of litres per hour by percent of load
  }
  fuel { # ERROR: Second block "fuel"
    liters = 1
    burn   = { "50" = 1 }
  }
}

generator "swapped" {
  capacity_w  = 90000 # ERROR: More W than VA: True power is never more than apparent power: 90000 W against 72000 VA. Are they swapped?
  capacity_va = 72000
}

generator "utility" { # ERROR: "utility" cannot be the name of a generator
  capacity_w  = 1
  capacity_va = 1
}

ups "rack_a" {
  capacity_w  = 2700
  capacity_va = 3000
  efficiency  = 90 # ERROR: "efficiency" is out of range
  fed_by      = generator.rof # ERROR: Unknown generator "rof": The plan has no generator "rof". Did you mean generator.roof?
}

ups "rack_b" {
  capacity_w  = 2700
  capacity_va = 3000
  fed_by      = elsewhere # ERROR: A UPS is not fed from elsewhere
}

ups "roof" { # ERROR: A generator and a ups of one name: "roof" is the generator at power.hcl:13,1.
  capacity_w  = 2700
  capacity_va = 3000
  source "nutt" { # ERROR: Unknown protocol "nutt": Did you mean "nut"?
    address = "127.0.0.1:3493"
  }
}

ups "rack_c" {
  capacity_w  = 2700
  capacity_va = 3000
  source "nut" {
    adress  = "127.0.0.1:3493" # ERROR: Did you mean "address"?
    timeout = "9s"             # ERROR: The timeout is too long for the interval: It may take at most 80 % of the interval of 10s: 8s.
  }
}

ups "rack_d" {
  capacity_w  = 2700
  capacity_va = 3000
  source "nut" {
    address = "no port" # ERROR: Not a socket
  }
}

system "records" {
  power {
    watts            = 850 # ERROR: More W than VA
    va               = 100 # watts are looked at against it
    fed_by           = system.records # ERROR: This must be a generator such as generator.roof, a UPS such as ups.rack_a, utility or elsewhere; system.records is a system.
    switch_off_after = 0 # ERROR: "switch_off_after" is out of range
  }
}

system "mail" {
  power { # ERROR: Missing attribute "watts": What is on emergency power needs it
    fed_by = ups.rack_c
  }
}

system "cloud" {
  power {
    fed_by = elsewhere # somebody else feeds it: nobody needs its watts
  }
}

load "aircon" {
  watts      = 3500
  fed_by     = "generator.roof" # ERROR: without quotes (in JSON "${…}")
  depends_on = [ups.rack_c]     # ERROR: This must be a system such as system.core_switch, or a load such as load.aircon; ups.rack_c is a ups.
  needed_by  = [load.airconn]   # ERROR: Did you mean load.aircon?
}

load "mail" { # ERROR: A system and a load of one name
  watts  = 100
  fed_by = utilty # ERROR: Unknown name "utilty": Did you mean "utility"?
}
