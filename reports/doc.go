// Package reports writes the pages that people hand on: the situation report (第n報), the
// chronology (クロノロジー), the call list, the damage survey, the checklists and the decision.
//
// A page is plain text in the words of package messages, for a terminal, paper and mail: no
// colours, no markup, and columns that line up where a Japanese character takes two of them. It
// is a view of one Situation and computes no deadline by itself, so that it cannot disagree with
// what a screen shows. What others wrote (titles, notes, answers of servers) is made inert before
// it gets onto a page.
package reports
