plan "p" {
}

system "s" {
  check "web" "a" {
    url = "ftp://h" # ERROR: Not a URL: It must begin with http:// or https://.
  }
  check "web" "b" {
    url           = "http://h"
    method        = "PSOT"           # ERROR: Did you mean "POST"?
    expect_status = [200, 20]        # ERROR: "expect_status" is out of range
    password      = env("NOT_THERE") # ERROR: Error in env(): The environment variable "NOT_THERE" is not set.
    headers       = { A = file("no-such-file") } # ERROR: Error in file(): The file "no-such-file" cannot be read:
    max_duration  = env("X_PASSWORD") # ERROR: A value from env() or file() can only be text
    expect_body   = env(env("X_PASSWORD")) # ERROR: cannot itself come from env() or file()
  }
}
