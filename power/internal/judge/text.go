package judge

import (
	"strconv"
	"strings"

	"github.com/keizoku-bcp/keizoku/power/internal/field"
)

// Number takes a number that a device wrote out as text. ok is false when there is no text, or
// when it is no number, which is doubted.
func (j Judge) Number(what, text string) (n float64, ok bool) {
	text = strings.TrimSpace(text)
	if text == "" {
		return 0, false
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		const most = 40 // bytes; a number has a dozen
		j.Doubt(what + " of " + field.Clean(strconv.Quote(text), most))
		return 0, false
	}
	return n, true
}
