// Package examples holds plans to read, to run and to copy: city_hall, a simulated city hall that
// the demo brings to life, and small_office, a plan as a small municipality would write it.
//
// It exists as a Go package so that the demo carries the very files that readers see.
package examples

import (
	"embed"
	"io/fs"
)

//go:embed city_hall
var files embed.FS

// CityHall returns the files of the simulated city hall's plan.
func CityHall() fs.FS {
	sub, err := fs.Sub(files, "city_hall")
	if err != nil { // the name is a constant of this file and valid
		return embed.FS{}
	}
	return sub
}
