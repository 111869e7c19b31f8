plan "p" {
  title = "not closed # ERROR: Invalid multi-line string
}

site "a" {
  titel = "not read"
}
