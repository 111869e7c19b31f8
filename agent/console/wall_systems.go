package console

import "github.com/keizoku-bcp/keizoku/rules"

// maxRows is how many systems without a priority have a row each; the others are told in brief.
const maxRows = 20

// wallSystems are the systems as the wall shows them, each list the most urgent first.
type wallSystems struct {
	Rows []*wallRow           // that need somebody
	More []*rules.SystemFacts // the rest of those that are not up, in brief
	Calm []*rules.SystemFacts // up
}

// wallRow is a system that is not up, and what is folded under it.
type wallRow struct {
	*rules.SystemFacts
	// Below are the systems that are down because of it and have no row of their own.
	Below []*rules.SystemFacts
}

// sortSystems gives each system its place. A system with a priority has a row; so has what takes one
// down with it, and beside these whatever else is down by itself, as far as there is room. What is
// down only because of another is folded under that.
func sortSystems(urgent []*rules.SystemFacts) wallSystems {
	w := wallSystems{}
	weighs := weights(urgent)
	rows := map[string]*wallRow{}
	add := func(s *rules.SystemFacts) {
		rows[s.Name] = &wallRow{SystemFacts: s}
		w.Rows = append(w.Rows, rows[s.Name])
	}
	for _, s := range urgent {
		if weighs[s.Name] && needsRow(s) {
			add(s)
		}
	}
	room := maxRows
	for _, s := range urgent {
		if own := len(s.Causes) == 0 && needsRow(s); own && rows[s.Name] == nil && (room > 0 || len(s.Affects) > 0) {
			add(s)
			room--
		}
	}
	for _, s := range urgent {
		w.place(s, rows)
	}
	return w
}

// needsRow reports whether a system that is not up may need somebody: one that was not looked at
// yet does not.
func needsRow(s *rules.SystemFacts) bool { return s.State != rules.Up && s.State != rules.Pending }

// weights are the systems that have a priority, or are down and take one that has with them.
func weights(systems []*rules.SystemFacts) map[string]bool {
	weighs := map[string]bool{}
	for _, s := range systems {
		if s.Priority == 0 {
			continue
		}
		weighs[s.Name] = true
		for _, cause := range s.Causes {
			weighs[cause] = true
		}
	}
	return weighs
}

// place puts a system without a row where it belongs.
func (w *wallSystems) place(s *rules.SystemFacts, rows map[string]*wallRow) {
	switch {
	case s.State == rules.Up:
		w.Calm = append(w.Calm, s)
	case rows[s.Name] != nil:
	case len(s.Causes) > 0 && rows[s.Causes[0]] != nil:
		above := rows[s.Causes[0]]
		above.Below = append(above.Below, s)
	default:
		w.More = append(w.More, s)
	}
}

// nearest is the system whose deadline comes next: among those with a priority, if one of them has
// any. A deadline that has passed comes no more.
func nearest(urgent []*rules.SystemFacts) *rules.SystemFacts {
	var next *rules.SystemFacts
	for _, s := range urgent {
		if s.State != rules.Down || s.Outage == nil || s.Outage.Left == nil || *s.Outage.Left <= 0 {
			continue
		}
		if next == nil || nearer(s, next) {
			next = s
		}
	}
	return next
}

func nearer(a, b *rules.SystemFacts) bool {
	if (a.Priority > 0) != (b.Priority > 0) {
		return a.Priority > 0
	}
	return *a.Outage.Left < *b.Outage.Left
}

// brief is a system in one line.
type brief struct {
	Name, Title string
	Priority    int
	State       stated
	Deadline    string // empty: there is none
}

// Brief is what the template "wall_brief" shows.
func (v *view) Brief(s *rules.SystemFacts) brief {
	b := brief{Name: s.Name, Title: v.Short(s.Title), Priority: s.Priority, State: v.Stated(s.State)}
	if o := s.Outage; o != nil && !o.Deadline.IsZero() {
		b.Deadline = v.When(o.Deadline)
		if o.Verdict != rules.OnTrack {
			b.Deadline += " " + v.Words.Verdict(o.Verdict)
		}
	}
	return b
}
