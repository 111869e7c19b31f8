package console

import (
	"strings"
	"testing"

	"github.com/keizoku-bcp/keizoku/agent/access"
	"github.com/keizoku-bcp/keizoku/plan"
)

// The page of the plan has the tables that staff know, in both languages, and nobody's telephone.
func TestPlanPage(t *testing.T) {
	t.Parallel()
	h := calmHall(t)
	p := h.plan
	for lang, words := range map[string][]string{
		"ja": {"優先業務", "優先システム", "非常用電源一覧", "体制", "手順", "判断基準", "計画の点検結果"},
		"en": {"Priority businesses", "Priority systems", "emergency-power list", "Posture", "Procedures", "Criteria", "What is doubtful"},
	} {
		body := h.page(access.Viewer, "/plan", lang)
		lacks(t, lang, body, words...)
		for _, s := range p.Systems {
			row := between(t, body, `id="plan-`+s.Name+`"`, "</tr>")
			lacks(t, s.Name, row, s.Title, `href="/systems/`+s.Name+`"`)
		}
		for _, role := range p.Roles {
			for _, person := range role.People {
				lacks(t, lang, body, person.Name)
				for _, contact := range person.Contacts {
					holds(t, lang+" page of a viewer", body, contact.Address)
				}
			}
		}
		for _, q := range p.Procedures {
			for _, step := range q.Steps {
				lacks(t, lang, body, step.Title)
			}
		}
	}
}

// Everything that would be back too late stands there with its day.
func TestPlanPageTellsDeadlines(t *testing.T) {
	t.Parallel()
	h := calmHall(t)
	body := h.page("", "/plan", "ja")
	for _, threat := range h.plan.Outlook(h.now).Threats {
		for _, b := range threat.Businesses {
			lacks(t, b.Name, body, b.Title, b.Deadline.Format("1月2日"))
		}
	}
}

func TestPlanPageTellsDoubts(t *testing.T) {
	t.Parallel()
	h := calmHall(t)
	h.plan.Systems[0].Owner = ""
	findings := plan.Lint(h.plan, h.now)
	body := h.page("", "/plan", "ja")
	if len(findings) == 0 || strings.Count(between(t, body, `class="findings"`, "</ul>"), "<li>") != min(len(findings), maxFindings) {
		t.Errorf("%d findings, on the page: %s", len(findings), between(t, body, `class="findings"`, "</ul>"))
	}
	lacks(t, "the page", body, plan.RuleNoOwner)
}
