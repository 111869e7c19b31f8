// Package paper makes of the console's pages one file that needs nothing else: no server, no
// script, no network. Such a file is printed, put into the emergency binder (緊急時持出し), and read on
// any machine in the hour in which the agent itself has no power.
package paper

import (
	"bytes"
	"fmt"
	"io"
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Fetch reads what a page names, by its address there.
type Fetch func(address string) ([]byte, error)

// Join makes one file of pages, each of which begins on a sheet of its own. fetch reads their style
// sheets; what all pages share stands in the file once. What paper has no use for is left out:
// scripts, forms, navigation, and links that lead back to the agent.
func Join(pages [][]byte, fetch Fetch) ([]byte, error) {
	sheets := make([]*sheet, len(pages))
	for i, page := range pages {
		root, err := html.Parse(bytes.NewReader(page))
		if err != nil {
			return nil, fmt.Errorf("a page cannot be read: %w", err)
		}
		sheets[i] = newSheet(root, i, len(pages))
	}
	styles, err := stylesOf(sheets, fetch)
	if err != nil {
		return nil, err
	}
	return write(sheets, styles)
}

// sheet is a page that has been read.
type sheet struct {
	lang, title string
	body        *html.Node
	// styles are the addresses of its style sheets, in their order.
	styles []string
	// class is that of the element that is put around the page among others; empty: it is alone.
	class string
}

func newSheet(root *html.Node, place, of int) *sheet {
	s := &sheet{}
	if of > 1 {
		s.class = fmt.Sprintf("sheet-%d", place+1)
	}
	for n := range root.Descendants() {
		switch {
		case n.Type != html.ElementNode:
		case n.DataAtom == atom.Html:
			s.lang = attribute(n, "lang")
		case n.DataAtom == atom.Title && s.title == "" && n.Parent.DataAtom == atom.Head:
			s.title = textOf(n)
		case n.DataAtom == atom.Link && attribute(n, "rel") == "stylesheet":
			s.styles = append(s.styles, attribute(n, "href"))
		case n.DataAtom == atom.Body:
			s.body = n
		case s.class != "" && (n.DataAtom == atom.Main || n.DataAtom == atom.Header):
			n.DataAtom, n.Data = atom.Div, "div" // among others it is a part: the file has one main part
		}
	}
	trim(s.body)
	return s
}

// write puts the file together.
func write(sheets []*sheet, styles []string) ([]byte, error) {
	var b bytes.Buffer
	first := sheets[0]
	fmt.Fprintf(&b, "<!doctype html>\n<html lang=%q>\n<head>\n<meta charset=\"utf-8\">\n", html.EscapeString(first.lang))
	fmt.Fprintf(&b, "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n")
	fmt.Fprintf(&b, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>%s</title>\n", html.EscapeString(first.title))
	for _, css := range styles {
		fmt.Fprintf(&b, "<style>\n%s</style>\n", css)
	}
	b.WriteString("</head>\n")
	if err := writeBody(&b, sheets); err != nil {
		return nil, err
	}
	b.WriteString("\n</html>\n")
	return b.Bytes(), nil
}

// writeBody writes the one page, or all of them. Among others each has two elements around it: one
// for its own styles, and in it one in place of its body.
func writeBody(b *bytes.Buffer, sheets []*sheet) error {
	if len(sheets) == 1 {
		return html.Render(b, sheets[0].body)
	}
	b.WriteString("<body><main>\n")
	for _, s := range sheets {
		fmt.Fprintf(b, "<div class=\"sheet-of-many %s\"><div class=\"%s\">", s.class, html.EscapeString(attribute(s.body, "class")))
		for n := range s.body.ChildNodes() {
			if err := html.Render(b, n); err != nil {
				return err
			}
		}
		b.WriteString("</div></div>\n")
	}
	b.WriteString("</main></body>")
	return nil
}

// Text is what a page says in its main part: what an agent answers instead of a page that it
// refuses.
func Text(page []byte) string {
	root, err := html.Parse(io.LimitReader(bytes.NewReader(page), 1<<20))
	if err != nil {
		return ""
	}
	for n := range root.Descendants() {
		if n.DataAtom == atom.Main {
			trim(n)
			return strings.Join(strings.Fields(textOf(n)), " ")
		}
	}
	return ""
}

// textOf is all text below a node.
func textOf(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// pathOf is an address without its query.
func pathOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return u.Path
}
