package exec

import (
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/keizoku-bcp/keizoku/checks/internal/valuename"
)

// maxValues is how many values of the performance data are kept.
const maxValues = 32

// splitOutput takes a plugin's output apart: the first line up to "|" is the text; behind the
// "|", and behind another one in the lines that follow, is performance data.
// (Nagios Plugin API, "Plugin Output Spec".)
func splitOutput(out string) (text, perfdata string) {
	first, rest, _ := strings.Cut(strings.TrimLeft(out, "\r\n"), "\n")
	text, perfdata, _ = strings.Cut(first, "|")
	_, more, _ := strings.Cut(rest, "|")
	return strings.TrimSpace(text), perfdata + " " + more
}

// reading matches a value and its unit; the limits behind the first ";" do not matter here.
var reading = regexp.MustCompile(`^([-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)([^;]*)`)

// parsePerfdata reads 'label'=value[unit];[warn];[crit];[min];[max] items. What it cannot read,
// "U" for an unknown value among it, is passed over. It returns nil when there is nothing.
func parsePerfdata(data string) map[string]float64 {
	var values map[string]float64
	for len(values) < maxValues {
		label, value, rest, ok := nextItem(data)
		if !ok {
			break
		}
		data = rest
		name, number, ok := readItem(label, value)
		if _, taken := values[name]; !ok || taken {
			continue
		}
		if values == nil {
			values = make(map[string]float64)
		}
		values[name] = number
	}
	return values
}

// nextItem cuts the first item off. A label in single quotes may hold spaces, and a quote as two.
func nextItem(data string) (label, value, rest string, ok bool) {
	data = strings.TrimLeft(data, " \t\r\n")
	if quoted, found := strings.CutPrefix(data, "'"); found {
		label, data, ok = cutQuoted(quoted)
		data, _ = strings.CutPrefix(data, "=")
	} else {
		label, data, ok = strings.Cut(data, "=")
		// A word without "=" before the label is none of it.
		label = label[strings.LastIndexAny(label, " \t\r\n")+1:]
	}
	if !ok {
		return "", "", "", false
	}
	end := strings.IndexAny(data, " \t\r\n")
	if end < 0 {
		end = len(data)
	}
	return label, data[:end], data[end:], true
}

// cutQuoted returns the text up to the closing quote and what follows it.
func cutQuoted(data string) (text, rest string, ok bool) {
	for i := 0; i < len(data); i++ {
		if data[i] != '\'' {
			continue
		}
		if i+1 < len(data) && data[i+1] == '\'' {
			i++
			continue
		}
		return strings.ReplaceAll(data[:i], "''", "'"), data[i+1:], true
	}
	return "", "", false
}

func readItem(label, value string) (name string, number float64, ok bool) {
	match := reading.FindStringSubmatch(value)
	name = valuename.Slug(label)
	if match == nil || name == "" {
		return "", 0, false
	}
	number, err := strconv.ParseFloat(match[1], 64)
	if err != nil || math.IsInf(number, 0) {
		return "", 0, false
	}
	suffix, scale := unit(match[2])
	return name + suffix, number * scale, true
}

// unit turns a unit of the plugin specification into what to put behind the name, and into the
// base unit where there is no doubt: plugins disagree on whether KB is 1000 or 1024 bytes.
func unit(uom string) (suffix string, scale float64) {
	switch uom {
	case "", "c": // a plain number, a counter
		return "", 1
	case "s":
		return "_seconds", 1
	case "ms":
		return "_seconds", 1e-3
	case "us", "µs":
		return "_seconds", 1e-6
	case "%":
		return "_ratio", 1e-2
	case "B":
		return "_bytes", 1
	}
	if slug := valuename.Slug(uom); slug != "" {
		return "_" + slug, 1
	}
	return "", 1
}
