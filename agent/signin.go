package agent

import (
	"cmp"
	"strings"

	"github.com/keizoku-bcp/keizoku/agent/access"
	"github.com/keizoku-bcp/keizoku/agent/api"
)

// Gate is what stands before all that is served over TCP.
func (a *Agent) Gate() *access.Gate { return a.gate }

// viewers are the users who may look and not act, by the plan that holds now.
func (a *Agent) viewers() []string { return a.settingsUnder(a.Plan()).Viewers }

// warnOfViewers tells the log of viewers who are no users: a slip in a name leaves somebody an
// operator who was to be a viewer.
func (a *Agent) warnOfViewers() {
	for _, name := range a.gate.Strangers() {
		a.log.Warn("a viewer of the plan is no user of the web configuration file", "agent", a.settings.Name, "viewer", name)
	}
}

// SignInLink makes a one-time link by which a browser may look, or act, in the name of user. It
// leads to where people find the console.
func (a *Agent) SignInLink(user string, role access.Role) api.SignInLink {
	token, expires := a.gate.Invite(user, role)
	base := cmp.Or(a.linkUnder(a.Plan()), a.door.url())
	return api.SignInLink{URL: strings.TrimSuffix(base, "/") + access.LinkPath + token, ExpiresAt: expires, Role: role}
}
