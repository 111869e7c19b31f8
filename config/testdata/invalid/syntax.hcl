plan "p" {
  title = 30s # ERROR: Missing newline after argument
  owner = "x"
  owner = "y" # ERROR: Attribute redefined
}

site "a" {
  title =  # ERROR: No value for "title"
}

# What follows a syntax error is still read.
system "s" {
  site       = site.b # ERROR: Unknown site "b"
  depends_on = [system.s] # ERROR: s → s
}
