plan "p" {
  title = "not closed # ERROR: Invalid multi-line string
}

# What follows is text to the parser where it is code, and code where it is text.
site "a" {
  titel = "not read、nor this@example"
}

site "b" {
  title = "(氏名)"
}
