package plan

import (
	"strconv"
	"strings"
	"time"
)

// FormatDuration writes d in the units of the plan language, largest first: "1d12h", "90s" as
// "1m30s", zero as "0s". Parts below a second are kept as milliseconds, what is smaller is
// dropped; a negative d has a leading minus.
func FormatDuration(d time.Duration) string {
	if d = d.Truncate(time.Millisecond); d == 0 {
		return "0s"
	}
	var b strings.Builder
	if d < 0 {
		b.WriteByte('-')
		d = -d
	}
	for _, u := range []struct {
		size time.Duration
		name string
	}{
		{24 * time.Hour, "d"}, {time.Hour, "h"}, {time.Minute, "m"}, {time.Second, "s"}, {time.Millisecond, "ms"},
	} {
		if n := d / u.size; n > 0 {
			b.WriteString(strconv.FormatInt(int64(n), 10))
			b.WriteString(u.name)
			d -= n * u.size
		}
	}
	return b.String()
}
