plan "small" {}

system "gateway" {
  check "ping" "gateway" {
    host = "192.0.2.1"
  }
}
