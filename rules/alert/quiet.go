package alert

// KeptQuiet returns the quiet rule that keeps an alert back now, by the key under which [Open] has
// it: of those alerts that a channel would be told of otherwise, or told of that they got worse.
func KeptQuiet(told Ledger, m *Moment) map[string]string {
	quiet := make(map[string]string)
	if len(m.Plan.Alerting.Quiet) == 0 {
		return quiet
	}
	d := newDesk(told, m)
	for i := range d.rows {
		r := &d.rows[i]
		if r.alert == nil {
			continue
		}
		for _, c := range d.channels {
			if rule := d.quietRule(c, r); rule != "" {
				quiet[r.entry.named(*r.alert).Key] = rule
				break
			}
		}
	}
	return quiet
}

// quietRule names the rule that alone keeps an alert from a channel; empty: there is none.
func (d *desk) quietRule(c *channel, r *row) string {
	if c.keeper || !d.newTo(c, r) || !c.admits(r.alert, d.Moment) {
		return ""
	}
	audible, heard := d.audible(c, r)
	from, taken := c.from(r, d.Moment)
	if !heard || !taken || later(audible, from).After(d.now()) {
		return ""
	}
	for _, rule := range d.Plan.Alerting.Quiet {
		if _, holds := quietEnd(d.Plan, rule, r.alert.Severity, d.now()); holds {
			return rule.Name
		}
	}
	return ""
}

// newTo reports whether the channel has not been told of the alert, or not how grave it is.
func (d *desk) newTo(c *channel, r *row) bool {
	w := r.entry.word(c.Name)
	return w == nil || !w.Open || r.alert.Severity.Above(w.Severity) || r.alert.Level > w.Level
}
