package config

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/keizoku-bcp/keizoku/block"
	"github.com/keizoku-bcp/keizoku/plan"
)

// cause returns what the system said, without the path that the caller names anyway.
func cause(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// text evaluates expr to a string that may be shown. wanted ends the sentence for anything else:
// "a date such as …".
func text(expr hcl.Expression, ctx *block.Context, wanted string) (string, hcl.Diagnostics) {
	v, sensitive, diags := block.Eval(expr, ctx)
	switch {
	case diags.HasErrors():
		return "", diags
	case sensitive:
		return "", block.Wrong(expr, "This must be "+wanted+"; it cannot come from env() or file().")
	case v.IsNull() || !v.IsKnown() || v.Type() != cty.String:
		return "", block.Wrong(expr, "This must be "+wanted+".")
	}
	return v.AsString(), nil
}

// parsed reads expr as text and hands it to parse.
func parsed[T any](expr hcl.Expression, ctx *block.Context, into *T, wanted string, parse func(string) (T, error)) hcl.Diagnostics {
	s, diags := text(expr, ctx, wanted)
	if diags.HasErrors() {
		return diags
	}
	v, err := parse(s)
	if err != nil {
		return block.Wrong(expr, "This must be "+wanted+".")
	}
	*into = v
	return nil
}

// date is a day: "2026-04-01".
type date struct{ plan.Date }

func (d *date) TypeWord() string { return "date" }

func (d *date) DecodeExpr(expr hcl.Expression, ctx *block.Context) hcl.Diagnostics {
	return parsed(expr, ctx, &d.Date, `a day that exists, such as "2026-04-01"`, plan.ParseDate)
}

// days is a day or a run of days: "2026-12-29/2027-01-03".
type days struct{ plan.DateRange }

func (d *days) TypeWord() string { return "date range" }

func (d *days) DecodeExpr(expr hcl.Expression, ctx *block.Context) hcl.Diagnostics {
	return parsed(expr, ctx, &d.DateRange,
		`a day such as "2026-12-29", or the first and the last of several such as "2026-12-29/2027-01-03"`, plan.ParseDateRange)
}

// clock is a time of day: "08:30".
type clock struct{ plan.ClockTime }

func (c *clock) TypeWord() string { return "time of day" }

func (c *clock) DecodeExpr(expr hcl.Expression, ctx *block.Context) hcl.Diagnostics {
	return parsed(expr, ctx, &c.ClockTime, `a time of day from "00:00" to "24:00", such as "08:30"`, plan.ParseClockTime)
}

// weekday is a day of the week: "mon".
type weekday time.Weekday

func (w *weekday) TypeWord() string { return "day of the week" }

func (w *weekday) DecodeExpr(expr hcl.Expression, ctx *block.Context) hcl.Diagnostics {
	return parsed(expr, ctx, w, `one of "mon", "tue", "wed", "thu", "fri", "sat" and "sun"`, func(s string) (weekday, error) {
		for d := time.Sunday; d <= time.Saturday; d++ {
			if s == strings.ToLower(d.String()[:3]) {
				return weekday(d), nil
			}
		}
		return 0, errors.New("unknown")
	})
}

// instant is a point in time: RFC 3339, or a local time that waits for the plan's zone.
type instant struct {
	fixed time.Time
	local string
}

const localLayout = "2006-01-02 15:04"

func (i *instant) TypeWord() string { return "time" }

func (i *instant) DecodeExpr(expr hcl.Expression, ctx *block.Context) hcl.Diagnostics {
	return parsed(expr, ctx, i, `a time that exists, such as "2026-11-22 09:00" in the plan's zone or "2026-11-22T09:00:00+09:00"`, parseInstant)
}

func parseInstant(s string) (instant, error) {
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return instant{fixed: t}, modern(t)
	}
	t, err := time.Parse(localLayout, s)
	return instant{local: s}, errors.Join(err, modern(t))
}

// modern refuses years that can only be slips of the pen, among them the zero time.
func modern(t time.Time) error {
	if t.Year() < 2000 {
		return errors.New("long ago")
	}
	return nil
}

// in returns the time, in the zone given.
func (i instant) in(zone *time.Location) time.Time {
	if i.local == "" {
		return i.fixed.In(zone)
	}
	t, err := time.ParseInLocation(localLayout, i.local, zone)
	if err != nil {
		return time.Time{} // cannot be: the text was parsed before
	}
	return t
}

// zone is a time zone of the IANA database: "Asia/Tokyo".
type zone struct{ *time.Location }

func (z *zone) TypeWord() string { return "time zone" }

