package messages

import (
	"strconv"
	"time"

	"github.com/keizoku-bcp/keizoku/plan"
)

// eras are the Japanese eras, the newest first, each with the day on which it began in Japan:
// 令和 by 政令第143号 of 2019, 平成 by 政令第1号 of 1989.
var eras = [...]struct {
	name             string
	year, month, day int
}{
	{"令和", 2019, 5, 1},
	{"平成", 1989, 1, 8},
}

// Era writes an instant as Japanese offices do on paper: 令和8年11月23日(月)15時04分, the first year of an
// era as 元年. The day is that of the instant's own zone. In English, and before the eras that it
// knows, it is [Words.Office].
func (w *Words) Era(t time.Time) string {
	year, ok := eraYear(t)
	if !ok || w.locale == plan.English {
		return w.Office(t)
	}
	return year + t.Format("1月2日") + "(" + w.Word("weekday_"+strconv.Itoa(int(t.Weekday()))) + ")" + t.Format("15時04分")
}

// eraYear is the year with its era: 令和8年. ok is false for a time before the eras known.
func eraYear(t time.Time) (year string, ok bool) {
	for _, era := range eras {
		began := time.Date(era.year, time.Month(era.month), era.day, 0, 0, 0, 0, t.Location())
		if t.Before(began) {
			continue
		}
		n := t.Year() - era.year + 1
		if n == 1 {
			return era.name + "元年", true
		}
		return era.name + strconv.Itoa(n) + "年", true
	}
	return "", false
}
