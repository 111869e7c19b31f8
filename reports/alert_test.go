package reports

import (
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/notify"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules"
	"github.com/keizoku-bcp/keizoku/rules/alert"
)

// everything is every message under test, by name and language.
func everything() map[string]*notify.Message {
	all := map[string]*notify.Message{}
	for _, locale := range messages.Locales {
		l := tongue(locale)
		for name, st := range l.stories(l.hall()) {
			for _, msg := range st.tellings(l) {
				all[fmt.Sprintf("%s.%s.%s", name, msg.Occasion, locale)] = msg
			}
		}
		for name, msg := range l.crowds() {
			all[name+"."+string(locale)] = msg
		}
		for name, msg := range l.plainMessages() {
			all[name+"."+string(locale)] = msg
		}
	}
	return all
}

// show writes a message for a golden file.
func show(msg *notify.Message, machines bool) string {
	var b strings.Builder
	fmt.Fprintf(&b, "##### %s, %s\nSubject: %s\nShort:   %s\n\n%s", msg.Occasion, msg.Severity, msg.Subject, msg.Short, msg.Text)
	if machines {
		for _, a := range msg.Alerts {
			fmt.Fprintf(&b, "\n%s\n", a.StartsAt.Format(time.RFC3339))
			if !a.EndsAt.IsZero() {
				fmt.Fprintln(&b, a.EndsAt.Format(time.RFC3339))
			}
			for _, pairs := range []map[string]string{a.Labels, a.Annotations} {
				for _, name := range slices.Sorted(maps.Keys(pairs)) {
					fmt.Fprintf(&b, "  %s = %q\n", name, pairs[name])
				}
			}
		}
	}
	return b.String() + "\n"
}

func TestAlertsGolden(t *testing.T) {
	for _, locale := range messages.Locales {
		l := tongue(locale)
		stories := l.stories(l.hall())
		for _, name := range alert.Names {
			st, ok := stories[name.Name]
			if !ok {
				t.Errorf("no story of %s", name.Name)
				continue
			}
			var b strings.Builder
			for _, msg := range st.tellings(l) {
				b.WriteString(show(msg, msg.Occasion == notify.Opened || msg.Occasion == notify.Closed))
			}
			golden(t, "alert/"+name.Name+"."+string(locale)+".txt", b.String())
		}
		for name, msg := range l.crowds() {
			golden(t, "alert/"+name+"."+string(locale)+".txt", show(msg, false))
		}
		for name, msg := range l.plainMessages() {
			golden(t, "alert/"+name+"."+string(locale)+".txt", show(msg, false))
		}
		golden(t, "alert/SystemDown."+string(locale)+".html", stories[alert.SystemDown].tellings(l)[0].HTML)
		golden(t, "alert/blackout."+string(locale)+".html", l.crowds()["blackout"].HTML)
	}
}

func TestMessagesAreSound(t *testing.T) {
	for name, msg := range everything() {
		if strings.ContainsFunc(msg.Subject+msg.Short, unicode.IsControl) || msg.Subject == "" {
			t.Errorf("%s: Subject %q, Short %q", name, msg.Subject, msg.Short)
		}
		if n := unitsOf(msg.Short); n > 70 || n == 0 {
			t.Errorf("%s: Short has %d units: %s", name, n, msg.Short)
		}
		for text := range texts(msg) {
			for _, broken := range []string{"<no value>", "alert_", "console_", "page_", "0001-01", "1月1日", "%!", "不明、", "()"} {
				if strings.Contains(text, broken) {
					t.Errorf("%s has %q: %s", name, broken, text)
				}
			}
		}
		if noTime.MatchString(msg.Subject + msg.Text + msg.Short) {
			t.Errorf("%s tells of no time: %s", name, msg.Text)
		}
		for line := range strings.Lines(msg.Text) {
			line = strings.TrimSuffix(line, "\n")
			if n := columnsOf(messages.For(msg.Locale)).StringWidth(line); n > pageWidth || strings.TrimRight(line, " ") != line {
				t.Errorf("%s: %d columns: %q", name, n, line)
			}
		}
	}
}

// noTime is a span of no second.
var noTime = regexp.MustCompile(`(^|[^0-9:hmd分間日])0(秒|s\b)`)

// texts are all texts of a message.
func texts(msg *notify.Message) func(func(string) bool) {
	all := []string{msg.Subject, msg.Text, msg.HTML, msg.Short}
	for _, a := range msg.Alerts {
		all = slices.AppendSeq(all, maps.Values(a.Labels))
		all = slices.AppendSeq(all, maps.Values(a.Annotations))
	}
	return slices.Values(all)
}