func (z *zone) DecodeExpr(expr hcl.Expression, ctx *block.Context) hcl.Diagnostics {
	const wanted = `a time zone of the IANA database, such as "Asia/Tokyo"`
	return parsed(expr, ctx, &z.Location, wanted, func(s string) (*time.Location, error) {
		if s == "" || s == "Local" {
			return nil, errors.New("not the same on every machine")
		}
		return time.LoadLocation(s)
	})
}

// upWhen is how many checks must succeed: "all", "any" or a number.
type upWhen struct{ plan.UpWhen }

func (u *upWhen) TypeWord() string { return `"all", "any" or whole number` }

func (u *upWhen) DecodeExpr(expr hcl.Expression, ctx *block.Context) hcl.Diagnostics {
	v, sensitive, diags := block.Eval(expr, ctx)
	if diags.HasErrors() {
		return diags
	}
	n, ok := checksWanted(v)
	if !ok || sensitive {
		return block.Wrong(expr, `This must be "all", "any" or a whole number of checks, at least 1.`)
	}
	u.UpWhen = n
	return nil
}

func checksWanted(v cty.Value) (plan.UpWhen, bool) {
	switch {
	case v.IsNull() || !v.IsKnown():
		return 0, false
	case v.Type() == cty.String && v.AsString() == "all":
		return 0, true
	case v.Type() == cty.String && v.AsString() == "any":
		return 1, true
	case v.Type() == cty.Number:
		n, accuracy := v.AsBigFloat().Int64()
		return plan.UpWhen(n), accuracy == 0 && n >= 1 && n <= 1000
	}
	return 0, false
}

// vantage is a host to ping or a socket to connect to.
type vantage string

func (e *vantage) TypeWord() string { return "host" }

func (e *vantage) DecodeExpr(expr hcl.Expression, ctx *block.Context) hcl.Diagnostics {
	return parsed(expr, ctx, e, `a host to ping such as "10.1.0.1", or a socket to connect to such as "10.1.0.2:53"`, func(s string) (vantage, error) {
		if net.ParseIP(s) != nil {
			return vantage(s), nil
		}
		if strings.Contains(s, ":") {
			return vantage(s), checkSocket(s, 1)
		}
		if s == "" || strings.ContainsAny(s, " /") {
			return "", errors.New("no host")
		}
		return vantage(s), nil
	})
}

// viewer is the name of a user of the web configuration file. Basic authentication sends it with a
// colon behind it (RFC 7617, 2), which it therefore cannot hold.
type viewer string

func (e *viewer) TypeWord() string { return "name" }

func (e *viewer) DecodeExpr(expr hcl.Expression, ctx *block.Context) hcl.Diagnostics {
	return parsed(expr, ctx, e, `the name of a user of the web configuration file, such as "wall"`, func(s string) (viewer, error) {
		if strings.TrimSpace(s) != s || s == "" || strings.Contains(s, ":") {
			return "", errors.New("no name of a user")
		}
		return viewer(s), nil
	})
}

// listen is where an agent serves: "127.0.0.1:9720", ":9720", "[::1]:0".
type listen string

func (e *listen) TypeWord() string { return "host:port" }

func (e *listen) DecodeExpr(expr hcl.Expression, ctx *block.Context) hcl.Diagnostics {
	return parsed(expr, ctx, e, `an address and a port, such as "127.0.0.1:9720" or "0.0.0.0:9720"`, func(s string) (listen, error) {
		return listen(s), checkSocket(s, 0)
	})
}

// consoleURL is an address that a browser opens and that anybody may read.
type consoleURL string

func (e *consoleURL) TypeWord() string { return "URL" }

func (e *consoleURL) DecodeExpr(expr hcl.Expression, ctx *block.Context) hcl.Diagnostics {
	return parsed(expr, ctx, e, `an address that begins with http:// or https:// and holds no credentials, such as "https://keizoku.city.example/"`, func(s string) (consoleURL, error) {
		return consoleURL(s), checkURL(s)
	})
}

func checkURL(s string) error {
	u, err := url.Parse(s)
	switch {
	case err != nil:
		return err
	case u.Scheme != "http" && u.Scheme != "https", u.Hostname() == "", strings.ContainsFunc(s, unicode.IsSpace):
		return errors.New("not an address on the web")
	case u.User != nil:
		return errors.New("credentials")
	default:
		return nil
	}
}

func checkSocket(s string, lowest int) error {
	host, port, err := net.SplitHostPort(s)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(port)
	if err != nil || n < lowest || n > 65535 || strings.ContainsAny(host, " /") {
		return fmt.Errorf("port out of range")
	}
	return nil
}
