plan "p" {
}

system "a" {
  depends_on = [system.b] # ERROR: a → b → c → a
}

system "b" {
  depends_on = [system.c]
}

system "c" {
  depends_on = [system.a]
}

system "d" {
  depends_on = [system.d] # ERROR: d → d
}
