maintenance "power_inspection" {
  title  = "法定停電"
  sites  = [site.main_hall]
  starts = "2026-11-22 09:00"
  lasts  = "8h"
}

maintenance "move" {
  systems = [system.core_switch]
  starts  = "2026-12-05T20:00:00+09:00"
  ends    = "2026-12-06 06:00"
}

maintenance "patch" {
  month_days = [15, -1]
  at         = "24:00"
  lasts      = "2h"
  only       = "open"
}

agent "main_hall" {
  site            = site.main_hall
  listen          = "0.0.0.0:9720"
  url             = "https://keizoku.city.example/"
  state_dir       = "state"
  vantage         = ["10.1.0.1", "10.1.0.2:53", "fd00::1", "gw.example"]
  allow_exec      = true
  web_config_file = "web.yml"
  viewers         = ["wall", "corridor"]
}

agent "branch" {
  insecure = true
}
