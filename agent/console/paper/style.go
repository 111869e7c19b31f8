package paper

import (
	"bytes"
	"fmt"
	"slices"
)

// Under makes a style sheet hold only below what a selector chooses, with no more weight than it
// had: pages that know nothing of each other use the same names. It is CSS nesting (CSS Nesting
// Module 1), so the sheet must hold nothing that cannot be nested, such as @page.
func Under(selector string, css []byte) []byte {
	return fmt.Appendf(nil, ":where(%s) {\n%s}\n", selector, css)
}

// between has pages among others begin on sheets of their own.
const between = ".sheet-of-many + .sheet-of-many { break-before: page; }\n"

// stylesOf reads the style sheets of pages, in the order in which they are to stand: those that all
// pages have once, and between them those that belong to single pages.
func stylesOf(sheets []*sheet, fetch Fetch) ([]string, error) {
	var all []string
	for _, use := range ordered(sheets) {
		css, err := fetch(use.address)
		if err != nil {
			return nil, err
		}
		if use.class != "" {
			css = Under("."+use.class, css)
		}
		// No text of a style may end its element; in a string of CSS the backslash changes nothing.
		all = append(all, string(bytes.ReplaceAll(css, []byte("</"), []byte(`<\/`))))
	}
	if len(sheets) > 1 {
		all = append(all, between)
	}
	return all, nil
}

// use is a style sheet, and the class of the only page that it is for; empty: all.
type use struct{ address, class string }

// ordered is the order of the style sheets. The query of an address is not looked at: it tells the
// time of the page.
func ordered(sheets []*sheet) []use {
	var all []use
	next := make([]int, len(sheets)) // per page, the first sheet that is not placed
	own := func(until string) {
		for i, s := range sheets {
			for ; next[i] < len(s.styles) && pathOf(s.styles[next[i]]) != until; next[i]++ {
				all = append(all, use{s.styles[next[i]], s.class})
			}
			next[i]++ // over the one that is shared
		}
	}
	for _, address := range sheets[0].styles {
		if path := pathOf(address); shared(sheets, path) {
			own(path)
			all = append(all, use{address, ""})
		}
	}
	own("")
	return all
}

func shared(sheets []*sheet, path string) bool {
	return !slices.ContainsFunc(sheets, func(s *sheet) bool {
		return !slices.ContainsFunc(s.styles, func(address string) bool { return pathOf(address) == path })
	})
}
