package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/rules/alert"
)

const alertsHead = `# Alerts

Every alert that there is: what raises it, until when it is open, and how grave it is. These names are what a ` + "`route`" + `
names in ` + "`alerts`" + `, what receivers find as ` + "`alertname`" + `, and what mail programs filter by in ` + "`X-Keizoku-Alert`" + `. What is told,
when and to whom: [alerts that arrive](../alerts.md).

An alert has one opening, a worsening each time that it becomes graver than ever before, reminders until somebody has
acknowledged it, and one close.

| Severity | |
|---|---|
| ` + "`critical`" + ` | somebody must act now; no quiet rule keeps it back |
| ` + "`warning`" + ` | somebody must look soon |
| ` + "`info`" + ` | can wait for the morning; repeated once a day at most |
`

// alertTopics are the headings of the page, in its order.
var alertTopics = [...]struct {
	topic alert.Topic
	title string
}{
	{alert.OfOutage, "Outages"},
	{alert.OfPower, "Emergency power"},
	{alert.OfResponse, "The response"},
	{alert.OfAgent, "The agent and its plan"},
}

// alertReference renders all alerts as one page.
func alertReference() string {
	var b strings.Builder
	b.WriteString(alertsHead)
	words := messages.For(plan.Japanese)
	for _, t := range alertTopics {
		fmt.Fprintf(&b, "\n## %s\n\n| Alert | About | Open | Severity |\n|---|---|---|---|\n", t.title)
		for i := range alert.Names {
			if n := &alert.Names[i]; n.Topic == t.topic {
				fmt.Fprintf(&b, "| `%s` %s | %s | %s | %s |\n", n.Name, words.AlertTitle(n.Name), cell(n.Subject), opensOf(n), cell(n.Severity))
			}
		}
	}
	return b.String()
}

func opensOf(n *alert.Name) string {
	if n.RepeatAtLeast == 0 {
		return cell(n.Holds)
	}
	return fmt.Sprintf("%s. Reminded at most once %s", cell(n.Holds), days(n.RepeatAtLeast))
}

// days writes how often a time of whole days is.
func days(d time.Duration) string {
	if n := int(d / (24 * time.Hour)); n != 1 {
		return fmt.Sprintf("in %d days", n)
	}
	return "a day"
}
