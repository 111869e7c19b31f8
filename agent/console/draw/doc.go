// Package draw lays out the drawings of the console: the state strip, the tree of dependencies, the
// one-line diagram. It computes geometry and nothing else; the templates turn it into SVG. So a test
// can tell that nothing lies over anything and nothing lies outside, without looking at a picture.
package draw
