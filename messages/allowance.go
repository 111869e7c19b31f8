package messages

import (
	"regexp"
	"strings"
	"time"

	"github.com/prometheus/common/model"
)

// openHours is an allowance that counts open hours alone, as [plan.Allowance] writes it.
var openHours = regexp.MustCompile(`^business_hours\(([^,()]+)(?:, [^()]*)?\)$`)

// Allowance words an allowance of the plan language, as [plan.Allowance] writes it: 翌始業時,
// 開庁時間で8時間, 3日. What is none stays as it is.
func (w *Words) Allowance(text string) string {
	switch {
	case text == "" || text == "unlimited":
		return w.Word("no_deadline")
	case strings.HasPrefix(text, "next_opening("):
		return w.Word("allowance_next_opening")
	}
	if hours := openHours.FindStringSubmatch(text); hours != nil {
		return w.Say("allowance_open_hours", map[string]any{"Span": w.duration(hours[1])})
	}
	return w.duration(text)
}

// duration words a duration of the plan language; what is none stays as it is.
func (w *Words) duration(text string) string {
	d, err := model.ParseDuration(text)
	if err != nil {
		return text
	}
	return w.Span(time.Duration(d))
}
