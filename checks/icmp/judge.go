package icmp

import (
	"fmt"
	"time"

	"github.com/keizoku-bcp/keizoku/checks"
)

// tally is what came of a flight.
type tally struct {
	sent, answered   int
	least, most, sum time.Duration
	notice           notice // the first error message; zero when there was none
}

func count(f *flight) tally {
	t := tally{sent: f.sent}
	for i := range f.echoes[:f.sent] {
		e := &f.echoes[i]
		if e.answered {
			t.add(e.rtt)
		} else if t.notice == (notice{}) {
			t.notice = e.notice
		}
	}
	return t
}

func (t *tally) add(rtt time.Duration) {
	if t.answered == 0 || rtt < t.least {
		t.least = rtt
	}
	t.most = max(t.most, rtt)
	t.sum += rtt
	t.answered++
}

// average is zero without an answer.
func (t *tally) average() time.Duration { return t.sum / time.Duration(max(1, t.answered)) }

func (t *tally) loss() float64 { return float64(t.sent-t.answered) / float64(max(1, t.sent)) }

func (t *tally) values() map[string]float64 {
	v := map[string]float64{"loss_ratio": t.loss()}
	if t.answered > 0 {
		v["rtt_min_seconds"] = t.least.Seconds()
		v["rtt_avg_seconds"] = t.average().Seconds()
		v["rtt_max_seconds"] = t.most.Seconds()
	}
	return v
}

// judge holds a flight against the limits of the plan.
func judge(s *Settings, f *flight, phases []checks.Phase) checks.Result {
	t := count(f)
	r := checks.Result{Phases: phases, Values: t.values()}
	if t.answered > 0 {
		r.Phases = append(r.Phases, checks.Phase{Name: "rtt", Duration: t.average()})
	}
	r.Reason, r.Text = verdict(s, f, t)
	return r
}

func verdict(s *Settings, f *flight, t tally) (checks.Reason, string) {
	switch {
	case t.sent == 0:
		return checks.ErrorLocal, "the time was over before anything was sent to " + f.to.String()
	case t.answered == 0 && t.notice != (notice{}):
		return checks.Unreachable, fmt.Sprintf("%s: %s, says %s", f.to, t.notice.text(), t.notice.from)
	case t.answered == 0:
		return checks.Timeout, fmt.Sprintf("no answer from %s to %d of %d requests", f.to, t.sent, t.sent)
	case t.loss() > s.MaxLoss:
		return checks.Loss, fmt.Sprintf("%s answered %d of %d requests; at most %.0f%% may be lost", f.to, t.answered, t.sent, s.MaxLoss*100)
	case s.MaxRTT > 0 && t.average() > s.MaxRTT:
		return checks.Slow, fmt.Sprintf("%s answered in %s on average, slower than %s", f.to, t.average(), s.MaxRTT)
	}
	return checks.OK, fmt.Sprintf("%s answered %d of %d in %s", f.to, t.answered, t.sent, t.average())
}