func TestAMessageOfAnExerciseSaysSoFirst(t *testing.T) {
	for _, locale := range messages.Locales {
		l, w := tongue(locale), messages.For(locale)
		mark := strings.TrimRight(w.Word("page_drill"), " :")
		check := func(name string, msg *notify.Message) {
			t.Helper()
			for _, text := range []string{msg.Subject, msg.Text, msg.Short} {
				if !strings.HasPrefix(text, mark) || strings.HasPrefix(text[len(mark):], mark) {
					t.Errorf("%s: %q", name, text)
				}
			}
			if !strings.Contains(msg.HTML, "<h1 style=\"font-size:1.2em\">"+mark) || !msg.Drill || unitsOf(msg.Short) > 70 {
				t.Errorf("%s: HTML %s", name, msg.HTML)
			}
		}
		for name, st := range l.stories(l.hall()) {
			for _, o := range []alert.Occasion{alert.Opened, alert.Closed} {
				d, s := st.told(l, o)
				d.Told[0].Drill = true
				msg := Message(w, d, inputOf(s))
				check(name, msg)
				if msg.Alerts[0].Labels["drill"] != "true" {
					t.Errorf("%s: labels %v", name, msg.Alerts[0].Labels)
				}
				said := msg.Alerts[0].Annotations // all that Alertmanager shows of it
				if !strings.HasPrefix(said["summary"], mark) || !strings.HasPrefix(said["description"], mark) {
					t.Errorf("%s: annotations %v", name, said)
				}
			}
		}
		in := inputOf(l.hall())
		in.Drill = true
		check("test", TestMessage(w, "staff", in))
		check("alive", AliveMessage(w, in))
		check("inspection", InspectionMessage(w, "x", "page\n", plan.Info, in))
		check("marked inspection", InspectionMessage(w, w.Word("page_drill")+"x", w.Word("page_drill")+"page\n", plan.Info, in))
	}
}

// Whoever reads of what somebody has taken on reads who has, since when and how, and is not asked to take
// it on as well.
func TestWhoIsOnItIsTold(t *testing.T) {
	for _, locale := range messages.Locales {
		l := tongue(locale)
		for name, st := range l.stories(l.hall()) {
			d, s := st.told(l, alert.Worsened)
			told := d.Told[0]
			if told.System != "" { // its outage says it
				continue
			}
			told.Acknowledged, told.AcknowledgedAt, told.AcknowledgedBy, told.AcknowledgedWhy = true, clock("10:50:00"), l.of("高橋", "Takahashi"), l.of("現地へ", "on the way")
			msg := Message(messages.For(locale), d, inputOf(s))
			said := l.of("高橋が対応中(10:50から): 現地へ", "Takahashi, since 10:50: on the way")
			if text := strings.ReplaceAll(msg.Text, "\n", ""); !strings.Contains(text, said) || strings.Contains(text, "keizoku ack") {
				t.Errorf("%s:\n%s", name, msg.Text)
			}
			if a := msg.Alerts[0].Annotations; !strings.Contains(a["description"], said) || a["acknowledged_by"] != told.AcknowledgedBy {
				t.Errorf("%s: annotations %v", name, a)
			}
		}
	}
}

// A generator that runs is taken for a loss of utility power, in its monthly test too: the message
// says by what it goes.
func TestPowerLostByAGeneratorAlone(t *testing.T) {
	for _, locale := range messages.Locales {
		l, w := tongue(locale), messages.For(locale)
		for _, ups := range []any{[]string{}, []any{}, []string{"rack_a"}, []any{"rack_a"}} {
			st := l.stories(l.hall())[alert.UtilityLost]
			d, s := st.told(l, alert.Opened)
			d.Told[0].Values = map[string]any{"ups": ups}
			text := Message(w, d, inputOf(s)).Text
			alone := reflect.ValueOf(ups).Len() == 0
			said := strings.Contains(text, l.of("試運転であれば", "test run, there is nothing to do"))
			if said != alone || !strings.Contains(text, l.of("屋上発電機: 発電機運転", "Roof generator: generator running")) {
				t.Errorf("ups %v:\n%s", ups, text)
			}
		}
	}
}

