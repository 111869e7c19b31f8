package metrics

import (
	"fmt"
	"strings"

	dto "github.com/prometheus/client_model/go"
)

// Reference returns the reference page of all metrics, in Markdown.
func Reference() string {
	var b strings.Builder
	b.WriteString("# Metrics\n\nServed at `/metrics`. Moments are Unix timestamps in seconds: subtract them from `time()`.\n" +
		"The Go runtime's and the process's own metrics stand beside these.\n\n" +
		"As text, as OpenMetrics (with the probe behind a bucket as its exemplar, and with when counters began at 0 where the agent\n" +
		"knows) or as protobuf, which has the histograms as native ones too. Labels have the names of the plan and words of closed lists\n" +
		"alone: what people write and what machines answer makes no series.\n\n| name | type | labels | meaning |\n|---|---|---|---|\n")
	for _, f := range families {
		row(&b, f.name, kindName(f.kind), f.labels, f.help)
	}
	for _, f := range toldFamilies {
		row(&b, f.name, kindName(f.kind), f.labels, f.help)
	}
	row(&b, probeName, "histogram", []string{"kind"}, probeHelp)
	row(&b, phaseName, "histogram", []string{"kind", "phase"}, phaseHelp)
	row(&b, "keizoku_build_info", "gauge", []string{"version", "goversion"}, "The version of this agent; always 1.")
	return b.String()
}

func row(b *strings.Builder, name, kind string, labels []string, help string) {
	fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", name, kind, strings.Join(labels, ", "), help)
}

func kindName(kind dto.MetricType) string { return strings.ToLower(kind.String()) }
