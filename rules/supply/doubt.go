package supply

import (
	"fmt"
	"time"

	"github.com/keizoku-bcp/keizoku/plan"
)

// Doubt is something in a supply's words that cannot be believed, or not any more.
type Doubt struct {
	Code DoubtCode `json:"code"`
	// Values are what the words about it need, by name; spans of time are in seconds.
	Values map[string]any `json:"values,omitempty"`
	// Text is the same in English, for logs; in JSON it stands in the list of doubts.
	Text string `json:"-"`
}

// DoubtCode says what is doubted.
type DoubtCode string

// The doubts.
const (
	DoubtReading  DoubtCode = "reading"   // the reader left a value out; Text says which
	DoubtDying    DoubtCode = "dying"     // no answer since At, when it was on battery
	DoubtSilent   DoubtCode = "silent"    // no answer since At
	DoubtNoAnswer DoubtCode = "no_answer" // it does not answer, or never did: Text is why, in its own or its reader's words
	DoubtIdle     DoubtCode = "idle"      // it bears nothing, where PlannedW are planned
	DoubtPromise  DoubtCode = "promise"   // it promises SaidSeconds, where HeldSeconds are held by the plan
	DoubtAged     DoubtCode = "aged"      // it gives SaidSeconds, where HeldSeconds should be held
	DoubtEarlyLow DoubtCode = "low"       // it warns of a low battery with LeftSeconds left
	DoubtSteady   DoubtCode = "steady"    // the charge fell by FallPercent in Seconds, where DuePercent are due
)

// DoubtCodes lists every doubt.
var DoubtCodes = [...]DoubtCode{
	DoubtReading, DoubtDying, DoubtSilent, DoubtNoAnswer, DoubtIdle, DoubtPromise, DoubtAged, DoubtEarlyLow, DoubtSteady,
}

// doubtf notes a doubt, with its text in English.
func (n *node) doubtf(code DoubtCode, values map[string]any, format string, args ...any) {
	n.doubts = append(n.doubts, Doubt{code, values, fmt.Sprintf(format, args...)})
}

// Texts are the doubts in English.
func Texts(doubts []Doubt) []string {
	texts := make([]string, len(doubts))
	for i, d := range doubts {
		texts[i] = d.Text
	}
	return texts
}

// whole is a span in whole seconds, for words.
func whole(seconds float64) int64 { return int64(seconds) }

// doubt gathers what about the supply's words cannot be believed, or not any more.
func (e *evaluation) doubt(n *node) {
	if n.read {
		e.doubtReading(n)
	}
	if why := e.live.Silent[n.Name]; why != "" {
		n.doubtf(DoubtNoAnswer, map[string]any{"Text": why}, "does not answer: %s", why)
	}
}

func (e *evaluation) doubtReading(n *node) {
	for _, text := range n.reading.Doubts {
		n.doubtf(DoubtReading, map[string]any{"Text": text}, "%s", text)
	}
	switch at := n.reading.At; {
	case n.dying():
		n.doubtf(DoubtDying, map[string]any{"At": at}, "no answer since %s, when it was on battery: assumed dying, counted down from then", at.Format(time.DateTime))
	case e.late(n):
		n.doubtf(DoubtSilent, map[string]any{"At": at}, "no answer since %s", at.Format(time.DateTime))
	}
	if n.UPS != nil {
		e.doubtBattery(n)
	}
	if w, _ := n.measured(); w != nil && *w <= 0 && n.planned.W > 0 && n.UPS != nil && n.reading.Source != FromNothing {
		n.doubtf(DoubtIdle, map[string]any{"PlannedW": whole(n.planned.W)}, "says that it bears nothing, where %.0f W are planned: the plan counts", n.planned.W)
	}
}

func (e *evaluation) doubtBattery(n *node) {
	full, planned := n.fullWh()
	if said := n.reading.RuntimeSeconds; said != nil && planned && n.load.W > 0 {
		n.doubtRuntime(*said, full*n.charge()/n.measuredW(e)*3600)
	}
	if left, ok := e.battery(n, n.load.W); n.reading.BatteryLow && ok && left >= lowWithTime {
		n.doubtf(DoubtEarlyLow, map[string]any{"LeftSeconds": whole(left.Seconds())}, "warns of a low battery with %s left", plan.FormatDuration(left))
	}
	if hours, fall, ok := e.fall(n); ok && planned && hours >= steadyFor.Hours() && fall < leastFall {
		if due := n.measuredW(e) * hours / full; due >= steadyFall {
			n.doubtf(DoubtSteady, map[string]any{"FallPercent": whole(100 * fall), "Seconds": whole(hours * 3600), "DuePercent": whole(100 * due)},
				"charge does not fall on battery: by %.0f %% in %.0f s, where %.0f %% are due", 100*fall, hours*3600, 100*due)
		}
	}
}

// doubtRuntime compares the runtime that the UPS says with what its battery holds by the plan.
func (n *node) doubtRuntime(said, held float64) {
	values := map[string]any{"SaidSeconds": whole(said), "HeldSeconds": whole(held)}
	switch {
	case said > muchLonger*held:
		n.doubtf(DoubtPromise, values, "promises %.0f s, where its battery holds %.0f s by the plan: the plan counts", said, held)
	case said < muchShorter*held:
		n.doubtf(DoubtAged, values, "gives %.0f s, where its battery should hold %.0f s by the plan: is it aged?", said, held)
	}
}
