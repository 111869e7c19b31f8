package api

import (
	"cmp"
	"net/http"
	"strings"
	"time"

	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

// wholeBadge is the name by which the badge of all systems goes. No system can have it.
const wholeBadge = "_all"

// badge answers with a small image of how a system stands, for pages elsewhere. Who embeds it sees
// no problem document, so what there is not is an image too. ?lang=ja or en chooses the language.
func (s *server) badge(w http.ResponseWriter, r *http.Request) {
	name, ok := strings.CutSuffix(r.PathValue("name"), ".svg")
	if !ok {
		writeProblem(w, problem{Status: http.StatusNotFound, Title: "not found", Detail: "a badge's name ends in .svg", Hint: "ask for " + r.URL.Path + ".svg"})
		return
	}
	sit := s.agent.Situation()
	words := messages.For(badgeLocale(r, sit))
	status, b := http.StatusOK, badgeOf(words, sit, name)
	if b == nil {
		status, b = http.StatusNotFound, &badge{name, words.Word("badge_no_such"), toneGrey}
	}
	w.Header().Set("Content-Type", svgType)
	w.Header().Set("Content-Language", string(words.Locale()))
	w.Header().Set("Cache-Control", "no-cache")
	w.Header().Set("Content-Security-Policy", "default-src 'none'")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write(b.draw(words, sit.At))
}

// badgeLocale is the language asked for, or the plan's: an image has no place to complain of another.
func badgeLocale(r *http.Request, sit *rules.Situation) plan.Locale {
	if asked := plan.Locale(r.FormValue("lang")); asked == plan.Japanese || asked == plan.English {
		return asked
	}
	return sit.Plan.Locale
}

// badge is what is drawn: what it is about, how that stands, and the colour of it.
type badge struct {
	label, message string
	tone           tone
}

// badgeOf is nil when there is no system of the name.
func badgeOf(words *messages.Words, sit *rules.Situation, name string) *badge {
	var b *badge
	if sys := sit.System(name); name == wholeBadge {
		b = wholeOf(words, sit)
	} else if sys != nil {
		b = systemBadge(words, sys)
	}
	if b != nil && sit.Agent.Blind { // what was seen before is no news
		b.message, b.tone = words.Word("badge_blind"), toneGrey
	}
	return b
}

func systemBadge(words *messages.Words, sys *rules.SystemFacts) *badge {
	b := &badge{cmp.Or(sys.Title, sys.Name), words.State(sys.State), toneOf[sys.State]}
	b.count(words, sys.Outage)
	return b
}

// wholeOf tells how many systems are in the worst state that one of them is in, and how much time is
// left for the first of them.
func wholeOf(words *messages.Words, sit *rules.Situation) *badge {
	worst, count, first := worstOf(sit)
	b := &badge{cmp.Or(sit.Plan.Title, sit.Plan.Name), "", toneOf[worst]}
	data := map[string]any{"State": words.State(worst), "Count": count}
	if worst == rules.Up {
		b.message = words.Say("badge_all_up", data)
		return b
	}
	b.message = words.Say("badge_count", data)
	b.count(words, first)
	return b
}

// worstOf is the worst state, in how many systems, and the outage among them with the least time left.
func worstOf(sit *rules.Situation) (worst rules.SystemState, count int, first *rules.OutageFacts) {
	for _, worst = range rules.States {
		for _, sys := range sit.Systems {
			if sys.State != worst {
				continue
			}
			count++
			if o := sys.Outage; o != nil && o.Left != nil && (first == nil || *o.Left < *first.Left) {
				first = o
			}
		}
		if count > 0 {
			return worst, count, first
		}
	}
	return rules.Up, 0, nil
}

// count adds the time left until the deadline, or since then. What is planned has none.
func (b *badge) count(words *messages.Words, o *rules.OutageFacts) {
	if o == nil || o.Left == nil || o.Planned {
		return
	}
	id := "badge_left"
	if *o.Left < 0 {
		id, b.tone = "badge_over", toneDark
	}
	b.message = words.Say(id, map[string]any{"State": b.message, "Span": words.Span(o.Left.Duration())})
}

// title says the whole of it, for who cannot see it and for who points at it.
func (b *badge) title(words *messages.Words, at time.Time) string {
	return words.Say("badge_title", map[string]any{"Label": b.label, "Message": b.message, "At": dated(words, at)})
}

// dated is an instant with its date, for whoever finds the image in a cache or on paper.
func dated(words *messages.Words, at time.Time) string {
	return words.Clock(at, time.Time{}.In(at.Location()))
}
