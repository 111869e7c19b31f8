plan "p" {
}

agent "main_hall" {
  listen  = "9720"           # ERROR: an address and a port, such as "127.0.0.1:9720"
  vantage = ["10.1.0.1", "http://gw", "10.1.0.2:dns", ""] # ERROR: "vantage" # ERROR: "vantage" # ERROR: "vantage"
}

agent "branch" {
  listen     = "127.0.0.1:70000" # ERROR: an address and a port
  allow_exec = "yes"             # ERROR: This must be a bool, true or false
}

agent "annex" {
  url = "keizoku.city.example" # ERROR: begins with http:// or https://
}

agent "depot" {
  url = "ftp://keizoku.city.example/" # ERROR: begins with http:// or https://
}

agent "yard" {
  url = "https://keizoku:pass@city.example/" # ERROR: holds no credentials
}

agent "shed" {
  url = "https:///path" # ERROR: begins with http:// or https://
}

agent "wall" {
  viewers         = ["wall", "", "a:b"] # ERROR: the name of a user # ERROR: the name of a user
  web_config_file = "web.yml"
}

agent "corridor" {
  viewers         = ["wall", "chief", "wall"] # ERROR: "wall" stands twice
  web_config_file = "web.yml"
}

agent "cellar" {
  viewers = ["wall"] # ERROR: name it with web_config_file
}

system "a" {
  check "ping" "a" {
    host = "h"
    from = ["main_hal"] # ERROR: Unknown agent "main_hal": Did you mean "main_hall"?
  }
  check "ping" "b" {
    host = "h"
    from = [agent.brnch] # ERROR: Did you mean agent.branch?
  }
}
