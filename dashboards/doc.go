// Package dashboards builds Grafana's dashboards for a fleet of agents, as JSON for provisioning.
//
// It exists so that what hangs on the wall of the information division is made of the same
// words, thresholds and colours everywhere, and cannot ask for a metric that no agent exports: a
// dashboard drawn by hand goes stale in silence. The five are *Priority systems* (the wall),
// *System*, *Emergency power*, *Response* and *Fleet*. The committed defaults in ja/ and en/ fit
// any plan; `keizoku grafana-dashboards PLAN` puts the plan's titles, sites, threats, horizon and
// thresholds in their place.
package dashboards
