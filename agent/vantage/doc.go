// Package vantage tells whether the agent itself is cut off.
//
// It exists because a monitor that lost its own link sees every target fail at once and would
// blame them all. A few hosts near the agent (the gateway, the DNS server) stand for its network:
// as long as one of them answers, failures are the targets' own; when none does, the agent judges
// nothing until one answers again.
package vantage