// What was told comes back from a ledger in another zone, and reads in the plan's all the same.
func TestTimesAreInThePlansZone(t *testing.T) {
	l := tongue(plan.Japanese)
	for name, st := range l.stories(l.hall()) {
		for _, o := range []alert.Occasion{alert.Opened, alert.Closed} {
			d, s := st.told(l, o)
			want := Message(messages.For(plan.Japanese), d, inputOf(s))
			told := d.Told[0]
			told.Since, told.EndedAt, d.At = told.Since.UTC(), told.EndedAt.UTC(), d.At.UTC()
			if due, ok := told.Values["due_at"]; ok {
				told.Values = maps.Clone(told.Values)
				told.Values["due_at"] = values{"due_at": due}.due().UTC().Format(time.RFC3339)
			}
			if told.Outage != nil {
				outage := *told.Outage
				outage.Start, outage.Deadline = outage.Start.UTC(), outage.Deadline.UTC()
				told.Outage = &outage
			}
			got := Message(messages.For(plan.Japanese), d, inputOf(s))
			if got.Text != want.Text || got.Subject != want.Subject || got.At.Location() != s.At.Location() ||
				fmt.Sprint(got.Alerts) != fmt.Sprint(want.Alerts) {
				t.Errorf("%s:\n%s\n%s", name, got.Text, want.Text)
			}
		}
	}
}

// Neither a title nor what a probe met shows a secret, moves a cursor or becomes a tag.
func TestNothingFromOutsideHasPower(t *testing.T) {
	const evil = "a<b>&hunter2hunter2&\u202e\x1b[31m\r\nSubject: x"
	secrets := &plan.Redactor{}
	secrets.Add("hunter2hunter2&")
	for _, locale := range messages.Locales {
		l := tongue(locale)
		for name, st := range l.stories(l.hall()) {
			for _, o := range alert.Occasions {
				d, s := st.told(l, o)
				spoil(d.Told[0], s, evil)
				in := inputOf(s)
				in.Secrets = secrets
				msg := Message(messages.For(locale), d, in)
				for text := range texts(msg) {
					if strings.Contains(text, "hunter2") || strings.ContainsAny(text, "\u202e\x1b\r") {
						t.Errorf("%s %s: %q", name, o, text)
					}
				}
				if strings.Contains(msg.HTML, "a<b>") {
					t.Errorf("%s %s: %s", name, o, msg.HTML)
				}
			}
		}
	}
}

// spoil puts a text wherever one comes from outside.
func spoil(told *alert.Told, s *rules.Situation, evil string) {
	told.Title, told.Alternative, told.Owner, told.AcknowledgedBy = evil, evil, evil, evil
	told.Values = maps.Clone(told.Values)
	for key, value := range told.Values {
		if _, ok := value.(string); ok {
			told.Values[key] = evil
		}
	}
	if told.Outage != nil {
		outage := *told.Outage
		outage.Text, outage.Check, outage.AcknowledgedBy = evil, evil, evil
		told.Outage = &outage
	}
	for _, sys := range s.Systems {
		sys.Title = evil
		if sys.Outage != nil {
			sys.Outage.Text, sys.Outage.AcknowledgedBy = evil, evil
		}
	}
	for _, role := range s.Response.Posture.Roles {
		role.Title, role.Holder, role.Next = evil, evil, evil
	}
	for _, r := range s.Decision.Reasons {
		r.Title = evil
	}
	s.Plan.Title, s.Threat.Title, s.Agent.Name, s.Agent.Site = evil, evil, evil, evil
}

func TestEveryAlertHasWords(t *testing.T) {
	for _, locale := range messages.Locales {
		w := messages.For(locale)
		for _, name := range alert.Names {
			ids := []string{"alert_title_", "alert_head_", "alert_do_"}
			if name.Topic != alert.OfOutage {
				ids = append(ids, "alert_end_")
			}
			for _, id := range ids {
				if w.Word(id+name.Name) == id+name.Name {
					t.Errorf("%s lacks %s%s", locale, id, name.Name)
				}
			}
		}
		for _, s := range plan.AlertSeverities {
			if text := w.AlertSeverity(s); strings.HasPrefix(text, "alert_") {
				t.Error(text)
			}
		}
	}
}

// Titles give way before the time that is left does.
func TestLongTitlesGiveWay(t *testing.T) {
	for _, locale := range messages.Locales {
		l := tongue(locale)
		d, s := l.stories(l.hall())[alert.SystemDown].told(l, alert.Opened)
		d.Told[0].Title = strings.Repeat(l.of("戸籍住民記録𠮷", "Register "), 30)
		msg := Message(messages.For(locale), d, inputOf(s))
		if !strings.Contains(msg.Short, "20:57") || unitsOf(msg.Short) > 70 || unitsOf(msg.Subject) > subjectRoom {
			t.Errorf("Short %s\nSubject %s", msg.Short, msg.Subject)
		}
	}
}
