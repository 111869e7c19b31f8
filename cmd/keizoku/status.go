package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/reports"
	"github.com/keizoku-bcp/keizoku/rules"
)

// statusCmd shows how things stand: once, as JSON, or again and again.
type statusCmd struct {
	reader
	JSON  bool `name:"json" xor:"form" help:"Print the Situation as JSON."`
	Watch bool `xor:"form" help:"Go on showing until q is pressed."`
}

func (c *statusCmd) Run(ctx context.Context, out streams) error {
	client, err := c.client()
	if err != nil {
		return err
	}
	if c.Watch {
		if !isTerminal(out.out) {
			return usagef("--watch needs a terminal; for programs there is --json")
		}
		return watch(ctx, client, c.words, out)
	}
	s, err := client.Situation(ctx)
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(out.out, s)
	}
	return printSituation(out.out, s, c.words(s))
}

func printJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// printSituation writes a Situation for people, the most urgent system first.
func printSituation(w io.Writer, s *rules.Situation, words *messages.Words) error {
	if _, err := fmt.Fprintln(w, heading(s, words)); err != nil {
		return err
	}
	t := &table{}
	t.add(words.Word("console_rank"), words.Word("console_system"), words.Word("console_state"), words.Word("console_left"),
		words.Word("console_deadline"), words.Word("console_start_by"), words.Word("console_cause"))
	calm := 0
	for _, sys := range s.ByUrgency() {
		if sys.State == rules.Up {
			calm++
			continue
		}
		t.add(systemRow(sys, s, words)...)
	}
	if len(t.rows) > 1 {
		if err := t.print(w); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintln(w, calmLine(calm, len(s.Systems), words))
	return err
}

// heading is what is true of the whole: plan, time, threat, and what limits the view.
func heading(s *rules.Situation, words *messages.Words) string {
	threat := s.Threat.Title
	if s.Threat.Default {
		threat += " " + words.Word("console_threat_default")
	} else {
		threat += " (" + words.Say("console_declared", map[string]any{"At": words.Moment(s.Threat.DeclaredAt, s.At)}) + ")"
	}
	parts := []string{
		s.Plan.Title + "  " + words.Stamp(s.At),
		words.Word("console_threat") + ": " + threat + "  " + words.Word("console_agent") + ": " + s.Agent.Name,
	}
	parts = append(parts, decisionLines(s, words)...)
	if s.Power != nil {
		parts = append(parts, powerLines(s, words)...)
	}
	if s.Agent.Blind {
		parts = append(parts, "! "+words.Say("console_blind", map[string]any{"Since": words.Moment(s.Agent.BlindSince, s.At)})+" "+s.Agent.BlindText)
	}
	if s.Clock.Estimated {
		parts = append(parts, "! "+words.Word("console_estimated"))
	}
	if s.Journal.Failing != "" {
		parts = append(parts, "! "+journalFailing(s.Journal, words))
	}
	parts = append(parts, failingChannels(s, words)...)
	if s.Plan.Rejected != "" {
		parts = append(parts, "! "+words.Word("console_rejected"))
	}
	parts = append(parts, blindStretches(s, words)...)
	for i := range parts {
		parts[i] = reports.Inert(parts[i]) // reasons that people gave stand in them
	}
	return strings.Join(parts, "\n")
}

// journalFailing tells that the record is not on disk, and why.
func journalFailing(j rules.JournalFacts, words *messages.Words) string {
	return words.Say("console_journal_failing", map[string]any{"Unwritten": j.Unwritten, "Why": j.Failing})
}

// failingChannels tell through which channels messages do not get.
func failingChannels(s *rules.Situation, words *messages.Words) (told []string) {
	for _, c := range s.Channels {
		if !c.FailingSince.IsZero() {
			told = append(told, "! "+words.Say("console_channel_failing", map[string]any{
				"Title": nameCell(c.Title, c.Name), "Since": words.Moment(c.FailingSince, s.At), "Pending": c.Pending,
			}))
		}
	}
	return told
}

// powerLines tell how emergency power stands: one line while all is well, and one for each supply
// that is not fed, or of which something is doubted.
func powerLines(s *rules.Situation, words *messages.Words) []string {
	told := []string{words.Word("supply_title") + ": " + words.Power(s.Power)}
	for _, node := range s.Power.Supplies {
		if s.Power.UtilityLost || node.Lost || node.AssumedDying || len(node.Doubts) > 0 {
			told = append(told, "  "+node.Title+": "+strings.Join(append([]string{words.Supply(node)}, words.Doubts(node, s.At)...), " ! "))
		}
	}
	return told
}

// blindStretches tells the newest times in which nobody looked while an outage that is still open
// was going on.
func blindStretches(s *rules.Situation, words *messages.Words) []string {
	var told []string
	for _, st := range s.Unobserved {
		if !st.To.IsZero() && coversOpenOutage(s, st) {
			told = append(told, fmt.Sprintf("  %s: %s – %s (%s)", words.Word("unobserved"),
				words.Moment(st.From, s.At), words.Moment(st.To, s.At), words.Span(st.To.Sub(st.From))))
		}
	}
	return told[max(0, len(told)-3):]
}

func coversOpenOutage(s *rules.Situation, st rules.Stretch) bool {
	for _, sys := range s.Systems {
		if sys.Outage != nil && st.To.After(sys.Outage.Start) {
			return true
		}
	}
	return false
}

func systemRow(sys *rules.SystemFacts, s *rules.Situation, words *messages.Words) []string {
	rank := "-"
	if sys.Priority > 0 {
		rank = strconv.Itoa(sys.Priority)
	}
	row := []string{rank, nameCell(sys.Title, sys.Name), words.State(sys.State), "-", "-", "-", strings.Join(facts(sys, s, words), "; ")}
	if o := sys.Outage; o != nil {
		row[2] += " " + words.Span(o.Elapsed.Duration())
		row[3] = leftCell(o, words)
		if !o.Deadline.IsZero() {
			row[4] = words.Moment(o.Deadline, s.At)
		}
		if !o.StartRecoveryBy.IsZero() {
			row[5] = words.Moment(o.StartRecoveryBy, s.At)
		}
	}
	return row
}

func leftCell(o *rules.OutageFacts, words *messages.Words) string {
	switch {
	case o.Left == nil:
		return words.Word("console_no_deadline")
	case *o.Left < 0:
		return words.Say("over", map[string]any{"Span": words.Span(o.Left.Duration())})
	case o.Risk == rules.RiskPower:
		return words.Span(o.Left.Duration()) + " " + words.Verdict(o.Verdict) + ": " + words.Word("risk_power")
	default:
		return words.Span(o.Left.Duration()) + " " + words.Verdict(o.Verdict)
	}
}

// nameCell shows a title and the name by which commands know it.
func nameCell(title, name string) string {
	if title == "" || title == name {
		return name
	}
	return title + " (" + name + ")"
}

// facts are what else is known of a system that is not up.
func facts(sys *rules.SystemFacts, s *rules.Situation, words *messages.Words) []string {
	var told []string
	if cause := causeCell(sys, s, words); cause != "" {
		told = append(told, cause)
	}
	o := sys.Outage
	if o != nil {
		told = append(told, expected(o, s, words)...)
	}
	if o != nil && !o.AcknowledgedAt.IsZero() {
		told = append(told, words.Word("status_acknowledged")+": "+o.AcknowledgedWhy)
	}
	return told
}

// expected is when those at work on it expect it back, or that it should have been by now.
func expected(o *rules.OutageFacts, s *rules.Situation, words *messages.Words) []string {
	switch {
	case o.ProjectionPassed && !o.ETA.IsZero():
		return []string{words.Say("eta_passed", map[string]any{"At": words.Moment(o.ETA, s.At)})}
	case o.ProjectionPassed && o.WaitsFor == "":
		return []string{words.Word("recovery_passed")}
	case !o.ETA.IsZero():
		return []string{words.Word("console_eta") + " " + words.Moment(o.ETA, s.At)}
	default:
		return nil // what it waits for stands among the causes, and tells of itself
	}
}

// causeCell names the root causes, else what the first failing check saw.
func causeCell(sys *rules.SystemFacts, s *rules.Situation, words *messages.Words) string {
	if len(sys.Causes) > 0 {
		titles := messages.TitlesIn(s)
		named := make([]string, len(sys.Causes))
		for i, cause := range sys.Causes {
			named[i] = titles(cause)
		}
		return "← " + strings.Join(named, ", ")
	}
	for _, c := range sys.Checks {
		if !c.LastRunAt.IsZero() && !c.Success {
			return c.Name + ": " + seen(words.Reason(c.Reason), c.Error)
		}
	}
	return ""
}

// seen joins a reason and the check's own words, which in English often begin the same.
func seen(reason, text string) string {
	if strings.HasPrefix(text, reason) {
		return text
	}
	return reason + " (" + text + ")"
}

func calmLine(up, all int, words *messages.Words) string {
	if up == all {
		return words.Say("all_up", map[string]any{"Count": all})
	}
	return words.Say("console_healthy", map[string]any{"Count": up})
}
