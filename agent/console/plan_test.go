package console

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/keizoku-bcp/keizoku/agent/access"
	"github.com/keizoku-bcp/keizoku/messages"
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

// What is doubtful is told in the reader's language, with what it is about and where it stands; the
// names and numbers that only the command's English has stand behind it, and say that they are.
func TestPlanPageTellsDoubts(t *testing.T) {
	t.Parallel()
	h := calmHall(t)
	system := h.plan.Systems[0]
	system.Owner = ""
	findings := plan.Lint(h.plan, h.now)
	for lang, words := range map[string]string{"ja": "所管(owner)の記載がなく", "en": "It has no owner"} {
		list := between(t, h.page("", "/plan", lang), `class="findings"`, "</ul>")
		if len(findings) == 0 || strings.Count(list, "<li>") != min(len(findings), maxFindings) {
			t.Errorf("%s: %d findings, on the page: %s", lang, len(findings), list)
		}
		lacks(t, lang, list, "<b>"+system.Title+"</b> "+words, "<code>"+system.Block.String()+"</code>", plan.RuleNoOwner, `<p lang="en">System &#34;`+system.Name+"&#34; has no owner")
	}
}

// Every rule has words in both languages, and every word a rule.
func TestDoubtsHaveWords(t *testing.T) {
	t.Parallel()
	rules := map[string]bool{}
	files, err := filepath.Glob(filepath.Join("..", "..", "plan", "lint*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%v: %v", files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`\tRule\w+ *= "([a-z-]+)"`).FindAllStringSubmatch(string(text), -1) {
			rules[m[1]] = true
		}
	}
	for _, locale := range []plan.Locale{plan.Japanese, plan.English} {
		p := &planPage{view: &view{Words: messages.For(locale)}}
		for rule := range rules {
			if text := p.doubt(plan.Finding{Rule: rule, Summary: "summary"}); text == "summary" {
				t.Errorf("%s: no words for %s", locale, rule)
			}
		}
	}
	catalogue, err := os.ReadFile(filepath.Join("..", "..", "messages", "catalogue", "console_lint.en.toml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`(?m)^console_lint_(\w+) =`).FindAllStringSubmatch(string(catalogue), -1) {
		if !rules[strings.ReplaceAll(m[1], "_", "-")] {
			t.Errorf("no rule %s", m[1])
		}
	}
}
