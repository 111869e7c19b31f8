site "hall" { # ERROR: The plan has no plan block
}
