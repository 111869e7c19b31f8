package rules

import (
	"strings"

	"github.com/agext/levenshtein"

	"github.com/keizoku-bcp/keizoku/plan"
)

// among adds the name that was perhaps meant by the one given; where none is near, the names that
// there are.
func (d Particulars) among(known []string) Particulars {
	if d.Near = nearest(d.Given, known); d.Near != "" {
		return d
	}
	return d.listing(known)
}

// meaning adds the name that was perhaps meant as somebody else found it; empty: they found none.
func (d Particulars) meaning(near string) Particulars {
	if d.Near == "" && near != "" {
		d.Near, d.Known, d.More = near, nil, false
	}
	return d
}

// listing adds the names that there are, the first of them.
func (d Particulars) listing(known []string) Particulars {
	if len(known) > 0 {
		d.Known = known[:min(len(known), maxListed)]
	}
	d.More = len(known) > maxListed
	return d
}

// maxListed bounds how many names a problem lists.
const maxListed = 20

// longestName is the longest name that anybody can have meant, in bytes: comparing a page of text
// with thousands of names would hold up everybody else.
const longestName = 200

// nearest returns the known name that is near enough to be what was meant, or "": one slip in a
// short word, two in a longer one. Of equally near names the first wins.
func nearest(name string, known []string) string {
	best, limit := "", 1
	if len(name) > 4 {
		limit = 2
	}
	if len(name) > longestName {
		return ""
	}
	for _, k := range known {
		if d := levenshtein.Distance(strings.ToLower(name), strings.ToLower(k), nil); d <= limit {
			best, limit = k, d-1
		}
	}
	return best
}

// titled returns the name of what has the title given, or of the only one whose title holds it: staff
// type what the screen shows. Spaces and the case of letters do not count. Empty: none, or several.
func titled(given string, names, titles []string) string {
	given = folded(given)
	if given == "" || len(given) > longestName {
		return ""
	}
	var holding []string
	for i, title := range titles {
		switch title = folded(title); {
		case title == given:
			return names[i]
		case strings.Contains(title, given):
			holding = append(holding, names[i])
		}
	}
	if len(holding) != 1 {
		return ""
	}
	return holding[0]
}

func folded(text string) string {
	return strings.ToLower(unspaced(text))
}

func threatNames(p *plan.Plan) []string {
	return namesOf(p.Threats, func(t *plan.Threat) string { return t.Name })
}

func threatTitles(p *plan.Plan) []string {
	return namesOf(p.Threats, func(t *plan.Threat) string { return t.Title })
}

func systemTitles(p *plan.Plan) []string {
	return namesOf(p.Systems, func(s *plan.System) string { return s.Title })
}

func siteTitles(p *plan.Plan) []string {
	return namesOf(p.Sites, func(s *plan.Site) string { return s.Title })
}

func titlesOfRoles(p *plan.Plan) []string {
	return namesOf(p.Roles, func(r *plan.Role) string { return r.Title })
}

func systemNames(p *plan.Plan) []string {
	return namesOf(p.Systems, func(s *plan.System) string { return s.Name })
}

func siteNames(p *plan.Plan) []string {
	return namesOf(p.Sites, func(s *plan.Site) string { return s.Name })
}

func roleNames(p *plan.Plan) []string {
	return namesOf(p.Roles, func(r *plan.Role) string { return r.Name })
}

func namesOf[T any](all []T, name func(T) string) []string {
	names := make([]string, len(all))
	for i, a := range all {
		names[i] = name(a)
	}
	return names
}
