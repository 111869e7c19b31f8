package console

import "github.com/keizoku-bcp/keizoku/rules/alert"

// wallAlerts says what people have been told.
type wallAlerts struct {
	// Open counts those that are told or should be; Told those that somebody has, Waiting those of
	// which a message has not got through.
	Open, Told, Waiting int
	// Kept counts those that are kept back: by maintenance, a root cause or a quiet rule.
	Kept int
	List *alertList // of Open
}

func (v *view) alerts(open []alert.Standing) wallAlerts {
	a := wallAlerts{List: &alertList{view: v}}
	for i := range open {
		s := &open[i]
		if s.Silence != "" || s.Quiet != "" && len(s.Told) == 0 {
			a.Kept++
			continue
		}
		a.Open++
		a.Told += min(1, len(s.Told))
		a.Waiting += min(1, len(s.Waiting))
		a.List.add(s)
	}
	return a
}
