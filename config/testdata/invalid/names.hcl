plan "Musashino" { # ERROR: "Musashino" cannot be the name of a plan
}

site "本庁舎" { # ERROR: What people read belongs into title
}

site "hall" {
}

site "hall" { # ERROR: Second site "hall": The first is at names.hcl:7,1
}

plan "second" { # ERROR: Second plan block: A plan has one; the first is at names.hcl:1,1
  titel = "x" # ERROR: Did you mean "title"?
}

system "a" {
  check "ping" "b-c" { # ERROR: cannot be the name of a check
    host = "h"
  }
  check "ping" "d" {
    host = "h"
  }
  check "web" "d" { # ERROR: Second check "d"
    url = "http://h"
  }
  maintenance "m" {
    at    = "01:00"
    lasts = "1h"
  }
  maintenance "m" { # ERROR: Second maintenance "m"
    at    = "02:00"
    lasts = "1h"
  }
}

system "a" { # ERROR: Second system "a"
}
