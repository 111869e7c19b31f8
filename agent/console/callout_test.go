package console

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/keizoku-bcp/keizoku/agent/access"
	"github.com/keizoku-bcp/keizoku/journal"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
)

func person(t *testing.T, body, role string, place string) string {
	t.Helper()
	found := regexp.MustCompile(`(?s)<li id="person-` + role + `-` + place + `".*?</form>`).FindString(body)
	if found == "" {
		t.Fatalf("nobody at %s of %s", place, role)
	}
	return found
}

func TestCallOut(t *testing.T) {
	t.Parallel()
	h := quakeHall(t)
	body := h.page(access.Operator, "/response/callout", "ja")
	tried := person(t, body, "head", "0")
	lacks(t, "who was not reached", tried, "青木 恵(副市長)", `<a href="tel:09000000001"><b>090-0000-0001</b></a>`, "連絡つかず/携帯電話", "14:55", "連絡先の確認 2026年4月10日(金)")
	late := person(t, body, "head", "1")
	lacks(t, "who is late", late, `class="next"`, "← 次に連絡", "到着予定 15:20を過ぎています", `name="person" value="井上 誠"`, `name="role" value="head"`,
		`name="coming_at"`, `name="corrects" value="`+h.last(journal.KindCallMade).ID+`"`, "<details class=\"screen\" open>")
	next := person(t, body, "it_lead", "0")
	lacks(t, "who is to be called first", next, `class="next"`, "□連絡済")
	second := person(t, body, "it_lead", "1")
	lacks(t, "a deputy", second, `<a href="mailto:suzuki@city.asagiri.example">`)
	holds(t, "a deputy", second, `class="next"`, " open>")
	for _, result := range journal.CallResults {
		lacks(t, "the form", second, `<option value="`+string(result)+`">`)
	}
	lacks(t, "the page", body, "個人情報を含みます", "井上 誠(参集中(到着予定 15:20を過ぎています))", "ICT業務継続体制(災害)", "震度6弱")
	other := h.page(access.Operator, "/response/callout?threat=incident", "en")
	lacks(t, "another threat", other, `href="/response/callout?threat=incident" aria-current="true"`, "ICT業務継続体制(非災害)")
	holds(t, "another threat", other, "青木 恵</h3>", "震度6弱")
}

func TestCallOutThatThereIsNot(t *testing.T) {
	t.Parallel()
	h := quakeHall(t)
	if w := h.ask(access.Operator, "/response/callout?threat=flood", "ja"); w.Code != http.StatusNotFound {
		t.Errorf("a threat that there is not: %d", w.Code)
	}
	h.plan.Postures = nil
	h.handler = nil
	if w := h.ask(access.Operator, "/response/callout", "ja"); w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), "体制") {
		t.Errorf("a plan without postures: %d", w.Code)
	}
}

func TestReach(t *testing.T) {
	t.Parallel()
	p := &calloutPage{}
	for _, c := range []struct {
		medium  plan.Medium
		address string
		want    reach
	}{
		{plan.Mobile, "090-1234-5678", reach{Phone: "09012345678"}},
		{plan.Mobile, "+81 90 1234 5678", reach{Phone: "+819012345678"}},
		{plan.Phone, "0422(51)5131 内線 123", reach{Phone: "0422515131"}},
		{plan.Phone, "0422‐51‐5131", reach{Phone: "0422515131"}},
		{plan.Home, "0422ー51ー5131", reach{Phone: "0422515131"}},
		{plan.Home, "(0422)51-5131", reach{Phone: "0422515131"}},
		{plan.Satellite, "8816-0000-0001", reach{Phone: "881600000001"}},
		{plan.Phone, "110", reach{Phone: "110"}},
		{plan.Phone, "内線 12", reach{}},
		{plan.Phone, "代表へ", reach{}},
		{plan.Phone, "", reach{}},
		{plan.Phone, "+", reach{}},
		{plan.Mail, "sato@city.example", reach{Mail: "sato@city.example"}},
		{plan.Mail, "佐藤 <sato@city.example>", reach{Mail: "sato@city.example"}},
		{plan.Mail, "sato@city.example?bcc=x@evil.example", reach{}},
		{plan.Mail, "sato", reach{}},
		{plan.Radio, "110", reach{}},
		{plan.Chat, "sato@city.example", reach{}},
	} {
		if got := p.Reach(rules.ContactFacts{Medium: c.medium, Address: c.address}); got != c.want {
			t.Errorf("%s %q: %+v, want %+v", c.medium, c.address, got, c.want)
		}
	}
}

// The means that the plan names for a person come first, and none is missing.
func TestMediaOfAPerson(t *testing.T) {
	t.Parallel()
	c := calling{Candidate: &rules.Candidate{Contacts: []rules.ContactFacts{{Medium: plan.Radio}, {Medium: plan.Mobile}, {Medium: plan.Radio}}}}
	media := c.Media()
	if len(media) != len(plan.Media) || media[0] != plan.Radio || media[1] != plan.Mobile {
		t.Errorf("%v", media)
	}
	for _, m := range plan.Media {
		if !slices.Contains(media, m) {
			t.Errorf("no %s", m)
		}
	}
}
