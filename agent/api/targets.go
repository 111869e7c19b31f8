package api

import (
	"cmp"
	"net"
	"net/http"

	"github.com/keizoku-bcp/keizoku/plan"
)

// target is a target as Prometheus's HTTP service discovery wants it. Its form is Prometheus's:
// https://prometheus.io/docs/prometheus/latest/http_sd/.
type target struct {
	Targets []string          `json:"targets"`
	Labels  map[string]string `json:"labels"`
}

// targets lists the plan's agents for Prometheus. Any agent may be asked: all have the plan.
func (s *server) targets(w http.ResponseWriter, r *http.Request) {
	self := askedAgent{name: s.agent.Situation().Agent.Name, at: arrivedAt(r), secure: r.TLS != nil}
	writeJSON(w, http.StatusOK, targetsOf(s.agent.Plan(), self))
}

// askedAgent is the one that answers, and how it was reached: that is surer than what the plan says of it,
// for it may have been started with another address.
type askedAgent struct {
	name   string
	at     string // empty: through the socket
	secure bool   // by TLS
}

// arrivedAt is the address at which a request came in; empty for one through the socket.
func arrivedAt(r *http.Request) string {
	if at, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr); ok {
		return at.String()
	}
	return ""
}

// targetsOf leaves out agents that listen on loopback, but for the one that is asked: their address
// would lead to another machine than theirs.
func targetsOf(p *plan.Plan, self askedAgent) []target {
	agents := p.Agents
	if p.Agent(self.name) == nil {
		agents = append([]*plan.Agent{{Name: self.name}}, agents...)
	}
	list := []target{}
	for _, a := range agents {
		address, near := addressOf(a)
		secure := !near && !a.Insecure // beyond loopback an agent serves TLS unless its plan waives it
		asked := a.Name == self.name
		switch {
		case near && !asked:
			continue
		case near:
			address = cmp.Or(self.at, address)
		}
		list = append(list, target{[]string{address}, labelsOf(a, secure || asked && self.secure)})
	}
	return list
}

// addressOf is where others reach an agent; near says that nobody does beyond its machine. One that
// listens on all addresses is taken to be known by its name, which is the host's unless it is said.
func addressOf(a *plan.Agent) (address string, near bool) {
	listen := cmp.Or(a.Listen, plan.DefaultListen)
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return listen, false
	}
	ip := net.ParseIP(host)
	switch {
	case host == "" || ip.IsUnspecified():
		return net.JoinHostPort(a.Name, port), false
	default:
		return listen, host == "localhost" || ip.IsLoopback()
	}
}

// labelsOf are the labels by which rules and dashboards know the agent.
func labelsOf(a *plan.Agent, secure bool) map[string]string {
	labels := map[string]string{"agent": a.Name}
	if a.Site != "" {
		labels["site"] = a.Site
	}
	if secure {
		labels["__scheme__"] = "https"
	}
	return labels
}
