// Package reports writes what people hand on and are sent: the situation report (第n報), the
// chronology (クロノロジー), the call list, the damage survey, the checklists, the decision, the report
// of an inspection, and the messages about alerts (alert*.go).
//
// A page is plain text in the words of package messages, for a terminal, paper and mail: no
// colours, no markup, and columns that line up where a Japanese character takes two of them. The
// chronology comes as CSV and Markdown too, and a message as a letter in HTML and with labels for
// machines. All are views of one Situation and compute no deadline by themselves, so that they
// cannot disagree with what a screen shows. What others wrote (titles, notes, answers of servers) is
// made inert before it gets into them.
package reports
