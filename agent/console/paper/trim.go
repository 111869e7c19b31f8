package paper

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// useless are elements that do nothing on paper, or reach out of it; uselessClasses mark others that
// the style for paper hides anyway.
var (
	useless        = [...]atom.Atom{atom.Script, atom.Link, atom.Noscript, atom.Form, atom.Nav, atom.Iframe, atom.Object, atom.Embed, atom.Base, atom.Datalist}
	uselessClasses = [...]string{"screen", "skip", "gone", "operators"}
)

// trim takes out what paper has no use for, and undoes links that lead out of the file. A number to
// dial and an address of mail stay: the file may be read on a telephone.
func trim(n *html.Node) {
	for child := range n.ChildNodes() {
		if isUseless(child) {
			defer n.RemoveChild(child) // not while the children are walked
			continue
		}
		trim(child)
	}
	n.Attr = slices.DeleteFunc(n.Attr, func(a html.Attribute) bool {
		return a.Key == "src" || a.Key == "tabindex" || strings.HasPrefix(a.Key, "on") || a.Key == "href" && !stays(a.Val)
	})
}

func isUseless(n *html.Node) bool {
	if n.Type != html.ElementNode {
		return n.Type == html.CommentNode
	}
	classes := strings.Fields(attribute(n, "class"))
	return slices.Contains(useless[:], n.DataAtom) ||
		slices.ContainsFunc(uselessClasses[:], func(class string) bool { return slices.Contains(classes, class) })
}

// stays reports whether a link still leads somewhere without the agent.
func stays(href string) bool {
	for _, begins := range [...]string{"#", "tel:", "mailto:"} {
		if strings.HasPrefix(href, begins) {
			return true
		}
	}
	return false
}
